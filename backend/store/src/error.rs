use crate::statement::Sql;

/// What went wrong with the database, as far as a caller can act on it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be used now (away, full, read-only, overloaded): nothing was changed, try again later.
    #[error("the database is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// Two transactions stood in each other's way: nothing was changed, try again at once.
    #[error("the transaction collided with another one")]
    Collision(#[source] sqlx::Error),
    /// A unique index says no.
    #[error("{what} is taken")]
    Conflict {
        /// Table and columns of the index, as `tokens(tenant_id, name)`.
        what: String,
    },
    /// A row that is referred to is not there, or one that is referred to would go.
    #[error("a referenced row is missing or still needed")]
    Reference,
    /// A value the database cannot hold (a NUL in a text, a number out of range).
    #[error("the value cannot be stored")]
    Unstorable(#[source] sqlx::Error),
    /// `get_…` found nothing.
    #[error("no such row in {table}")]
    Missing {
        /// The table.
        table: &'static str,
    },
    /// A row that contradicts the code.
    #[error("{table}.{column} of {id} contradicts the code")]
    Inconsistent {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, when it is known.
        id: String,
        /// What reading it said.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The database was made by a newer version, or its migrations were changed.
    #[error("the database's migrations do not fit this version")]
    Migration(#[source] sqlx::migrate::MigrateError),
    /// This SQLite may corrupt its write-ahead log.
    #[error("SQLite {found} is too old; {wanted} or newer is needed")]
    SqliteTooOld {
        /// What is linked.
        found: String,
        /// The oldest that is accepted.
        wanted: &'static str,
    },
    /// The address is neither a file nor a PostgreSQL URL.
    #[error("`{0}` is neither a path nor a `postgres://` address")]
    Address(String),
    /// A statement the database refuses: a defect of this program.
    #[error("the database refused {statement}")]
    Defect {
        /// Name of the statement.
        statement: &'static str,
        /// What it said.
        #[source]
        source: sqlx::Error,
    },
}

impl StoreError {
    /// Whether the same transaction may succeed when it is tried again.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Collision(_))
    }

    /// A row that contradicts the code.
    pub fn inconsistent(table: &str, column: &str, id: impl ToString) -> Self {
        Self::Inconsistent { table: table.into(), column: column.into(), id: id.to_string(), source: None }
    }

    /// What an error of `sql` means.
    pub(crate) fn of(error: sqlx::Error, sql: &Sql) -> Self {
        match error {
            sqlx::Error::ColumnDecode { index, source } => Self::Inconsistent {
                table: sql.table().to_owned(),
                column: index,
                id: String::new(),
                source: Some(source),
            },
            error => match Self::from(error) {
                Self::Defect { source, .. } => Self::Defect { statement: sql.name, source },
                other => other,
            },
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::BeginFailed
            | sqlx::Error::InvalidSavePointStatement
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error),
            sqlx::Error::Database(database) => match crate::dialect::failure(database.as_ref()) {
                Failure::Unavailable => Self::Unavailable(error),
                Failure::Collision => Self::Collision(error),
                Failure::Conflict(what) => Self::Conflict { what },
                Failure::Reference => Self::Reference,
                Failure::Unstorable => Self::Unstorable(error),
                Failure::Defect => defect(error),
            },
            _ => defect(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            error => Self::Migration(error),
        }
    }
}

fn defect(source: sqlx::Error) -> StoreError {
    StoreError::Defect { statement: "a statement", source }
}

/// What kind of refusal a database's own code is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    Unavailable,
    Collision,
    Conflict(String),
    Reference,
    Unstorable,
    Defect,
}
