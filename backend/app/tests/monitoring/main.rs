//! Monitoring from check-in to row, on both databases.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod bench;
mod counting;
mod cut_off;
mod durability;
mod health;
mod hosts;
mod ingest;
mod named;
mod put_off;
mod race;
mod replicas;
mod retention;
mod set_back;
mod simulation;
mod sweep;
mod volume;
mod world;
