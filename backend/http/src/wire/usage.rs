use crontopus_api::{self as api, UsageKind};
use crontopus_app::{DayOfUsage, Usage};
use jiff::tz::TimeZone;

use super::at;

/// What a tenant has and sent.
pub(crate) fn usage(usage: Usage) -> api::Usage {
    let meter = |of, used: i64, limit| api::UsageMeter { of, used: used.unsigned_abs(), limit };
    let held = usage.holdings;
    let meters = vec![
        meter(UsageKind::Jobs, held.jobs, None),
        meter(UsageKind::Monitors, held.monitors, None),
        meter(UsageKind::Agents, held.agents, None),
        meter(UsageKind::Members, held.members, None),
        meter(UsageKind::Repositories, held.repositories, Some(usage.most_repositories.into())),
        meter(UsageKind::Channels, held.channels, None),
        meter(UsageKind::Tokens, held.tokens, None),
        meter(UsageKind::Discovered, held.discovered, Some(usage.most_discovered.unsigned_abs())),
        meter(UsageKind::Outputs, usage.outputs, None),
        meter(UsageKind::OutputBytes, usage.output_bytes, None),
    ];
    api::Usage { at: at(usage.at), meters, days: usage.days.into_iter().map(day).collect() }
}

fn day(day: DayOfUsage) -> api::UsageDay {
    api::UsageDay {
        date: at(day.day).to_zoned(TimeZone::UTC).date(),
        check_ins: day.check_ins.unsigned_abs(),
        runs: day.runs.unsigned_abs(),
        missed: day.missed.unsigned_abs(),
        output_bytes: day.output_bytes.unsigned_abs(),
    }
}
