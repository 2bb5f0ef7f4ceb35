use std::path::PathBuf;

use crate::{CommitId, object_id::ObjectIdError};

/// Why a repository could not be read or fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no repository at the path, or it cannot be opened.
    #[error("cannot open the Git repository at {path}")]
    Open {
        /// Where it was looked for.
        path: PathBuf,
        /// What Git says.
        #[source]
        source: Source,
    },
    /// The repository could not be made.
    #[error("cannot create a Git repository at {path}")]
    Create {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: Source,
    },
    /// A commit is not there, or is something else than a commit.
    #[error("the repository has no commit {0}")]
    NoCommit(CommitId),
    /// An object is missing or damaged.
    #[error("the repository is damaged: {what}")]
    Damaged {
        /// Which object, and what was done with it.
        what: String,
        /// What Git says.
        #[source]
        source: Source,
    },
    /// The tree is beyond a bound that protects memory and time.
    #[error("the repository has {what}: more than the limit of {limit}")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// The bound.
        limit: u64,
    },
    /// A reference could not be read or written.
    #[error("cannot {action} the reference {name}")]
    Reference {
        /// What was tried.
        action: &'static str,
        /// Full name.
        name: String,
        /// What Git says.
        #[source]
        source: Source,
    },
    /// Packs could not be put together; nothing is lost by it.
    #[error("the repository's packs cannot be put together")]
    Upkeep(#[source] Source),
    /// A text is no object id.
    #[error(transparent)]
    ObjectId(#[from] ObjectIdError),
    /// The remote could not be fetched from.
    #[error(transparent)]
    Fetch(#[from] crate::fetch::FetchError),
    /// The objects of a push could not be looked at.
    #[error("cannot read the objects of the push")]
    Quarantine(#[source] std::io::Error),
}

/// A cause from below, of whatever type the Git library has today.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

impl Error {
    pub(crate) fn upkeep(source: std::io::Error) -> Self {
        Self::Upkeep(source.into())
    }

    /// A damaged object.
    pub(crate) fn damaged(what: impl Into<String>, source: Source) -> Self {
        Self::Damaged { what: what.into(), source }
    }
}
