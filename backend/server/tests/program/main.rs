//! The program itself: its commands, its signals, and what it does under pressure.

#[cfg(test)]
mod backup;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod pressure;
#[cfg(test)]
mod resync;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod user;
