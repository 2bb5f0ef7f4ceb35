//! Each protocol by the tables of what its clients depend on: status, body, headers, and what becomes of it.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod bare;
mod bodies;
mod cronitor;
mod discovered;
mod healthchecks;
mod integrations;
mod limits;
mod management;
mod native;
mod routes;
mod sentry;
mod small;
mod world;
