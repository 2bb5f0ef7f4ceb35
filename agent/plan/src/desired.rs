use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::JobKey;

/// One job this host is to hold, as the repository and the host's policy want it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredJob {
    /// Which job.
    pub job: JobKey,
    /// What its entry is to be.
    pub form: Form,
    /// What happens when somebody else changes the entry.
    pub drift: DriftMode,
}

/// What a job's entry is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Exactly this.
    Wanted {
        /// The native object, as the scheduler's adapter writes it. A paused job has an entry too, with
        /// its lines commented out.
        entry: Entry,
        /// Hash of the spec file's bytes.
        spec: ContentHash,
    },
    /// Whatever the last valid manifest made of it: the present one is invalid, refused by policy, or
    /// beyond what the native scheduler can hold.
    KeepLast {
        /// Why, in words for the report.
        reason: String,
    },
}

/// A native object: a file of `/etc/cron.d`, or the lines of one job in a user's crontab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Where it stands: an absolute path, or `crontab:<user>#<namespace/name>`.
    pub path: String,
    /// Its whole text, marker included.
    pub text: String,
    /// False for a paused job: the entry stands, but fires never.
    pub enabled: bool,
}

impl Entry {
    /// Hash of the text.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(self.text.as_bytes())
    }
}

/// What happens when somebody else edits or deletes an entry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftMode {
    /// It is put right, and reported.
    #[default]
    Enforce,
    /// It is only reported.
    Warn,
    /// It is neither put right nor reported until the manifest changes.
    Off,
}

/// SHA-256 of some content, in lower-case hexadecimal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContentHash(String);

impl ContentHash {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(hex::encode(Sha256::digest(bytes)))
    }

    /// The hash with these digits; the caller has seen that there are 64 of them.
    pub(crate) fn from_hex(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({})", self.0.get(..12).unwrap_or(&self.0))
    }
}
