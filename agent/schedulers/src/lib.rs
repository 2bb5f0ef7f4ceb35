#![doc = include_str!("../README.md")]

pub mod cron_d;
pub mod detect;
pub mod fake;
pub mod user_crontab;

mod fail_points;
mod line;
mod process;
mod replace_file;
mod scheduler;

pub use cron_d::CronD;
pub use detect::{Detected, detect};
pub use fail_points::FailPoints;
pub use fake::Fake;
pub use scheduler::{Applied, ApplyError, EntryRequest, ObserveError, Refused, Scheduler, settle_time};
pub use user_crontab::UserCrontab;
