//! In which order runs are counted, and what a late one changes.

use crontopus_domain::{CheckIn, MonitorSpec, MonitorStatus, RunKey};

use crate::world::{BAD, GOOD, START, World, at, hourly};

#[test]
fn of_runs_that_end_in_one_millisecond_the_one_that_was_heard_of_first_comes_first() {
    for n in 0..50 {
        let mut world = World::armed(hourly(), "00:30:00");
        // The names make ids of which now this and now that is the smaller.
        world.report(&format!("a{n}"), BAD, "01:00:00", "01:00:00");
        world.report(&format!("b{n}"), GOOD, "01:00:00", "01:00:00");
        assert_eq!(world.alarms(), "opened failed after 1, resolved recovered", "{n}");
        world.report(&format!("c{n}"), BAD, "01:00:00", "01:00:00");
        assert_eq!(world.state.status, MonitorStatus::Failing, "{n}");
    }
}

#[test]
fn of_runs_that_end_in_one_millisecond_the_one_that_began_first_comes_first() {
    for n in 0..50 {
        for swap in [false, true] {
            let mut world = World::armed(hourly(), "00:30:00");
            let mut ends = [(BAD, 600_000), (GOOD, 300_000)];
            if swap {
                ends.swap(0, 1);
            }
            for (kind, took) in ends {
                let mut end = CheckIn::new(kind, RunKey::External(format!("{kind:?}{n}")));
                (end.at, end.duration_ms) = (Some(at("01:10:00")), Some(took));
                world.receive(&end, at("01:10:00"));
            }
            assert_eq!(world.state.status, MonitorStatus::Ok, "{n} {swap}");
            assert_eq!(world.state.incident, None, "{n} {swap}");
        }
    }
}

#[test]
fn a_late_failure_completes_a_row_of_bad_runs() {
    let spec = MonitorSpec { alert_after: 2, ..hourly() };
    let mut world = World::armed(spec, "00:30:00");
    world.report("two", BAD, "02:00:00", "02:00:00");
    assert_eq!(world.alarms(), "");
    world.report("one", BAD, "01:00:00", "02:05:00");
    assert_eq!(world.alarms(), "opened failed after 2");
    let incident = world.state.incident.clone().unwrap();
    assert_ne!(incident.first_run, incident.last_run);
    world.report("one", START, "00:59:59", "02:05:01");
    assert_eq!(world.alarms(), "opened failed after 2", "and is counted once");
}
