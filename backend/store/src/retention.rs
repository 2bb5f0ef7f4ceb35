//! Forgetting what is old, in pieces that never hold up check-ins, and making room for what comes.

use std::time::Duration;

use crontopus_ids::TenantId;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use sqlx::{AssertSqlSafe, Row as _};

use crate::column::Text;
use crate::error::StoreError;
use crate::postgres::PostgresPools;
use crate::query::query;
use crate::scope::SystemScope;
use crate::store::{Engine, Store};
use crate::tx::{Read, Tx};

statements! {
    LIST_TENANT_IDS = "SELECT tenant_id FROM tenants ORDER BY tenant_id";
    DELETE_RUNS = "DELETE FROM runs WHERE (tenant_id, id, at) IN (
        SELECT tenant_id, id, at FROM runs WHERE tenant_id = $1 AND at < $2 ORDER BY at LIMIT $3)";
    /// The last of the next monitors: a step of the walk through all of them.
    FIND_STEP = "SELECT MAX(id) FROM (
        SELECT id FROM monitors WHERE tenant_id = $1 AND id > $2 ORDER BY id LIMIT $3) AS step";
    DELETE_CHECK_INS = "DELETE FROM check_ins WHERE (tenant_id, monitor_id, at, id) IN (
        SELECT c.tenant_id, c.monitor_id, c.at, c.id FROM monitors m
        CROSS JOIN check_ins c
        WHERE m.tenant_id = $1 AND m.id > $2 AND m.id <= $3
            AND c.tenant_id = m.tenant_id AND c.monitor_id = m.id AND c.at < $4 LIMIT $5)";
}

/// Tables that PostgreSQL divides by month.
const MONTHLY: [&str; 2] = ["runs", "check_ins"];

/// Making and dropping a month takes its table from everybody for a moment, and while it waits for those who use the
/// table, whoever comes after them waits too. So it soon gives up, lets them pass, and tries again.
const PATIENCE: &str = "SET LOCAL lock_timeout = '50ms'";
const PAUSE: Duration = Duration::from_millis(500);
const TRIES: u32 = 20;

/// Where a walk through a tenant's monitors is: check-ins lie by their monitor, so that only whoever goes through
/// those finds the old ones.
#[derive(Debug, Clone, Default)]
pub struct CheckInWalk {
    /// The last monitor that was done; empty at the start.
    done: String,
}

impl Read<SystemScope> {
    /// Every tenant there is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_tenant_ids(&mut self) -> Result<Vec<TenantId>, StoreError> {
        let rows: Vec<(Text<TenantId>,)> = query!(self, fetch_all LIST_TENANT_IDS)?;
        Ok(rows.into_iter().map(|(id,)| id.0).collect())
    }
}

impl Tx<SystemScope> {
    /// Forgets up to `limit` runs of a tenant from before `before` (UTC milliseconds); how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_old_runs(
        &mut self,
        tenant: TenantId,
        before: i64,
        limit: u32,
    ) -> Result<u64, StoreError> {
        query!(self, execute DELETE_RUNS, Text(tenant), before, i64::from(limit))
    }

    /// Forgets up to `limit` check-ins from before `before` (UTC milliseconds) of the next `limit` monitors of a
    /// tenant: how many, or `None` when the walk is at its end.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_check_ins(
        &mut self,
        tenant: TenantId,
        walk: &mut CheckInWalk,
        before: i64,
        limit: u32,
    ) -> Result<Option<u64>, StoreError> {
        let limit = i64::from(limit);
        let (last,): (Option<String>,) = query!(self, fetch_one FIND_STEP, Text(tenant), &walk.done, limit)?;
        let Some(last) = last else { return Ok(None) };
        let gone = query!(self, execute DELETE_CHECK_INS, Text(tenant), &walk.done, &last, before, limit)?;
        if gone < limit.unsigned_abs() {
            walk.done = last;
        }
        Ok(Some(gone))
    }
}

