use crate::world::World;

const ESCALATING: (&str, &str, &str) = (
    "Route",
    "platform",
    "{steps: [{channels: [slack]}, {after: 15m, channels: [pager]}, {after: 30m, channels: [mail]}], repeatEvery: 1h}",
);

#[test]
fn nobody_acknowledges_it_so_it_goes_on_and_is_repeated_to_all() {
    let mut world = World::new(&[ESCALATING]);
    assert_eq!(world.open(), ["opened slack"]);
    let told = world.live(180, true);
    assert_eq!(
        told,
        [
            "15: escalated pager",
            "30: escalated mail",
            "90: repeated slack",
            "90: repeated pager",
            "90: repeated mail",
            "150: repeated slack",
            "150: repeated pager",
            "150: repeated mail",
        ]
    );
    assert_eq!(world.resolve(), ["resolved slack", "resolved pager", "resolved mail"]);
    assert!(world.live(600, false).is_empty());
}

#[test]
fn acknowledging_ends_repeats_and_steps_and_tells_those_who_know() {
    let mut world = World::new(&[ESCALATING]);
    world.open();
    assert_eq!(world.live(20, true), ["15: escalated pager"]);
    assert_eq!(world.acknowledge(), ["acknowledged slack", "acknowledged pager"]);
    assert!(world.live(600, true).is_empty());
    assert_eq!(world.resolve(), ["resolved slack", "resolved pager"]);
}

#[test]
fn a_first_step_may_wait_and_what_is_over_by_then_is_told_to_nobody() {
    let late = ("Route", "patient", "{steps: [{after: 5m, channels: [slack]}]}");
    let mut world = World::new(&[late]);
    assert!(world.open().is_empty());
    assert_eq!(world.live(10, true), ["5: opened slack"]);
    let mut world = World::new(&[late]);
    assert!(world.open().is_empty());
    assert!(world.resolve().is_empty());
}

#[test]
fn a_route_that_is_gone_hands_over_to_those_there_are() {
    let mut world = World::new(&[ESCALATING]);
    world.open();
    world.rules.routes.clear();
    world.rules.channels[1].is_default = true;
    assert_eq!(world.live(16, true), ["15: opened pager"]);
    assert!(world.live(600, true).is_empty());
}

#[test]
fn a_channel_that_was_disabled_is_passed_over() {
    let mut world = World::new(&[ESCALATING]);
    world.open();
    world.rules.channels[1].usable = false;
    world.rules.channels[2].is_default = true;
    assert_eq!(world.live(16, true), ["15: escalated mail"]);
}

#[test]
fn a_service_that_was_away_catches_up_at_once() {
    let mut world = World::new(&[ESCALATING]);
    world.open();
    world.now += 40 * 60_000;
    assert_eq!(world.live(0, true), ["0: escalated pager", "0: escalated mail"]);
}
