//! The watch over the volume of check-ins: what it takes for a fall, and what it never does.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

mod bounds;
mod falls;
mod traffic;
