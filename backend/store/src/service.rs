//! Signs of life of the service itself, and the times in which silence says nothing.

use crontopus_domain::{Cause, Outage};

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_LAST_BEAT = "SELECT MAX(beat_at) FROM service_heartbeats WHERE beat_at <= $1";
    FIND_BEAT_AHEAD = "SELECT MAX(beat_at) FROM service_heartbeats WHERE beat_at > $1";
    COUNT_OTHERS = "SELECT COUNT(*) FROM service_heartbeats
        WHERE node <> $1 AND started_at <= $2 AND beat_at >= $3";
    SAVE_BEAT = "INSERT INTO service_heartbeats (node, started_at, beat_at) VALUES ($1, $2, $2)
        ON CONFLICT (node) DO UPDATE SET beat_at = excluded.beat_at";
    DELETE_BEATS = "DELETE FROM service_heartbeats WHERE beat_at < $1";
    SAVE_OUTAGE = "INSERT INTO service_outages (from_at, to_at, cause) VALUES ($1, $2, $3)
        ON CONFLICT (from_at) DO UPDATE SET to_at = excluded.to_at, cause = excluded.cause";
    LIST_OUTAGES = "SELECT from_at, to_at, cause FROM service_outages WHERE to_at >= $1 ORDER BY from_at";
    DELETE_OUTAGE = "DELETE FROM service_outages WHERE from_at = $1 AND to_at = $2";
    DELETE_OUTAGES = "DELETE FROM service_outages WHERE to_at < $1";
}

impl Read<SystemScope> {
    /// The last sign of life of any process up to `now`, UTC milliseconds; `None` before the very first one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_last_beat(&mut self, now: i64) -> Result<Option<i64>, StoreError> {
        let (at,): (Option<i64>,) = query!(self, fetch_one FIND_LAST_BEAT, now)?;
        Ok(at)
    }

    /// The last sign of life that is still to come at `now`: the clock was ahead when it was written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_beat_ahead(&mut self, now: i64) -> Result<Option<i64>, StoreError> {
        let (at,): (Option<i64>,) = query!(self, fetch_one FIND_BEAT_AHEAD, now)?;
        Ok(at)
    }

    /// Whether a process other than `node` that had started at `started_by` has given a sign of life at `alive_at` or
    /// later. UTC milliseconds.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_other_process(
        &mut self,
        node: &str,
        started_by: i64,
        alive_at: i64,
    ) -> Result<bool, StoreError> {
        let (count,): (i64,) = query!(self, fetch_one COUNT_OTHERS, node, started_by, alive_at)?;
        Ok(count > 0)
    }

    /// Outages that ended at or after `since` (UTC milliseconds), oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_outages(&mut self, since: i64) -> Result<Vec<Outage>, StoreError> {
        let rows: Vec<(i64, i64, Text<Cause>)> = query!(self, fetch_all LIST_OUTAGES, since)?;
        Ok(rows.into_iter().map(|(from, to, cause)| Outage { from, to, cause: cause.0 }).collect())
    }
}

impl Tx<SystemScope> {
    /// Notes that the process `node` lives.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_beat(&mut self, node: &str, now: i64) -> Result<(), StoreError> {
        query!(self, execute SAVE_BEAT, node, now).map(drop)
    }

    /// Notes that silence says nothing in that time; one with the same beginning gives way.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_outage(&mut self, outage: Outage) -> Result<(), StoreError> {
        query!(self, execute SAVE_OUTAGE, outage.from, outage.to, Text(outage.cause)).map(drop)
    }

    /// Forgets an outage that was none, as long as it is as it was saved.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_outage(&mut self, outage: Outage) -> Result<(), StoreError> {
        query!(self, execute DELETE_OUTAGE, outage.from, outage.to).map(drop)
    }

    /// Forgets processes and outages last heard of before `before` (UTC milliseconds).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_old_beats(&mut self, before: i64) -> Result<(), StoreError> {
        query!(self, execute DELETE_BEATS, before)?;
        query!(self, execute DELETE_OUTAGES, before).map(drop)
    }
}
