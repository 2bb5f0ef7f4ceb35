#![doc = include_str!("../README.md")]

#[macro_use]
mod word;

mod event;
mod repository;

pub use event::EventKind;
pub use repository::{RepositoryKind, SyncState};
pub use word::UnknownWord;
