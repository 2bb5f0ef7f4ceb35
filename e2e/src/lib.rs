#![doc = include_str!("../README.md")]

mod api;
mod database;
mod disk;
mod host;
mod load;
mod namespace;
mod postgres;
mod programs;
mod receivers;
mod repo;
mod scene;
mod server;
mod torture;
mod wait;

pub use api::Api;
pub use database::Database;
pub use disk::{Disk, Preload};
pub use host::{Agent, Host};
pub use load::{Found, Load, Record, Refusal};
pub use postgres::Postgres;
pub use programs::{Running, program, tell, tell_as_root, tell_with};
pub use receivers::{HookReceiver, MailReceiver};
pub use repo::Checkout;
pub use scene::Scene;
pub use server::{Place, Server};
pub use torture::asked;
pub use wait::until;
