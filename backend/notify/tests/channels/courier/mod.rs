//! Parcels on their way, to receivers that answer as providers do.

mod answers;
mod http;
mod mail;
mod redirects;
mod requests;
pub(super) mod world;
