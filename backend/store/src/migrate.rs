use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgConnection;

use crate::error::StoreError;
use crate::store::{Engine, Store};

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

impl Store {
    /// Brings the schema up to this version; a migration is done whole or not at all. Several
    /// processes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Migration`] when the database is newer than this program or a migration it ran was
    /// changed since.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self.engine() {
            Engine::Sqlite(pools) => {
                // One transaction around all, which takes the file's write lock before anything is looked at.
                let mut tx = pools.begin().await?;
                SQLITE.run_direct(None, &mut *tx, false).await?;
                tx.commit().await?;
            }
            Engine::Postgres(pools) => {
                // A connection of its own, without the pool's limits of time.
                let mut connection = PgConnection::connect_with(&pools.options).await?;
                POSTGRES.run_direct(None, &mut connection, false).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// Names of the migrations this program has and the database has not; none when it is up to date.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";
        let (known, applied) = match self.engine() {
            Engine::Sqlite(pools) => {
                (&SQLITE, sqlx::query_scalar::<_, i64>(APPLIED).fetch_all(&pools.readers).await)
            }
            Engine::Postgres(pools) => (&POSTGRES, sqlx::query_scalar(APPLIED).fetch_all(&pools.pool).await),
        };
        let applied = match applied.map_err(StoreError::from) {
            Ok(applied) => applied,
            // The table of migrations is not there before the first one.
            Err(StoreError::Defect { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let pending = known.iter().filter(|m| !applied.contains(&m.version));
        Ok(pending.map(|m| format!("{:04}_{}", m.version, m.description.replace(' ', "_"))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A migration exists on both engines or on none.
    #[test]
    fn both_engines_have_the_same_migrations() {
        let names =
            |m: &Migrator| -> Vec<_> { m.iter().map(|m| (m.version, m.description.clone())).collect() };
        assert_eq!(names(&SQLITE), names(&POSTGRES));
        let mut versions: Vec<_> = SQLITE.iter().map(|m| m.version).collect();
        versions.dedup();
        assert_eq!(versions.len(), SQLITE.iter().count());
    }
}
