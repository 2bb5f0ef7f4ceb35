use serde::{Deserialize, Serialize};

use crate::{ContentHash, Entry, JobKey};

/// What has to be done on a host, and what is deliberately not done.
#[must_use]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In the order they are to be carried out: removals come last.
    pub steps: Vec<Step>,
    /// Removals that wait for a human; they are not among the steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Hold>,
    /// Why nothing is planned although the host may differ: it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unreadable: Option<String>,
    /// Entries with this installation's marker that are neither wanted nor in the inventory; they are
    /// never touched, only reported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strays: Vec<Stray>,
}

/// One thing to do with one job's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What to do.
    pub action: Action,
    /// Whose entry.
    pub job: JobKey,
    /// Where the entry stands or will stand.
    pub path: String,
    /// Why, in words for the report.
    pub reason: String,
    /// The entry's text as found; `None` when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The entry as it is to be. Absent for `Remove`, and for a `Leave` that has nothing to compare with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Entry>,
    /// Hash of the spec file that is to stand beside the entry; present whenever the step writes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<ContentHash>,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A new entry.
    Create,
    /// The manifest changed.
    Update,
    /// A paused job goes on.
    Enable,
    /// A job is paused: its entry stays, commented out.
    Disable,
    /// An entry that is no longer wanted goes.
    Remove,
    /// Somebody changed the entry or its spec file; they are put right.
    Repair,
    /// An entry with our marker that the inventory had lost is taken back.
    Adopt,
    /// Nothing, and the reason says why.
    Leave,
}

/// Removals that wait for a human.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Why they wait.
    pub reason: String,
    /// What would be removed.
    pub removals: Vec<Step>,
}

/// A marked entry nobody claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// The job its marker names.
    pub job: JobKey,
    /// Where it stands.
    pub path: String,
}

impl Plan {
    /// The steps that change something.
    pub fn changes(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.action != Action::Leave)
    }

    /// Whether the host is as it should be: nothing to change, nothing held, everything readable.
    pub fn is_settled(&self) -> bool {
        self.unreadable.is_none() && self.held.is_none() && self.changes().next().is_none()
    }
}

impl Step {
    /// Whether the entry itself is written, and not its spec file alone.
    pub fn writes_entry(&self) -> bool {
        let same = |entry: &Entry| self.before.as_deref() == Some(entry.text.as_str());
        self.action != Action::Leave && self.after.as_ref().is_some_and(|entry| !same(entry))
    }
}
