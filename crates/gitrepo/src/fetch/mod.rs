//! Bringing a branch of another repository here.

mod addresses;
mod http;
mod program;
mod request;
mod url;

use std::{num::NonZeroU32, path::PathBuf, sync::Arc, time::Duration};

pub use addresses::{Addresses, is_public};
pub use request::{RequestHeaders, RequestToSign};
pub use url::{RemoteUrl, UrlError};

use crate::{Branch, CommitId, Repo, Result};

/// Another repository, and how to reach it.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Where it is.
    pub url: RemoteUrl,
    /// As whom.
    pub credentials: Credentials,
}

/// As whom a remote is read.
#[derive(Clone, Default)]
pub enum Credentials {
    /// As nobody.
    #[default]
    None,
    /// HTTP Basic; a token goes in as the password.
    Basic {
        /// User name; hosts that take a token alone ignore it.
        user: String,
        /// Password or token.
        password: String,
    },
    /// Headers computed for each request, such as a signature.
    Headers(Arc<dyn RequestHeaders>),
    /// An SSH key.
    Ssh {
        /// Private key in OpenSSH's format.
        private_key: String,
        /// File of known hosts; a host seen for the first time is added to it, a changed one is refused.
        known_hosts: PathBuf,
    },
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic(..)",
            Self::Headers(_) => "Headers(..)",
            Self::Ssh { .. } => "Ssh(..)",
        })
    }
}

/// Bounds and wishes of a fetch.
#[derive(Debug, Clone)]
pub struct FetchOptions {
    /// Only so many commits from the tip, for the first fetch into an empty repository; all when `None`.
    pub depth: Option<NonZeroU32>,
    /// Which network addresses may be spoken to.
    pub addresses: Addresses,
    /// Certificates (PEM) of the only authorities believed; `None`: the well-known public ones.
    pub roots: Option<Arc<[u8]>>,
    /// Time for the whole fetch.
    pub timeout: Duration,
    /// Bytes of one answer.
    pub answer_bytes: u64,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            depth: None,
            addresses: Addresses::Any,
            roots: None,
            timeout: Duration::from_secs(300),
            answer_bytes: 1 << 30,
        }
    }
}

/// What a fetch brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// What the branch points to now.
    pub commit: CommitId,
    /// What it pointed to before.
    pub before: Option<CommitId>,
}

/// Why a fetch failed, by what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Wrong or missing credentials.
    #[error("the remote refuses the credentials")]
    Refused,
    /// An SSH host shows another key than the one it was first seen with: somebody may be in between.
    #[error(
        "the host's SSH key is not the one it was first seen with; if it was changed on purpose, give the \
         repository its private key once more"
    )]
    HostKey,
    /// No such repository, or it may not be seen with these credentials.
    #[error("the remote has no such repository, or hides it")]
    NotFound,
    /// The repository is there, the branch is not.
    #[error("the remote has no branch `{0}`")]
    NoBranch(Branch),
    /// It answers with another address, which is not followed: credentials would go there.
    #[error("the remote has moved to {0}; connect that address instead")]
    Moved(String),
    /// The host's address is a private one, and those are not allowed.
    #[error("the host `{0}` has no public network address")]
    PrivateAddress(String),
    /// It cannot be reached, or fails.
    #[error("the remote cannot be reached: {0}")]
    Unreachable(String),
    /// It answers, but not as a Git server, or with what cannot be stored.
    #[error("the fetch failed: {0}")]
    Protocol(String),
    /// It sends more than is taken.
    #[error("the remote sends more than {0} bytes")]
    TooLarge(u64),
    /// Credentials that do not fit the kind of address.
    #[error("these credentials cannot be used with this kind of address")]
    Credentials,
}

impl FetchError {
    /// Whether trying again later, with nothing changed, may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_))
    }
}

impl Repo {
    /// Brings `branch` of `remote` here under the same name, moved by force if it was rewritten there.
    /// Objects arrive before the branch moves, so that a failure leaves everything as it was.
    ///
    /// # Errors
    /// [`FetchError`] as [`crate::Error::Fetch`]; [`crate::Error::NoCommit`] when the branch is something else.
    pub fn fetch(&self, remote: &Remote, branch: &Branch, options: &FetchOptions) -> Result<Fetched> {
        let before = self.branch_commit(branch)?;
        let depth = options.depth.filter(|_| before.is_none());
        let options = FetchOptions { depth, ..options.clone() };
        let refspec = format!("+{0}:{0}", branch.reference());
        match &remote.url {
            RemoteUrl::Http(_) => http::fetch(self, remote, branch, &refspec, &options)?,
            RemoteUrl::Ssh(_) | RemoteUrl::Path(_) => {
                program::fetch(self, remote, branch, &refspec, &options)?;
            }
        }
        // Objects and references changed below an open repository.
        let fresh = Self::open(self.path())?;
        let commit = fresh.branch_commit(branch)?.ok_or_else(|| FetchError::NoBranch(branch.clone()))?;
        Ok(Fetched { commit, before })
    }

    /// Brings one commit that no branch here reaches, such as an older one beyond the boundary of a shallow
    /// clone, and keeps it under `refs/kept/`. Only over HTTP; does nothing when the commit is here.
    ///
    /// # Errors
    /// As [`Repo::fetch`].
    pub fn fetch_commit(&self, remote: &Remote, commit: CommitId, options: &FetchOptions) -> Result<()> {
        if self.has_commit(commit) {
            return Ok(());
        }
        let depth = NonZeroU32::MIN;
        let options = FetchOptions { depth: Some(depth), ..options.clone() };
        let refspec = format!("+{commit}:refs/kept/{commit}");
        http::fetch(self, remote, &Branch::default(), &refspec, &options)?;
        let fresh = Self::open(self.path())?;
        if fresh.has_commit(commit) { Ok(()) } else { Err(crate::Error::NoCommit(commit)) }
    }
}
