use crontopus_domain::{CheckIn, CheckInKind, MonitorSpec, RunKey, RunStatus};
use insta::assert_snapshot;

use crate::world::{BAD, GOOD, START, World, at, hourly};

#[test]
fn start_and_end_are_one_run() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.send(START, "01:00:02");
    world.send(GOOD, "01:05:00");
    assert_snapshot!(world.story(), @"01:00:00 01:00:02 01:05:00 succeeded");
}

#[test]
fn an_end_alone_is_a_run_and_a_duration_tells_its_start() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.send(GOOD, "01:05:00");
    let mut end = CheckIn::new(BAD, RunKey::None);
    end.duration_ms = Some(900_000);
    world.receive(&end, at("02:16:00"));
    assert_snapshot!(world.story(), @r"
    01:00:00 - 01:05:00 succeeded
    02:00:00 02:01:00 02:16:00 failed
    ");
}

#[test]
fn an_end_that_overtakes_its_start_waits_for_it() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", GOOD, "01:15:00", "01:15:00");
    world.report("a", START, "01:00:01", "01:15:01");
    assert_snapshot!(world.story(), @"01:00:00 01:00:01 01:15:00 succeeded");
    assert_eq!(world.state.open, []);
}

#[test]
fn a_guess_by_the_end_is_given_back() {
    let crons = vec!["*/20 * * * *".parse().unwrap()];
    let mut world = World::armed(MonitorSpec { crons, max_runtime_ms: None, ..hourly() }, "00:59:00");
    world.report("a", GOOD, "01:25:00", "01:25:00");
    world.report("a", START, "01:00:01", "01:25:01");
    world.tick("01:31:00");
    assert_snapshot!(world.story(), @r"
    01:20:00 - - missed
    01:00:00 01:00:01 01:25:00 succeeded
    ");
}

#[test]
fn several_runs_are_open_at_once() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    world.report("b", START, "01:01:00", "01:01:00");
    assert_eq!(world.state.open_runs(), 2);
    world.report("a", BAD, "01:02:00", "01:02:00");
    world.tick("01:30:00");
    assert_snapshot!(world.story(), @r"
    01:00:00 01:00:00 01:02:00 failed
    - 01:01:00 - timed_out
    ");
}

#[test]
fn nameless_signals_belong_to_the_newest_open_run_of_their_host() {
    let mut world = World::armed(hourly(), "00:30:00");
    let signal = |kind, host: &str| {
        let mut signal = CheckIn::new(kind, RunKey::None);
        signal.host = Some(host.to_owned());
        signal
    };
    let one = world.receive(&signal(START, "one"), at("01:00:00"));
    let two = world.receive(&signal(START, "two"), at("01:00:10"));
    assert_eq!(world.receive(&signal(GOOD, "one"), at("01:01:00")), one);
    assert_eq!(world.receive(&signal(BAD, "two"), at("01:01:10")), two);
    assert_snapshot!(world.story(), @r"
    01:00:00 01:00:00 01:01:00 succeeded
    - 01:00:10 01:01:10 failed
    ");
}

#[test]
fn nameless_signals_belong_to_the_newest_open_run_of_their_environment() {
    let mut world = World::armed(hourly(), "00:30:00");
    let signal = |kind, environment: Option<&str>| {
        let mut signal = CheckIn::new(kind, RunKey::None);
        signal.environment = environment.map(str::to_owned);
        signal
    };
    let one = world.receive(&signal(START, Some("one")), at("01:00:00"));
    let two = world.receive(&signal(START, Some("two")), at("01:00:10"));
    assert_eq!(world.receive(&signal(GOOD, Some("one")), at("01:01:00")), one);
    assert_eq!(world.receive(&signal(BAD, None), at("01:01:10")), two);
    let other = world.receive(&signal(GOOD, Some("three")), at("01:02:00"));
    assert!(other != one && other != two && world.rows.len() == 3);
}

#[test]
fn heartbeats_and_repeated_starts_extend_a_run() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    world.report("a", CheckInKind::Heartbeat, "01:15:00", "01:15:00");
    world.tick("01:30:00");
    world.report("a", START, "01:34:00", "01:34:00");
    world.tick("01:53:59");
    assert_eq!(world.state.open_runs(), 1);
    world.tick("01:54:01");
    assert_snapshot!(world.story(), @"01:00:00 01:00:00 - timed_out");
}

#[test]
fn an_end_after_the_time_limit_is_recorded_beside_it() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.send(START, "01:00:00");
    world.tick("01:20:01");
    world.send(GOOD, "01:40:00");
    assert_snapshot!(world.story(), @"01:00:00 01:00:00 01:40:00 timed_out");
    assert_snapshot!(world.alarms(), @"opened timed_out after 1");
    world.send(GOOD, "02:00:30");
    assert_snapshot!(world.alarms(), @"opened timed_out after 1, resolved recovered");
}

