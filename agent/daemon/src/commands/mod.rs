//! One file for each command.

pub(crate) mod apply;
pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod plan;
pub(crate) mod rotate_key;
pub(crate) mod run;
pub(crate) mod status;
pub(crate) mod uninstall;

use std::os::fd::OwnedFd;
use std::sync::Arc;

use anyhow::Context as _;
use crontopus_clock::SystemClock;
use crontopus_manifest::spec::Layout;
use rustix::fs::{FlockOperation, Mode, OFlags};

use crate::agent::Agent;
use crate::identity;
use crate::server::Server;

/// Keeps every other process from changing the host through this state directory. The lock falls with the
/// process, however it ends.
fn lock(layout: &Layout) -> anyhow::Result<OwnedFd> {
    let path = layout.root().join("agent.lock");
    let flags = OFlags::CREATE | OFlags::RDWR | OFlags::CLOEXEC;
    let lock = rustix::fs::open(&path, flags, Mode::from_raw_mode(0o600))
        .with_context(|| format!("cannot open {}", path.display()))?;
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).with_context(|| {
        format!(
            "another crontopus-agent runs with the state directory {}; stop it first",
            layout.root().display()
        )
    })?;
    Ok(lock)
}

/// The agent below `layout` and its server.
fn open(layout: Layout) -> anyhow::Result<(Agent, Arc<Server>)> {
    let agent = Agent::open(layout, Box::new(SystemClock))?;
    let key = identity::load_key(&agent.layout)?;
    let server = Server::new(agent.identity.clone(), key, agent.state.seq, agent.state.clock_offset_ms)?;
    Ok((agent, Arc::new(server)))
}

/// Reads what is to stand on the host, from the server if it answers.
fn refresh(agent: &mut Agent, server: &Arc<Server>) -> anyhow::Result<()> {
    if let Some((config, etag)) = server.config(None)? {
        let remote = server.remote(config.git_path.as_deref())?;
        agent.take(config, etag, remote.as_ref())?;
    }
    Ok(())
}
