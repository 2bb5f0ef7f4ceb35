//! The real wrapper, as a native scheduler starts it.

mod arguments;
mod concurrency;
mod exits;
mod output;
mod retries;
mod signals;
mod spool;
mod support;
