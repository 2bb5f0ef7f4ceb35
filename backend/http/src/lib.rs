#![doc = include_str!("../README.md")]

pub mod access;
mod act;
mod answer;
mod console;
pub mod dialects;
mod extract;
mod failure;
pub mod git_host;
mod git_program;
mod handlers;
mod hooks;
mod internal;
mod layers;
mod limits;
mod metrics;
mod openapi;
mod operations;
mod public_page;
mod router;
mod serving;
mod wire;

pub use access::Network;
pub use console::Console;
pub use git_program::git_version;
pub use internal::internal_router;
pub use openapi::{Document, document};
pub use router::router;
pub use serving::{HttpSettings, Serving};
