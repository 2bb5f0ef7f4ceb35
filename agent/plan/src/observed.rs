use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ContentHash, JobKey, Marker};

/// What stands on the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observed {
    /// Everything could be read.
    Read(Sight),
    /// Something could not be read. That is never taken for "nothing there": the plan has no steps.
    Unreadable {
        /// What failed, in words for the report.
        reason: String,
    },
}

/// Everything that matters on a host, read in one go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// The native scheduler's entries that carry a marker or stand where one of ours could.
    pub entries: Vec<ObservedEntry>,
    /// Hash of each spec file found.
    pub specs: BTreeMap<JobKey, ContentHash>,
}

/// One entry as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedEntry {
    /// Where it stands; compare [`Entry::path`](crate::Entry::path).
    pub path: String,
    /// Whose it says it is; `None` for what carries no marker.
    pub marker: Option<Marker>,
    /// Its text; bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Hash of its bytes.
    pub hash: ContentHash,
}

impl ObservedEntry {
    /// An entry read from `bytes` at `path`.
    pub fn read(path: impl Into<String>, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self { path: path.into(), marker: Marker::find(&text), hash: ContentHash::of(bytes), text }
    }

    /// Whether its marker says that `installation` wrote it here for `job`.
    pub fn is_marked_for(&self, installation: &str, job: &JobKey) -> bool {
        self.marker.as_ref().is_some_and(|marker| {
            marker.installation == installation && marker.job == *job && marker.path == self.path
        })
    }
}

impl Sight {
    pub(crate) fn at(&self, path: &str) -> Option<&ObservedEntry> {
        self.entries.iter().find(|entry| entry.path == path)
    }
}
