use std::path::Path;

use crate::error::StoreError;
use crate::store::{Engine, Store};

/// Whether [`Store::snapshot`] wrote something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Snapshot {
    /// The file is there.
    Written,
    /// The database is no file: PostgreSQL is backed up with its own tools.
    NotAFile,
}

impl Store {
    /// Writes a compact copy of a SQLite database, as it is at one moment, to the new file `path`, while
    /// others read and write. Opened with [`Store::open`] the copy is the same database.
    ///
    /// # Errors
    /// [`StoreError::Defect`] when the file is there already, [`StoreError::Unavailable`] when the disk is
    /// full.
    pub async fn snapshot(&self, path: &Path) -> Result<Snapshot, StoreError> {
        match self.engine() {
            // A reader's connection may not write anything, not even another file.
            Engine::Sqlite(pools) => {
                let path = path.display().to_string();
                sqlx::query("VACUUM INTO $1").bind(path).execute(&pools.writer).await?;
                Ok(Snapshot::Written)
            }
            Engine::Postgres(_) => Ok(Snapshot::NotAFile),
        }
    }
}
