#![doc = include_str!("../README.md")]

#[macro_use]
mod word;

mod event;

pub use event::EventKind;
pub use word::UnknownWord;
