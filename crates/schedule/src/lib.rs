#![doc = include_str!("../README.md")]

mod calendar;
mod clock_changes;
mod cron;
mod describe;
mod every;
mod firing;
mod guard;
mod interval;
mod profile;
mod render;
mod schedule;

pub use clock_changes::{ClockChange, Fate, clock_changes};
pub use cron::{Cron, CronError};
pub use every::{Every, EveryError};
pub use firing::{Gap, Overlap};
pub use guard::{Guard, UnknownZone};
pub use profile::{Profile, UnknownProfile, firing_profile};
pub use render::{Rendering, Unsupported, render};
pub use schedule::Schedule;
