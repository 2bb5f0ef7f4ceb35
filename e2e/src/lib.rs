#![doc = include_str!("../README.md")]

mod api;
mod host;
mod postgres;
mod programs;
mod receivers;
mod repo;
mod scene;
mod server;
mod wait;

pub use api::Api;
pub use host::{Agent, Host};
pub use postgres::postgres_database;
pub use programs::{Running, program, tell, tell_with};
pub use receivers::{HookReceiver, MailReceiver};
pub use repo::Checkout;
pub use scene::Scene;
pub use server::Server;
pub use wait::until;
