//! Monitoring from check-in to row, on both databases.

mod bench;
mod durability;
mod hosts;
mod ingest;
mod retention;
mod sweep;
mod world;
