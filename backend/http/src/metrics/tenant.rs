use std::collections::BTreeMap;
use std::fmt;

use crontopus_app::rows::MonitorFigures;
use crontopus_app::{MonitorStatus, RunStatus, Severity, TenantFigures};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::registry::Registry;

use super::Exposition;
use super::service::{Writer, seconds};

/// A tenant's metrics as text, with at most `limit` time series of monitors. With `is_part`, only monitors
/// are told: the tenant's own totals would be counted twice when its namespaces are scraped one by one.
pub(crate) fn exposed(figures: TenantFigures, is_part: bool, limit: usize, form: Exposition) -> String {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Tenant { kept: Kept::of(figures, limit), is_part }));
    form.write(&[&registry])
}

#[derive(Debug)]
struct Tenant {
    kept: Kept,
    is_part: bool,
}

/// What is told.
#[derive(Debug)]
struct Kept {
    monitors: Vec<Shown>,
    totals: BTreeMap<RunStatus, u64>,
    statuses: BTreeMap<MonitorStatus, u64>,
    incidents: BTreeMap<Severity, i64>,
    agents: BTreeMap<String, i64>,
    dropped: usize,
}

/// A monitor that is told of, and how it is now.
#[derive(Debug)]
struct Shown {
    row: MonitorFigures,
    status: MonitorStatus,
}

/// States of agents that are told even when no agent is in them.
const AGENT_STATES: [&str; 6] = ["pending", "online", "lost", "revoked", "quarantined", "left"];

impl Kept {
    /// Keeps whole monitors, in the order of their names, until the limit is reached; the rest is counted.
    fn of(figures: TenantFigures, limit: usize) -> Self {
        let TenantFigures { now, monitors, incidents, agents } = figures;
        let mut kept = Self {
            monitors: Vec::new(),
            totals: BTreeMap::new(),
            statuses: BTreeMap::new(),
            incidents,
            agents,
            dropped: 0,
        };
        let mut series = 0;
        for row in monitors {
            for (status, count) in row.figures.runs.iter() {
                *kept.totals.entry(status).or_default() += count;
            }
            if row.removed {
                continue;
            }
            let shown = Shown { status: row.status_at(now), row };
            *kept.statuses.entry(shown.status).or_default() += 1;
            let size = shown.series();
            // Two hosts of one name: the second would be the same series again.
            let is_twin = kept.monitors.last().is_some_and(|last| last.labels() == shown.labels());
            if is_twin || kept.dropped > 0 || series + size > limit {
                kept.dropped += size;
                continue;
            }
            series += size;
            kept.monitors.push(shown);
        }
        kept
    }
}

impl Shown {
    fn labels(&self) -> [(&'static str, &str); 3] {
        let MonitorFigures { namespace, name, host, .. } = &self.row;
        [("namespace", namespace), ("name", name), ("host", host.as_deref().unwrap_or_default())]
    }

    /// 1 while nothing is wrong, 0 while something is; nothing while nobody can say.
    fn up(&self) -> Option<f64> {
        match self.status {
            MonitorStatus::Ok | MonitorStatus::Pending | MonitorStatus::Late | MonitorStatus::Paused => {
                Some(1.0)
            }
            MonitorStatus::Failing => Some(0.0),
            MonitorStatus::Unknown => None,
        }
    }

    fn series(&self) -> usize {
        let figures = &self.row.figures;
        1 + usize::from(self.up().is_some())
            + usize::from(figures.last_success_at.is_some())
            + usize::from(figures.last_duration_ms.is_some())
            + figures.runs.iter().count()
    }
}

impl Collector for Tenant {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let mut writer = Writer(encoder);
        self.monitors(&mut writer)?;
        if !self.is_part {
            self.totals(&mut writer)?;
        }
        writer.gauge(
            "crontopus_series_dropped",
            "Time series of monitors that were left out because the tenant has too many; scrape its \
             namespaces one by one.",
            self.kept.dropped as f64,
        )
    }
}

impl Tenant {
    fn monitors(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let monitors = || self.kept.monitors.iter();
        writer.gauges(
            "crontopus_monitor_up",
            "1 while nothing is wrong with the job in this place, 0 while it fails; absent while nobody can \
             say.",
            monitors().filter_map(|m| Some((m.labels(), m.up()?))),
        )?;
        writer.gauges(
            "crontopus_monitor_status",
            "How the job in this place is: always 1, with the status as a label.",
            monitors().map(|m| {
                let [namespace, name, host] = m.labels();
                ([namespace, name, host, ("status", m.status.as_str())], 1.0)
            }),
        )?;
        writer.gauges(
            "crontopus_monitor_last_success_timestamp_seconds",
            "When the last good run ended, in Unix time.",
            monitors().filter_map(|m| Some((m.labels(), seconds(m.row.figures.last_success_at?)))),
        )?;
        writer.gauges(
            "crontopus_monitor_last_duration_seconds",
            "How long the run took that ended last.",
            monitors().filter_map(|m| Some((m.labels(), seconds(m.row.figures.last_duration_ms?)))),
        )?;
        writer.counters(
            "crontopus_monitor_runs",
            "Runs of the job in this place by how they ended; one that was decided anew counts under both.",
            monitors().flat_map(|m| {
                let [namespace, name, host] = m.labels();
                let runs = m.row.figures.runs.iter();
                runs.map(move |(status, count)| ([namespace, name, host, ("status", status.as_str())], count))
            }),
        )
    }

    fn totals(&self, writer: &mut Writer<'_>) -> fmt::Result {
        let Kept { totals, statuses, incidents, agents, .. } = &self.kept;
        let ended = RunStatus::ALL.iter().filter(|status| **status != RunStatus::Running);
        writer.counters(
            "crontopus_tenant_runs",
            "Runs of all jobs by how they ended; one that was decided anew counts under both.",
            ended.map(|s| ([("status", s.as_str())], totals.get(s).copied().unwrap_or(0))),
        )?;
        let all = MonitorStatus::ALL.iter();
        writer.gauges(
            "crontopus_tenant_monitors",
            "Monitors by status.",
            all.map(|s| ([("status", s.as_str())], statuses.get(s).copied().unwrap_or(0) as f64)),
        )?;
        let severities = Severity::ALL.iter();
        writer.gauges(
            "crontopus_tenant_incidents_open",
            "Incidents that are not resolved, by severity.",
            severities.map(|s| ([("severity", s.as_str())], incidents.get(s).copied().unwrap_or(0) as f64)),
        )?;
        let known = AGENT_STATES.into_iter();
        writer.gauges(
            "crontopus_tenant_agents",
            "Agents by state.",
            known.map(|s| ([("state", s)], agents.get(s).copied().unwrap_or(0) as f64)),
        )
    }
}
