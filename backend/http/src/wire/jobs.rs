use crontopus_api as api;
use crontopus_app::git::{JobDetail, NextStart, job_status};
use crontopus_app::rows;

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
    let JobDetail { form, job, diagnostics } = detail;
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
        schedule_text: job.schedule.describe(),
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
