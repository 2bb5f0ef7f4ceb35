use std::process::ExitCode;

use crontopus_manifest::spec::Layout;

use crate::key;

/// Changes the key now. A running daemon signs with the new one from its next request on.
pub(crate) fn run(layout: &Layout) -> anyhow::Result<ExitCode> {
    let (_agent, server) = super::look(layout.clone())?;
    key::change(layout, server.as_ref())?;
    anstream::println!("the key was changed; the old one is taken for 24 hours more");
    Ok(ExitCode::SUCCESS)
}
