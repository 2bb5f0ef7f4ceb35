//! Two other cron libraries agree in UTC, where clock changes play no part.

mod expressions;

use crontopus_schedule::{Cron, Profile};
use expressions::{any_cron, one, plain};
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

const COUNT: usize = 5;

fn ours(cron: &Cron, after: Timestamp) -> Vec<Timestamp> {
    one(cron).upcoming(after, &TimeZone::UTC, Profile::Guarded).take(COUNT).collect()
}

/// croner joins restricted dates and weekdays by *or* even where one begins with `*`.
fn croner_knows(cron: &Cron) -> bool {
    let text = cron.to_string();
    let fields: Vec<&str> = text.split(' ').collect();
    let starred = |field: &str| field.starts_with('*') && field != "*";
    !starred(fields[2]) && !starred(fields[4])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn croner_agrees(cron in any_cron(), start in 1_500_000_000..2_000_000_000_i64) {
        prop_assume!(croner_knows(&cron));
        let Ok(theirs) = cron.to_string().parse::<croner::Cron>() else { return Ok(()) };
        let after = Timestamp::from_second(start).unwrap();
        let mut at = after.to_zoned(TimeZone::UTC);
        for expected in ours(&cron, after) {
            let Ok(next) = theirs.find_next_occurrence(&at, false) else { break };
            prop_assert_eq!(next.timestamp(), expected, "{}", cron);
            at = next;
        }
    }

    #[test]
    fn cronexpr_agrees(cron in plain(), start in 1_500_000_000..2_000_000_000_i64) {
        let Ok(theirs) = cronexpr::parse_crontab(&format!("{cron} UTC")) else { return Ok(()) };
        let after = Timestamp::from_second(start).unwrap();
        let mut at = after;
        for expected in ours(&cron, after) {
            let Ok(next) = theirs.find_next(cronexpr::MakeTimestamp(at)) else { break };
            prop_assert_eq!(next.timestamp(), expected, "{}", cron);
            at = next.timestamp();
        }
    }
}
