use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Sqlite, SqlitePool, Transaction};
use tokio_util::sync::CancellationToken;

use crate::dialect::BEGIN_SQLITE;
use crate::error::StoreError;

/// The oldest SQLite without the bug that corrupts the write-ahead log when one connection writes while
/// another checkpoints (present from 3.7.0 to 3.51.2).
const OLDEST: &str = "3.51.3";

const READERS: u32 = 4;

/// Primary result code of an attempt to write a read-only database (sqlite.org/rescode.html).
const READ_ONLY: i32 = 8;

/// How often what was written is moved from the log into the database, outside of any commit.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(200);

/// Above this size of the log, a checkpoint waits for readers so that the log starts anew.
const LOG_LIMIT: u64 = 256 << 20;

/// One connection that writes, and some that cannot.
#[derive(Clone)]
pub(crate) struct SqlitePools {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    path: PathBuf,
}

impl SqlitePools {
    /// The writer comes first and switches the file to WAL: two connections that do so at once fail.
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = options(path);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(Duration::from_secs(30))
            .acquire_slow_threshold(Duration::from_secs(5))
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false);
        let to_write = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", "0");
        let writer = writer.connect_with(to_write).await?;
        check_version(&writer).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            .idle_timeout(Duration::from_secs(300))
            .max_lifetime(None)
            .test_before_acquire(false);
        let readers = readers.connect_lazy_with(options.pragma("query_only", "1"));
        Ok(Self { writer, readers, path: path.to_owned() })
    }

    /// Begins a transaction on the one writer.
    ///
    /// When SQLite has rolled a transaction back by itself (the disk was full, a read failed), the connection
    /// still counts it as open and refuses every further one. One that was opened while the disk was read-only
    /// stays so when the disk no longer is. Both are replaced.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
        match self.writer.begin_with(BEGIN_SQLITE).await {
            Err(error) if is_worn_out(&error) => {
                tracing::warn!(%error, "the writing connection is replaced");
                if let Err(error) = self.writer.acquire().await?.close().await {
                    tracing::warn!(%error, "the broken connection did not close properly");
                }
                self.writer.begin_with(BEGIN_SQLITE).await
            }
            begun => begun,
        }
    }

    /// Moves the log into the database again and again, on a connection of its own, so that no commit
    /// pays for it.
    pub(crate) async fn checkpoint(self, cancel: CancellationToken) {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .max_lifetime(None)
            .idle_timeout(None)
            .connect_lazy_with(options(&self.path).pragma("wal_autocheckpoint", "0"));
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let mut moved = 0;
        while cancel.run_until_cancelled(tokio::time::sleep(CHECKPOINT_EVERY)).await.is_some() {
            let size = std::fs::metadata(&log).map_or(0, |m| m.len());
            let result = if size > LOG_LIMIT {
                sqlx::query_as("PRAGMA wal_checkpoint(RESTART)").fetch_one(&self.writer).await
            } else {
                sqlx::query_as("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(&pool).await
            };
            match result {
                Ok((_, _, frames)) if frames != moved => {
                    moved = frames;
                    tracing::trace!(frames, size, "checkpoint");
                }
                Ok::<(i64, i64, i64), _>(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "checkpoint failed; it is tried again");
                    if is_worn_out(&error)
                        && let Ok(connection) = pool.acquire().await
                    {
                        connection.close().await.ok();
                    }
                }
            }
        }
        pool.close().await;
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(Duration::from_secs(10))
        .foreign_keys(true)
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "memory")
        .statement_cache_capacity(512)
        // A batch's rows reach the reader without its thread being woken for every few of them.
        .row_buffer_size(4096)
        .disable_statement_logging()
}

/// Whether the connection itself will not do any more, as opposed to the statement.
fn is_worn_out(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::InvalidSavePointStatement => true,
        sqlx::Error::Database(error) => {
            let code = error.code().and_then(|code| code.parse::<i32>().ok());
            code.is_some_and(|code| code & 0xff == READ_ONLY)
        }
        _ => false,
    }
}

async fn check_version(pool: &SqlitePool) -> Result<(), StoreError> {
    let (found,): (String,) = sqlx::query_as("SELECT sqlite_version()").fetch_one(pool).await?;
    if numbers(&found) < numbers(OLDEST) {
        return Err(StoreError::SqliteTooOld { found, wanted: OLDEST });
    }
    Ok(())
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|n| n.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("3.51.2") < numbers(OLDEST));
        assert!(numbers("3.9.9") < numbers(OLDEST));
        assert!(numbers("3.51.3") >= numbers(OLDEST));
        assert!(numbers("3.100.0") >= numbers(OLDEST));
    }
}
