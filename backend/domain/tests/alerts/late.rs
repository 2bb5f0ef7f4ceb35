use crontopus_domain::alerts::{Overdue, Routed, Snooze, SnoozeScope, tell_late};
use crontopus_domain::monitor::{Around, arm};
use crontopus_domain::{
    Cause, Expectation, IncidentKind, MonitorSpec, MonitorState, Outage, Severity, Starter,
};
use crontopus_ids::MonitorId;

use crate::world::{MINUTE, T0, World, channel};

const HOUR: i64 = 60 * MINUTE;

/// Due each hour, with a window of ten minutes and a random delay of two.
fn expectation(starter: Starter) -> Expectation {
    let spec: MonitorSpec = serde_json::from_value(serde_json::json!({
        "crons": ["0 * * * *"], "timezone": "UTC", "profile": "guarded", "starter": starter,
        "early_ms": MINUTE, "late_ms": 10 * MINUTE, "jitter_ms": 2 * MINUTE, "alert_after": 1,
        "recover_after": 1, "severity": "warning"
    }))
    .unwrap();
    Expectation::compile(spec).unwrap()
}

/// A monitor that was armed at half past midnight: its first start is due at one.
fn armed(expectation: &Expectation) -> MonitorState {
    arm(MonitorId::from_bits(1), expectation, 30 * MINUTE)
}

fn find(state: &MonitorState, of: &Expectation, around: Around<'_>, minute: i64) -> Option<Overdue> {
    Overdue::find(state, &of.spec, around, HOUR + minute * MINUTE)
}

#[test]
fn a_start_is_late_from_the_middle_of_its_window_to_its_end() {
    let own = expectation(Starter::Elsewhere);
    let state = armed(&own);
    let late = |minute| find(&state, &own, Around::default(), minute).is_some();
    assert_eq!(
        (-1..15).filter(|minute| late(*minute)).collect::<Vec<_>>(),
        (7..=12).collect::<Vec<_>>(),
        "the delay of two minutes is waited for, and then half of ten"
    );
    let found = find(&state, &own, Around::default(), 8).unwrap();
    assert_eq!(
        found,
        Overdue { expected_at: HOUR, told_at: HOUR + 7 * MINUTE, closes_at: HOUR + 12 * MINUTE }
    );
}

#[test]
fn while_nobody_can_say_nothing_is_late() {
    let own = expectation(Starter::Agent);
    let state = armed(&own);
    let seen = |minute: i64| Around {
        outages: &[],
        host_seen_at: Some(HOUR + minute * MINUTE),
        ..Around::default()
    };
    assert_eq!(find(&state, &own, seen(6), 8), None, "the host may still deliver what it has kept");
    assert!(find(&state, &own, seen(7), 8).is_some());
    let delivering = Around { host_keeps_records: true, ..seen(7) };
    assert_eq!(find(&state, &own, delivering, 8), None, "what it delivers may tell of it");
    assert_eq!(find(&state, &own, Around::default(), 8), None, "the host was never heard of");

    let ping = expectation(Starter::Elsewhere);
    let away = |from: i64, to: i64| Outage {
        from: HOUR + from * MINUTE,
        to: HOUR + to * MINUTE,
        cause: Cause::Away,
    };
    for (outage, is_late) in [((-20, -10), true), ((-1, 1), false), ((2, 3), false), ((5, 8), false)] {
        let outages = [away(outage.0, outage.1)];
        let around = Around { outages: &outages, ..Around::default() };
        assert_eq!(find(&armed(&ping), &ping, around, 8).is_some(), is_late, "{outage:?}");
    }
}

#[test]
fn a_paused_or_failing_monitor_is_not_late() {
    let own = expectation(Starter::Elsewhere);
    let mut paused = armed(&own);
    paused.status = crontopus_domain::MonitorStatus::Paused;
    let mut failing = armed(&own);
    failing.status = crontopus_domain::MonitorStatus::Failing;
    for state in [paused, failing] {
        assert_eq!(find(&state, &own, Around::default(), 8), None);
    }
}

const ROUTE: &str = "{on: [late, failed, recovered], minSeverity: warning, steps: [{channels: [slack]}, {after: 15m, channels: [pager]}], \
     repeatEvery: 1h}";

/// Who is told that the start is late; `None` when it is to be looked at again.
fn told(world: &World) -> Option<Vec<String>> {
    let tellings = tell_late(&world.rules, &world.concern, world.now)?;
    let name = |id: String| {
        let known = world.rules.channels.iter().find(|channel| channel.id.to_string() == id);
        known.map_or(id, |channel| channel.name.clone())
    };
    Some(tellings.iter().map(|t| format!("{} {}", t.occasion, name(t.target.to_string()))).collect())
}

fn world(documents: &[(&str, &str, &str)]) -> World {
    let mut world = World::new(documents);
    world.concern.kind = IncidentKind::Late;
    world
}

#[test]
fn only_routes_that_name_it_tell_it_by_their_first_step_and_once() {
    let world = world(&[("Route", "early", ROUTE)]);
    assert_eq!(told(&world).unwrap(), ["late slack"]);
    let Routed::Told(plans) = world.rules.route(&world.concern) else { unreachable!() };
    assert_eq!((plans.len(), plans[0].repeat_ms, plans[0].recovered), (1, None, false));
}

#[test]
fn without_such_a_route_nobody_is_told_not_even_by_the_default_route() {
    let plain = world(&[("Route", "plain", "{steps: [{channels: [slack]}]}")]);
    assert_eq!(told(&plain).unwrap(), [""; 0]);
    assert_eq!(told(&world(&[])).unwrap(), [""; 0]);
    let delayed = world(&[("Route", "later", "{on: [late], steps: [{after: 5m, channels: [slack]}]}")]);
    assert_eq!(told(&delayed).unwrap(), [""; 0]);
}

#[test]
fn severity_silence_and_two_routes_to_one_channel() {
    let mut world =
        world(&[("Route", "early", ROUTE), ("Route", "again", "{on: [late], steps: [{channels: [slack]}]}")]);
    assert_eq!(told(&world).unwrap(), ["late slack"]);
    world.concern.severity = Severity::Info;
    assert_eq!(told(&world).unwrap(), ["late slack"], "the second route takes any severity");
    world.rules.routes.truncate(1);
    assert_eq!(told(&world).unwrap(), [""; 0]);
    world.concern.severity = Severity::Warning;
    world.rules.channels = vec![channel(1, "slack")];
    let scope = SnoozeScope::Monitor(world.concern.monitor.unwrap());
    world.rules.snoozes.push(Snooze { scope, until: T0 + MINUTE, by: "ada".to_owned() });
    assert_eq!(told(&world), None);
    world.now += 2 * MINUTE;
    assert_eq!(told(&world).unwrap(), ["late slack"]);
}
