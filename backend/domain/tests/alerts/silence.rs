use crontopus_domain::IncidentKind;
use crontopus_domain::alerts::{Snooze, SnoozeScope};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::world::{MINUTE, T0, World};

const ALL: (&str, &str, &str) = ("Route", "all", "{steps: [{channels: [slack]}], repeatEvery: 10m}");

/// From half an hour before to half an hour after the beginning.
fn window(selector: &str) -> String {
    let local = |ms: i64| {
        let at = Timestamp::from_millisecond(ms).unwrap().to_zoned(TimeZone::UTC);
        at.strftime("%Y-%m-%dT%H:%M:%S").to_string()
    };
    let (start, end) = (local(T0 - 30 * MINUTE), local(T0 + 30 * MINUTE));
    format!("{{selector: {selector}, windows: [{{start: {start}, end: {end}}}]}}")
}

fn snooze(scope: SnoozeScope, minutes: i64) -> Snooze {
    Snooze { scope, until: T0 + minutes * MINUTE, by: "ann@acme.example".to_owned() }
}

#[test]
fn maintenance_silences_and_what_is_open_at_its_end_is_told() {
    for selector in ["{team: platform}", "{role: db}", "{}"] {
        let mut world = World::new(&[ALL, ("Maintenance", "upgrade", &window(selector))]);
        assert!(world.open().is_empty(), "{selector}");
        assert!(world.waits());
        assert_eq!(world.notes, ["nobody is told for now: maintenance default/upgrade"]);
        assert_eq!(world.live(35, true), ["30: opened slack"]);
    }
    let mut world = World::new(&[ALL, ("Maintenance", "upgrade", &window("{role: web}"))]);
    assert_eq!(world.open(), ["opened slack"]);
}

#[test]
fn what_is_over_before_the_end_was_never_told() {
    let mut world = World::new(&[ALL, ("Maintenance", "upgrade", &window("{}"))]);
    world.open();
    assert!(world.resolve().is_empty());
    assert!(world.live(60, false).is_empty());
}

#[test]
fn those_who_know_of_it_hear_of_its_end_in_a_maintenance_too() {
    let mut world = World::new(&[ALL]);
    world.open();
    let rules = World::new(&[ALL, ("Maintenance", "upgrade", &window("{}"))]).rules;
    world.rules = rules;
    assert_eq!(world.live(45, true), ["30: repeated slack", "40: repeated slack"]);
    world.now = T0 + MINUTE;
    assert_eq!(world.resolve(), ["resolved slack"]);
}

#[test]
fn a_jobs_maintenance_does_not_hide_a_lost_host() {
    let mut world = World::new(&[ALL, ("Maintenance", "job", &window("{team: platform}"))]);
    (world.concern.kind, world.concern.monitor) = (IncidentKind::HostSilent, None);
    assert_eq!(world.open(), ["opened slack"]);
    let mut world = World::new(&[ALL, ("Maintenance", "host", &window("{role: db}"))]);
    (world.concern.kind, world.concern.monitor) = (IncidentKind::HostSilent, None);
    assert!(world.open().is_empty());
}

#[test]
fn each_scope_silences_what_it_names_and_nothing_else() {
    let own = crate::world::concern();
    let scopes = [
        (SnoozeScope::Monitor(own.monitor.unwrap()), true),
        (SnoozeScope::Monitor(crontopus_ids::MonitorId::from_bits(99)), false),
        (SnoozeScope::Agent(own.agent.unwrap()), true),
        (SnoozeScope::Agent(crontopus_ids::AgentId::from_bits(99)), false),
        (SnoozeScope::Incident(own.incident), true),
        (SnoozeScope::Incident(crontopus_ids::IncidentId::from_bits(99)), false),
        (SnoozeScope::Label("team".into(), "platform".into()), true),
        (SnoozeScope::Label("role".into(), "db".into()), true),
        (SnoozeScope::Label("team".into(), "web".into()), false),
    ];
    for (scope, silences) in scopes {
        let mut world = World::new(&[ALL]);
        world.rules.snoozes.push(snooze(scope.clone(), 20));
        assert_eq!(world.open().is_empty(), silences, "{scope:?}");
        let told = world.live(25, true);
        let first = if silences { "20: opened slack" } else { "10: repeated slack" };
        assert_eq!(told.first().map(String::as_str), Some(first), "{scope:?}");
    }
}

#[test]
fn a_snooze_holds_back_repeats_until_its_end() {
    let mut world = World::new(&[ALL]);
    world.open();
    world.rules.snoozes.push(snooze(SnoozeScope::Incident(world.concern.incident), 25));
    assert_eq!(world.live(40, true), ["25: repeated slack", "35: repeated slack"]);
}

#[test]
fn a_longer_snooze_takes_over_where_a_shorter_ends() {
    let mut world = World::new(&[ALL]);
    world.rules.snoozes.push(snooze(SnoozeScope::Label("role".into(), "db".into()), 10));
    world.open();
    world.rules.snoozes.push(snooze(SnoozeScope::Monitor(world.concern.monitor.unwrap()), 30));
    assert_eq!(world.live(31, true), ["30: opened slack"]);
}
