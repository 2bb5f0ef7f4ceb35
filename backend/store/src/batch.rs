use std::fmt::Display;

use serde::Serialize;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, postgres::PgRow};

use crate::dialect;
use crate::error::StoreError;
use crate::scope::Scope;
use crate::statement::Sql;
use crate::tx::{Conn, Read};

/// One statement for many rows: `{rows}` in its text stands for the rows, with these columns.
/// `INSERT … SELECT … FROM {rows} ON CONFLICT` needs a `WHERE true` before the `ON`, for SQLite's parser.
#[derive(Debug)]
pub(crate) struct BatchSql {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// What PostgreSQL adds, to lock the rows that are read.
    pub(crate) lock: &'static str,
}

/// Type of a batch's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Int,
    Bool,
    Bytes,
}

/// Declares batch statements: `NAME(column Kind, …) = "text with {rows}";`, collected in `BATCHES`. With
/// `for update of alias` the rows of that table are locked on PostgreSQL.
macro_rules! batches {
    ($($(#[$doc:meta])* $name:ident($($column:ident $kind:ident),+ $(,)?) = $text:literal
        $(for update of $locked:ident)?;)+) => {
        $($(#[$doc])* const $name: $crate::batch::BatchSql = $crate::batch::BatchSql {
            name: stringify!($name),
            text: $text,
            columns: &[$((stringify!($column), $crate::batch::Kind::$kind)),+],
            lock: concat!("" $(, " FOR UPDATE OF ", stringify!($locked))?),
        };)+

        /// Every batch statement of this file.
        #[cfg(test)]
        pub(crate) const BATCHES: &[&$crate::batch::BatchSql] = &[$(&$name),+];
    };
}
pub(crate) use batches;

impl BatchSql {
    pub(crate) fn sqlite(&self) -> String {
        self.text.replace("{rows}", &dialect::rows_sqlite(self.columns))
    }

    /// The same with a parameter for each value of so many rows.
    pub(crate) fn sqlite_values(&self, rows: usize) -> String {
        let text = self.text.replace("{rows}", &dialect::rows_sqlite_values(self.columns, rows));
        dialect::failing_sqlite(text)
    }

    /// Whether it adds or changes rows, each for itself; such a statement names its rows once.
    pub(crate) fn is_of_single_rows(&self) -> bool {
        self.text.starts_with("INSERT") || self.text.starts_with("UPDATE")
    }

    pub(crate) fn postgres(&self) -> String {
        self.text.replace("{rows}", &dialect::rows_postgres(self.columns)) + self.lock
    }

    fn blame(&self) -> Sql {
        Sql { name: self.name, sqlite: self.text, postgres: self.text }
    }
}

/// Rows of one statement on SQLite, the largest step first.
const STEPS: [usize; 3] = [64, 8, 1];

/// The rows of a batch, filled value by value in the order of its columns.
#[derive(Debug)]
pub(crate) struct Batch {
    sql: &'static BatchSql,
    columns: Vec<Values>,
    next: usize,
}

#[derive(Debug)]
enum Values {
    Text(Vec<Option<String>>),
    Int(Vec<Option<i64>>),
    Bool(Vec<Option<bool>>),
    Bytes(Vec<Option<Vec<u8>>>),
}

impl Batch {
    /// No rows yet.
    pub(crate) fn of(sql: &'static BatchSql) -> Self {
        let values = |(_, kind): &(&str, Kind)| match kind {
            Kind::Text => Values::Text(Vec::new()),
            Kind::Int => Values::Int(Vec::new()),
            Kind::Bool => Values::Bool(Vec::new()),
            Kind::Bytes => Values::Bytes(Vec::new()),
        };
        Self { sql, columns: sql.columns.iter().map(values).collect(), next: 0 }
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    fn rows(&self) -> usize {
        match self.columns.first() {
            Some(Values::Text(v)) => v.len(),
            Some(Values::Int(v)) => v.len(),
            Some(Values::Bool(v)) => v.len(),
            Some(Values::Bytes(v)) => v.len(),
            None => 0,
        }
    }

    fn column(&mut self) -> &mut Values {
        let at = self.next;
        self.next = (at + 1) % self.columns.len();
        &mut self.columns[at]
    }

    /// A text. PostgreSQL cannot hold a NUL in one, so that it becomes U+FFFD on both engines.
    pub(crate) fn text(&mut self, value: impl Display) -> &mut Self {
        self.opt_text(Some(value))
    }

    /// A text or nothing.
    pub(crate) fn opt_text(&mut self, value: Option<impl Display>) -> &mut Self {
        let value = value.map(|v| {
            let text = v.to_string();
            if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
        });
        match self.column() {
            Values::Text(v) => v.push(value),
            other => unreachable!("a text for the column {other:?}"),
        }
        self
    }

    /// Plain values as JSON, for a column of text.
    pub(crate) fn json_text(&mut self, value: &impl Serialize) -> &mut Self {
        self.text(serde_json::to_string(value).expect("plain values can be written"))
    }

    /// A number.
    pub(crate) fn int(&mut self, value: i64) -> &mut Self {
        self.opt_int(Some(value))
    }

    /// A number or nothing.
    pub(crate) fn opt_int(&mut self, value: Option<i64>) -> &mut Self {
        match self.column() {
            Values::Int(v) => v.push(value),
            other => unreachable!("a number for the column {other:?}"),
        }
        self
    }

    /// Yes or no.
    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        match self.column() {
            Values::Bool(v) => v.push(Some(value)),
            other => unreachable!("a truth value for the column {other:?}"),
        }
        self
    }

    /// Bytes.
    pub(crate) fn bytes(&mut self, value: Vec<u8>) -> &mut Self {
        match self.column() {
            Values::Bytes(v) => v.push(Some(value)),
            other => unreachable!("bytes for the column {other:?}"),
        }
        self
    }

    /// Runs it; how many rows it reached. Does nothing without rows.
    pub(crate) async fn execute<S: Scope>(self, read: &mut Read<S>) -> Result<u64, StoreError> {
        if self.is_empty() {
            return Ok(0);
        }
        let sql = self.sql;
        let done = match read.conn() {
            Conn::Sqlite(c) if sql.is_of_single_rows() => self.execute_sqlite(c).await,
            Conn::Sqlite(c) => {
                let query = sqlx::query(AssertSqlSafe(sql.sqlite())).bind(self.json());
                query.execute(&mut **c).await.map(|r| r.rows_affected())
            }
            Conn::Postgres(c) => {
                let mut query = sqlx::query(AssertSqlSafe(sql.postgres()));
                for column in self.columns {
                    query = match column {
                        Values::Text(v) => query.bind(v),
                        Values::Int(v) => query.bind(v),
                        Values::Bool(v) => query.bind(v),
                        Values::Bytes(v) => query.bind(v),
                    };
                }
                query.execute(&mut **c).await.map(|r| r.rows_affected())
            }
        };
        done.map_err(|e| StoreError::of(e, &sql.blame()))
    }

    /// Runs it with a parameter for each value, which costs SQLite a fraction of taking JSON apart; in steps, so that
    /// a few forms of the statement serve batches of every size.
    async fn execute_sqlite(mut self, c: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
        let (rows, mut reached, mut from) = (self.rows(), 0, 0);
        while from < rows {
            let step = STEPS.into_iter().find(|step| from + step <= rows).unwrap_or(1);
            let mut query = sqlx::query(AssertSqlSafe(self.sql.sqlite_values(step)));
            for row in from..from + step {
                for column in &mut self.columns {
                    query = match column {
                        Values::Text(v) => query.bind(v[row].take()),
                        Values::Int(v) => query.bind(v[row]),
                        Values::Bool(v) => query.bind(v[row]),
                        Values::Bytes(v) => query.bind(v[row].take()),
                    };
                }
            }
            reached += query.execute(&mut *c).await?.rows_affected();
            from += step;
        }
        Ok(reached)
    }

    /// Runs it and reads what it returns. Returns nothing without rows.
    pub(crate) async fn fetch_all<T, S: Scope>(self, read: &mut Read<S>) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        if self.is_empty() {
            return Ok(Vec::new());
        }
        let sql = self.sql;
        let found = match read.conn() {
            Conn::Sqlite(c) => {
                sqlx::query_as(AssertSqlSafe(sql.sqlite())).bind(self.json()).fetch_all(&mut **c).await
            }
            Conn::Postgres(c) => {
                let mut query = sqlx::query_as(AssertSqlSafe(sql.postgres()));
                for column in self.columns {
                    query = match column {
                        Values::Text(v) => query.bind(v),
                        Values::Int(v) => query.bind(v),
                        Values::Bool(v) => query.bind(v),
                        Values::Bytes(v) => query.bind(v),
                    };
                }
                query.fetch_all(&mut **c).await
            }
        };
        found.map_err(|e| StoreError::of(e, &sql.blame()))
    }

    /// The rows as a JSON array of arrays.
    fn json(&self) -> String {
        let mut out = String::with_capacity(64 * self.rows() * self.columns.len());
        for row in 0..self.rows() {
            out.push(if row == 0 { '[' } else { ',' });
            for (i, column) in self.columns.iter().enumerate() {
                out.push(if i == 0 { '[' } else { ',' });
                column.json(row, &mut out);
            }
            out.push(']');
        }
        out.push(']');
        out
    }
}

impl Values {
    fn json(&self, row: usize, out: &mut String) {
        use std::fmt::Write;
        let written = match self {
            Self::Text(v) => match &v[row] {
                Some(text) => {
                    out.push_str(&serde_json::Value::from(text.as_str()).to_string());
                    Ok(())
                }
                None => write!(out, "null"),
            },
            Self::Int(v) => match v[row] {
                Some(n) => write!(out, "{n}"),
                None => write!(out, "null"),
            },
            Self::Bool(v) => match v[row] {
                Some(b) => write!(out, "{b}"),
                None => write!(out, "null"),
            },
            Self::Bytes(v) => match &v[row] {
                Some(bytes) => {
                    out.push('"');
                    let hex = bytes.iter().try_for_each(|b| write!(out, "{b:02x}"));
                    out.push('"');
                    hex
                }
                None => write!(out, "null"),
            },
        };
        written.expect("writing to a string does not fail");
    }
}
