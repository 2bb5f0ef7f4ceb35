use crontopus_api as api;
use crontopus_app::statistics::{Attention, Counts, Overview, SilentHost};

use super::monitoring::same;
use super::{agenda, at, recent};

/// How everything is.
pub(crate) fn overview(found: Overview) -> api::Overview {
    let now = found.now;
    let day = runs_of_day(&found);
    api::Overview {
        now: at(now),
        headline: found.headline,
        counts: recent::counts(found.standing),
        open_incidents: found.open_incidents as u64,
        attention: found.attention.into_iter().map(|item| attention(item, now)).collect(),
        more_attention: found.more_attention,
        upcoming_total: found.upcoming.total as u64,
        upcoming: found.upcoming.moments.into_iter().map(agenda::moment).collect(),
        runs: day,
        changes: found
            .changes
            .into_iter()
            .map(|change| api::GitChange {
                added: change.added.unsigned_abs(),
                removed: change.removed.unsigned_abs(),
                changed: (change.jobs - change.added - change.removed).max(0).unsigned_abs(),
                at: at(change.authored_at),
                commit: change.commit,
                summary: change.summary,
                author: change.author,
            })
            .collect(),
        agents: found.hosts.into_iter().map(host).collect(),
    }
}

fn attention(item: Attention, now: i64) -> api::Attention {
    let monitor = item.monitor;
    let (incident_id, acknowledged_by) = match item.incident {
        Some(incident) => (Some(incident.id), incident.acknowledged_by),
        None => (None, None),
    };
    api::Attention {
        monitor_id: monitor.id,
        status: same(monitor.state.status_at(now)).unwrap_or(api::MonitorStatus::Unknown),
        consecutive_bad: monitor.state.consecutive_bad(),
        namespace: monitor.namespace,
        name: monitor.name,
        host: monitor.host,
        reason: item.reason,
        since: item.since.map(at),
        incident_id,
        acknowledged_by,
        runs: item.recent.runs.iter().map(recent::mark).collect(),
        p95_ms: item.recent.p95_ms,
    }
}

/// The half hours that are past with what was counted, those ahead with what is expected, every one told.
fn runs_of_day(found: &Overview) -> api::RunsOfDay {
    let count = |n: i64| n.max(0).unsigned_abs();
    let mut sum = Counts::default();
    found.slots.iter().for_each(|(_, counts)| sum.merge(counts));
    let present = found.expected.first().map_or(found.now, |(slot, _)| *slot);
    let slot = |at_ms: i64| {
        let counts = found.slots.iter().find(|(slot, _)| *slot == at_ms).map(|(_, c)| *c).unwrap_or_default();
        let expected = found.expected.iter().find(|(slot, _)| *slot == at_ms).map(|(_, n)| u64::from(*n));
        api::RunSlot {
            at: at(at_ms),
            succeeded: count(counts.succeeded),
            failed: count(counts.failed + counts.timed_out),
            missed: count(counts.missed),
            expected,
        }
    };
    const SLOT_MS: i64 = 1_800_000;
    let ahead = found.expected.len() as i64;
    api::RunsOfDay {
        total: count(sum.total()),
        bad: count(sum.bad()),
        success_rate: sum.success_rate(),
        running: count(found.running),
        lag: found.lags.quantile(0.5).zip(found.lags.quantile(0.95)).map(|(p50_ms, p95_ms)| api::StartLag {
            starts: count(found.lags.count()),
            p50_ms,
            p95_ms,
        }),
        slots: (-48..ahead).map(|n| slot(present + n * SLOT_MS)).collect(),
    }
}

fn host(host: SilentHost) -> api::TroubledAgent {
    api::TroubledAgent {
        id: host.id,
        name: host.name,
        state: same(host.state).unwrap_or(api::AgentState::Lost),
        jobs: host.jobs.max(0).unsigned_abs(),
        drift: host.drift.max(0).unsigned_abs(),
        seen_at: host.seen_at.map(at),
    }
}
