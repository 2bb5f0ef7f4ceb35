use crontopus_api as api;
use crontopus_app::statistics::{
    Bucket, Calendar, DayTally, DurationSeries, Metric, MetricSeries, PlaceStatistics, Statistics, Tally,
};

use super::at;
use super::monitoring::same;

/// How a job or a monitor did.
pub(crate) fn statistics(found: Statistics) -> api::Statistics {
    let (total, before) = (figures(&found.total), figures(&found.before));
    let ratio = |now: i64, then: i64| (then > 0).then(|| now as f64 / then as f64);
    api::Statistics {
        from: at(found.from),
        to: at(found.to),
        uptime: found.uptime,
        duration_ratio: total.p50_ms.zip(before.p50_ms).and_then(|(now, then)| ratio(now, then)),
        success_rate_change: total.success_rate.zip(before.success_rate).map(|(now, then)| now - then),
        total,
        before,
        days: found.days.iter().map(day).collect(),
        places: found.places.into_iter().map(place).collect(),
    }
}

/// The days of a year.
pub(crate) fn calendar(found: Calendar) -> api::JobCalendar {
    api::JobCalendar { year: found.year, days: found.days.iter().map(day).collect() }
}

/// How long runs took.
pub(crate) fn durations(found: DurationSeries) -> api::JobDurations {
    let bucket = |bucket: &Bucket| api::DurationBucket { at: at(bucket.at), figures: figures(&bucket.tally) };
    let point = |point: crontopus_app::statistics::DurationPoint| api::DurationPoint {
        at: at(point.at),
        run_id: point.run_id,
        host: point.host,
        status: same(point.status).unwrap_or(api::RunStatus::Unknown),
        duration_ms: point.duration_ms,
    };
    api::JobDurations {
        width_ms: found.width,
        buckets: found.buckets.iter().map(bucket).collect(),
        points: found.points.into_iter().map(point).collect(),
        truncated: found.truncated,
    }
}

/// Numbers over time.
pub(crate) fn metrics(found: MetricSeries) -> api::JobMetrics {
    let bucket = |bucket: crontopus_app::statistics::MetricBucket| api::MetricBucket {
        at: at(bucket.at),
        count: bucket.count,
        min: bucket.min,
        mean: bucket.sum / f64::from(bucket.count.max(1)),
        max: bucket.max,
    };
    let metric = |metric: Metric| api::JobMetric {
        name: metric.name,
        last: metric.last.1,
        last_at: at(metric.last.0),
        buckets: metric.buckets.into_iter().map(bucket).collect(),
    };
    api::JobMetrics {
        width_ms: found.width,
        metrics: found.metrics.into_iter().map(metric).collect(),
        truncated: found.truncated,
    }
}

fn day(day: &DayTally) -> api::DayFigures {
    let date = at(day.day).to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
    api::DayFigures { date, figures: figures(&day.tally) }
}

fn place(place: PlaceStatistics) -> api::PlaceFigures {
    api::PlaceFigures {
        monitor_id: place.monitor_id,
        host: place.host,
        uptime: place.uptime,
        figures: figures(&place.total),
    }
}

fn figures(tally: &Tally) -> api::RunFigures {
    let count = |n: i64| n.max(0).unsigned_abs();
    let counts = &tally.counts;
    api::RunFigures {
        runs: count(counts.total()),
        succeeded: count(counts.succeeded),
        failed: count(counts.failed),
        timed_out: count(counts.timed_out),
        missed: count(counts.missed),
        skipped: count(counts.skipped),
        unknown: count(counts.unknown),
        success_rate: counts.success_rate(),
        mean_ms: tally.durations.mean(),
        p5_ms: tally.durations.quantile(0.05),
        p50_ms: tally.durations.quantile(0.5),
        p95_ms: tally.durations.quantile(0.95),
    }
}
