//! What each scheduler is given.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crontopus_schedule::{Cron, Every, Profile, Schedule, render};
use jiff::Timestamp;

fn rendered(schedule: &Schedule, job: &str, host: &str, profile: Profile) -> String {
    let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    match render(schedule, job, host, profile, now) {
        Ok(rendering) => {
            let mut lines: Vec<String> = rendering.entries.iter().map(|entry| format!("  {entry}")).collect();
            lines.extend(rendering.why.map(|why| format!("  guard: {why}")));
            lines.join("\n")
        }
        Err(error) => format!("  refused: {error}"),
    }
}

fn table(profile: Profile, cases: &[(&str, &str, &str)]) -> String {
    let rows = cases.iter().map(|(text, job, host)| {
        let crons = text.split("; ").map(|text| Cron::parse(text).unwrap()).collect();
        format!("{text} | {job} on {host}\n{}", rendered(&Schedule::Cron(crons), job, host, profile))
    });
    rows.collect::<Vec<_>>().join("\n")
}

const SAME: [(&str, &str, &str); 12] = [
    ("*/5 * * * *", "Europe/Berlin", "Europe/Berlin"),
    ("0-59 0-23 * * *", "Europe/Berlin", "Europe/Berlin"),
    ("30 2 * jan-mar MON-FRI,7", "Europe/Berlin", "Europe/Paris"),
    ("@weekly", "UTC", "Etc/UTC"),
    ("0 12 13 * 5", "UTC", "UTC"),
    ("0 0 */2 * 1", "UTC", "UTC"),
    ("0 0 1-31 * 1", "UTC", "UTC"),
    ("0 0 ? * 1", "UTC", "UTC"),
    ("0 2 * * *; 0 14 * * 6", "UTC", "UTC"),
    ("0 * * * *; */30 * * * *", "UTC", "UTC"),
    ("30 1 L * *", "UTC", "UTC"),
    ("0 8 * * 1#1", "America/New_York", "America/New_York"),
];

