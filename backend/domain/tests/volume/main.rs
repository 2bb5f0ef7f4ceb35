//! The watch over the volume of check-ins: what it takes for a fall, and what it never does.

mod bounds;
mod falls;
mod traffic;
