//! Parcels on their way, to receivers that answer as providers do.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod http;
mod mail;
mod redirects;
mod world;
