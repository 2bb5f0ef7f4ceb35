#![doc = include_str!("../README.md")]

mod allowed_signers;
mod branch;
mod changed;
mod error;
pub mod fetch;
mod history;
mod limits;
mod manifests;
mod object_id;
mod path;
mod process;
mod quarantine;
mod repo;
mod signature;
mod tree;
mod upkeep;

pub use allowed_signers::{AllowedSigners, AllowedSignersError};
pub use branch::{Branch, BranchError};
pub use changed::{Change, Changes};
pub use error::{Error, Source};
pub use history::LogEntry;
pub use limits::Limits;
pub use manifests::{File, Manifests, SkipReason, Skipped};
pub use object_id::{BlobId, CommitId, ObjectIdError};
pub use path::{PathError, check_path, is_manifest_path};
pub use quarantine::Quarantine;
pub use repo::Repo;
pub use signature::{Signature, Signed};
pub use upkeep::Pieces;

/// What every fallible operation of this crate returns.
pub type Result<T> = std::result::Result<T, Error>;
