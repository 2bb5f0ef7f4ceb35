//! What the crate promises, tried on real repositories and real servers.

mod fetch;
mod history;
mod read;
mod signature;
mod support;
mod url;
