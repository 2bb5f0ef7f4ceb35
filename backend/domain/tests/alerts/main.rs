//! Who is told, when, and when again.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod flapping;
mod late;
mod properties;
mod routing;
mod silence;
mod steps;
mod world;
