//! Counting hours again, and passing on what changed to days and half hours.

use std::collections::BTreeMap;

use crontopus_domain::RunStatus;
use crontopus_domain::statistics::{Counts, DAY_MS, HourTally, SLOT_MS, Tally, start_of};
use crontopus_ids::{MonitorId, TenantId};

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::statistics::lags::LagChange;
use crate::tx::{Read, Tx};

statements! {
    LIST_DUE_HOURS = "SELECT h.tenant_id, h.monitor_id, h.hour, h.marks, COALESCE(f.floor, 0)
        FROM run_hours h LEFT JOIN run_floors f ON f.tenant_id = h.tenant_id
        WHERE h.due_at IS NOT NULL AND h.due_at <= $1 ORDER BY h.due_at LIMIT $2";
    LIST_UNCOUNTED_HOURS = "SELECT h.tenant_id, h.monitor_id, h.hour, h.marks, COALESCE(f.floor, 0)
        FROM run_hours h LEFT JOIN run_floors f ON f.tenant_id = h.tenant_id
        WHERE h.tenant_id = $1 AND h.due_at IS NOT NULL AND h.hour < $2 LIMIT $3";
    RAISE_FLOOR = "INSERT INTO run_floors (tenant_id, floor) VALUES ($1, $2)
        ON CONFLICT (tenant_id) DO UPDATE SET floor = excluded.floor WHERE run_floors.floor < excluded.floor";
    DELETE_HOURS = "DELETE FROM run_hours WHERE (tenant_id, monitor_id, hour) IN (
        SELECT h.tenant_id, h.monitor_id, h.hour FROM monitors m CROSS JOIN run_hours h
        WHERE m.tenant_id = $1 AND h.tenant_id = m.tenant_id AND h.monitor_id = m.id AND h.hour < $2 LIMIT $3)";
    DELETE_DAYS = "DELETE FROM run_days WHERE (tenant_id, monitor_id, day) IN (
        SELECT d.tenant_id, d.monitor_id, d.day FROM monitors m CROSS JOIN run_days d
        WHERE m.tenant_id = $1 AND d.tenant_id = m.tenant_id AND d.monitor_id = m.id AND d.day < $2 LIMIT $3)";
    DELETE_SLOTS = "DELETE FROM run_slots WHERE tenant_id = $1 AND slot < $2";
}

batches! {
    LIST_RUNS_OF_HOURS(tenant_id Text, monitor_id Text, hour Int) =
        "SELECT batch.tenant_id, batch.monitor_id, batch.hour, r.at, r.status, r.duration_ms, r.started_at - r.expected_at
        FROM {rows} CROSS JOIN runs r
        WHERE r.tenant_id = batch.tenant_id AND r.monitor_id = batch.monitor_id
            AND r.at >= batch.hour AND r.at < batch.hour + 3600000";
    LOCK_HOURS(tenant_id Text, monitor_id Text, hour Int) =
        "SELECT h.tenant_id, h.monitor_id, h.hour, h.counted, h.tally FROM {rows} CROSS JOIN run_hours h
        WHERE h.tenant_id = batch.tenant_id AND h.monitor_id = batch.monitor_id AND h.hour = batch.hour
        ORDER BY h.tenant_id, h.monitor_id, h.hour" for update of h;
    SAVE_HOURS(tenant_id Text, monitor_id Text, hour Int, marks Int, runs Int, tally Text) =
        "UPDATE run_hours SET tally = batch.tally, runs = batch.runs, counted = batch.marks,
            due_at = CASE WHEN run_hours.marks = batch.marks THEN NULL ELSE run_hours.due_at END
        FROM {rows} WHERE run_hours.tenant_id = batch.tenant_id AND run_hours.monitor_id = batch.monitor_id
            AND run_hours.hour = batch.hour";
    DROP_HOURS(tenant_id Text, monitor_id Text, hour Int) = "DELETE FROM run_hours
        WHERE (tenant_id, monitor_id, hour) IN (SELECT tenant_id, monitor_id, hour FROM {rows})";
    MAKE_DAYS(tenant_id Text, monitor_id Text, day Int) =
        "INSERT INTO run_days (tenant_id, monitor_id, day, tally)
        SELECT tenant_id, monitor_id, day, '{}' FROM {rows} WHERE true
        ON CONFLICT (tenant_id, monitor_id, day) DO NOTHING";
    LOCK_DAYS(tenant_id Text, monitor_id Text, day Int) =
        "SELECT d.tenant_id, d.monitor_id, d.day, d.tally FROM {rows} CROSS JOIN run_days d
        WHERE d.tenant_id = batch.tenant_id AND d.monitor_id = batch.monitor_id AND d.day = batch.day
        ORDER BY d.tenant_id, d.monitor_id, d.day" for update of d;
    SAVE_DAYS(tenant_id Text, monitor_id Text, day Int, tally Text) = "UPDATE run_days SET tally = batch.tally
        FROM {rows} WHERE run_days.tenant_id = batch.tenant_id AND run_days.monitor_id = batch.monitor_id
            AND run_days.day = batch.day";
    ADD_TO_SLOTS(tenant_id Text, slot Int, succeeded Int, failed Int, timed_out Int, missed Int, skipped Int,
        unknown Int) =
        "INSERT INTO run_slots (tenant_id, slot, succeeded, failed, timed_out, missed, skipped, unknown)
        SELECT tenant_id, slot, succeeded, failed, timed_out, missed, skipped, unknown FROM {rows} WHERE true
        ON CONFLICT (tenant_id, slot) DO UPDATE SET succeeded = run_slots.succeeded + excluded.succeeded,
            failed = run_slots.failed + excluded.failed, timed_out = run_slots.timed_out + excluded.timed_out,
            missed = run_slots.missed + excluded.missed, skipped = run_slots.skipped + excluded.skipped,
            unknown = run_slots.unknown + excluded.unknown";
}

