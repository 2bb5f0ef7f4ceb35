//! Passwords: what is taken, and how one is kept.

mod hasher;
mod rules;

pub use hasher::{HashCost, PasswordHasher};
pub(crate) use rules::check_password;
