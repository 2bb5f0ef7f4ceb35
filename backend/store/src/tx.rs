use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};

use crontopus_ids::TenantId;
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

use crate::error::StoreError;
use crate::events::PendingEvent;
use crate::scope::{Scope, SystemScope, TenantScope};
use crate::wake::{Topic, Wakes};

/// A transaction that only reads, in the rows of `S`; one consistent picture. Dropping it ends it.
///
/// The tables' reading functions are methods of this type, so that they work in a [`Tx`] too.
pub struct Read<S: Scope> {
    conn: Conn,
    scope: S,
}

/// A transaction that reads and writes, in the rows of `S`. What is not committed is rolled back.
///
/// The tables' writing functions are methods of this type.
#[must_use = "a transaction that is dropped without `commit` is rolled back"]
pub struct Tx<S: Scope> {
    read: Read<S>,
    wakes: Wakes,
    topics: BTreeSet<Topic>,
    pub(crate) events: Vec<PendingEvent>,
}

/// A writing transaction of one tenant.
pub type TenantTx = Tx<TenantScope>;

/// A writing transaction over all tenants.
pub type SystemTx = Tx<SystemScope>;

pub(crate) enum Conn {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl<S: Scope> Read<S> {
    pub(crate) fn new(conn: Conn, scope: S) -> Self {
        Self { conn, scope }
    }

    pub(crate) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Whose rows these are.
    pub fn scope(&self) -> &S {
        &self.scope
    }
}

impl Read<TenantScope> {
    /// The tenant, which every statement of a tenant's transaction binds.
    pub fn tenant(&self) -> TenantId {
        self.scope.tenant()
    }
}

impl<S: Scope> Tx<S> {
    pub(crate) fn new(read: Read<S>, wakes: Wakes) -> Self {
        Self { read, wakes, topics: BTreeSet::new(), events: Vec::new() }
    }

    /// Wakes whoever waits for `topic`, in every process, when and only when this is committed.
    pub fn wake(&mut self, topic: Topic) {
        self.topics.insert(topic);
    }

    /// Makes everything durable and visible at once. When this answers, it is on disk.
    ///
    /// # Errors
    /// Nothing was changed, except after [`StoreError::Unavailable`] from a PostgreSQL that went away
    /// during the commit itself: then nobody can say, and repeating must be harmless.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.write_events().await?;
        match self.read.conn {
            Conn::Sqlite(tx) => tx.commit().await?,
            Conn::Postgres(mut tx) => {
                if !self.topics.is_empty() {
                    let notify =
                        |t: &Topic| format!("NOTIFY {}, '{}';", crate::postgres::CHANNEL, t.as_str());
                    let sql: String = self.topics.iter().map(notify).collect();
                    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
        }
        for topic in self.topics {
            self.wakes.wake(topic);
        }
        Ok(())
    }

    /// Undoes everything, and waits until that is done.
    ///
    /// # Errors
    /// The connection broke; then it is undone all the same.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        match self.read.conn {
            Conn::Sqlite(tx) => tx.rollback().await?,
            Conn::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }
}

impl<S: Scope> Deref for Tx<S> {
    type Target = Read<S>;

    fn deref(&self) -> &Read<S> {
        &self.read
    }
}

impl<S: Scope> DerefMut for Tx<S> {
    fn deref_mut(&mut self) -> &mut Read<S> {
        &mut self.read
    }
}
