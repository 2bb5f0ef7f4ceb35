//! `bench schedule`: the comparison lives beside the engine; this runs it.

use std::path::Path;

use anyhow::Result;

use crate::process;

/// Runs the benchmark of the schedule crate, which prints its own table.
pub(super) fn run(root: &Path) -> Result<()> {
    process::run(process::cargo().current_dir(root).args([
        "bench",
        "--package",
        "crontopus-schedule",
        "--bench",
        "schedule",
    ]))
}
