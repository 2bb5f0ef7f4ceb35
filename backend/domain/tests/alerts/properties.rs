use proptest::prelude::*;

use crate::world::{MINUTE, World};

#[derive(Debug, Clone, Copy)]
enum Step {
    Open,
    Resolve,
    Acknowledge,
    Live(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        Just(Step::Open),
        Just(Step::Resolve),
        Just(Step::Acknowledge),
        (1i64..200).prop_map(Step::Live),
    ];
    prop::collection::vec(step, 1..60)
}

proptest! {
    /// Whatever happens in whatever order: who hears of an end heard of a beginning, or that it flaps; and whoever
    /// heard of a beginning hears of the end, unless it flapped in between.
    #[test]
    fn ends_follow_beginnings(steps in steps()) {
        let mut world = World::new(&[(
            "Route",
            "all",
            "{steps: [{channels: [slack]}, {after: 20m, channels: [pager]}], repeatEvery: 30m}",
        )]);
        let (mut is_open, mut is_taken) = (false, false);
        let mut knows = std::collections::BTreeSet::new();
        for step in steps {
            let told = match step {
                Step::Open if !is_open => {
                    (is_open, is_taken) = (true, false);
                    world.open()
                }
                Step::Resolve if is_open => {
                    is_open = false;
                    world.resolve()
                }
                Step::Acknowledge if is_open && !is_taken => {
                    is_taken = true;
                    world.acknowledge()
                }
                Step::Live(minutes) => world.live(minutes, is_open && !is_taken),
                _ => Vec::new(),
            };
            for line in &told {
                let words: Vec<&str> = line.rsplit(' ').collect();
                let (who, what) = (words[0].to_owned(), words[1]);
                match what {
                    "opened" | "escalated" | "flapping" => drop(knows.insert(who)),
                    "resolved" => prop_assert!(knows.remove(&who), "{who} heard of an end alone"),
                    _ => prop_assert!(knows.contains(&who), "{who} heard {what} first"),
                }
            }
            if !is_open && world.flap.is_none() {
                prop_assert!(knows.is_empty(), "nobody told {knows:?} of the end");
            }
            prop_assert!(world.watches.iter().all(|w| w.next_at.is_none_or(|at| at > world.now - MINUTE)) || !is_open || is_taken);
        }
    }
}
