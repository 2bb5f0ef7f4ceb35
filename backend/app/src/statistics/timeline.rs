use std::collections::{BTreeMap, BTreeSet};

use crontopus_domain::RunStatus;
use crontopus_ids::{JobId, MonitorId};
use crontopus_store::{Cursor, Incident, JobFilter, JobRevision, Monitor, Paging, RunSpan};

use super::Window;
use crate::access::Actor;
use crate::{App, Error, Result};

/// More runs than this are not told in one answer.
pub(super) const MOST_RUNS: usize = 20_000;
/// More expected starts than this are not told of one place.
const MOST_STARTS: usize = 2_000;

/// One job on an axis of time.
#[derive(Debug, Clone, PartialEq)]
pub struct JobTimeline {
    /// What was looked at.
    pub window: Window,
    /// When something was or is expected to start, by the present form, UTC milliseconds; also what is yet to come.
    pub expected: Vec<i64>,
    /// How long after its expected time a start still counts, the longest of all places, milliseconds.
    pub late_ms: i64,
    /// What ran where.
    pub places: Vec<PlaceRuns>,
    /// Commits that changed the job, newest first.
    pub commits: Vec<JobRevision>,
    /// Incidents that were open some time, oldest first.
    pub incidents: Vec<Incident>,
    /// Whether there were more runs than are told; the newest are.
    pub truncated: bool,
}

/// The runs of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRuns {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// The host's name; `None` in ping mode.
    pub host: Option<String>,
    /// Its runs, the oldest first.
    pub runs: Vec<RunSpan>,
}

/// Many jobs on one axis of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantTimeline {
    /// What was looked at.
    pub window: Window,
    /// The width of a part, milliseconds.
    pub width: i64,
    /// One for each job of the page, by namespace and name.
    pub lanes: Vec<Lane>,
    /// The next page.
    pub next: Option<Cursor>,
}

/// One job of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// The job.
    pub job_id: JobId,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Parts that have runs, in order.
    pub cells: Vec<LaneCell>,
    /// Parts in which something is yet to start, in order.
    pub expected: Vec<u32>,
}

/// What happened in one part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneCell {
    /// Which part, from 0.
    pub part: u32,
    /// Runs in it.
    pub runs: u32,
    /// The worst of them.
    pub worst: RunStatus,
}

impl App {
    /// One job on an axis: when it was expected, what ran where, what changed it, what was wrong.
    pub async fn get_job_timeline(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        window: Window,
    ) -> Result<JobTimeline> {
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?;
        let form = form.ok_or_else(|| Error::not_found(format!("job {namespace}/{name}")))?;
        let ids = read.list_job_monitors(form.id).await?;
        let monitors = read.list_monitors_by_id(&ids).await?;
        let mut runs = read.list_run_spans(&[form.id], window.from, window.to).await?;
        let incidents = read.list_incidents_of(&ids, window.from, window.to).await?;
        let commits = read.list_revisions_between(form.id, window.from, window.to).await?;
        drop(read);
        let truncated = runs.len() > MOST_RUNS;
        runs.truncate(MOST_RUNS);
        runs.reverse();
        let mut by_monitor: BTreeMap<MonitorId, Vec<RunSpan>> = BTreeMap::new();
        for run in runs {
            by_monitor.entry(run.monitor_id).or_default().push(run);
        }
        let (expected, late_ms) = self.expected_in(monitors.iter().filter(|m| !m.removed), window);
        let mut places: Vec<PlaceRuns> = monitors
            .into_iter()
            .filter_map(|monitor| {
                let runs = by_monitor.remove(&monitor.id).unwrap_or_default();
                let is_told = !monitor.removed || !runs.is_empty();
                is_told.then_some(PlaceRuns { monitor_id: monitor.id, host: monitor.host, runs })
            })
            .collect();
        places.sort_by(|a, b| (&a.host, a.monitor_id).cmp(&(&b.host, b.monitor_id)));
        Ok(JobTimeline { window, expected, late_ms, places, commits, incidents, truncated })
    }

    /// Many jobs on one axis of `buckets` parts; the worst status wins a part.
    pub async fn get_timeline(
        &self,
        actor: &Actor,
        filter: &JobFilter,
        paging: &Paging,
        window: Window,
        buckets: u32,
    ) -> Result<TenantTimeline> {
        let now = self.now_ms();
        let width = window.width(buckets);
        let mut read = self.read(actor.tenant_id).await?;
        let listed = read.list_jobs(filter, now, paging).await?;
        let ids: Vec<JobId> = listed.rows.iter().map(|form| form.id).collect();
        let worst = read.list_worst_runs(&ids, (window.from, window.to), width).await?;
        let monitors = match window.to > now {
            true => read.list_monitors_of_jobs(&ids).await?,
            false => Vec::new(),
        };
        drop(read);
        let mut cells: BTreeMap<JobId, Vec<LaneCell>> = BTreeMap::new();
        for (job, part, runs, worst) in worst {
            let cell = LaneCell { part: small(part), runs: small(runs), worst };
            cells.entry(job).or_default().push(cell);
        }
        let mut by_job: BTreeMap<JobId, Vec<&Monitor>> = BTreeMap::new();
        monitors.iter().for_each(|monitor| by_job.entry(monitor.job_id).or_default().push(monitor));
        let ahead = Window { from: now.clamp(window.from, window.to), to: window.to };
        let lane = |form: crontopus_store::JobForm| {
            let own = by_job.remove(&form.id).unwrap_or_default();
            let (starts, _) = self.expected_in(own.into_iter(), ahead);
            let parts: BTreeSet<u32> =
                starts.into_iter().map(|at| small((at - window.from) / width)).collect();
            Lane {
                cells: cells.remove(&form.id).unwrap_or_default(),
                expected: parts.into_iter().collect(),
                job_id: form.id,
                namespace: form.namespace,
                name: form.name,
            }
        };
        let lanes = listed.rows.into_iter().map(lane).collect();
        Ok(TenantTimeline { window, width, lanes, next: listed.next })
    }

    /// Expected starts of monitors in the window, each moment once, and how late a start may be.
    fn expected_in<'m>(
        &self,
        monitors: impl Iterator<Item = &'m Monitor>,
        window: Window,
    ) -> (Vec<i64>, i64) {
        let (mut moments, mut late) = (BTreeSet::new(), 0);
        for monitor in monitors {
            let Some(expectation) = self.ingest().expectations().of(monitor) else { continue };
            late = late.max(expectation.spec.late_ms + expectation.spec.jitter_ms);
            if expectation.spec.paused || monitor.state.paused_by_operator {
                continue;
            }
            moments.extend(match expectation.is_calendar() {
                true => expectation.starts(window.from - 1, window.to - 1, MOST_STARTS),
                false => {
                    let next = monitor.state.expected_at;
                    next.filter(|at| (window.from..window.to).contains(at)).into_iter().collect()
                }
            });
        }
        (moments.into_iter().collect(), late)
    }
}

fn small(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
