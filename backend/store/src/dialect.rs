//! What really differs between the engines, apart from how they are opened and migrated.

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::postgres::PgDatabaseError;

use crate::batch::Kind;
use crate::error::Failure;

/// Starts a writing transaction on SQLite: takes the write lock at once, so that it never fails later.
pub(crate) const BEGIN_SQLITE: &str = "BEGIN IMMEDIATE";

/// Starts a transaction on PostgreSQL and raises the fence of row-level security, in one round trip.
/// `fence` is `*` or a typed id, never text from outside.
pub(crate) fn begin_postgres(fence: &str, read_only: bool) -> String {
    let mode = if read_only { "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" } else { "BEGIN" };
    format!("{mode}; SET LOCAL crontopus.tenant = '{fence}'")
}

/// The rows of a batch as a SQLite table expression: `$1` is a JSON array of arrays.
pub(crate) fn rows_sqlite(columns: &[(&str, Kind)]) -> String {
    let column = |(i, (name, kind)): (usize, &(&str, Kind))| match kind {
        Kind::Bytes => format!("unhex(value->>{i}) AS {name}"),
        _ => format!("value->>{i} AS {name}"),
    };
    let columns: Vec<_> = columns.iter().enumerate().map(column).collect();
    format!("(SELECT {} FROM json_each($1)) AS batch", columns.join(", "))
}

/// So many rows of a batch as a SQLite table expression: a parameter for each value, row by row.
pub(crate) fn rows_sqlite_values(columns: &[(&str, Kind)], rows: usize) -> String {
    let names: Vec<_> =
        columns.iter().enumerate().map(|(i, (name, _))| format!("column{} AS {name}", i + 1)).collect();
    let row = format!(",({})", vec!["?"; columns.len()].join(","));
    format!("(SELECT {} FROM (VALUES {})) AS batch", names.join(", "), &row.repeat(rows)[1..])
}

/// A statement that changes many rows may leave some of them changed when it fails, as its transaction is given up then
/// anyway: SQLite need not keep every page it touches a second time (sqlite.org/lang_conflict.html). Where a conflict is
/// an update, it does so all the same.
pub(crate) fn failing_sqlite(text: String) -> String {
    match text.split_once(' ') {
        Some(("UPDATE", rest)) => format!("UPDATE OR FAIL {rest}"),
        Some(("INSERT", rest)) if !text.contains("DO UPDATE") => format!("INSERT OR FAIL {rest}"),
        _ => text,
    }
}

/// The rows of a batch as a PostgreSQL table expression: each parameter is the array of one column.
pub(crate) fn rows_postgres(columns: &[(&str, Kind)]) -> String {
    let kind = |kind: &Kind| match kind {
        Kind::Text => "text",
        Kind::Int => "bigint",
        Kind::Bool => "boolean",
        Kind::Bytes => "bytea",
    };
    let arrays: Vec<_> =
        columns.iter().enumerate().map(|(i, (_, k))| format!("${}::{}[]", i + 1, kind(k))).collect();
    let names: Vec<_> = columns.iter().map(|(name, _)| *name).collect();
    format!("UNNEST({}) AS batch({})", arrays.join(", "), names.join(", "))
}

/// What a database's error code means.
pub(crate) fn failure(error: &dyn DatabaseError) -> Failure {
    match error.kind() {
        ErrorKind::UniqueViolation => return Failure::Conflict(conflict(error)),
        ErrorKind::ForeignKeyViolation => return Failure::Reference,
        _ => {}
    }
    let code = error.code().unwrap_or_default();
    match error.try_downcast_ref::<PgDatabaseError>() {
        Some(_) => failure_postgres(&code),
        None => failure_sqlite(&code),
    }
}

/// SQLSTATE (PostgreSQL manual, appendix A).
fn failure_postgres(code: &str) -> Failure {
    match code {
        // Serialization failure, deadlock, lock not available.
        "40001" | "40P01" | "55P03" => Failure::Collision,
        // Statement timeout or cancelled.
        "57014" => Failure::Unavailable,
        // Text that cannot be, number out of range, program limit exceeded.
        "22021" | "22P05" | "22003" | "54000" => Failure::Unstorable,
        // Read-only transaction: a standby took over, or an operator made it so.
        "25006" => Failure::Unavailable,
        // Connection exceptions, insufficient resources, operator intervention, system errors.
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => Failure::Unavailable,
        _ => Failure::Defect,
    }
}

/// Primary result codes (sqlite.org/rescode.html); extended codes hold them in their low byte.
fn failure_sqlite(code: &str) -> Failure {
    match code.parse::<i64>().unwrap_or(0) & 0xff {
        // BUSY, LOCKED.
        5 | 6 => Failure::Collision,
        // NOMEM, READONLY, INTERRUPT, IOERR, FULL, CANTOPEN, PROTOCOL.
        7 | 8 | 9 | 10 | 13 | 14 | 15 => Failure::Unavailable,
        // TOOBIG, MISMATCH, RANGE.
        18 | 20 | 25 => Failure::Unstorable,
        _ => Failure::Defect,
    }
}

/// Table and columns of the unique index that was hit, in one form for both engines.
fn conflict(error: &dyn DatabaseError) -> String {
    let Some(pg) = error.try_downcast_ref::<PgDatabaseError>() else {
        // "UNIQUE constraint failed: tokens.tenant_id, tokens.name"
        let columns = error.message().rsplit(": ").next().unwrap_or_default();
        let mut table = "";
        let mut names = Vec::new();
        for column in columns.split(", ") {
            let Some((t, c)) = column.split_once('.') else { return columns.to_owned() };
            table = t;
            names.push(c);
        }
        return format!("{table}({})", names.join(", "));
    };
    // "Key (tenant_id, name)=(…) already exists."
    let detail = pg.detail().and_then(|d| d.strip_prefix("Key (")).and_then(|d| d.split_once(")=("));
    match (pg.table(), detail) {
        (Some(table), Some((columns, _))) => format!("{table}({columns})"),
        _ => pg.constraint().unwrap_or_default().to_owned(),
    }
}
