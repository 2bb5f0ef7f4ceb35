//! Who is told, when, and when again.

mod flapping;
mod properties;
mod routing;
mod silence;
mod steps;
mod world;
