#![doc = include_str!("../README.md")]

mod command;
mod environment;
#[cfg(test)]
mod hostile;
mod limits;
mod line;
mod manifest;
mod name;

pub use limits::Limits;
pub use manifest::{Made, Options, Skipped, convert};
