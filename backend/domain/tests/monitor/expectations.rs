use crontopus_domain::monitor::{declare, lose_host, pause, regain_host, remove, resume};
use crontopus_domain::{
    Cause, CheckIn, Expectation, MonitorSpec, MonitorStatus, Outage, RunKey, RunStatus, Starter,
};
use crontopus_schedule::Every;
use insta::assert_snapshot;

use crate::world::{BAD, GOOD, START, World, at, hourly, ms};

#[test]
fn windows_hold_their_edges() {
    for (time, claims) in
        [("00:59:29", false), ("00:59:30", true), ("01:00:00", true), ("01:10:00", true), ("01:10:01", false)]
    {
        let mut world = World::armed(hourly(), "00:30:00");
        world.send(GOOD, time);
        assert_eq!(world.rows.values().next().unwrap().expected_at.is_some(), claims, "{time}");
    }
    let mut world = World::armed(MonitorSpec { jitter_ms: 60_000, ..hourly() }, "00:30:00");
    world.send(GOOD, "01:11:00");
    assert_snapshot!(world.story(), @"01:00:00 - 01:11:00 succeeded");
}

#[test]
fn each_start_claims_the_nearest_that_is_to_be_had() {
    let minutely = MonitorSpec { crons: vec!["* * * * *".parse().unwrap()], ..hourly() };
    let mut world = World::armed(minutely, "00:59:10");
    for time in ["01:00:03", "01:00:58", "01:01:04", "01:02:01"] {
        world.send(GOOD, time);
    }
    assert_snapshot!(world.story(), @r"
    01:00:00 - 01:00:03 succeeded
    01:01:00 - 01:00:58 succeeded
    - - 01:01:04 succeeded
    01:02:00 - 01:02:01 succeeded
    ");
}

#[test]
fn a_run_that_nobody_expected_satisfies_nothing() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.send(GOOD, "00:40:00");
    world.tick("01:10:01");
    assert_snapshot!(world.story(), @r"
    - - 00:40:00 succeeded
    01:00:00 - - missed
    ");
}

#[test]
fn misses_follow_the_schedule_and_not_the_arrival() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.tick("03:10:01");
    assert_snapshot!(world.story(), @r"
    01:00:00 - - missed
    02:00:00 - - missed
    03:00:00 - - missed
    ");
    assert_snapshot!(world.alarms(), @"opened missed after 1, bad run 2, bad run 3");
    assert_eq!(world.state.expected_at, Some(at("04:00:00")));
}

#[test]
fn a_late_report_fills_its_miss_and_no_other() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.tick("03:10:01");
    world.report("two", START, "02:00:10", "03:20:00");
    world.report("two", GOOD, "02:01:00", "03:20:00");
    assert_snapshot!(world.story(), @r"
    01:00:00 - - missed
    02:00:00 02:00:10 02:01:00 succeeded (late report)
    03:00:00 - - missed
    ");
    // A second run in the same window finds nothing left.
    world.report("again", GOOD, "02:02:00", "03:20:01");
    assert!(world.story().contains("- - 02:02:00 succeeded"));
    // A nameless one takes the row over.
    let mut signal = CheckIn::new(BAD, RunKey::None);
    signal.at = Some(at("01:00:30"));
    world.receive(&signal, at("03:21:00"));
    assert!(world.story().starts_with("01:00:00 - 01:00:30 failed"), "{}", world.story());
}

#[test]
fn ping_every_counts_from_the_last_start() {
    let every = MonitorSpec {
        crons: Vec::new(),
        every: Some(Every::from_seconds(900).unwrap()),
        late_ms: 60_000,
        ..hourly()
    };
    let mut world = World::armed(every.clone(), "00:07:00");
    assert_eq!(world.state.expected_at, Some(at("00:22:00")));
    world.send(GOOD, "00:10:00");
    assert_eq!(world.state.expected_at, Some(at("00:25:00")));
    world.tick("00:26:01");
    world.send(GOOD, "00:30:00");
    assert_eq!(world.state.expected_at, Some(at("00:45:00")));
    assert_snapshot!(world.story(), @r"
    00:22:00 - 00:10:00 succeeded
    00:25:00 - - missed
    00:40:00 - 00:30:00 succeeded
    ");
    // On a host the same interval is aligned, as its scheduler keeps it.
    let world = World::armed(MonitorSpec { starter: Starter::Agent, ..every }, "00:07:00");
    assert_eq!(world.state.expected_at, Some(at("00:15:00")));
}

#[test]
fn what_closed_while_the_service_was_away_is_unknown() {
    let mut world = World::armed(hourly(), "00:30:00");
    // The first closes in it, the second begins in it, the third is after it.
    world.outages = vec![Outage { from: at("01:05:00"), to: at("02:01:00"), cause: Cause::Away }];
    world.tick("03:10:01");
    assert_snapshot!(world.story(), @r"
    01:00:00 - - unknown (the service was away)
    02:00:00 - - unknown (the service was away)
    03:00:00 - - missed
    ");
    assert_snapshot!(world.alarms(), @"opened missed after 1");
    assert_eq!(Outage::between(0, 15_000, 5_000), None);
    assert_eq!(Outage::between(0, 20_000, 5_000), Some(Outage { from: 0, to: 40_000, cause: Cause::Away }));
    assert_eq!(Outage::before_start(0, 600_000), Some(Outage { from: 0, to: 660_000, cause: Cause::Away }));
}

fn put_off(world: &mut World, time: &str) {
    drop(world.apply(|state, subject, _| crontopus_domain::monitor::put_off(state, subject, at(time))));
}

#[test]
fn silence_after_a_check_in_that_was_put_off_is_unknown() {
    let mut world = World::armed(hourly(), "00:30:00");
    put_off(&mut world, "01:07:00");
    world.tick("02:10:01");
    assert_snapshot!(world.story(), @r"
    01:00:00 - - unknown (a check-in was put off)
    02:00:00 - - missed
    ");
    // One that came again after all has its run.
    put_off(&mut world, "03:01:00");
    world.send(START, "03:01:05");
    world.tick("03:21:06");
    assert_eq!(world.statuses()[2], RunStatus::TimedOut, "nothing was put off while it went on");
    world.report("b", START, "04:00:00", "04:00:00");
    put_off(&mut world, "04:19:00");
    world.tick("04:21:00");
    assert_eq!(world.statuses()[3], RunStatus::Unknown);
}

#[test]
fn a_success_that_was_put_off_is_not_missing() {
    let spec = MonitorSpec { crons: Vec::new(), max_since_success_ms: Some(3_600_000), ..hourly() };
    let mut world = World::armed(spec, "00:30:00");
    put_off(&mut world, "01:20:00");
    world.tick("01:30:01");
    assert_eq!((world.alarms().as_str(), world.state.deadline_at), ("", Some(at("02:20:00") + 1)));
    world.tick("02:20:01");
    assert_snapshot!(world.alarms(), @"opened stale after 0");
}

#[test]
fn a_flood_of_what_was_put_off_is_remembered_in_part() {
    let mut world = World::armed(hourly(), "00:30:00");
    for n in 0..10_000 {
        drop(world.apply(|state, subject, _| {
            crontopus_domain::monitor::put_off(state, subject, at("00:40:00") + n % 5_000)
        }));
    }
    assert_eq!(world.state.put_off, (4_936..5_000).map(|n| at("00:40:00") + n).collect::<Vec<_>>());
    world.tick_at(at("00:40:00") + 30 * 86_400_000);
    assert_eq!(world.state.put_off, [0; 0]);
}

#[test]
fn a_long_absence_leaves_a_bounded_number_of_rows() {
    let minutely = MonitorSpec { crons: vec!["* * * * *".parse().unwrap()], ..hourly() };
    let mut world = World::armed(minutely, "00:30:00");
    let now = at("00:30:00") + 40 * 86_400_000;
    world.outages = vec![Outage { from: at("00:30:00"), to: now, cause: Cause::Away }];
    world.tick_at(now);
    assert_eq!(world.rows.len(), 500);
    assert!(world.state.deadline_at > Some(now));
    assert_eq!(world.alarms(), "");
}

#[test]
fn a_lost_host_makes_unknown_and_comes_back() {
    let mut world = World::armed(MonitorSpec { starter: Starter::Agent, ..hourly() }, "00:30:00");
    world.report("a", START, "00:50:00", "00:50:00");
    drop(world.apply(|state, subject, _| lose_host(state, subject)));
    assert_eq!(world.state.status, MonitorStatus::Unknown);
    world.tick("02:30:00");
    assert_snapshot!(world.story(), @r"
    - 00:50:00 - running
    01:00:00 - - unknown (the host was lost)
    02:00:00 - - unknown (the host was lost)
    ");
    drop(world.apply(|state, subject, _| regain_host(state, subject, at("02:35:00"))));
    world.tick("02:54:59");
    assert_eq!(world.statuses()[0], RunStatus::Running, "its time counts from the host's return");
    world.tick("03:10:01");
    assert_eq!(world.statuses()[3], RunStatus::Missed, "expectations resume");
}

#[test]
fn a_miss_on_a_host_waits_until_the_host_was_heard_of() {
    let mut world = World::armed(MonitorSpec { starter: Starter::Agent, ..hourly() }, "00:30:00");
    world.host_seen_at = Some(at("01:09:50"));
    world.tick("01:10:05");
    assert_eq!((world.statuses(), world.state.deadline_at), (vec![], Some(at("01:10:10"))));
    world.host_seen_at = Some(at("01:10:08"));
    world.tick("01:10:10");
    assert_eq!(world.statuses(), [RunStatus::Missed]);
}

#[test]
fn a_miss_on_a_host_waits_until_the_host_has_delivered_what_it_kept() {
    let mut world = World::armed(MonitorSpec { starter: Starter::Agent, ..hourly() }, "00:30:00");
    (world.host_seen_at, world.host_keeps_records) = (Some(at("01:10:08")), true);
    world.tick("01:10:10");
    assert_eq!((world.statuses(), world.state.deadline_at), (vec![], Some(at("01:10:15"))));
    world.report("a", START, "01:00:00", "01:10:20");
    world.tick("01:10:20");
    assert_eq!(world.statuses(), [RunStatus::Running]);
    // But not for ever.
    world.host_seen_at = Some(at("02:20:00"));
    world.tick("02:20:01");
    assert_eq!(world.statuses()[1], RunStatus::Missed);
}

#[test]
fn an_outage_that_took_a_good_part_of_a_window_makes_unknown() {
    for (from, to, status) in [
        ("01:02:00", "01:02:20", RunStatus::Missed),
        ("01:02:00", "01:04:00", RunStatus::Unknown),
        ("00:59:40", "01:00:00", RunStatus::Unknown),
        ("01:09:50", "01:20:00", RunStatus::Unknown),
        ("01:10:01", "01:20:00", RunStatus::Missed),
    ] {
        let mut world = World::armed(hourly(), "00:30:00");
        world.outages = vec![Outage { from: at(from), to: at(to), cause: Cause::Away }];
        world.tick("01:30:00");
        assert_eq!(world.statuses(), [status], "{from} {to}");
    }
}

#[test]
fn a_late_report_fills_its_miss_also_while_nothing_is_expected() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.tick("01:10:01");
    drop(world.apply(|state, subject, _| pause(state, subject)));
    world.report("two", GOOD, "02:00:10", "02:01:00");
    world.report("one", GOOD, "01:00:10", "02:02:00");
    assert_snapshot!(world.story(), @r"
    01:00:00 - 01:00:10 succeeded (late report)
    - - 02:00:10 succeeded
    ");
    assert_snapshot!(world.alarms(), @"opened missed after 1, resolved reported_late");
}

#[test]
fn what_is_filled_while_nothing_is_expected_stays_filled_when_the_start_is_told_too() {
    for resumed in [false, true] {
        let mut world = World::armed(hourly(), "00:30:00");
        world.tick("01:10:01");
        drop(world.apply(|state, subject, _| pause(state, subject)));
        world.report("one", GOOD, "01:05:00", "02:02:00");
        if resumed {
            drop(world.apply(|state, subject, _| resume(state, subject, at("02:03:00"))));
        }
        world.report("one", START, "01:00:10", "02:04:00");
        assert_eq!(world.story(), "01:00:00 01:00:10 01:05:00 succeeded (late report)", "{resumed}");
    }
}

#[test]
fn pause_resume_remove_and_a_new_manifest() {
    let mut world = World::armed(hourly(), "00:30:00");
    drop(world.apply(|state, subject, _| pause(state, subject)));
    assert_eq!((world.state.status, world.state.deadline_at), (MonitorStatus::Paused, None));
    world.send(BAD, "01:00:00");
    assert_eq!((world.alarms().as_str(), world.rows.len()), ("", 1), "seen, but not judged");
    drop(world.apply(|state, subject, _| resume(state, subject, at("02:30:00"))));
    assert_eq!(world.state.expected_at, Some(at("03:00:00")));

    let before = world.expectation.clone();
    let spec = MonitorSpec { crons: vec!["30 * * * *".parse().unwrap()], ..hourly() };
    world.expectation = Expectation::compile(spec).unwrap();
    drop(world.apply(|state, subject, _| declare(state, subject, &before, at("02:40:00"))));
    assert_eq!(world.state.expected_at, Some(at("03:30:00")));
    // Only the alerts are different: what is expected stays, although its time has come.
    let before = world.expectation.clone();
    let spec = MonitorSpec { alert_after: 2, ..before.spec.clone() };
    world.expectation = Expectation::compile(spec).unwrap();
    drop(world.apply(|state, subject, _| declare(state, subject, &before, at("03:35:00"))));
    assert_eq!(world.state.expected_at, Some(at("03:30:00")));

    drop(world.apply(|state, subject, _| remove(state, subject, at("03:36:00"))));
    world.tick("05:00:00");
    assert_eq!((world.state.deadline_at, world.rows.len()), (None, 1));
    let before = world.expectation.clone();
    drop(world.apply(|state, subject, _| declare(state, subject, &before, at("05:00:00"))));
    assert_eq!(world.state.expected_at, Some(at("05:30:00")), "declared again, armed again");
}

#[test]
fn clock_changes_follow_the_scheduler() {
    // 02:30 does not exist in New York on 2026-03-08: Debian cron runs it when the clock has jumped, at 03:00.
    let spec = |profile| MonitorSpec {
        crons: vec!["30 2 * * *".parse().unwrap()],
        timezone: "America/New_York".to_owned(),
        profile,
        ..hourly()
    };
    for (profile, next) in [
        (crontopus_schedule::Profile::DebianCron, "2026-03-08T07:00:00Z"),
        (crontopus_schedule::Profile::Systemd, "2026-03-09T06:30:00Z"),
    ] {
        let expectation = Expectation::compile(spec(profile)).unwrap();
        let id = crontopus_ids::MonitorId::from_bits(1);
        let state = crontopus_domain::monitor::arm(id, &expectation, ms("2026-03-07T12:00:00Z"));
        assert_eq!(state.expected_at, Some(ms(next)), "{profile}");
    }
    assert!(Expectation::compile(MonitorSpec { timezone: "Mars/Olympus".into(), ..hourly() }).is_err());
}

#[test]
fn one_start_that_is_still_open_holds_up_neither_those_after_it_nor_the_sweep() {
    let minutely = |late_ms| MonitorSpec {
        crons: vec!["* * * * *".parse().unwrap()],
        early_ms: 0,
        late_ms,
        max_runtime_ms: None,
        ..hourly()
    };
    let (first, minute) = (at("00:01:00"), 60_000);
    let mut world = World::armed_at(minutely(86_400_000), first - 1_000);
    let good = |world: &mut World, at: i64| world.receive(&CheckIn::new(GOOD, RunKey::None), at);
    // All but the first, and more of them than are remembered.
    for n in 1..1_400 {
        if let Some(due) = world.state.deadline_at
            && due <= first + n * minute
        {
            world.tick_at(due);
        }
        good(&mut world, first + n * minute + 5_000);
    }
    world.tick_at(first + 86_400_001);
    let of = |status| world.rows.values().filter(|run| run.status == status).collect::<Vec<_>>();
    let claimed = of(RunStatus::Succeeded);
    assert_eq!(claimed.len(), 1_399);
    assert!(
        claimed.iter().all(|run| run.expected_at == Some(run.started_at.unwrap_or(run.at) / minute * minute))
    );
    let missed: Vec<_> = of(RunStatus::Missed).into_iter().map(|run| run.at).collect();
    assert_eq!(missed, [first], "only what nobody saw, and once");
    assert_eq!(world.state.expected_at, Some(first + 1_400 * minute));
}
