//! The adapters on real directories and crontab programs, and what they leave when they are killed.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected is to fail")]

mod conformance;
mod cron_d;
mod crontab;
mod kills;
mod real_crontab;
mod support;
mod torture;
