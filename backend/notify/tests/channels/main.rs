//! What each channel sends for each occasion, and what it makes of answers.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod courier;
mod messages;
mod providers;
mod samples;
mod settings;
