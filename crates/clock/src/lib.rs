#![doc = include_str!("../README.md")]

mod entropy;
mod time;

pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use time::{Clock, MockClock, SystemClock};
