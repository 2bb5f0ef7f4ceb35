//! Monitors as the clients of Healthchecks' management API know them: checks, pings, flips.

use std::collections::HashMap;

use crontopus_ids::{MonitorId, RunId};
use crontopus_store::{
    IncidentFilter, JobForm, Monitor, MonitorFilter, Paging, ReceivedCheckIn, RecordedRun, RunFilter,
    RunOutput,
};

use crate::access::Actor;
use crate::{App, Error, Result};

/// So many pings of a check are looked at.
pub const MOST_PINGS: u32 = 1_000;

/// A monitor with what its manifest says of it.
#[derive(Debug, Clone)]
pub struct Check {
    /// The monitor.
    pub monitor: Monitor,
    /// The job, unless it is removed.
    pub job: Option<JobForm>,
    /// Signals that were ever accepted.
    pub pings: i64,
}

/// A signal and the run it belongs to.
#[derive(Debug, Clone)]
pub struct Ping {
    /// Its number, the first one that was ever accepted being 1.
    pub n: i64,
    /// The signal.
    pub signal: ReceivedCheckIn,
    /// The run, if it is among the newest.
    pub run: Option<RecordedRun>,
}

/// A change between well and not well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    /// When, UTC milliseconds.
    pub at: i64,
    /// Whether it is well from then on.
    pub up: bool,
}

impl App {
    /// Every monitor of the tenant, by job.
    pub async fn list_checks(&self, actor: &Actor) -> Result<Vec<Check>> {
        let mut read = self.read(actor.tenant_id).await?;
        let (mut monitors, mut paging) = (Vec::new(), Paging::first(200));
        loop {
            let page = read.list_monitors(&MonitorFilter::default(), self.now_ms(), &paging).await?;
            monitors.extend(page.rows);
            match page.next {
                Some(next) => paging.after = Some(next),
                None => break,
            }
        }
        let keys = monitors.iter().map(|m| (m.namespace.as_str(), m.name.as_str()));
        let jobs = read.list_forms_by_key(keys).await?;
        let jobs: HashMap<_, _> = jobs.into_iter().map(|job| (job.id, job)).collect();
        let ids: Vec<MonitorId> = monitors.iter().map(|m| m.id).collect();
        let pings: HashMap<_, _> = read.count_check_ins_of(&ids).await?.into_iter().collect();
        let check = |monitor: Monitor| Check {
            job: jobs.get(&monitor.job_id).cloned(),
            pings: pings.get(&monitor.id).copied().unwrap_or(0),
            monitor,
        };
        Ok(monitors.into_iter().map(check).collect())
    }

    /// One monitor.
    pub async fn get_check(&self, actor: &Actor, id: MonitorId) -> Result<Check> {
        let monitor = self.get_monitor(actor, id).await?;
        let mut read = self.read(actor.tenant_id).await?;
        let job = read.find_job_by_id(monitor.job_id).await?;
        let pings = read.count_check_ins(id).await?;
        Ok(Check { monitor, job, pings })
    }

    /// Its last signals, newest first.
    pub async fn list_pings(&self, actor: &Actor, id: MonitorId) -> Result<Vec<Ping>> {
        self.get_monitor(actor, id).await?;
        let mut read = self.read(actor.tenant_id).await?;
        let signals = read.list_check_ins(id, MOST_PINGS).await?;
        let filter = RunFilter { monitor_id: Some(id), ..RunFilter::default() };
        let runs = read.list_runs(&filter, &Paging::first(200)).await?.rows;
        let runs: HashMap<RunId, RecordedRun> = runs.into_iter().map(|run| (run.run.id, run)).collect();
        let count = read.count_check_ins(id).await?;
        let ping = |(i, signal): (usize, ReceivedCheckIn)| Ping {
            n: count - i as i64,
            run: signal.run_id.and_then(|run| runs.get(&run).cloned()),
            signal,
        };
        Ok(signals.into_iter().enumerate().map(ping).collect())
    }

    /// What was kept of the output that came with the ping of this number.
    pub async fn get_ping_output(&self, actor: &Actor, id: MonitorId, n: i64) -> Result<RunOutput> {
        let missing = || Error::not_found(format!("output of ping {n}"));
        let pings = self.list_pings(actor, id).await?;
        let run = pings.into_iter().find(|ping| ping.n == n).and_then(|ping| ping.signal.run_id);
        self.get_run_output(actor, run.ok_or_else(missing)?).await
    }

    /// When it changed between well and not well in `[from, to)`, newest first: when its incidents were
    /// opened and resolved.
    pub async fn list_flips(&self, actor: &Actor, id: MonitorId, from: i64, to: i64) -> Result<Vec<Flip>> {
        let monitor = self.get_monitor(actor, id).await?;
        let filter =
            IncidentFilter { job: Some((monitor.namespace, monitor.name)), ..IncidentFilter::default() };
        let mut read = self.read(actor.tenant_id).await?;
        let incidents = read.list_incidents(&filter, &Paging::first(200)).await?.rows;
        let own = incidents.iter().filter(|incident| incident.monitor_id == Some(id));
        let flips = own.flat_map(|incident| {
            let opened = Flip { at: incident.opened_at, up: false };
            std::iter::once(opened).chain(incident.resolved_at.map(|at| Flip { at, up: true }))
        });
        let mut flips: Vec<Flip> = flips.filter(|flip| (from..to).contains(&flip.at)).collect();
        flips.sort_by_key(|flip| std::cmp::Reverse((flip.at, flip.up)));
        Ok(flips)
    }
}
