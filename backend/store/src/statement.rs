/// One statement. The text is the same on both engines but for what the forms of [`statements!`] add.
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Sql {
    /// The table it is about, for error texts: the word after the first `FROM`, `INTO` or `UPDATE`.
    pub(crate) fn table(&self) -> &'static str {
        let mut words = self.sqlite.split_whitespace();
        let verb = |w: &&str| matches!(*w, "FROM" | "INTO" | "UPDATE");
        words.by_ref().find(verb).and_then(|_| words.next()).unwrap_or("?")
    }
}

/// Declares statements, `NAME = "text";` each, and collects them in `STATEMENTS` for the test that
/// prepares every one on both engines. Parameters are `$1`, `$2`, …
///
/// - `NAME = "text";` the same text on both;
/// - `NAME = "text" for update;` locks the rows on PostgreSQL (SQLite's one writer has the lock already);
/// - `NAME = "head" skip locked "tail";` the same inside a subquery, passing by rows that others hold.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $head:literal $(for $update:ident)? $(skip $locked:ident $tail:literal)?;)+) => {
        $($(#[$doc])* const $name: $crate::statement::Sql = $crate::statement::Sql {
            name: stringify!($name),
            sqlite: concat!($head $(, $tail)?),
            postgres: concat!($head $(, statements!(@for $update))? $(, statements!(@skip $locked), $tail)?),
        };)+

        /// Every statement of this file.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[&$crate::statement::Sql] = &[$(&$name),+];
    };
    (@for update) => { " FOR UPDATE" };
    (@skip locked) => { " FOR UPDATE SKIP LOCKED " };
}
