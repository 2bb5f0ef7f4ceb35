use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool, Postgres, Transaction};
use tokio_util::sync::CancellationToken;

use crate::error::StoreError;
use crate::wake::{Topic, Wakes};

/// The channel of LISTEN and NOTIFY.
pub(crate) const CHANNEL: &str = "crontopus";

const CONNECTIONS: u32 = 20;

/// A connection that was in use so lately is there still, unless another one broke since; others are asked before
/// somebody gets them.
const FRESH: Duration = Duration::from_secs(1);

/// What every connection is set to. A server whose default does not wait for the disk is overruled:
/// an answered check-in is on disk.
const SESSION: &str = "SET application_name = 'crontopus';
    SET statement_timeout = '30s';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s';
    SET TimeZone = 'UTC';
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local')";

/// The connections.
#[derive(Clone)]
pub(crate) struct PostgresPools {
    pub(crate) pool: PgPool,
    pub(crate) options: Box<PgConnectOptions>,
    broken: Broken,
}

/// When a connection was last found broken: those that rest since before then may be, too.
#[derive(Clone, Default)]
struct Broken(Arc<Mutex<Option<Instant>>>);

impl Broken {
    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn may_be(&self, idle: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle > FRESH || last.is_some_and(|at| idle >= at.elapsed())
    }
}

impl PostgresPools {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        // The address itself may hold a password and is not repeated.
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| StoreError::Address("postgres://…".to_owned()))?
            .statement_cache_capacity(256)
            .disable_statement_logging();
        // The pool would retry a refused connection for a while; whoever starts this decides about that.
        PgConnection::connect_with(&options).await?.close().await?;
        let broken = Broken::default();
        let suspects = broken.clone();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .before_acquire(move |connection, metadata| {
                let may_be_broken = suspects.may_be(metadata.idle_for);
                Box::pin(async move {
                    if may_be_broken {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(sqlx::raw_sql(SESSION)).await.map(drop) })
            })
            .connect_with(options.clone())
            .await?;
        Ok(Self { pool, options: Box::new(options), broken })
    }

    /// Begins a transaction with the statement `begin`. A connection that broke while it rested shows with this, its
    /// first statement; another one is taken then.
    pub(crate) async fn begin(&self, begin: String) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
        match self.pool.begin_with(AssertSqlSafe(begin.clone())).await {
            Err(error) if is_broken(&error) => {
                tracing::debug!(%error, "a connection to the database broke; another one is taken");
                self.broken.note();
                self.pool.begin_with(AssertSqlSafe(begin)).await
            }
            begun => begun,
        }
    }

    /// Passes on what other processes (and this one) notify. After a lost connection everything is woken
    /// once, because nobody knows what was missed.
    pub(crate) async fn listen(self, wakes: Wakes, cancel: CancellationToken) {
        while !cancel.is_cancelled() {
            let heard = cancel.run_until_cancelled(self.hear(&wakes)).await;
            if let Some(Err(error)) = heard {
                tracing::warn!(%error, "the wake-up connection broke; polling goes on meanwhile");
            }
            let pause = tokio::time::sleep(Duration::from_secs(1));
            if cancel.run_until_cancelled(pause).await.is_none() {
                return;
            }
        }
    }

    /// The listener has a pool of its own: it would hold one of the others' connections for ever.
    async fn hear(&self, wakes: &Wakes) -> Result<(), sqlx::Error> {
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let mut listener = PgListener::connect_with(&pool.connect_lazy_with((*self.options).clone())).await?;
        listener.listen(CHANNEL).await?;
        wakes.wake_all();
        loop {
            match listener.try_recv().await? {
                Some(note) => {
                    if let Some(topic) = Topic::parse(note.payload()) {
                        wakes.wake(topic);
                    }
                }
                None => wakes.wake_all(),
            }
        }
    }
}

/// Whether the connection is of no use any more: it was cut, or its server said that it ends (class 57P).
fn is_broken(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
        _ => false,
    }
}
