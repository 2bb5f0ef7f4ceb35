//! What each channel sends for each occasion, and what it makes of answers.

mod limits;
mod messages;
mod samples;
mod settings;
