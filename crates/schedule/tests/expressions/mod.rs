//! Random expressions for the property tests.

use crontopus_schedule::{Cron, Schedule};
use proptest::prelude::*;

/// A field of plain cron: `*`, `*/n`, a value, a list, a range, a range with a step.
///
/// Boxed, as unions of unions by value overflow a test's stack.
pub(crate) fn field(low: u32, high: u32) -> BoxedStrategy<String> {
    let value = low..=high;
    let range = (low..=high, low..=high).prop_map(|(a, b)| (a.min(b), a.max(b)));
    prop_oneof![
        3 => Just("*".to_owned()),
        1 => (2..=high.min(20)).prop_map(|step| format!("*/{step}")),
        4 => value.clone().prop_map(|value| value.to_string()),
        2 => prop::collection::vec(value, 2..5).prop_map(|values| {
            values.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
        }),
        1 => range.clone().prop_map(|(a, b)| format!("{a}-{b}")),
        1 => (range, 1..=7u32).prop_map(|((a, b), step)| format!("{a}-{b}/{step}")),
    ]
    .boxed()
}

/// Hours, preferring the small hours in which clocks change.
pub(crate) fn hours() -> impl Strategy<Value = String> {
    prop_oneof![field(0, 23), (0..=4u32).prop_map(|hour| hour.to_string()), field(0, 4)]
}

fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("L".to_owned()),
        Just("LW".to_owned()),
        (1..=6u32).prop_map(|back| format!("L-{back}")),
        (1..=31u32).prop_map(|day| format!("{day}W")),
        (1..=28u32).prop_map(|day| format!("{day},L")),
    ]
}

fn weekday() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..=7u32, 1..=5u32).prop_map(|(day, nth)| format!("{day}#{nth}")),
        (0..=7u32).prop_map(|day| format!("{day}L")),
    ]
}

fn parsed(text: String) -> Option<Cron> {
    Cron::parse(&text).ok()
}

/// Five fields of plain cron.
pub(crate) fn plain() -> impl Strategy<Value = Cron> {
    (field(0, 59), hours(), field(1, 31), field(1, 12), field(0, 7))
        .prop_map(|(minute, hour, dom, month, dow)| format!("{minute} {hour} {dom} {month} {dow}"))
        .prop_filter_map("impossible date", parsed)
}

/// Five fields with `L`, `W` or `#`.
pub(crate) fn extended() -> impl Strategy<Value = Cron> {
    let days = prop_oneof![
        (date(), Just("*".to_owned())),
        (Just("*".to_owned()), weekday()),
        (date(), field(0, 7)),
        (field(1, 31), weekday()),
        (date(), weekday()),
    ];
    (field(0, 59), hours(), days, field(1, 12))
        .prop_map(|(minute, hour, (dom, dow), month)| format!("{minute} {hour} {dom} {month} {dow}"))
        .prop_filter_map("impossible date", parsed)
}

pub(crate) fn any_cron() -> BoxedStrategy<Cron> {
    prop_oneof![2 => plain(), 1 => extended()].boxed()
}

pub(crate) fn one(cron: &Cron) -> Schedule {
    Schedule::Cron(vec![cron.clone()])
}
