use std::collections::HashMap;

use crontopus_ids::JobId;
use crontopus_store::{JobStanding, RecentRun};

use super::reason;
use crate::access::Actor;
use crate::git::JobView;
use crate::{App, Result};

/// So many runs are shown of each job.
pub(super) const MARKS: usize = 30;

/// How a job did lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobRecent {
    /// The last 30 runs over all places, the oldest first.
    pub runs: Vec<RecentRun>,
    /// The median of how long the good ones of these took, milliseconds.
    pub p50_ms: Option<i64>,
    /// What 95 % of them did not exceed, milliseconds.
    pub p95_ms: Option<i64>,
    /// Why the job is not well, in words.
    pub reason: Option<String>,
    /// Since when it is not, UTC milliseconds.
    pub since: Option<i64>,
}

impl JobRecent {
    pub(super) fn of(mut runs: Vec<RecentRun>) -> Self {
        runs.drain(..runs.len().saturating_sub(MARKS));
        let good = runs.iter().filter(|r| r.status == crontopus_domain::RunStatus::Succeeded);
        let mut took: Vec<i64> = good.filter_map(|r| r.duration_ms).collect();
        took.sort_unstable();
        // Nearest rank, exact: these are few.
        let rank = |q: f64| took.get(((q * took.len() as f64).ceil() as usize).saturating_sub(1)).copied();
        Self { p50_ms: rank(0.5), p95_ms: rank(0.95), runs, reason: None, since: None }
    }
}

impl App {
    /// How each of these jobs did lately, in one statement for all of them.
    pub async fn list_job_recents(
        &self,
        actor: &Actor,
        views: &[JobView],
    ) -> Result<HashMap<JobId, JobRecent>> {
        let ids: Vec<JobId> = views.iter().map(|view| view.form.id).collect();
        let now = self.now_ms();
        let mut by_job = by_job(self.read(actor.tenant_id).await?.list_recent_runs(&ids).await?);
        let recent = |view: &JobView| {
            let mut recent = JobRecent::of(by_job.remove(&view.form.id).unwrap_or_default());
            if let Some(why) = reason::of_job(&view.form, &view.monitors, &recent.runs, now) {
                (recent.reason, recent.since) = (Some(why.text), why.since);
            }
            (view.form.id, recent)
        };
        Ok(views.iter().map(recent).collect())
    }

    /// How many of the tenant's jobs are how.
    pub async fn count_jobs(&self, actor: &Actor) -> Result<JobStanding> {
        Ok(self.read(actor.tenant_id).await?.count_jobs(self.now_ms()).await?)
    }
}

/// The runs by their job, each job's in the order they came in.
pub(super) fn by_job(runs: Vec<RecentRun>) -> HashMap<JobId, Vec<RecentRun>> {
    let mut by_job: HashMap<JobId, Vec<RecentRun>> = HashMap::new();
    for run in runs {
        by_job.entry(run.job_id).or_default().push(run);
    }
    by_job
}
