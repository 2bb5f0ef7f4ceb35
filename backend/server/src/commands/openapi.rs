use std::io::Write as _;
use std::process::ExitCode;

use clap::ValueEnum;
use crontopus_http::{Document, document};

/// The documents there are.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Which {
    /// The public API
    Console,
    /// The API of agents, version 1
    Agent,
}

/// Prints the document.
pub(crate) fn run(which: Which) -> anyhow::Result<ExitCode> {
    let text = document(match which {
        Which::Console => Document::Console,
        Which::Agent => Document::Agent,
    });
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
