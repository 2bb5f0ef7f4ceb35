#![doc = include_str!("../README.md")]

mod api;
mod host;
mod programs;
mod receivers;
mod repo;
mod server;
mod wait;

pub use api::Api;
pub use host::{Agent, Host};
pub use programs::{Running, program, tell, tell_with};
pub use receivers::{HookReceiver, MailReceiver};
pub use repo::Checkout;
pub use server::Server;
pub use wait::until;
