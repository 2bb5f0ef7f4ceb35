//! How results reach the terminal: tables for people, JSON and YAML for programs.

mod moment;
mod paint;
mod screen;
mod table;

pub(crate) use moment::{Moments, duration_ms};
pub(crate) use paint::{Paint, word};
pub(crate) use screen::Screen;
pub(crate) use table::{Facts, Table};

/// Text from elsewhere without control characters, so that it cannot drive the terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
