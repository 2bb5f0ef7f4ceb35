use std::fmt;
use std::time::Duration;

use crontopus_app::{DatabaseFigures, ServiceFigures};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// What is measured when somebody asks. What comes from the database is true of the whole service, so that
/// every process answers the same: take the maximum over processes, not the sum.
#[derive(Debug)]
pub(super) struct Service(pub(super) ServiceFigures);

/// States of agents that are told even when no agent is in them.
const AGENT_STATES: [&str; 6] = ["pending", "online", "lost", "revoked", "quarantined", "left"];

impl Collector for Service {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut writer = Writer(encoder);
        self.process(&mut writer)?;
        self.tasks(&mut writer)?;
        writer.gauge(
            "crontopus_database_up",
            "Whether the database answered; without it the figures that come from it are missing.",
            f64::from(u8::from(self.0.database.is_some())),
        )?;
        self.0.database.as_ref().map_or(Ok(()), |database| self.database(database, &mut writer))
    }
}

impl Service {
    fn process(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let figures = &self.0;
        let gauges = [
            (
                "crontopus_ingest_queue_requests",
                "Requests with check-ins that wait to be written.",
                figures.queue_requests,
            ),
            (
                "crontopus_ingest_queue_limit_requests",
                "Most requests with check-ins that may wait; more are put off.",
                figures.queue_limit,
            ),
            ("crontopus_ingest_queue_bytes", "Memory of what waits to be written.", figures.queue_bytes),
        ];
        for (name, help, value) in gauges {
            writer.gauge(name, help, value as f64)?;
        }
        let pool = |label: &'static str, name: &'static str, value: u32| {
            ([("pool", name), ("state", label)], f64::from(value))
        };
        let pools = figures.pools.iter().flat_map(|p| {
            [pool("idle", p.name, p.idle), pool("used", p.name, p.open.saturating_sub(p.idle))]
        });
        writer.gauges("crontopus_database_connections", "Open connections to the database.", pools)?;
        let limits = figures.pools.iter().map(|p| ([("pool", p.name)], f64::from(p.limit)));
        writer.gauges("crontopus_database_connections_limit", "Most connections that are opened.", limits)
    }

    fn tasks(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let tasks = || self.0.tasks.iter().map(|(name, status)| ([("task", *name)], status));
        writer.counters(
            "crontopus_task_rounds",
            "Rounds of background tasks that ended.",
            tasks().map(|(labels, status)| (labels, status.rounds)),
        )?;
        writer.counters(
            "crontopus_task_failures",
            "Rounds of background tasks that failed; the next one tries again.",
            tasks().map(|(labels, status)| (labels, status.failures)),
        )?;
        writer.gauges(
            "crontopus_task_last_round_timestamp_seconds",
            "When the last round of a background task ended, in Unix time.",
            tasks().filter_map(|(labels, status)| Some((labels, seconds(status.ended_at?)))),
        )?;
        writer.gauges(
            "crontopus_task_last_success_timestamp_seconds",
            "When the last round of a background task ended well, in Unix time.",
            tasks().filter_map(|(labels, status)| Some((labels, seconds(status.succeeded_at?)))),
        )?;
        writer.gauges(
            "crontopus_task_last_duration_seconds",
            "How long the last round of a background task took.",
            tasks().filter(|(_, status)| status.rounds > 0).map(|(l, s)| (l, s.took.as_secs_f64())),
        )
    }

    fn database(&self, database: &DatabaseFigures, writer: &mut Writer<'_>) -> fmt::Result {
        let DatabaseFigures { ping, size, agents, repositories, sweep, outbox, sync, volume } = database;
        let age = |backlog: &crontopus_app::Backlog| seconds(backlog.age_ms(self.0.now));
        writer.gauge(
            "crontopus_database_ping_seconds",
            "How long one small question to the database took.",
            Duration::as_secs_f64(ping),
        )?;
        writer.gauge("crontopus_database_size_bytes", "Size of the database.", *size as f64)?;
        let lags = [
            ("crontopus_sweep_due_monitors", "Monitors whose deadline has passed.", sweep.waiting as f64),
            (
                "crontopus_sweep_lag_seconds",
                "How long the oldest passed deadline has waited to be decided.",
                age(sweep),
            ),
            ("crontopus_outbox_due", "Notifications that are due and not done.", outbox.waiting as f64),
            (
                "crontopus_outbox_oldest_age_seconds",
                "How long the oldest notification that is due has waited.",
                age(outbox),
            ),
            ("crontopus_repository_syncs_due", "Repositories that are due for a sync.", sync.waiting as f64),
            (
                "crontopus_repository_sync_lag_seconds",
                "How long the oldest repository that is due has waited for its sync.",
                age(sync),
            ),
        ];
        for (name, help, value) in lags {
            writer.gauge(name, help, value)?;
        }
        let fallen = volume.as_ref().is_some_and(|guard| guard.fall.is_some());
        writer.gauge(
            "crontopus_check_in_volume_fallen",
            "1 while hardly any check-ins come in from anybody: what closes meanwhile is unknown, for two hours at most.",
            f64::from(u8::from(fallen)),
        )?;
        let heard =
            volume.as_ref().and_then(|guard| guard.reading).map(|reading| f64::from(reading.heard) / 100.0);
        writer.gauges(
            "crontopus_check_in_volume_ratio",
            "Check-ins of the last minutes against the same minutes of earlier days, each group of tenants weighing the same and 1 at most; absent while there is too little to compare.",
            heard.map(|heard| ([], heard)).into_iter(),
        )?;
        let states = crontopus_app::SyncState::ALL.iter();
        let states =
            states.map(|s| ([("state", s.as_str())], repositories.get(s).copied().unwrap_or(0) as f64));
        writer.gauges("crontopus_repositories", "Repositories by how their last sync went.", states)?;
        let known = AGENT_STATES.into_iter().map(|state| {
            let count = agents.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
            ([("state", state)], count as f64)
        });
        writer.gauges("crontopus_agents", "Agents of all tenants by state.", known)
    }
}

/// Milliseconds as seconds.
pub(super) fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// Writes families whose values are known already.
pub(super) struct Writer<'a>(pub(super) DescriptorEncoder<'a>);

impl Writer<'_> {
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
    }

    pub(super) fn gauges<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl Iterator<Item = ([(&'static str, &'l str); N], f64)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in samples {
            family.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    pub(super) fn counters<'l, const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        samples: impl Iterator<Item = ([(&'static str, &'l str); N], u64)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in samples {
            family.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }
}
