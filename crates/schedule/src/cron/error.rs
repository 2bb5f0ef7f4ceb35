//! What is wrong with an expression, and how to mend it.

/// A problem in a cron expression, pointing at the characters that cause it.
///
/// `Display` gives the problem alone; `help` says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct CronError {
    /// Column of the first offending character, counted in characters from 1.
    pub column: usize,
    /// Number of offending characters; 0 when something is missing at `column`.
    pub len: usize,
    /// What is wrong.
    pub problem: String,
    /// How to mend it.
    pub help: String,
}

/// A problem located by bytes inside the text being parsed.
pub(super) struct Problem {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) problem: String,
    pub(super) help: String,
}

impl Problem {
    pub(super) fn new(
        span: std::ops::Range<usize>,
        problem: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Problem { start: span.start, end: span.end, problem: problem.into(), help: help.into() }
    }

    /// Turns byte positions into the character columns that people count.
    pub(super) fn locate(self, text: &str) -> CronError {
        let before = text.get(..self.start).unwrap_or(text);
        let inside = text.get(self.start..self.end).unwrap_or("");
        CronError {
            column: before.chars().count() + 1,
            len: inside.chars().count(),
            problem: self.problem,
            help: self.help,
        }
    }
}