/// An hour of one monitor whose runs changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueHour {
    /// Whose.
    pub tenant_id: TenantId,
    /// The monitor.
    pub monitor_id: MonitorId,
    /// When the hour begins, UTC milliseconds.
    pub hour: i64,
    /// Which state of its runs was seen.
    pub marks: i64,
    /// Whether runs of it may have been forgotten, so that counting them would say less than what is known.
    pub is_closed: bool,
}

type Key = (TenantId, MonitorId, i64);

impl DueHour {
    fn key(&self) -> Key {
        (self.tenant_id, self.monitor_id, self.hour)
    }
}

type DueRow = (Text<TenantId>, Text<MonitorId>, i64, i64, i64);

fn due(rows: Vec<DueRow>) -> Vec<DueHour> {
    let due = |(tenant, monitor, hour, marks, floor): DueRow| DueHour {
        tenant_id: tenant.0,
        monitor_id: monitor.0,
        hour,
        marks,
        is_closed: hour < floor,
    };
    rows.into_iter().map(due).collect()
}

impl Read<SystemScope> {
    /// Up to `limit` hours that are to be counted at `now` (UTC milliseconds), those first that wait longest.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_due_hours(&mut self, now: i64, limit: u32) -> Result<Vec<DueHour>, StoreError> {
        Ok(due(query!(self, fetch_all LIST_DUE_HOURS, now, i64::from(limit))?))
    }

    /// Up to `limit` hours of a tenant from before `before` that are to be counted, due or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_uncounted_hours(
        &mut self,
        tenant: TenantId,
        before: i64,
        limit: u32,
    ) -> Result<Vec<DueHour>, StoreError> {
        Ok(due(query!(self, fetch_all LIST_UNCOUNTED_HOURS, Text(tenant), before, i64::from(limit))?))
    }

    /// Counts the runs of hours, in the picture of the runs that this transaction has.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn count_hours(&mut self, hours: &[DueHour]) -> Result<Vec<(DueHour, HourTally)>, StoreError> {
        type Row = (Text<TenantId>, Text<MonitorId>, i64, i64, Text<RunStatus>, Option<i64>, Option<i64>);
        let mut batch = Batch::of(&LIST_RUNS_OF_HOURS);
        let mut tallies: BTreeMap<Key, HourTally> = BTreeMap::new();
        for hour in hours {
            batch.text(hour.tenant_id).text(hour.monitor_id).int(hour.hour);
        }
        let rows: Vec<Row> = batch.fetch_all(self).await?;
        for (tenant, monitor, hour, at, status, duration, lag) in rows {
            let tally = tallies.entry((tenant.0, monitor.0, hour)).or_default();
            tally.add(at, status.0, duration);
            if let Some(lag) = lag {
                tally.lags.add(lag);
            }
        }
        Ok(hours.iter().map(|h| (*h, tallies.remove(&h.key()).unwrap_or_default())).collect())
    }
}

