use std::collections::BTreeMap;

use crontopus_domain::Resolution;
use crontopus_domain::statistics::{DAY_MS, Tally, start_of};
use crontopus_ids::MonitorId;
use crontopus_store::{Incident, Monitor, Read, TenantScope};

use crate::access::Actor;
use crate::{App, Error, Result};

/// How a job or a monitor did over a number of whole days of UTC, the present one included.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// When the first day begins, UTC milliseconds.
    pub from: i64,
    /// When the last day ends, UTC milliseconds.
    pub to: i64,
    /// The whole time.
    pub total: Tally,
    /// As many days before.
    pub before: Tally,
    /// The share of the time in which no incident was open, 0 to 1; `None` when nothing was expected.
    pub uptime: Option<f64>,
    /// Each day that has runs.
    pub days: Vec<DayTally>,
    /// Each place.
    pub places: Vec<PlaceStatistics>,
}

/// One day of UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayTally {
    /// When it begins, UTC milliseconds.
    pub day: i64,
    /// What was counted.
    pub tally: Tally,
}

/// The same for one place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceStatistics {
    /// The monitor.
    pub monitor_id: MonitorId,
    /// The host's name; `None` in ping mode.
    pub host: Option<String>,
    /// The whole time.
    pub total: Tally,
    /// The share of the time in which no incident was open.
    pub uptime: Option<f64>,
}

impl App {
    /// How a job did over the last `days` days, in all places that hold or held it.
    pub async fn get_job_statistics(
        &self,
        actor: &Actor,
        (namespace, name): (&str, &str),
        days: u32,
    ) -> Result<Statistics> {
        let mut read = self.read(actor.tenant_id).await?;
        let form = read.find_job(namespace, name).await?;
        let form = form.ok_or_else(|| Error::not_found(format!("job {namespace}/{name}")))?;
        let ids = read.list_job_monitors(form.id).await?;
        let monitors = read.list_monitors_by_id(&ids).await?;
        statistics(&mut read, monitors, self.now_ms(), days).await
    }

    /// How a monitor did over the last `days` days.
    pub async fn get_monitor_statistics(
        &self,
        actor: &Actor,
        id: MonitorId,
        days: u32,
    ) -> Result<Statistics> {
        let mut read = self.read(actor.tenant_id).await?;
        let monitor = read.find_monitor(id).await?;
        let monitor = monitor.ok_or_else(|| Error::not_found(format!("monitor {id}")))?;
        statistics(&mut read, vec![monitor], self.now_ms(), days).await
    }
}

async fn statistics(
    read: &mut Read<TenantScope>,
    mut monitors: Vec<Monitor>,
    now: i64,
    days: u32,
) -> Result<Statistics> {
    let length = i64::from(days.clamp(1, 366)) * DAY_MS;
    let to = start_of(now, DAY_MS) + DAY_MS;
    let from = to - length;
    let ids: Vec<MonitorId> = monitors.iter().map(|m| m.id).collect();
    let rows = super::days(read, &ids, (from - length, to), now).await?;
    let incidents = read.list_incidents_of(&ids, from, now).await?;
    let (mut total, mut before) = (Tally::default(), Tally::default());
    let mut by_day: BTreeMap<i64, Tally> = BTreeMap::new();
    let mut by_place: BTreeMap<MonitorId, Tally> = BTreeMap::new();
    for (monitor, day, tally) in rows {
        if day < from {
            before.merge(&tally);
            continue;
        }
        total.merge(&tally);
        by_day.entry(day).or_default().merge(&tally);
        by_place.entry(monitor).or_default().merge(&tally);
    }
    monitors.sort_by(|a, b| (a.removed, &a.host, a.id).cmp(&(b.removed, &b.host, b.id)));
    let (mut down, mut watched) = (0, 0);
    let mut places = Vec::new();
    for monitor in monitors {
        let own = incidents.iter().filter(|i| i.monitor_id == Some(monitor.id));
        let since = from.max(monitor.state.watched_since());
        let (was_down, was_watched) = downtime(own, since, now);
        if !monitor.removed {
            (down, watched) = (down + was_down, watched + was_watched);
        }
        let total = by_place.remove(&monitor.id).unwrap_or_default();
        if !monitor.removed || !total.counts.is_empty() {
            let uptime = share(was_down, was_watched);
            places.push(PlaceStatistics { monitor_id: monitor.id, host: monitor.host, total, uptime });
        }
    }
    let days = by_day.into_iter().filter(|(_, t)| !t.counts.is_empty());
    let days = days.map(|(day, tally)| DayTally { day, tally }).collect();
    Ok(Statistics { from, to, total, before, uptime: share(down, watched), days, places })
}

/// How long incidents were open since `since`, and how long that is ago; milliseconds. What was only reported late
/// was never down.
pub(super) fn downtime<'i>(
    incidents: impl Iterator<Item = &'i Incident>,
    since: i64,
    now: i64,
) -> (i64, i64) {
    let real = incidents.filter(|i| i.resolution != Some(Resolution::ReportedLate));
    let open = real.map(|i| (i.resolved_at.unwrap_or(now).min(now) - i.opened_at.max(since)).max(0));
    (open.sum(), (now - since).max(0))
}

/// The share of the time that was well.
pub(super) fn share(down: i64, watched: i64) -> Option<f64> {
    (watched > 0).then(|| 1.0 - down as f64 / watched as f64)
}
