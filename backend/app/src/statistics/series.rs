use std::collections::BTreeMap;

use crontopus_domain::RunStatus;
use crontopus_domain::statistics::{DAY_MS, HOUR_MS, Tally, start_of};
use crontopus_ids::{JobId, RunId};
use crontopus_store::{Read, TenantScope};

use super::Window;
use crate::access::Actor;
use crate::{App, Error, Result};

/// Windows up to so many days are read run by run; longer ones by hours or days that were counted.
const BY_RUN_DAYS: i64 = 7;
/// Windows up to so many days are read by hours.
const BY_HOUR_DAYS: i64 = 45;
/// Runs that are told one by one.
const POINTS: usize = 1_000;
/// Runs whose numbers are read for one answer.
const MOST_METRIC_RUNS: u32 = 20_000;

/// How long a job's runs took over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationSeries {
    /// The width of a part, milliseconds.
    pub width: i64,
    /// Parts that have runs, in order.
    pub buckets: Vec<Bucket>,
    /// The newest runs one by one, the oldest first; none in a long window.
    pub points: Vec<DurationPoint>,
    /// Whether there were more runs than were looked at.
    pub truncated: bool,
}

/// What was counted in one part of a window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// When it begins, UTC milliseconds.
    pub at: i64,
    /// What was counted.
    pub tally: Tally,
}

/// One run as a point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DurationPoint {
    /// Its place, UTC milliseconds.
    pub at: i64,
    /// The run.
    pub run_id: RunId,
    /// Where it ran.
    pub host: Option<String>,
    /// How it ended.
    pub status: RunStatus,
    /// Milliseconds.
    pub duration_ms: i64,
}

/// The numbers that a job's runs brought with them.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricSeries {
    /// The width of a part, milliseconds.
    pub width: i64,
    /// One for each name.
    pub metrics: Vec<Metric>,
    /// Whether there were more runs than were looked at.
    pub truncated: bool,
}

/// One named number over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Its name.
    pub name: String,
    /// The newest value and when it came, UTC milliseconds.
    pub last: (i64, f64),
    /// Parts that have values, in order.
    pub buckets: Vec<MetricBucket>,
}

/// The values of one part of a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricBucket {
    /// When it begins, UTC milliseconds.
    pub at: i64,
    /// How many.
    pub count: u32,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// Their sum.
    pub sum: f64,
}

/// The newest value and the parts of one number.
type Values = (Option<(i64, f64)>, BTreeMap<i64, MetricBucket>);

impl App {
    /// How long a job's runs took, in about `buckets` parts of the window, all places together.
    pub async fn get_job_durations(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        window: Window,
        buckets: u32,
    ) -> Result<DurationSeries> {
        let mut read = self.read(actor.tenant_id).await?;
        let job = job_id(&mut read, namespace, name).await?;
        if window.length() <= BY_RUN_DAYS * DAY_MS {
            return by_run(&mut read, job, window, buckets).await;
        }
        let monitors = read.list_job_monitors(job).await?;
        let by_hour = window.length() <= BY_HOUR_DAYS * DAY_MS;
        let unit = if by_hour { HOUR_MS } else { DAY_MS };
        let width = (window.width(buckets) + unit - 1) / unit * unit;
        let (first, past) = (start_of(window.from, unit), window.to);
        let rows = match by_hour {
            true => super::days::hours(&mut read, &monitors, (first, past), self.now_ms()).await?,
            false => super::days(&mut read, &monitors, (first, past), self.now_ms()).await?,
        };
        let mut parts: BTreeMap<i64, Tally> = BTreeMap::new();
        for (_, at, tally) in rows {
            parts.entry(first + start_of(at - first, width)).or_default().merge(&tally);
        }
        Ok(DurationSeries { width, buckets: told(parts), points: Vec::new(), truncated: false })
    }

    /// The numbers that a job's runs brought with them, in about `buckets` parts of the window; all of them, or the
    /// one named `metric`.
    pub async fn get_job_metrics(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        metric: Option<&str>,
        window: Window,
        buckets: u32,
    ) -> Result<MetricSeries> {
        let mut read = self.read(actor.tenant_id).await?;
        let job = job_id(&mut read, namespace, name).await?;
        let width = window.width(buckets);
        let runs = read.list_metrics(job, window.from, window.to, MOST_METRIC_RUNS).await?;
        let truncated = runs.len() == MOST_METRIC_RUNS as usize;
        let mut found: BTreeMap<String, Values> = BTreeMap::new();
        for run in runs {
            let at = window.from + start_of(run.at - window.from, width);
            for (name, value) in run.values.into_iter().filter(|(name, _)| metric.is_none_or(|m| m == name)) {
                let (last, parts) = found.entry(name).or_default();
                last.get_or_insert((run.at, value));
                let part = parts.entry(at).or_insert(MetricBucket {
                    at,
                    count: 0,
                    min: value,
                    max: value,
                    sum: 0.0,
                });
                (part.count, part.sum) = (part.count + 1, part.sum + value);
                (part.min, part.max) = (part.min.min(value), part.max.max(value));
            }
        }
        let metrics = found.into_iter().filter_map(|(name, (last, parts))| {
            Some(Metric { name, last: last?, buckets: parts.into_values().collect() })
        });
        Ok(MetricSeries { width, metrics: metrics.collect(), truncated })
    }
}

async fn by_run(
    read: &mut Read<TenantScope>,
    job: JobId,
    window: Window,
    buckets: u32,
) -> Result<DurationSeries> {
    let width = window.width(buckets);
    let runs = read.list_run_spans(&[job], window.from, window.to).await?;
    let truncated = runs.len() > super::timeline::MOST_RUNS;
    let mut parts: BTreeMap<i64, Tally> = BTreeMap::new();
    for run in &runs {
        let at = window.from + start_of(run.at - window.from, width);
        parts.entry(at).or_default().add(run.status, run.duration_ms);
    }
    let point = |run: crontopus_store::RunSpan| {
        let duration_ms = run.duration_ms?;
        Some(DurationPoint { at: run.at, run_id: run.id, host: run.host, status: run.status, duration_ms })
    };
    let mut points: Vec<_> = runs.into_iter().filter_map(point).take(POINTS).collect();
    points.reverse();
    Ok(DurationSeries { width, buckets: told(parts), points, truncated })
}

fn told(parts: BTreeMap<i64, Tally>) -> Vec<Bucket> {
    let parts = parts.into_iter().filter(|(_, tally)| !tally.counts.is_empty());
    parts.map(|(at, tally)| Bucket { at, tally }).collect()
}

async fn job_id(read: &mut Read<TenantScope>, namespace: &str, name: &str) -> Result<JobId> {
    let form = read.find_job(namespace, name).await?;
    Ok(form.ok_or_else(|| Error::not_found(format!("job {namespace}/{name}")))?.id)
}
