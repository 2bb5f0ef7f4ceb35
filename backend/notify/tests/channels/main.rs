//! What each channel sends for each occasion, and what it makes of answers.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod limits;
mod messages;
mod samples;
mod settings;