impl Tx<SystemScope> {
    /// Takes over what was counted, unless somebody counted a later state of the runs meanwhile, and passes the
    /// difference on to days and half hours.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Inconsistent`].
    pub async fn save_hours(&mut self, counted: &[(DueHour, HourTally)]) -> Result<(), StoreError> {
        let (closed, open): (Vec<_>, Vec<_>) = counted.iter().partition(|(hour, _)| hour.is_closed);
        let mut batch = Batch::of(&DROP_HOURS);
        for (hour, _) in closed {
            batch.text(hour.tenant_id).text(hour.monitor_id).int(hour.hour);
        }
        batch.execute(self).await?;
        let before = self.lock_hours(&open).await?;
        let mut batch = Batch::of(&SAVE_HOURS);
        let mut days: BTreeMap<Key, (Tally, Tally)> = BTreeMap::new();
        let mut slots: BTreeMap<(TenantId, i64), Counts> = BTreeMap::new();
        let mut lags: BTreeMap<(TenantId, i64), LagChange> = BTreeMap::new();
        for (hour, now) in open {
            let Some((counted, then)) = before.get(&hour.key()) else { continue };
            if *counted >= hour.marks {
                continue;
            }
            let runs = now.halves[0].total() + now.halves[1].total();
            batch.text(hour.tenant_id).text(hour.monitor_id).int(hour.hour).int(hour.marks).int(runs);
            batch.text(json(now)?);
            let day = (hour.tenant_id, hour.monitor_id, start_of(hour.hour, DAY_MS));
            let (less, more) = days.entry(day).or_default();
            less.merge(&then.total());
            more.merge(&now.total());
            let (less, more) = lags.entry((hour.tenant_id, hour.hour)).or_default();
            less.merge(&then.lags);
            more.merge(&now.lags);
            for (half, slot) in [(0, hour.hour), (1, hour.hour + SLOT_MS)] {
                let sum = slots.entry((hour.tenant_id, slot)).or_default();
                sum.merge(&now.halves[half]);
                sum.take(&then.halves[half]);
            }
        }
        batch.execute(self).await?;
        days.retain(|_, (less, more)| less != more);
        self.change_days(days).await?;
        lags.retain(|_, (less, more)| less != more);
        self.change_lags(lags).await?;
        slots.retain(|_, change| !change.is_empty());
        self.add_to_slots(slots).await
    }

    async fn lock_hours(
        &mut self,
        hours: &[&(DueHour, HourTally)],
    ) -> Result<BTreeMap<Key, (i64, HourTally)>, StoreError> {
        type Row = (Text<TenantId>, Text<MonitorId>, i64, i64, String);
        let mut batch = Batch::of(&LOCK_HOURS);
        for (hour, _) in hours {
            batch.text(hour.tenant_id).text(hour.monitor_id).int(hour.hour);
        }
        let rows: Vec<Row> = batch.fetch_all(self).await?;
        let known = |(tenant, monitor, hour, counted, tally): Row| {
            let tally = match tally.as_str() {
                "" => HourTally::default(),
                text => serde_json::from_str(text)
                    .map_err(|_| StoreError::inconsistent("run_hours", "tally", monitor.0))?,
            };
            Ok(((tenant.0, monitor.0, hour), (counted, tally)))
        };
        rows.into_iter().map(known).collect()
    }

    async fn change_days(&mut self, changes: BTreeMap<Key, (Tally, Tally)>) -> Result<(), StoreError> {
        type Row = (Text<TenantId>, Text<MonitorId>, i64, String);
        let (mut make, mut lock) = (Batch::of(&MAKE_DAYS), Batch::of(&LOCK_DAYS));
        for (tenant, monitor, day) in changes.keys() {
            make.text(tenant).text(monitor).int(*day);
            lock.text(tenant).text(monitor).int(*day);
        }
        make.execute(self).await?;
        let rows: Vec<Row> = lock.fetch_all(self).await?;
        let mut save = Batch::of(&SAVE_DAYS);
        for (tenant, monitor, day, tally) in rows {
            let mut sum: Tally = serde_json::from_str(&tally)
                .map_err(|_| StoreError::inconsistent("run_days", "tally", monitor.0))?;
            if let Some((less, more)) = changes.get(&(tenant.0, monitor.0, day)) {
                sum.merge(more);
                sum.take(less);
            }
            save.text(tenant.0).text(monitor.0).int(day).text(json(&sum)?);
        }
        save.execute(self).await.map(drop)
    }

    async fn add_to_slots(&mut self, changes: BTreeMap<(TenantId, i64), Counts>) -> Result<(), StoreError> {
        let mut batch = Batch::of(&ADD_TO_SLOTS);
        for ((tenant, slot), change) in changes {
            batch.text(tenant).int(slot).int(change.succeeded).int(change.failed).int(change.timed_out);
            batch.int(change.missed).int(change.skipped).int(change.unknown);
        }
        batch.execute(self).await.map(drop)
    }

    /// Says that runs of a tenant from before `before` (UTC milliseconds) may be forgotten from now on: what was
    /// counted of them stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn raise_floor(&mut self, tenant: TenantId, before: i64) -> Result<(), StoreError> {
        query!(self, execute RAISE_FLOOR, Text(tenant), before).map(drop)
    }

    /// Forgets up to `limit` counted hours of a tenant from before `before`; how many. Their days stay.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_hours(
        &mut self,
        tenant: TenantId,
        before: i64,
        limit: u32,
    ) -> Result<u64, StoreError> {
        query!(self, execute DELETE_HOURS, Text(tenant), before, i64::from(limit))
    }

    /// Forgets up to `limit` counted days of a tenant from before `before`, and its half hours; how many days.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_days(
        &mut self,
        tenant: TenantId,
        before: i64,
        limit: u32,
    ) -> Result<u64, StoreError> {
        query!(self, execute DELETE_SLOTS, Text(tenant), before)?;
        self.delete_lags(tenant, before).await?;
        query!(self, execute DELETE_DAYS, Text(tenant), before, i64::from(limit))
    }
}

fn json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::inconsistent("run_hours", "tally", "a new one"))
}
