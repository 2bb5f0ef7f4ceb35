use insta::assert_snapshot;
use serde_json::Value;

use crate::support::Cli;

/// Feeds the questions of a file of vectors and compares the answers, line by line.
fn check_vectors(text: &str, lines: usize) {
    let vectors: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(vectors.len(), lines);
    let question = |v: &Value| {
        serde_json::json!({"cron": v["cron"], "timezone": v["timezone"], "after": v["after"]}).to_string()
            + "\n"
    };
    let questions: String = vectors.iter().map(question).collect();
    let written = Cli::new().run_with(&["schedule", "next", "--stdin"], &questions, &[]).ok();
    let answers: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers, vectors);
}

#[test]
fn debian_vectors() {
    check_vectors(include_str!("../../crates/schedule/tests/vectors/cron-debian.jsonl"), 236);
}

#[test]
fn extended_vectors() {
    check_vectors(include_str!("../../crates/schedule/tests/vectors/cron-extended.jsonl"), 64);
}

#[test]
fn next() {
    let cli = Cli::new();
    let arguments = ["schedule", "next", "30 2 * * 1-5", "--timezone", "Europe/Berlin", "-n", "2"];
    assert_snapshot!(cli.run(&arguments).ok(), @"
    START                          UTC                   IN
    Tue 2026-11-24 02:30:00+01:00  2026-11-24T01:30:00Z  in 13h
    Wed 2026-11-25 02:30:00+01:00  2026-11-25T01:30:00Z  in 1d
    ");
    let after =
        ["schedule", "next", "@daily", "--after", "2027-01-01T00:00:00Z", "--count", "2", "-o", "yaml"];
    assert_snapshot!(cli.run(&after).ok(), @r#"
    cron: "@daily"
    timezone: UTC
    after: "2027-01-01T00:00:00Z"
    profile: debian-cron
    next:
    - "2027-01-02T00:00:00Z"
    - "2027-01-03T00:00:00Z"
    "#);
    assert_snapshot!(cli.run(&["schedule", "next", "every 90m", "-n", "2"]).ok(), @"
    START                          UTC                   IN
    Mon 2026-11-23 13:30:00+00:00  2026-11-23T13:30:00Z  in 1h
    Mon 2026-11-23 15:00:00+00:00  2026-11-23T15:00:00Z  in 3h
    ");
    assert_snapshot!(cli.run(&["schedule", "next", "@reboot"]).ok(), @"It starts at no predictable time.");
    // In a gap busybox loses what Debian's cron makes up for.
    let gap = |profile| {
        let rest =
            ["--timezone", "America/New_York", "--after", "2026-03-08T00:00:00Z", "-n", "1", "-o", "json"];
        let json =
            cli.run(&[&["schedule", "next", "30 2 8 3 *", "--profile", profile][..], &rest].concat()).ok();
        serde_json::from_str::<Value>(&json).unwrap()["next"][0].clone()
    };
    assert_eq!(gap("debian-cron"), "2026-03-08T07:00:00Z");
    assert_eq!(gap("busybox"), "2027-03-08T07:30:00Z");
}

#[test]
fn mistakes_are_pointed_at() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["schedule", "next", "0 22-2 * * *"]).failed(1), @"
    error: the range `22-2` runs backwards and would never be true
      0 22-2 * * *
        ^^^^
    hint: split it in two: `22-23,0-2`
    ");
    assert_snapshot!(cli.run(&["schedule", "next", "every fortnight"]).failed(1), @"
    error: `every fortnight`: is not a length of time
    hint: write it like `every 15m`
    ");
    assert_snapshot!(cli.run(&["schedule", "next", "@daily", "--timezone", "Mars/Olympus"]).failed(1), @"
    error: `Mars/Olympus` is no known time zone
    hint: write an IANA name such as Europe/Berlin
    ");
    assert!(cli.run(&["schedule", "next", "@daily", "--profile", "vixie"]).failed(2).contains("debian-cron"));
    assert!(cli.run(&["schedule", "next"]).failed(2).contains("<SCHEDULE>"));
}

#[test]
fn bad_lines_do_not_stop_good_ones() {
    let lines = "{\"cron\":\"0 25 * * *\"}\nnonsense\n\n{\"cron\":\"@daily\",\"timezone\":\"X/Y\"}\n\
                 {\"cron\":\"@hourly\",\"after\":\"2026-01-01T00:00:00Z\",\"count\":1,\"profile\":\"systemd\"}\n";
    let ended = Cli::new().run_with(&["schedule", "next", "--stdin"], lines, &[]);
    assert_eq!(ended.status, 1);
    assert_snapshot!(ended.stdout, @r#"
    {"line":1,"cron":"0 25 * * *","error":"25 is outside 0-23 for hours","column":3,"help":"write a value from 0 to 23"}
    {"line":2,"error":"expected ident at line 1 column 2"}
    {"line":4,"cron":"@daily","error":"`X/Y` is no known time zone"}
    {"cron":"@hourly","timezone":"UTC","after":"2026-01-01T00:00:00Z","count":1,"profile":"systemd","next":["2026-01-01T01:00:00Z"]}
    "#);
    assert_snapshot!(ended.stderr, @"error: 3 lines could not be answered");
}

#[test]
fn explain() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["schedule", "explain", "30 6 * * MON-FRI", "--utc"]).ok(), @"
    at 06:30, Monday to Friday
      next Tue 2026-11-24 06:30:00+00:00, 2026-11-24 06:30:00Z
      next Wed 2026-11-25 06:30:00+00:00, 2026-11-25 06:30:00Z
      next Thu 2026-11-26 06:30:00+00:00, 2026-11-26 06:30:00Z

    SCHEDULER    HOLDS IT  WHY
    debian-cron  exactly
    cronie       exactly
    busybox      exactly
    systemd      exactly
    ");
    let guarded = [
        "schedule",
        "explain",
        "0 9 * * *",
        "--timezone",
        "America/New_York",
        "--host-timezone",
        "UTC",
        "--utc",
    ];
    assert_snapshot!(cli.run(&guarded).ok(), @"
    at 09:00 every day
      next Mon 2026-11-23 09:00:00-05:00, 2026-11-23 14:00:00Z
      next Tue 2026-11-24 09:00:00-05:00, 2026-11-24 14:00:00Z
      next Wed 2026-11-25 09:00:00-05:00, 2026-11-25 14:00:00Z

    SCHEDULER    HOLDS IT  WHY
    debian-cron  guarded   debian-cron keeps the host's time zone UTC, the job's is America/New_York
    cronie       guarded   cronie keeps the host's time zone UTC, the job's is America/New_York
    busybox      guarded   busybox keeps the host's time zone UTC, the job's is America/New_York
    systemd      exactly
    ");
}

#[test]
fn render() {
    let cli = Cli::new();
    let berlin = ["--timezone", "Europe/Berlin"];
    let systemd = [&["schedule", "render", "30 2 * * 1-5", "--profile", "systemd"][..], &berlin].concat();
    assert_snapshot!(cli.run(&systemd).ok(), @"OnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 02:30:00 Europe/Berlin");
    assert_snapshot!(cli.run(&[&["schedule", "render", "30 2 * * 1-5"][..], &berlin].concat()).ok(), @"30 2 * * 1-5");
    let elsewhere =
        ["schedule", "render", "0 9 * * *", "--timezone", "America/New_York", "--host-timezone", "UTC"];
    assert_snapshot!(cli.run(&elsewhere).ok(), @"
    0 13,14 * * *
    # guarded, because debian-cron keeps the host's time zone UTC, the job's is America/New_York
    ");
    assert_snapshot!(cli.run(&["schedule", "render", "*/10 * * * * *"]).failed(1), @"error: `debian-cron` starts jobs on whole minutes and cannot hold `*/10 * * * * *`; remove the seconds, or set `scheduler: systemd`");
    assert_snapshot!(cli.run(&["schedule", "render", "@daily", "--profile", "launchd"]).failed(1), @"error: no schedule can be written for `launchd`; hold the job with cron or systemd");
}
