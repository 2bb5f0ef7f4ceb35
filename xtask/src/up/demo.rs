//! The demo tenant: made at the first start, found again later.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::state::{State, password};
use crate::progress::{fail, step};
use crate::server::Server;
use crate::tenant::Tenant;

/// Finds the demo tenant of an earlier start, or makes it with a repository of examples.
pub(super) fn prepare(server: &Server, state: &State, root: &Path) -> Result<Tenant> {
    if let Some(account) = state.account()? {
        let tenant = Tenant { url: server.url(), account };
        if tenant.api().is_signed_in()? {
            return Ok(tenant);
        }
        return Err(fail(
            "the server does not know the demo account of the last start",
            "delete .crontopus/ and start again; demo data is made anew",
        ));
    }
    step("making a demo tenant with a repository of examples");
    let tenant = Tenant::create(server, "demo", password()?)?;
    let clone = tempfile::tempdir()?;
    copy(&root.join("examples/quickstart"), &clone.path().join("demo"))
        .context("cannot copy the examples")?;
    tenant.push(clone.path(), "Examples")?;
    // Kept last: without it, the next start makes everything anew.
    state.keep_account(&tenant.account)?;
    Ok(tenant)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
