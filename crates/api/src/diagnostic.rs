use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is wrong with a manifest, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Diagnostic {
    /// Whether the document is refused.
    pub severity: DiagnosticSeverity,
    /// Path in the repository.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Field path, like `spec.schedule`; empty for the file as a whole.
    pub path: String,
    /// The kind, stable.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiagnosticSeverity {
    /// The document is refused; its last valid form stays in force.
    Error,
    /// It is taken; somebody should look.
    Warning,
}
