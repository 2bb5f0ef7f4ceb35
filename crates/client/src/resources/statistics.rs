use crontopus_api::{
    Agenda, JobCalendar, JobDurations, JobMetrics, JobTimeline, Overview, ScheduleLoad, Statistics, Usage,
};
use crontopus_ids::MonitorId;
use jiff::Timestamp;

use crate::query::Target;
use crate::{Client, ClientError};

/// How jobs did, how they are, and what comes next.
#[derive(Debug, Clone, Copy)]
pub struct Statistic<'a> {
    pub(super) client: &'a Client,
}

/// Which part of time, and in how many parts.
#[derive(Debug, Clone, Default)]
pub struct WindowQuery {
    /// From here.
    pub from: Option<Timestamp>,
    /// To before here.
    pub to: Option<Timestamp>,
    /// About so many parts, where the operation has any.
    pub buckets: Option<u32>,
}

/// Which expected starts of all jobs.
#[derive(Debug, Clone, Default)]
pub struct AgendaQuery {
    /// From here; now when absent.
    pub from: Option<Timestamp>,
    /// To before here; a day later when absent.
    pub to: Option<Timestamp>,
    /// In this namespace alone.
    pub namespace: Option<String>,
    /// At most so many moments.
    pub limit: Option<u32>,
}

impl Statistic<'_> {
    /// How everything is.
    pub fn overview(&self) -> Result<Overview, ClientError> {
        self.client.get(&Target::new("/api/v1/overview"))
    }

    /// What the tenant has, and what it sent in the last days.
    pub fn usage(&self) -> Result<Usage, ClientError> {
        self.client.get(&Target::new("/api/v1/usage"))
    }

    /// How a job did over the last days.
    pub fn of_job(&self, namespace: &str, name: &str, days: Option<u32>) -> Result<Statistics, ClientError> {
        self.client.get(&job(namespace, name).then("stats").query("days", days))
    }

    /// How a monitor did over the last days.
    pub fn of_monitor(&self, id: MonitorId, days: Option<u32>) -> Result<Statistics, ClientError> {
        self.client.get(&Target::new("/api/v1/monitors").segment(id).then("stats").query("days", days))
    }

    /// The days of a year on which a job had runs; the present year when absent.
    pub fn calendar(
        &self,
        namespace: &str,
        name: &str,
        year: Option<i16>,
    ) -> Result<JobCalendar, ClientError> {
        self.client.get(&job(namespace, name).then("calendar").query("year", year))
    }

    /// How long a job's runs took.
    pub fn durations(
        &self,
        namespace: &str,
        name: &str,
        window: &WindowQuery,
    ) -> Result<JobDurations, ClientError> {
        self.client.get(&within(job(namespace, name).then("durations"), window))
    }

    /// The numbers that a job's runs brought; all of them, or one.
    pub fn metrics(
        &self,
        namespace: &str,
        name: &str,
        metric: Option<&str>,
        window: &WindowQuery,
    ) -> Result<JobMetrics, ClientError> {
        self.client.get(&within(job(namespace, name).then("metrics"), window).query("metric", metric))
    }

    /// One job on an axis of time.
    pub fn timeline(
        &self,
        namespace: &str,
        name: &str,
        window: &WindowQuery,
    ) -> Result<JobTimeline, ClientError> {
        self.client.get(&within(job(namespace, name).then("timeline"), window))
    }

    /// What is expected to start when.
    pub fn agenda(&self, query: &AgendaQuery) -> Result<Agenda, ClientError> {
        let target = Target::new("/api/v1/schedule/upcoming")
            .query("from", query.from)
            .query("to", query.to)
            .query("namespace", query.namespace.as_ref())
            .query("limit", query.limit);
        self.client.get(&target)
    }

    /// How full the hours from `from` on are; the present hour and 23 more when absent.
    pub fn load(&self, from: Option<Timestamp>, hours: Option<u32>) -> Result<ScheduleLoad, ClientError> {
        self.client.get(&Target::new("/api/v1/schedule/load").query("from", from).query("hours", hours))
    }
}

fn job(namespace: &str, name: &str) -> Target {
    Target::new("/api/v1/jobs").segment(namespace).segment(name)
}

fn within(target: Target, window: &WindowQuery) -> Target {
    target.query("from", window.from).query("to", window.to).query("buckets", window.buckets)
}
