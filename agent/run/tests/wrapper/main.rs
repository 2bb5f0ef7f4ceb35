//! The real wrapper, as a native scheduler starts it.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected is to fail")]

mod arguments;
mod concurrency;
#[cfg(feature = "direct")]
mod direct;
mod exits;
mod output;
mod retries;
#[cfg(feature = "direct")]
mod server;
mod signals;
mod spool;
mod support;
