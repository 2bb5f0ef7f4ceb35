use std::{fmt, str::FromStr};

/// A branch's name, without `refs/heads/`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch(String);

/// A text that is no branch name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no branch name")]
pub struct BranchError(String);

impl Branch {
    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The full name of the reference.
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl Default for Branch {
    fn default() -> Self {
        Self("main".to_owned())
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Branch {
    type Err = BranchError;

    /// Takes what `git check-ref-format --branch` takes, up to 200 bytes.
    fn from_str(text: &str) -> Result<Self, BranchError> {
        let full = format!("refs/heads/{text}");
        let valid = gix::validate::reference::name(full.as_str().into()).is_ok();
        if !valid || text.len() > 200 || text.starts_with('-') || text == "HEAD" {
            return Err(BranchError(text.chars().take(60).collect()));
        }
        Ok(Self(text.to_owned()))
    }
}
