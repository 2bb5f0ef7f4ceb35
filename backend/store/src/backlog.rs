//! How much waits to be done, over all tenants; and how the database itself is.

use std::collections::BTreeMap;

use crontopus_domain::SyncState;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::store::{Engine, Store};
use crate::tx::Read;

statements! {
    /// As the lease takes them: what waits behind a row that is tried again, or for a channel that is switched
    /// off or was asked to wait, is nobody's delay.
    DUE_OUTBOX = "SELECT COUNT(*), MIN(o.due_at) FROM outbox o WHERE o.done_at IS NULL AND o.due_at <= $1
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.tenant_id = o.tenant_id AND e.stream = o.stream
            AND e.done_at IS NULL AND (e.seq, e.id) < (o.seq, o.id))
        AND NOT EXISTS (SELECT 1 FROM channels c WHERE c.tenant_id = o.tenant_id AND c.id = o.target
            AND CASE WHEN c.enabled THEN c.not_before > $1
                ELSE o.occasion IN ('acknowledged', 'resolved', 'notice') END)";
    DUE_MONITORS = "SELECT COUNT(*), MIN(deadline_at) FROM monitor_states
        WHERE deadline_at IS NOT NULL AND deadline_at <= $1";
    DUE_REPOSITORIES = "SELECT COUNT(*), MIN(due_at) FROM repositories WHERE due_at <= $1 AND leased_until <= $1";
    COUNT_REPOSITORIES = "SELECT state, COUNT(*) FROM repositories GROUP BY state";
}

/// What is due and was not done yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many.
    pub waiting: i64,
    /// Since when the oldest is due, UTC milliseconds.
    pub since: Option<i64>,
}

impl Backlog {
    /// How long the oldest has been due at `now`, in milliseconds; 0 when nothing is.
    pub fn age_ms(&self, now: i64) -> i64 {
        self.since.map_or(0, |since| now.saturating_sub(since).max(0))
    }
}

/// Connections to the database of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// `writer`, `readers` or `all`.
    pub name: &'static str,
    /// Open ones.
    pub open: u32,
    /// Open ones that nobody uses.
    pub idle: u32,
    /// Most that are opened.
    pub limit: u32,
}

impl Read<SystemScope> {
    /// What the outbox holds that is due at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn outbox_backlog(&mut self, now: i64) -> Result<Backlog, StoreError> {
        let (waiting, since): (i64, Option<i64>) = query!(self, fetch_one DUE_OUTBOX, now)?;
        Ok(Backlog { waiting, since })
    }

    /// Monitors whose deadline has passed at `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sweep_backlog(&mut self, now: i64) -> Result<Backlog, StoreError> {
        let (waiting, since): (i64, Option<i64>) = query!(self, fetch_one DUE_MONITORS, now)?;
        Ok(Backlog { waiting, since })
    }

    /// Repositories that are due for a sync at `now` and that nobody has taken.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn sync_backlog(&mut self, now: i64) -> Result<Backlog, StoreError> {
        let (waiting, since): (i64, Option<i64>) = query!(self, fetch_one DUE_REPOSITORIES, now)?;
        Ok(Backlog { waiting, since })
    }

    /// How many repositories of all tenants are in each state.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_repositories(&mut self) -> Result<BTreeMap<SyncState, i64>, StoreError> {
        let rows: Vec<(Text<SyncState>, i64)> = query!(self, fetch_all COUNT_REPOSITORIES)?;
        Ok(rows.into_iter().map(|(state, count)| (state.0, count)).collect())
    }
}

impl Store {
    /// Bytes the database takes, indexes included.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn size(&self) -> Result<i64, StoreError> {
        let (bytes,): (i64,) = match self.engine() {
            Engine::Sqlite(pools) => {
                let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
                sqlx::query_as(sql).fetch_one(&pools.readers).await?
            }
            Engine::Postgres(pools) => {
                sqlx::query_as("SELECT pg_database_size(current_database())").fetch_one(&pools.pool).await?
            }
        };
        Ok(bytes)
    }

    /// How the pools of connections are.
    pub fn pools(&self) -> Vec<PoolState> {
        match self.engine() {
            Engine::Sqlite(pools) => {
                vec![state("writer", &pools.writer), state("readers", &pools.readers)]
            }
            Engine::Postgres(pools) => vec![state("all", &pools.pool)],
        }
    }
}

fn state<DB: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<DB>) -> PoolState {
    let (open, idle) = (pool.size(), u32::try_from(pool.num_idle()).unwrap_or(u32::MAX));
    PoolState { name, open, idle: idle.min(open), limit: pool.options().get_max_connections() }
}
