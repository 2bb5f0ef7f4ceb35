//! The operations of alerts through the router: what works, what is refused, and what is never answered.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod channels;
mod deliveries;
mod links;
mod roles;
mod rules;
mod snoozes;
mod world;
