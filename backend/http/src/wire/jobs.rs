use crontopus_api as api;
use crontopus_app::git::{Blame, BlameCommit, JobDetail, NextStart, job_status};
use crontopus_app::rows;
use crontopus_app::statistics::{DurationChange, Side};
use crontopus_manifest::describe_schedule;

use super::monitoring::same;
use super::{at, repositories};

/// A job as lists show it, as it is at `now`, UTC milliseconds.
pub(crate) fn summary(form: &rows::JobForm, monitors: &[rows::Monitor], now: i64) -> api::JobSummary {
    let next = monitors.iter().filter_map(|monitor| monitor.state.expected_at).min();
    let last = monitors.iter().filter_map(|monitor| monitor.state.last_run_at).max();
    api::JobSummary {
        id: form.id,
        namespace: form.namespace.clone(),
        name: form.name.clone(),
        description: form.description.clone(),
        schedule: form.schedule.clone(),
        schedule_text: describe_schedule(&form.schedule),
        timezone: form.timezone.clone(),
        labels: form.labels.clone(),
        ping: form.ping,
        status: same(job_status(form, monitors, now)).unwrap_or(api::JobStatus::Unknown),
        monitors: monitors.len() as u64,
        next_run_at: next.map(at),
        last_run_at: last.map(at),
        recent: None,
    }
}

/// One job.
pub(crate) fn job(detail: JobDetail, monitors: Vec<rows::Monitor>, now: i64) -> api::Job {
    let JobDetail { form, diagnostics, .. } = detail;
    let summary = summary(&form, &monitors, now);
    api::Job {
        summary,
        repository_id: form.repository_id,
        file: form.file,
        line: form.line.unsigned_abs(),
        commit: form.commit,
        digest: form.digest,
        manifest: form.manifest,
        source: None,
        diagnostics: diagnostics.into_iter().map(repositories::diagnostic).collect(),
        placements: monitors
            .into_iter()
            .map(|monitor| api::JobPlacement {
                monitor_id: monitor.id,
                status: same(monitor.state.status_at(now)).unwrap_or(api::MonitorStatus::Unknown),
                next_run_at: monitor.state.expected_at.map(at),
                host: monitor.host,
            })
            .collect(),
    }
}

/// One change of a job's manifest.
pub(crate) fn revision(row: rows::JobRevision) -> api::JobRevision {
    api::JobRevision {
        commit: row.commit,
        summary: row.summary,
        author: row.author,
        authored_at: at(row.authored_at),
        digest: row.digest,
        durations: None,
    }
}

/// The same, with how long runs took before and after it.
pub(crate) fn change((row, change): (rows::JobRevision, DurationChange)) -> api::JobRevision {
    let side = |side: Side| api::DurationSide { runs: side.runs as u64, p50_ms: side.median_ms };
    let durations = api::RevisionDurations {
        before: change.before.map(side),
        after: change.after.map(side),
        factor: change.factor(),
        warning: change.warning(),
    };
    api::JobRevision { durations: Some(durations), ..revision(row) }
}

/// Who wrote each line of a job's manifest.
pub(crate) fn blame(found: Blame) -> api::JobBlame {
    let commit = |own: BlameCommit| api::BlameCommit {
        commit: own.commit,
        summary: own.summary,
        author: own.author,
        authored_at: at(own.authored_at),
    };
    let line = |(text, owner): (String, usize)| api::BlameLine { text, commit: owner as u64 };
    api::JobBlame {
        commit: found.commit,
        file: found.file,
        line: found.line as u64,
        commits: found.commits.into_iter().map(commit).collect(),
        lines: found.lines.into_iter().map(line).collect(),
        is_cut: found.is_cut,
    }
}

/// A namespace.
pub(crate) fn namespace(row: rows::NamespaceCount) -> api::Namespace {
    api::Namespace { name: row.name, jobs: row.jobs.unsigned_abs(), failing: row.failing.unsigned_abs() }
}

/// One expected start.
pub(crate) fn next_run(start: NextStart) -> api::NextRun {
    let zone = jiff::tz::TimeZone::get(&start.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let local = start.at.to_zoned(zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    api::NextRun {
        at: start.at,
        local,
        timezone: start.timezone,
        host: start.host,
        profile: start.profile.to_string(),
    }
}
