#![doc = include_str!("../README.md")]

mod command;
mod lines;
mod listener;
mod mail;
mod session;

pub use listener::{SmtpSettings, serve};
