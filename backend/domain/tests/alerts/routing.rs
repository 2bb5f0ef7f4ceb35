use crontopus_domain::{IncidentKind, Severity};

use crate::world::{World, labels};

const PLATFORM: (&str, &str, &str) =
    ("Route", "platform", "{selector: {team: platform}, steps: [{channels: [slack]}]}");

#[test]
fn the_route_with_the_jobs_labels_tells_its_channels() {
    let mut world =
        World::new(&[PLATFORM, ("Route", "other", "{selector: {team: web}, steps: [{channels: [mail]}]}")]);
    assert_eq!(world.open(), ["opened slack"]);
    assert_eq!(world.resolve(), ["resolved slack"]);
}

#[test]
fn every_route_that_matches_tells_and_nobody_hears_it_twice() {
    let mut world = World::new(&[PLATFORM, ("Route", "all", "{steps: [{channels: [slack, mail]}]}")]);
    assert_eq!(world.open(), ["opened slack", "opened mail"]);
    assert_eq!(world.resolve(), ["resolved slack", "resolved mail"]);
}

#[test]
fn a_job_that_names_its_routes_gets_just_those() {
    let mut world =
        World::new(&[PLATFORM, ("Route", "night", "{selector: {x: \"y\"}, steps: [{channels: [pager]}]}")]);
    world.concern.jobs[0].routes = vec!["night".to_owned()];
    assert_eq!(world.open(), ["opened pager"]);
}

#[test]
fn without_a_route_the_default_channels_are_told_then_all_then_the_owners() {
    let mut world = World::new(&[("Route", "other", "{selector: {team: web}, steps: [{channels: [mail]}]}")]);
    world.rules.channels[1].is_default = true;
    assert_eq!(world.open(), ["opened pager"]);
    world.rules.channels[1].usable = false;
    assert_eq!(world.open(), ["opened slack", "opened mail"]);
    world.rules.channels.clear();
    assert_eq!(world.open(), ["opened owners"]);
    assert_eq!(world.resolve(), ["resolved owners"]);
}

#[test]
fn a_step_that_reaches_no_channel_goes_where_the_default_route_goes() {
    let mut world = World::new(&[("Route", "typo", "{steps: [{channels: [slak]}]}")]);
    world.rules.channels[2].is_default = true;
    assert_eq!(world.open(), ["opened mail"]);
}

#[test]
fn kinds_that_no_route_tells_are_told_all_the_same() {
    let mut world = World::new(&[("Route", "some", "{on: [missed], steps: [{channels: [slack]}]}")]);
    world.rules.channels[2].is_default = true;
    assert_eq!(world.open(), ["opened mail"]);
    world.concern.kind = IncidentKind::Missed;
    assert_eq!(world.open(), ["opened slack"]);
    // Without `recovered` in `on` its end is not told.
    assert!(world.resolve().is_empty());
}

#[test]
fn what_is_not_severe_enough_is_noted_not_told() {
    let mut world = World::new(&[("Route", "loud", "{minSeverity: critical, steps: [{channels: [pager]}]}")]);
    assert!(world.open().is_empty());
    assert_eq!(world.notes, ["nobody is told: not severe enough for default/loud"]);
    world.concern.severity = Severity::Critical;
    assert_eq!(world.open(), ["opened pager"]);
}

#[test]
fn a_silent_host_concerns_its_own_route_and_those_of_its_jobs() {
    let hosts = ("Route", "hosts", "{selector: {role: db}, steps: [{channels: [mail]}]}");
    let mut world = World::new(&[PLATFORM, hosts]);
    world.concern.kind = IncidentKind::HostSilent;
    world.concern.monitor = None;
    assert_eq!(world.open(), ["opened slack", "opened mail"]);
    world.concern.agent_labels = labels(&[]);
    assert_eq!(world.open(), ["opened slack"]);
}

#[test]
fn two_repositories_may_have_a_route_of_one_name() {
    let mut world = World::new(&[PLATFORM, ("Route", "platform", "{steps: [{channels: [mail]}]}")]);
    assert_eq!(world.open(), ["opened slack", "opened mail"]);
    assert_eq!(world.resolve(), ["resolved slack", "resolved mail"]);
}
