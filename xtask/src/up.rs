//! `up`.
use anyhow::Result;

/// What to start.
#[derive(clap::Args)]
pub(crate) struct Options {}

/// Starts it.
pub(crate) fn run(_: &Options) -> Result<()> {
    Ok(())
}
