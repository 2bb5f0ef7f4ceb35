//! What follows from what a provider answered.

use std::time::Duration;

use crontopus_notify::Outcome;
use crontopus_store::Verdict;

/// The first pause before another try.
const FIRST_MS: i64 = 10_000;
/// The longest.
const LONGEST_MS: i64 = 3_600_000;
/// After so long a message is given up.
pub(super) const GIVE_UP_MS: i64 = 24 * 3_600_000;

pub(super) fn was_sent(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Sent { .. })
}

/// What is written down. `attempts` were made before this one, `random` is any number, and `created_at` is when the
/// message was written.
pub(super) fn verdict(
    outcome: &Outcome,
    (attempts, random): (i64, u32),
    created_at: i64,
    now: i64,
) -> Verdict {
    match outcome {
        Outcome::Sent { reference, .. } => Verdict::Sent { reference: reference.clone() },
        Outcome::Refused { .. } | Outcome::Broken { .. } => Verdict::Failed,
        Outcome::Later { after, .. } => {
            let at = now + pause(attempts, random, *after);
            if at > created_at.saturating_add(GIVE_UP_MS) {
                return Verdict::Failed;
            }
            Verdict::Later { at, whole_channel: after.is_some() }
        }
    }
}

/// Doubles from try to try, up to an hour, a fifth shorter or longer by chance; never shorter than asked for.
fn pause(attempts: i64, random: u32, asked: Option<Duration>) -> i64 {
    let doubled = FIRST_MS.saturating_mul(1 << attempts.clamp(0, 20)).min(LONGEST_MS);
    let chance = i64::from(random % 401) - 200;
    let jittered = doubled + doubled * chance / 1_000;
    let asked = asked.map_or(0, |wait| i64::try_from(wait.as_millis()).unwrap_or(LONGEST_MS));
    jittered.max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn later(after: Option<u64>) -> Outcome {
        Outcome::Later { answer: "503".to_owned(), after: after.map(Duration::from_secs) }
    }

    #[test]
    fn pauses_grow_and_stay_near_their_middle() {
        for (attempts, middle) in [(0, 10_000), (1, 20_000), (5, 320_000), (9, 3_600_000), (60, 3_600_000)] {
            for random in [0, 1, 200, 400, u32::MAX] {
                let pause = pause(attempts, random, None);
                assert!((pause - middle).abs() <= middle / 5, "{attempts}: {pause}");
            }
        }
        assert_ne!(pause(3, 0, None), pause(3, 400, None));
    }

    #[test]
    fn a_provider_that_names_a_time_gets_it_and_the_whole_channel_waits() {
        let verdict = verdict(&later(Some(120)), (0, 0), 0, 1_000);
        assert_eq!(verdict, Verdict::Later { at: 121_000, whole_channel: true });
    }

    #[test]
    fn after_a_day_it_is_given_up() {
        let now = GIVE_UP_MS - 3_700_000;
        assert!(matches!(
            verdict(&later(None), (30, 200), 0, now),
            Verdict::Later { whole_channel: false, .. }
        ));
        assert_eq!(verdict(&later(None), (30, 200), 0, GIVE_UP_MS), Verdict::Failed);
    }
}