#[test]
fn debian_cron_in_the_jobs_zone() {
    insta::assert_snapshot!(table(Profile::DebianCron, &SAME), @r#"
    */5 * * * * | Europe/Berlin on Europe/Berlin
      */5 * * * *
    0-59 0-23 * * * | Europe/Berlin on Europe/Berlin
      0-59 0-23 * * *
    30 2 * jan-mar MON-FRI,7 | Europe/Berlin on Europe/Paris
      30 2 * 1-3 0-5
    @weekly | UTC on Etc/UTC
      0 0 * * 0
    0 12 13 * 5 | UTC on UTC
      0 12 13 * 5
    0 0 */2 * 1 | UTC on UTC
      0 0 */2 * 1
    0 0 1-31 * 1 | UTC on UTC
      0 0 * * *
    0 0 ? * 1 | UTC on UTC
      0 0 * * 1
    0 2 * * *; 0 14 * * 6 | UTC on UTC
      0 2 * * *
      0 14 * * 6
    0 * * * *; */30 * * * * | UTC on UTC
      0,30 * * * *
      guard: debian-cron would start the job twice where `0 * * * *` and `*/30 * * * *` coincide
    30 1 L * * | UTC on UTC
      30 1 31 1,3,5,7,8,10,12 *
      30 1 30 4,6,9,11 *
      30 1 28,29 2 *
      guard: debian-cron does not know the `L`, `W` or `#` of `30 1 L * *`
    0 8 * * 1#1 | America/New_York on America/New_York
      0 8 * * 1
      guard: debian-cron does not know the `L`, `W` or `#` of `0 8 * * 1#1`
    "#);
}

#[test]
fn busybox_in_the_jobs_zone() {
    insta::assert_snapshot!(table(Profile::Busybox, &SAME), @r#"
    */5 * * * * | Europe/Berlin on Europe/Berlin
      0,5,10,15,20,25,30,35,40,45,50,55 * * * *
    0-59 0-23 * * * | Europe/Berlin on Europe/Berlin
      * * * * *
    30 2 * jan-mar MON-FRI,7 | Europe/Berlin on Europe/Paris
      30 2 * 1,2,3 0,1,2,3,4,5
    @weekly | UTC on Etc/UTC
      0 0 * * 0
    0 12 13 * 5 | UTC on UTC
      0 12 13 * 5
    0 0 */2 * 1 | UTC on UTC
      0 0 * * 1
      guard: busybox cannot ask for date and weekday at once, as `0 0 */2 * 1` does
    0 0 1-31 * 1 | UTC on UTC
      0 0 * * *
    0 0 ? * 1 | UTC on UTC
      0 0 * * 1
    0 2 * * *; 0 14 * * 6 | UTC on UTC
      0 2 * * *
      0 14 * * 6
    0 * * * *; */30 * * * * | UTC on UTC
      0,30 * * * *
      guard: busybox would start the job twice where `0 * * * *` and `*/30 * * * *` coincide
    30 1 L * * | UTC on UTC
      30 1 31 1,3,5,7,8,10,12 *
      30 1 30 4,6,9,11 *
      30 1 28,29 2 *
      guard: busybox does not know the `L`, `W` or `#` of `30 1 L * *`
    0 8 * * 1#1 | America/New_York on America/New_York
      0 8 * * 1
      guard: busybox does not know the `L`, `W` or `#` of `0 8 * * 1#1`
    "#);
}

#[test]
fn systemd() {
    insta::assert_snapshot!(table(Profile::Systemd, &SAME), @r#"
    */5 * * * * | Europe/Berlin on Europe/Berlin
      *-*-* *:00,05,10,15,20,25,30,35,40,45,50,55:00 UTC
    0-59 0-23 * * * | Europe/Berlin on Europe/Berlin
      *-*-* *:*:00 Europe/Berlin
    30 2 * jan-mar MON-FRI,7 | Europe/Berlin on Europe/Paris
      Sun,Mon,Tue,Wed,Thu,Fri *-01,02,03-* 02:30:00 Europe/Berlin
    @weekly | UTC on Etc/UTC
      Sun *-*-* 00:00:00 UTC
    0 12 13 * 5 | UTC on UTC
      *-*-13 12:00:00 UTC
      Fri *-*-* 12:00:00 UTC
    0 0 */2 * 1 | UTC on UTC
      Mon *-*-01,03,05,07,09,11,13,15,17,19,21,23,25,27,29,31 00:00:00 UTC
    0 0 1-31 * 1 | UTC on UTC
      *-*-* 00:00:00 UTC
    0 0 ? * 1 | UTC on UTC
      Mon *-*-* 00:00:00 UTC
    0 2 * * *; 0 14 * * 6 | UTC on UTC
      *-*-* 02:00:00 UTC
      Sat *-*-* 14:00:00 UTC
    0 * * * *; */30 * * * * | UTC on UTC
      *-*-* *:00:00 UTC
      *-*-* *:00,30:00 UTC
    30 1 L * * | UTC on UTC
      *-01,03,05,07,08,10,12-31 01:30:00 UTC
      *-04,06,09,11-30 01:30:00 UTC
      *-02-28,29 01:30:00 UTC
      guard: systemd cannot hold the `L`, `W` or `#` of `30 1 L * *`
    0 8 * * 1#1 | America/New_York on America/New_York
      Mon *-*-01,02,03,04,05,06,07 12,13:00:00 UTC
      guard: systemd cannot hold the `L`, `W` or `#` of `0 8 * * 1#1`
    "#);
}

const ELSEWHERE: [(&str, &str, &str); 8] = [
    ("30 2 * * *", "America/New_York", "UTC"),
    ("30 2 * * *", "America/New_York", "Europe/Berlin"),
    ("0 9 * * 1-5", "Asia/Kathmandu", "America/New_York"),
    ("0 0 1 3 *", "Pacific/Auckland", "UTC"),
    ("*/15 * * * *", "America/New_York", "UTC"),
    ("*/15 9-17 * * 1-5", "Europe/Berlin", "America/New_York"),
    ("0 * * * 0", "America/New_York", "UTC"),
    ("3-50/3 * LW * *", "America/New_York", "UTC"),
];

#[test]
fn debian_cron_elsewhere() {
    insta::assert_snapshot!(table(Profile::DebianCron, &ELSEWHERE), @r#"
    30 2 * * * | America/New_York on UTC
      30 6,7 * * *
      0 7 8,12,14 3 *
      guard: debian-cron keeps the host's time zone UTC, the job's is America/New_York
    30 2 * * * | America/New_York on Europe/Berlin
      30 7,8 * * *
      0 8 8,12,14 3 *
      guard: debian-cron keeps the host's time zone Europe/Berlin, the job's is America/New_York
    0 9 * * 1-5 | Asia/Kathmandu on America/New_York
      15 22,23 * * 0-4
      guard: debian-cron keeps the host's time zone America/New_York, the job's is Asia/Kathmandu
    0 0 1 3 * | Pacific/Auckland on UTC
      0 11,12 28,29 2 *
      guard: debian-cron keeps the host's time zone UTC, the job's is Pacific/Auckland
    */15 * * * * | America/New_York on UTC
      0,15,30,45 * * * *
      guard: debian-cron keeps the host's time zone UTC, the job's is America/New_York
    */15 9-17 * * 1-5 | Europe/Berlin on America/New_York
      0,15,30,45 3-12 * * 1-5
      guard: debian-cron keeps the host's time zone America/New_York, the job's is Europe/Berlin
    0 * * * 0 | America/New_York on UTC
      0 0-4 * * 1
      0 4-23 * * 0
      guard: debian-cron keeps the host's time zone UTC, the job's is America/New_York
    3-50/3 * LW * * | America/New_York on UTC
      refused: `debian-cron` cannot hold `3-50/3 * LW * *`: debian-cron keeps the host's time zone UTC, the job's is America/New_York; waking for it would be in vain 26 times a day (at most 25 are accepted)
    "#);
}

#[test]
fn systemd_names_the_zone() {
    insta::assert_snapshot!(table(Profile::Systemd, &ELSEWHERE), @r#"
    30 2 * * * | America/New_York on UTC
      *-*-* 02:30:00 America/New_York
    30 2 * * * | America/New_York on Europe/Berlin
      *-*-* 02:30:00 America/New_York
    0 9 * * 1-5 | Asia/Kathmandu on America/New_York
      Mon,Tue,Wed,Thu,Fri *-*-* 09:00:00 Asia/Kathmandu
    0 0 1 3 * | Pacific/Auckland on UTC
      *-03-01 00:00:00 Pacific/Auckland
    */15 * * * * | America/New_York on UTC
      *-*-* *:00,15,30,45:00 UTC
    */15 9-17 * * 1-5 | Europe/Berlin on America/New_York
      Mon,Tue,Wed,Thu,Fri *-*-* 09,10,11,12,13,14,15,16,17:00,15,30,45:00 Europe/Berlin
    0 * * * 0 | America/New_York on UTC
      Sun *-*-* *:00:00 America/New_York
      2026-11-01 06:00:00 UTC
      2027-11-07 06:00:00 UTC
      2028-11-05 06:00:00 UTC
    3-50/3 * LW * * | America/New_York on UTC
      Tue,Wed,Thu,Fri,Sat *-*-01 00,01,02,03,04:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Tue,Wed,Thu,Fri,Sat *-01,03,05,07,08,10,12-30,31 00,01,02,03,04:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Tue,Wed,Thu,Fri,Sat *-04,06,09,11-29,30 00,01,02,03,04:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Tue,Wed,Thu,Fri,Sat *-02-27,28,29 00,01,02,03,04:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Mon,Tue,Wed,Thu,Fri *-01,03,05,07,08,10,12-29,30,31 04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20,21,22,23:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Mon,Tue,Wed,Thu,Fri *-04,06,09,11-28,29,30 04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20,21,22,23:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      Mon,Tue,Wed,Thu,Fri *-02-26,27,28,29 04,05,06,07,08,09,10,11,12,13,14,15,16,17,18,19,20,21,22,23:03,06,09,12,15,18,21,24,27,30,33,36,39,42,45,48:00 UTC
      guard: systemd cannot hold the `L`, `W` or `#` of `3-50/3 * LW * *`
    "#);
}

#[test]
fn intervals() {
    let mut rows = Vec::new();
    for seconds in [30, 300, 420, 3_600, 5_400, 7_200, 86_400, 90_000] {
        let schedule = Schedule::Every(Every::from_seconds(seconds).unwrap());
        for (host, profile) in [
            ("UTC", Profile::DebianCron),
            ("Asia/Kathmandu", Profile::Cronie),
            ("America/New_York", Profile::DebianCron),
            ("America/New_York", Profile::Systemd),
        ] {
            let rendered = rendered(&schedule, "UTC", host, profile);
            rows.push(format!("{} | {host} {profile}\n{rendered}", schedule.describe()));
        }
    }
    insta::assert_snapshot!(rows.join("\n"), @r#"
    every 30s, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      refused: `debian-cron` starts jobs on whole minutes and cannot hold `every: 30s`; remove the seconds, or set `scheduler: systemd`
    every 30s, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      refused: `cronie` starts jobs on whole minutes and cannot hold `every: 30s`; remove the seconds, or set `scheduler: systemd`
    every 30s, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      refused: `debian-cron` starts jobs on whole minutes and cannot hold `every: 30s`; remove the seconds, or set `scheduler: systemd`
    every 30s, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* *:*:00,30 UTC
    every 5m, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0,5,10,15,20,25,30,35,40,45,50,55 * * * *
    every 5m, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      0,5,10,15,20,25,30,35,40,45,50,55 * * * *
    every 5m, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      0,5,10,15,20,25,30,35,40,45,50,55 * * * *
    every 5m, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* *:00,05,10,15,20,25,30,35,40,45,50,55:00 UTC
    every 7m, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      refused: `debian-cron` cannot hold `every: 7m`: 7m does not divide a day; waking for it would be in vain 1235 times a day (at most 25 are accepted)
    every 7m, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      refused: `cronie` cannot hold `every: 7m`: 7m does not divide a day; waking for it would be in vain 1235 times a day (at most 25 are accepted)
    every 7m, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      refused: `debian-cron` cannot hold `every: 7m`: 7m does not divide a day; waking for it would be in vain 1235 times a day (at most 25 are accepted)
    every 7m, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      refused: `systemd` cannot hold `every: 7m`: 7m does not divide a day; waking for it would be in vain 1235 times a day (at most 25 are accepted)
    every 1h, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0 * * * *
    every 1h, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      45 * * * *
    every 1h, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      0 * * * *
    every 1h, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* *:00:00 UTC
    every 1h30m, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0 0,3,6,9,12,15,18,21 * * *
      30 1,4,7,10,13,16,19,22 * * *
    every 1h30m, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      15 1,4,7,10,13,16,19,22 * * *
      45 2,5,8,11,14,17,20,23 * * *
    every 1h30m, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      30 0,2,3,5,6,8,9,11,12,14,15,17,18,20,21,23 * * *
      0 1,2,4,5,7,8,10,11,13,14,16,17,19,20,22,23 * * *
      0 * 1,5,7 11 *
      guard: debian-cron follows the clock changes of America/New_York, intervals do not
    every 1h30m, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* 00,03,06,09,12,15,18,21:00:00 UTC
      *-*-* 01,04,07,10,13,16,19,22:30:00 UTC
    every 2h, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0 0,2,4,6,8,10,12,14,16,18,20,22 * * *
    every 2h, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      45 1,3,5,7,9,11,13,15,17,19,21,23 * * *
    every 2h, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      0 * * * *
      guard: debian-cron follows the clock changes of America/New_York, intervals do not
    every 2h, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* 00,02,04,06,08,10,12,14,16,18,20,22:00:00 UTC
    every 1d, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0 0 * * *
    every 1d, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      45 5 * * *
    every 1d, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      0 19,20 * * *
      guard: debian-cron follows the clock changes of America/New_York, intervals do not
    every 1d, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* 00:00:00 UTC
    every 1d1h, counted from 1970-01-01 00:00 UTC | UTC debian-cron
      0 * * * *
      guard: 1d1h does not divide a day
    every 1d1h, counted from 1970-01-01 00:00 UTC | Asia/Kathmandu cronie
      45 * * * *
      guard: 1d1h does not divide a day
    every 1d1h, counted from 1970-01-01 00:00 UTC | America/New_York debian-cron
      0 * * * *
      guard: 1d1h does not divide a day
    every 1d1h, counted from 1970-01-01 00:00 UTC | America/New_York systemd
      *-*-* *:00:00 UTC
      guard: 1d1h does not divide a day
    "#);
}

#[test]
fn what_has_no_clock_and_what_is_refused() {
    let reboot = rendered(&Schedule::Reboot, "UTC", "UTC", Profile::DebianCron);
    assert_eq!(reboot, "  @reboot");
    assert_eq!(rendered(&Schedule::OnDemand, "UTC", "UTC", Profile::Systemd), "");
    let cron = |text: &str| Schedule::Cron(vec![Cron::parse(text).unwrap()]);
    let refusals = [
        rendered(&cron("30 0 4 * * *"), "UTC", "UTC", Profile::Cronie),
        rendered(&cron("0 4 * * *"), "Mars/Olympus", "UTC", Profile::Cronie),
        rendered(&cron("0 4 * * *"), "UTC", "UTC", Profile::Launchd),
        rendered(&cron("0 4 * * *"), "UTC", "UTC", Profile::Guarded),
    ];
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    refused: `cronie` starts jobs on whole minutes and cannot hold `30 0 4 * * *`; remove the seconds, or set `scheduler: systemd`
    refused: `Mars/Olympus` is not a time zone this host knows; write an IANA name such as Europe/Berlin
    refused: no schedule can be written for `launchd`; hold the job with cron or systemd
    refused: no schedule can be written for `guarded`; hold the job with cron or systemd
    "#);
}