#[test]
fn what_took_too_long_is_timed_out_whether_the_sweep_or_its_end_comes_first() {
    for sweep_first in [true, false] {
        let mut world = World::armed(hourly(), "00:30:00");
        world.report("a", START, "01:00:00", "01:00:00");
        if sweep_first {
            world.tick("01:45:00");
        }
        world.report("a", GOOD, "01:40:00", "01:45:00");
        assert_eq!(world.story(), "01:00:00 01:00:00 01:40:00 timed_out", "{sweep_first}");
        assert_eq!(world.alarms(), "opened timed_out after 1", "{sweep_first}");
    }
}

#[test]
fn a_late_end_within_the_time_limit_heals_a_time_out() {
    let mut world = World::armed(MonitorSpec { recover_after: 3, ..hourly() }, "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    world.tick("01:45:00");
    world.report("a", GOOD, "01:15:00", "01:50:00");
    assert_snapshot!(world.story(), @"01:00:00 01:00:00 01:15:00 succeeded");
    assert_snapshot!(world.alarms(), @"opened timed_out after 1, resolved reported_late");
}

#[test]
fn a_later_sign_of_life_lifts_a_time_out() {
    for (sign, alarms) in [
        ("01:19:00", "opened timed_out after 1, resolved reported_late"),
        ("01:30:00", "opened timed_out after 1"),
    ] {
        let mut world = World::armed(hourly(), "00:30:00");
        world.report("a", START, "01:00:00", "01:00:00");
        world.tick("01:25:00");
        world.report("a", CheckInKind::Heartbeat, sign, "01:30:00");
        assert_eq!((world.state.open_runs(), world.alarms().as_str()), (1, alarms), "{sign}");
        world.report("a", GOOD, "01:35:00", "01:35:00");
        assert_eq!(world.statuses(), [RunStatus::Succeeded], "{sign}");
        assert!(world.alarms().contains("resolved"), "{sign}");
    }
}

#[test]
fn a_run_whose_start_got_lost_claims_by_its_first_heartbeat() {
    let mut world = World::armed(hourly(), "00:30:00");
    world.report("a", CheckInKind::Heartbeat, "01:05:00", "01:05:00");
    world.tick("01:20:00");
    assert_snapshot!(world.story(), @"01:00:00 - - running");
    world.report("a", GOOD, "01:22:00", "01:22:00");
    assert_snapshot!(world.story(), @"01:00:00 - 01:22:00 succeeded");
}

#[test]
fn a_skipped_run_claims_its_start_and_is_not_judged() {
    let mut world = World::armed(hourly(), "00:30:00");
    let mut skipped = CheckIn::new(CheckInKind::Skipped, RunKey::External("s".into()));
    skipped.reason = Some("the previous run goes on".into());
    world.receive(&skipped, at("01:00:00"));
    world.tick("01:30:00");
    assert_snapshot!(world.story(), @"01:00:00 - 01:00:00 skipped (the previous run goes on)");
    assert_eq!(world.state.consecutive_bad(), 0);
}

#[test]
fn a_success_that_is_too_short_has_failed() {
    let mut world = World::armed(MonitorSpec { min_runtime_ms: Some(60_000), ..hourly() }, "00:30:00");
    world.report("a", GOOD, "01:00:05", "01:00:05");
    assert_snapshot!(world.story(), @"01:00:00 - 01:00:05 succeeded");
    world.report("a", START, "01:00:00", "01:00:06");
    assert_snapshot!(world.story(), @"01:00:00 01:00:00 01:00:05 failed (too_short)");
    assert_snapshot!(world.alarms(), @"opened too_short after 1");
}

#[test]
fn a_log_changes_nothing() {
    let mut world = World::armed(hourly(), "00:30:00");
    let run = world.send(START, "01:00:00");
    let before = world.clone();
    assert_eq!(world.send(CheckInKind::Log, "01:01:00"), run);
    assert_eq!((world.state, world.rows), (before.state, before.rows));
}

#[test]
fn times_are_believed_a_week_back_and_five_minutes_ahead() {
    let now = at("12:00:00");
    for (off, believed) in [
        (0, true),
        (-7 * 86_400_000, true),
        (-7 * 86_400_000 - 1, false),
        (300_000, true),
        (300_001, false),
        (i64::MIN / 2, false),
    ] {
        let mut signal = CheckIn::new(START, RunKey::None);
        signal.at = Some(now + off);
        let wanted = if believed { (now + off, None) } else { (now, Some(off)) };
        assert_eq!(signal.moment(now), wanted, "{off}");
    }
    let mut world = World::armed(hourly(), "00:30:00");
    let mut signal = CheckIn::new(START, RunKey::None);
    signal.at = Some(at("23:00:00"));
    world.receive(&signal, at("01:00:00"));
    let run = world.rows.values().next().unwrap();
    assert_eq!((run.started_at, run.skew_ms), (Some(at("01:00:00")), Some(22 * 3_600_000)));
}

#[test]
fn runs_that_never_end_are_given_up() {
    let mut world = World::armed(MonitorSpec { max_runtime_ms: None, ..hourly() }, "00:30:00");
    world.send(START, "01:00:00");
    world.tick_at(at("01:00:00") + 7 * 86_400_000 + 1);
    assert_eq!(world.state.open, []);
    assert!(world.story().contains("01:00:00 01:00:00 - unknown (no end was reported)"));
    let mut world = World::armed(hourly(), "00:30:00");
    for n in 0..300 {
        world.report(&format!("r{n}"), START, "01:00:00", "01:00:00");
    }
    assert_eq!(world.state.open.len(), 200, "and never too many are open");
}

/// A job that may run for a minute, and a client whose clock is `skew` off.
fn short_job_with_skew(skew: i64) -> (World, impl Fn(&mut World, CheckInKind, &str)) {
    let world = World::armed(MonitorSpec { max_runtime_ms: Some(60_000), ..hourly() }, "00:30:00");
    let send = move |world: &mut World, kind: CheckInKind, moment: &str| {
        let mut signal = CheckIn::new(kind, RunKey::External("a".into()));
        signal.at = Some(at(moment) + skew);
        world.receive(&signal, at(moment));
    };
    (world, send)
}

#[test]
fn a_time_limit_counts_by_the_clock_of_the_service() {
    for skew in [-240_000, 0, 240_000] {
        let (mut world, send) = short_job_with_skew(skew);
        send(&mut world, START, "01:05:00");
        world.tick("01:05:59");
        assert_eq!(world.state.open_runs(), 1, "{skew}: no false alarm");
        assert_eq!(world.state.deadline_at, Some(at("01:06:00") + 1), "{skew}");
        send(&mut world, CheckInKind::Heartbeat, "01:05:50");
        world.tick("01:06:40");
        send(&mut world, GOOD, "01:06:45");
        assert!(world.story().contains("succeeded"), "{skew}: {}", world.story());

        let (mut world, send) = short_job_with_skew(skew);
        send(&mut world, START, "01:05:00");
        world.tick("01:06:01");
        assert!(world.story().contains("timed_out"), "{skew}: {}", world.story());
        // A sign of life that came too late by the client's own clock acquits nobody.
        send(&mut world, CheckInKind::Heartbeat, "01:06:30");
        assert_eq!(world.state.open_runs(), 1, "{skew}");
        send(&mut world, GOOD, "01:07:00");
        assert!(world.story().contains("succeeded"), "{skew}: {}", world.story());
    }
}

#[test]
fn a_start_that_is_said_once_more_extends_nothing() {
    let (mut world, send) = short_job_with_skew(-240_000);
    send(&mut world, START, "01:05:00");
    let mut again = CheckIn::new(START, RunKey::External("a".into()));
    again.at = Some(at("01:01:00"));
    world.receive(&again, at("01:05:40"));
    world.tick("01:06:01");
    assert!(world.story().contains("timed_out"), "{}", world.story());
}

#[test]
fn a_clock_that_is_set_back_does_not_lengthen_a_time_limit() {
    // The service's clock is five hours ahead when the run begins.
    let mut world = World::armed(MonitorSpec { max_runtime_ms: Some(600_000), ..hourly() }, "06:30:00");
    world.report("a", START, "07:00:00", "07:00:00");
    world.tick("02:00:30");
    assert_eq!(
        world.state.deadline_at,
        Some(at("02:10:30") + 1),
        "the limit counts from when it was set back"
    );
    world.tick("02:10:29");
    assert_eq!(world.state.open_runs(), 1);
    // A sign of life counts by the clock as it is.
    world.report("a", CheckInKind::Heartbeat, "02:10:29", "02:10:29");
    world.tick("02:20:29");
    assert_eq!(world.state.open_runs(), 1);
    world.tick("02:20:30");
    assert!(world.story().contains("timed_out"), "{}", world.story());
}

#[test]
fn a_run_may_take_longer_than_signals_are_believed_back() {
    const DAY: i64 = 86_400_000;
    let mut world = World::armed(MonitorSpec { max_runtime_ms: Some(10 * DAY), ..hourly() }, "00:30:00");
    world.report("a", START, "01:00:00", "01:00:00");
    let start = at("01:00:00");
    for day in 1..=10 {
        world.tick_at(start + day * DAY);
        let run = world.rows.values().find(|run| run.started_at == Some(start)).unwrap();
        assert_eq!(run.status, RunStatus::Running, "{day}");
    }
    world.tick_at(start + 10 * DAY + 1);
    let run = world.rows.values().find(|run| run.started_at == Some(start)).unwrap();
    assert_eq!(run.status, RunStatus::TimedOut);
}
