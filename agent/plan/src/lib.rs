#![doc = include_str!("../README.md")]

mod decide;
mod desired;
mod inventory;
mod marker;
mod observed;
mod plan;
mod render;
mod rules;

pub use crontopus_manifest::JobKey;
pub use decide::plan;
pub use desired::{ContentHash, DesiredJob, DriftMode, Entry, Form};
pub use inventory::{Inventory, Owned};
pub use marker::Marker;
pub use observed::{Observed, ObservedEntry, Sight};
pub use plan::{Action, Hold, Plan, Step, Stray};
pub use rules::{Brakes, RepairPace, Rules};
