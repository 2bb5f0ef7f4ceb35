use crontopus_api as api;
use crontopus_app::rows;
use crontopus_app::statistics::JobRecent;

use super::at;
use super::monitoring::same;

/// Hosts that are named of each job.
const HOSTS: usize = 3;

/// How a job did lately.
pub(crate) fn recent(recent: JobRecent, monitors: &[rows::Monitor]) -> api::JobRecent {
    let mut hosts: Vec<String> = monitors.iter().filter_map(|monitor| monitor.host.clone()).collect();
    hosts.sort();
    hosts.truncate(HOSTS);
    api::JobRecent {
        last_run: recent.runs.last().map(last_run),
        runs: recent.runs.iter().map(mark).collect(),
        p50_ms: recent.p50_ms,
        p95_ms: recent.p95_ms,
        reason: recent.reason,
        since: recent.since.map(at),
        hosts,
    }
}

/// One run in a strip.
pub(crate) fn mark(run: &rows::RecentRun) -> api::RunMark {
    let second = run.at.div_euclid(1_000) * 1_000;
    api::RunMark {
        status: same(run.status).unwrap_or(api::RunStatus::Unknown),
        ms: run.duration_ms,
        at: at(second),
    }
}

fn last_run(run: &rows::RecentRun) -> api::LastRun {
    api::LastRun {
        id: run.id,
        status: same(run.status).unwrap_or(api::RunStatus::Unknown),
        at: at(run.at),
        finished_at: run.finished_at.map(at),
        duration_ms: run.duration_ms,
        exit_status: run.exit_status,
        signal: run.signal,
        host: run.host.clone(),
    }
}

/// How many jobs are how.
pub(crate) fn counts(standing: rows::JobStanding) -> api::JobCounts {
    let count = |n: i64| n.max(0).unsigned_abs();
    api::JobCounts {
        all: count(standing.all),
        failing: count(standing.failing),
        late: count(standing.late),
        unknown: count(standing.unknown),
        ok: count(standing.ok),
        pending: count(standing.pending),
        paused: count(standing.paused),
        invalid: count(standing.invalid),
        disabled: count(standing.disabled),
        unplaced: count(standing.unplaced),
    }
}
