use std::process::ExitCode;

use anyhow::Context as _;
use crontopus_api::signature::SecretKey;
use crontopus_clock::{Entropy as _, SystemEntropy};
use crontopus_manifest::spec::Layout;

use crate::server::Server;
use crate::{files, identity};

/// Changes the key now.
pub(crate) fn run(layout: &Layout) -> anyhow::Result<ExitCode> {
    let (_agent, server) = super::open(layout.clone())?;
    rotate(layout, &server)?;
    anstream::println!("the key was changed; the old one is taken for 24 hours more");
    Ok(ExitCode::SUCCESS)
}

/// Makes a key, keeps it beside the old one, announces it, and only then puts it in the old one's place. A
/// crash in between leaves a key that the server takes: the old one for 24 hours, or the new one.
pub(crate) fn rotate(layout: &Layout, server: &Server) -> anyhow::Result<()> {
    let new = SecretKey::from_bytes(&SystemEntropy.bytes());
    let next = layout.key().with_extension("key.next");
    identity::save_key(&next, &new)?;
    server.rotate_key(&new).context("the server did not take the new key")?;
    identity::save_key(&layout.key(), &new)?;
    files::remove(&next)?;
    server.use_key(new)
}
