//! Repositories, and when they are to be fetched.

pub(crate) mod due;
pub(crate) mod hooks;
pub(crate) mod rows;
pub(crate) mod sealed;
pub(crate) mod synced;

pub use due::DueRepository;
pub use hooks::RepositoryHook;
pub use rows::{NewRepository, Repository};
pub use synced::Synced;
