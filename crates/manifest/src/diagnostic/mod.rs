//! What is wrong with a manifest: where, what, and how to mend it.

mod code;
mod render;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::code::Code;
use crate::key::DocKey;

/// One problem of one manifest file. Every problem of a file is reported at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Whether the document is refused or only remarked upon.
    pub severity: Severity,
    /// Path of the file, relative to the repository.
    pub file: String,
    /// Line in the file, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the whole file is meant.
    pub column: usize,
    /// How many characters from `column` on are meant; at least 1.
    #[serde(default = "one_character")]
    pub length: usize,
    /// Path of the field in the document, such as `spec.retry.attempts`; empty when none is meant.
    #[serde(default)]
    pub path: String,
    /// What kind of problem it is; clients match this, never the text.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The document it is about, when its name could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<DocKey>,
}

/// Whether a problem stops a document from coming into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The document is refused; its last valid version stays in force.
    Error,
    /// The document is in force; somebody should look.
    Warning,
}

fn one_character() -> usize {
    1
}

impl Diagnostic {
    /// A problem of the whole file.
    pub fn of_file(file: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            file: file.into(),
            line: 0,
            column: 0,
            length: 1,
            path: String::new(),
            code,
            message: message.into(),
            help: None,
            subject: None,
        }
    }

    /// The same problem, saying how to mend it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it stops the document from coming into force.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// `file:line:column: error: message`, the form editors and terminals can follow.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}: ", self.severity)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}
