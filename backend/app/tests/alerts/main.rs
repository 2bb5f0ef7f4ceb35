//! From what happens to a run to what a receiver gets, with real repositories and receivers, on both databases.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod channels;
mod delivery;
mod group;
mod kill;
mod late;
mod maintenance;
mod messages;
mod notes;
mod order;
mod process;
mod story;
mod world;
