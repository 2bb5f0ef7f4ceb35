//! From what happens to a run to what a receiver gets, with real repositories and receivers, on both databases.

mod channels;
mod delivery;
mod group;
mod kill;
mod maintenance;
mod order;
mod story;
mod world;
