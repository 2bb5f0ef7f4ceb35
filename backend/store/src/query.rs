use std::fmt;
use std::str::FromStr;

use crate::error::StoreError;

/// Runs a statement on whichever engine the transaction is on; the only dispatch there is.
///
/// `query!(tx, execute SQL, a, b)` answers how many rows were reached; `fetch_all`, `fetch_optional` and
/// `fetch_one` answer rows of the type that is asked for (a `FromRow` or a tuple).
macro_rules! query {
    ($read:expr, execute $sql:ident $(, $arg:expr)* $(,)?) => {
        match $read.conn() {
            $crate::tx::Conn::Sqlite(c) => {
                sqlx::query($sql.sqlite)$(.bind($arg))*.execute(&mut **c).await.map(|r| r.rows_affected())
            }
            $crate::tx::Conn::Postgres(c) => {
                sqlx::query($sql.postgres)$(.bind($arg))*.execute(&mut **c).await.map(|r| r.rows_affected())
            }
        }
        .map_err(|e| $crate::error::StoreError::of(e, &$sql))
    };
    ($read:expr, $fetch:ident $sql:ident $(, $arg:expr)* $(,)?) => {
        match $read.conn() {
            $crate::tx::Conn::Sqlite(c) => sqlx::query_as($sql.sqlite)$(.bind($arg))*.$fetch(&mut **c).await,
            $crate::tx::Conn::Postgres(c) => sqlx::query_as($sql.postgres)$(.bind($arg))*.$fetch(&mut **c).await,
        }
        .map_err(|e| $crate::error::StoreError::of(e, &$sql))
    };
}
pub(crate) use query;

/// Which page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// At most so many rows; 1 to 200.
    pub limit: u32,
    /// After this row; the first page without.
    pub after: Option<Cursor>,
}

impl Paging {
    /// The first `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }

    /// One more row than wanted, which tells whether there is another page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit.clamp(1, 200)) + 1
    }

    /// Cuts the extra row off; `key` gives a row's place.
    pub(crate) fn page<R>(&self, mut rows: Vec<R>, key: impl Fn(&R) -> Cursor) -> Listed<R> {
        let limit = self.fetch() as usize - 1;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(key);
        Listed { rows, next }
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Give it as [`Paging::after`] for the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

impl<R> Listed<R> {
    /// The same page with each row converted.
    pub fn map<T>(self, convert: impl FnMut(R) -> T) -> Listed<T> {
        Listed { rows: self.rows.into_iter().map(convert).collect(), next: self.next }
    }

    /// The same page with each row converted, or the first error.
    pub fn try_map<T>(
        self,
        convert: impl FnMut(R) -> Result<T, StoreError>,
    ) -> Result<Listed<T>, StoreError> {
        let rows = self.rows.into_iter().map(convert).collect::<Result<_, _>>()?;
        Ok(Listed { rows, next: self.next })
    }
}

/// A place in a list: the sort key and the id of its last row. Its text form is opaque to clients and
/// consists of letters, digits, `_`, `-`, `.` and `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The sort key, when it is a number (0 in lists sorted by text alone).
    pub at: i64,
    /// The id, or whatever text the list is sorted by.
    pub id: String,
}

/// A text that is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not a cursor of this list")]
pub struct NotACursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at, self.id)
    }
}

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (at, id) = text.split_once('.').ok_or(NotACursor)?;
        let plain = id.len() <= 200 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b));
        let at = at.parse().map_err(|_| NotACursor)?;
        if plain { Ok(Self { at, id: id.to_owned() }) } else { Err(NotACursor) }
    }
}