impl Store {
    /// On PostgreSQL: makes the partitions of this month and the next two, and drops those that lie wholly
    /// before `before` (both UTC milliseconds). Returns what it made and dropped. Nothing on SQLite.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn maintain_months(&self, now: i64, before: i64) -> Result<Vec<String>, StoreError> {
        let Engine::Postgres(pools) = self.engine() else { return Ok(Vec::new()) };
        let mut done = Vec::new();
        for table in MONTHLY {
            for ahead in 0..3 {
                let Some((name, low, high)) = month(now, ahead) else { continue };
                // Names and numbers made above; see `month`.
                let sql = format!("SELECT crontopus_month('{table}', '{name}', {low}, {high})");
                let made = pools.squeeze_in(&sql).await? == Squeezed::Done { said: Some(true) };
                if made {
                    done.push(format!("+{table}_{name}"));
                }
            }
            let children: Vec<String> = sqlx::query_scalar(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = to_regclass($1) ORDER BY c.relname",
            )
            .bind(table)
            .fetch_all(&pools.pool)
            .await?;
            for child in children {
                if ends(table, &child).is_some_and(|end| end <= before) {
                    // The name was made of a closed set of words and digits; see `ends`.
                    match pools.squeeze_in(&format!("DROP TABLE {child}")).await? {
                        Squeezed::Done { .. } => done.push(format!("-{child}")),
                        Squeezed::NoRoom => tracing::info!(child, "an old month is in use; it goes later"),
                    }
                }
            }
        }
        Ok(done)
    }
}

/// What became of a statement that wants a table for itself.
#[derive(Debug, PartialEq, Eq)]
enum Squeezed {
    Done { said: Option<bool> },
    NoRoom,
}

impl PostgresPools {
    /// Runs a statement that wants a table for itself, between those who use it.
    async fn squeeze_in(&self, sql: &str) -> Result<Squeezed, StoreError> {
        for _ in 0..TRIES {
            match self.squeeze_in_once(sql).await {
                Err(StoreError::Collision(_)) => tokio::time::sleep(PAUSE).await,
                done => return done.map(|said| Squeezed::Done { said }),
            }
        }
        Ok(Squeezed::NoRoom)
    }

    async fn squeeze_in_once(&self, sql: &str) -> Result<Option<bool>, StoreError> {
        let mut tx = self.begin("BEGIN".to_owned()).await?;
        sqlx::raw_sql(PATIENCE).execute(&mut *tx).await?;
        let row = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_optional(&mut *tx).await?;
        let said = row.map(|row| row.try_get(0)).transpose()?;
        tx.commit().await?;
        Ok(said)
    }
}

/// Name and bounds of the month `ahead` months after the one of `now`: `y2026m11`, UTC milliseconds.
fn month(now: i64, ahead: i32) -> Option<(String, i64, i64)> {
    let date = Timestamp::from_millisecond(now).ok()?.to_zoned(TimeZone::UTC).date();
    let first = date.first_of_month().checked_add(ahead.months()).ok()?;
    let next = first.checked_add(1.month()).ok()?;
    Some((format!("y{:04}m{:02}", first.year(), first.month()), start(first)?, start(next)?))
}

/// When the month of a partition ends; `None` for a table that is no such partition.
fn ends(table: &str, child: &str) -> Option<i64> {
    let (year, month) = child.strip_prefix(table)?.strip_prefix("_y")?.split_once('m')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(year) || !is_number(month) {
        return None;
    }
    let first = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    start(first.checked_add(1.month()).ok()?)
}

fn start(date: Date) -> Option<i64> {
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_named_and_bounded_in_utc() {
        let now = "2026-11-23T23:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let (name, low, high) = month(now, 1).unwrap();
        assert_eq!((name.as_str(), high - low), ("y2026m12", 31 * 86_400_000));
        assert_eq!(ends("runs", "runs_y2026m12"), Some(high));
        assert_eq!(month(now, 2).unwrap().0, "y2027m01");
        for other in
            ["runs_other", "runs_y2026m13", "runs_y20x6m01", "check_ins_y2026m12", "runs_y2026m01; DROP"]
        {
            assert_eq!(ends("runs", other), None, "{other}");
        }
    }
}
