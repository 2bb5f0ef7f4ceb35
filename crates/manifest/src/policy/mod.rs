//! Policies: what jobs must satisfy. Checked with this code by `manifest validate`, at a push, at sync,
//! and by the agent before it applies; a host's own policy file goes through the same door and, because
//! every rule only forbids, can only tighten.

mod check;
mod decode;
mod local;
mod rule;
mod window;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::check::{Context, PolicyFinding, check, check_host, requires_signed_commits};
pub use self::local::parse_local;
pub use self::rule::{AllowedWindow, Rule, Rules};

pub(crate) use self::decode::decode;
use crate::choice::choices;
use crate::job::Job;
use crate::key::DocKey;
use crate::metadata::Metadata;
use crate::selector::{Selector, covers};

/// One policy. It holds for the jobs of the whole repository that its selector and namespaces name,
/// wherever its own file stands. Serialised, it is its whole canonical document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "camelCase", deny_unknown_fields)]
#[schemars(
    rename = "PolicySpec",
    description = "What the policy is: which jobs it is for, and the rules they are held to."
)]
pub struct Policy {
    /// Name, labels, annotations.
    #[serde(skip)]
    pub metadata: Metadata,
    /// Labels a job must have to be held to the rules. Default: every job.
    #[serde(default, skip_serializing_if = "Selector::is_empty")]
    pub selector: Selector,
    /// Namespaces a job must be in. Default: every namespace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<String>,
    /// Whether breaking a rule refuses the job or is only remarked upon.
    #[serde(default, skip_serializing_if = "is_deny")]
    #[schemars(extend("default" = "deny"))]
    pub enforcement: Enforcement,
    /// The rules; all must hold.
    pub rules: Rules,
}

choices! {
    /// What breaking a rule does.
    #[derive(Default)]
    pub enum Enforcement {
        /// The job is refused.
        #[default]
        Deny = "deny",
        /// The job is in force, with a warning.
        Warn = "warn",
    }
}

fn is_deny(enforcement: &Enforcement) -> bool {
    *enforcement == Enforcement::Deny
}

impl Policy {
    /// `namespace/name`.
    pub fn key(&self) -> &DocKey {
        &self.metadata.key
    }

    /// Whether the policy holds for the job.
    pub fn applies_to(&self, job: &Job) -> bool {
        covers(&self.namespaces, &self.selector, (job.key().namespace(), job.labels()))
    }
}
