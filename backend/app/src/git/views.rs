//! Jobs beside what is known of their runs.

pub use crontopus_domain::JobStatus;
use crontopus_ids::JobId;
use crontopus_schedule::{Profile, Schedule};
use crontopus_store::{JobFilter, JobForm, Listed, Monitor, Paging};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::jobs::JobDetail;
use crate::access::Actor;
use crate::{App, Error, Result};

/// A job in force and its monitors.
#[derive(Debug, Clone)]
pub struct JobView {
    /// The form in force.
    pub form: JobForm,
    /// Its monitors that are not removed.
    pub monitors: Vec<Monitor>,
}

/// How a job is: what its manifest says of itself, else the worst of its monitors at `now`, UTC milliseconds.
/// The same rule is a statement of the store, so that lists can be filtered by it.
pub fn job_status(form: &JobForm, monitors: &[Monitor], now: i64) -> JobStatus {
    if form.invalid {
        return JobStatus::Invalid;
    }
    if !form.enabled {
        return JobStatus::Disabled;
    }
    let of = |monitor: &Monitor| JobStatus::of_monitor(monitor.state.status_at(now));
    monitors.iter().map(of).max().unwrap_or(JobStatus::Unplaced)
}

/// One expected start.
#[derive(Debug, Clone)]
pub struct NextStart {
    /// When.
    pub at: Timestamp,
    /// In which zone.
    pub timezone: String,
    /// On which host; `None` in ping mode and for a job that no host holds.
    pub host: Option<String>,
    /// Whose firing rules were used.
    pub profile: Profile,
}

impl App {
    /// Jobs in force with their monitors, by namespace and name.
    pub async fn list_job_views(
        &self,
        actor: &Actor,
        filter: &JobFilter,
        paging: &Paging,
    ) -> Result<Listed<JobView>> {
        let listed = self.list_jobs(actor, filter, paging).await?;
        let ids: Vec<JobId> = listed.rows.iter().map(|form| form.id).collect();
        let monitors = if ids.is_empty() {
            Vec::new()
        } else {
            self.read(actor.tenant_id).await?.list_monitors_of_jobs(&ids).await?
        };
        let view = |form: JobForm| {
            let own = monitors.iter().filter(|m| m.job_id == form.id && !m.removed).cloned().collect();
            JobView { form, monitors: own }
        };
        Ok(Listed { next: listed.next, rows: listed.rows.into_iter().map(view).collect() })
    }

    /// One job and its monitors.
    pub async fn get_job_view(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
    ) -> Result<(JobDetail, Vec<Monitor>)> {
        let detail = self.get_job(actor, namespace, name).await?;
        let mut read = self.read(actor.tenant_id).await?;
        let mut monitors = read.list_monitors_of_jobs(&[detail.form.id]).await?;
        monitors.retain(|monitor| !monitor.removed);
        Ok((detail, monitors))
    }

    /// One job as it stood at a commit, its monitors as they are now, and the document as it was committed.
    pub async fn get_job_view_at(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        commit: &str,
    ) -> Result<(JobDetail, Vec<Monitor>, String)> {
        let (detail, source) = self.get_job_at(actor, namespace, name, commit).await?;
        let mut read = self.read(actor.tenant_id).await?;
        let mut monitors = read.list_monitors_of_jobs(&[detail.form.id]).await?;
        monitors.retain(|monitor| !monitor.removed);
        Ok((detail, monitors, source))
    }

    /// The next `count` starts after `after`, in order of time, in every place that holds the job.
    pub async fn next_starts(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        after: Timestamp,
        count: usize,
    ) -> Result<Vec<NextStart>> {
        let (detail, monitors) = self.get_job_view(actor, namespace, name).await?;
        let mut places = Vec::new();
        for monitor in &monitors {
            let spec = monitor.spec()?;
            places.push((spec.timezone, spec.profile, monitor.host.clone()));
        }
        if places.is_empty() {
            let zone = detail.job.timezone.clone().unwrap_or_else(|| "UTC".to_owned());
            places.push((zone, Profile::Guarded, None));
        }
        let mut starts = Vec::new();
        for (timezone, profile, host) in places {
            starts.extend(of_place(&detail.job.schedule, after, count, (timezone, profile, host))?);
        }
        starts.sort_by(|a, b| (a.at, &a.host).cmp(&(b.at, &b.host)));
        starts.truncate(count);
        Ok(starts)
    }
}

fn of_place(
    schedule: &Schedule,
    after: Timestamp,
    count: usize,
    (timezone, profile, host): (String, Profile, Option<String>),
) -> Result<Vec<NextStart>> {
    let zone = TimeZone::get(&timezone).map_err(|e| Error::internal("reading a job's time zone", e))?;
    let start = |at| NextStart { at, timezone: timezone.clone(), host: host.clone(), profile };
    Ok(schedule.upcoming(after, &zone, profile).take(count).map(start).collect())
}
