use std::path::Path;
use std::sync::Arc;

use sqlx::{Postgres, Transaction};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::dialect;
use crate::error::StoreError;
use crate::postgres::PostgresPools;
use crate::scope::Scope;
use crate::sqlite::SqlitePools;
use crate::tx::{Conn, Read, Tx};
use crate::wake::{Topic, Wake, Wakes};

/// The database. Cheap to clone; every clone is the same database.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

pub(crate) struct Inner {
    engine: Engine,
    wakes: Wakes,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

pub(crate) enum Engine {
    Sqlite(SqlitePools),
    Postgres(PostgresPools),
}

impl Store {
    /// Opens `postgres://…` (or `postgresql://…`), or a SQLite file by its path (also as `sqlite:path`),
    /// which is created when it is not there. Needs a tokio runtime. The schema is left as it is: see
    /// [`Store::migrate`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when there is no such server or directory, [`StoreError::SqliteTooOld`],
    /// [`StoreError::Address`].
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let wakes = Wakes::new();
        let tasks = TaskTracker::new();
        let cancel = CancellationToken::new();
        let engine = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pools = PostgresPools::open(url).await?;
            tasks.spawn(pools.clone().listen(wakes.clone(), cancel.clone()));
            Engine::Postgres(pools)
        } else {
            let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or(url);
            if path.is_empty() || path.contains("://") {
                return Err(StoreError::Address(url.to_owned()));
            }
            let pools = SqlitePools::open(Path::new(path)).await?;
            tasks.spawn(pools.clone().checkpoint(cancel.clone()));
            Engine::Sqlite(pools)
        };
        Ok(Self(Arc::new(Inner { engine, wakes, tasks, cancel })))
    }

    /// Begins a transaction that writes. On SQLite this waits for the one writer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin<S: Scope>(&self, scope: S) -> Result<Tx<S>, StoreError> {
        let conn = match &self.0.engine {
            Engine::Sqlite(pools) => Conn::Sqlite(pools.begin().await?),
            Engine::Postgres(pools) => {
                let begin = dialect::begin_postgres(&scope.fence(), false);
                Conn::Postgres(self.begin_whole(pools, begin).await?)
            }
        };
        Ok(Tx::new(Read::new(conn, scope), self.0.wakes.clone()))
    }

    /// Begins a transaction that reads one consistent picture; on SQLite beside the writer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read<S: Scope>(&self, scope: S) -> Result<Read<S>, StoreError> {
        let conn = match &self.0.engine {
            Engine::Sqlite(pools) => Conn::Sqlite(pools.readers.begin().await?),
            Engine::Postgres(pools) => {
                let begin = dialect::begin_postgres(&scope.fence(), true);
                Conn::Postgres(self.begin_whole(pools, begin).await?)
            }
        };
        Ok(Read::new(conn, scope))
    }

    /// Begins on a task of its own, so that it comes to its end also when whoever asked is gone (a request whose client
    /// hung up). Given up between `BEGIN` and its answer, the connection would return to the pool in a transaction that
    /// sqlx does not know of, and the next one to take it would find itself reading an old picture, unable to write.
    async fn begin_whole(
        &self,
        pools: &PostgresPools,
        begin: String,
    ) -> Result<Transaction<'static, Postgres>, StoreError> {
        let pools = pools.clone();
        let begun = self.0.tasks.spawn(async move { pools.begin(begin).await });
        match begun.await {
            Ok(transaction) => Ok(transaction?),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime ends.
            Err(_) => Err(sqlx::Error::PoolClosed.into()),
        }
    }

    /// Subscribes to a topic. Subscribe before looking for work.
    pub fn subscribe(&self, topic: Topic) -> Wake {
        self.0.wakes.subscribe(topic)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.0.engine {
            Engine::Sqlite(pools) => sqlx::query("SELECT 1").execute(&pools.readers).await.map(drop)?,
            Engine::Postgres(pools) => self.begin_whole(pools, "BEGIN".to_owned()).await?.rollback().await?,
        }
        Ok(())
    }

    /// `SQLite 3.51.3` or `PostgreSQL 15.20`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn describe(&self) -> Result<String, StoreError> {
        let (engine, version): (_, (String,)) = match &self.0.engine {
            Engine::Sqlite(pools) => {
                ("SQLite", sqlx::query_as("SELECT sqlite_version()").fetch_one(&pools.readers).await?)
            }
            Engine::Postgres(pools) => {
                let sql = "SELECT split_part(current_setting('server_version'), ' ', 1)";
                ("PostgreSQL", sqlx::query_as(sql).fetch_one(&pools.pool).await?)
            }
        };
        Ok(format!("{engine} {}", version.0))
    }

    /// Ends the background work and closes every connection; waits for transactions that are open.
    pub async fn close(&self) {
        self.0.cancel.cancel();
        self.0.tasks.close();
        self.0.tasks.wait().await;
        match &self.0.engine {
            Engine::Sqlite(pools) => pools.close().await,
            Engine::Postgres(pools) => pools.pool.close().await,
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let engine = match &self.0.engine {
            Engine::Sqlite(_) => "SQLite",
            Engine::Postgres(_) => "PostgreSQL",
        };
        f.debug_tuple("Store").field(&engine).finish()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
