//! Names of documents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The namespace of files at the repository's root.
pub const DEFAULT_NAMESPACE: &str = "default";

/// The longest name of a namespace or document.
pub const MAX_LABEL: usize = 63;

/// `namespace/name` of a document; both are DNS labels of at most 63 characters.
///
/// Unique among the documents of one kind in a repository.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DocKey {
    text: String,
    slash: u8,
}

/// `namespace/name` of a job.
pub type JobKey = DocKey;

/// Why a text is no [`DocKey`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no `/`, or more than one.
    #[error("`{0}` is not of the form namespace/name")]
    Form(String),
    /// A part is not a DNS label.
    #[error("`{0}` is not a name: use a-z, 0-9 and `-` between them, at most {MAX_LABEL} characters")]
    Label(String),
}

impl DocKey {
    /// The key of `name` in `namespace`.
    pub fn new(namespace: &str, name: &str) -> Result<Self, KeyError> {
        match [namespace, name].into_iter().find(|part| !is_dns_label(part)) {
            Some(bad) => Err(KeyError::Label(bad.to_owned())),
            None => Ok(Self { text: format!("{namespace}/{name}"), slash: namespace.len() as u8 }),
        }
    }

    /// The part before the slash.
    pub fn namespace(&self) -> &str {
        &self.text[..usize::from(self.slash)]
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        &self.text[usize::from(self.slash) + 1..]
    }

    /// `namespace/name`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Whether `text` may name a namespace or a document: `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, at most 63.
pub fn is_dns_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=MAX_LABEL).contains(&text.len())
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl FromStr for DocKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (namespace, name) = text.split_once('/').ok_or_else(|| KeyError::Form(text.to_owned()))?;
        if name.contains('/') {
            return Err(KeyError::Form(text.to_owned()));
        }
        Self::new(namespace, name)
    }
}

impl TryFrom<String> for DocKey {
    type Error = KeyError;

    fn try_from(text: String) -> Result<Self, KeyError> {
        text.parse()
    }
}

impl From<DocKey> for String {
    fn from(key: DocKey) -> Self {
        key.text
    }
}

impl AsRef<str> for DocKey {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DocKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for DocKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocKey({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_apart_what_it_put_together() {
        let key: JobKey = "production/daily-backup".parse().unwrap();
        assert_eq!((key.namespace(), key.name()), ("production", "daily-backup"));
        assert_eq!(key.to_string(), "production/daily-backup");
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"production/daily-backup\"");
        assert_eq!(serde_json::from_str::<JobKey>("\"production/daily-backup\"").unwrap(), key);
    }

    #[test]
    fn refuses_what_is_no_key() {
        let long = format!("a/{}", "x".repeat(64));
        for bad in
            ["", "a", "/", "a/", "/b", "a/b/c", "A/b", "a/-b", "a/b-", "a/b_c", "../etc", "a/..", &long]
        {
            assert!(bad.parse::<DocKey>().is_err(), "{bad}");
            assert!(serde_json::from_value::<DocKey>(bad.into()).is_err(), "{bad}");
        }
    }
}
