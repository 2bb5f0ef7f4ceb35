use crontopus_domain::alerts::{Snooze, SnoozeScope};

use crate::world::{MINUTE, World};

const ALL: (&str, &str, &str) = ("Route", "all", "{steps: [{channels: [slack]}], repeatEvery: 10m}");

/// Opens and resolves every two minutes until it is told that it flaps; how many messages came before.
fn flap(world: &mut World) -> usize {
    for n in 0.. {
        let told = if n % 2 == 0 { world.open() } else { world.resolve() };
        if told == ["flapping slack"] {
            return n;
        }
        assert_eq!(told.len(), 1, "{n}: {told:?}");
        world.now += 2 * MINUTE;
    }
    unreachable!()
}

#[test]
fn the_seventh_change_within_an_hour_is_told_as_flapping_and_then_nothing_more() {
    let mut world = World::new(&[ALL]);
    assert_eq!(flap(&mut world), 6);
    for n in 0..20 {
        world.now += 3 * MINUTE;
        let told = if n % 2 == 0 { world.resolve() } else { world.open() };
        assert!(told.is_empty(), "{told:?}");
    }
}

#[test]
fn stable_for_an_hour_and_over_it_is_told_as_resolved() {
    let mut world = World::new(&[ALL]);
    flap(&mut world);
    world.now += MINUTE;
    assert!(world.resolve().is_empty());
    assert_eq!(world.live(90, false), ["60: resolved slack"]);
    assert!(world.flap.is_none());
}

#[test]
fn stable_for_an_hour_and_open_it_is_told_as_open() {
    let mut world = World::new(&[ALL]);
    flap(&mut world);
    assert_eq!(world.live(75, true), ["60: opened slack", "70: repeated slack"]);
}

#[test]
fn slow_changes_are_not_flapping() {
    let mut world = World::new(&[ALL]);
    for n in 0..30 {
        let told = if n % 2 == 0 { world.open() } else { world.resolve() };
        assert_eq!(told.len(), 1);
        world.now += 10 * MINUTE;
    }
    assert!(world.flap.is_none());
}

/// It begins to flap while a maintenance silences it: that is told to nobody, but who was told that it began hears how it
/// ended.
#[test]
fn those_who_know_of_it_hear_how_it_ended_though_it_began_to_flap_in_a_silence() {
    let mut world = World::new(&[ALL]);
    world.open();
    world.now += 61 * MINUTE;
    for n in 0..6 {
        let told = if n % 2 == 0 { world.resolve() } else { world.open() };
        assert_eq!(told.len(), 1, "{n}: {told:?}");
        world.now += MINUTE;
    }
    let scope = SnoozeScope::Label("role".into(), "db".into());
    let until = world.now + 600 * MINUTE;
    world.rules.snoozes.push(Snooze { scope, until, by: "ann@acme.example".to_owned() });
    assert!(world.resolve().is_empty());
    assert!(world.flap.is_some());
    assert_eq!(world.live(61, false), ["60: resolved slack"]);
}
