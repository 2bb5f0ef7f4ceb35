//! Parcels on their way, to receivers that answer as providers do.

mod http;
mod mail;
mod redirects;
mod world;
