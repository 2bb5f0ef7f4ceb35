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
use crate::server::Server;

/// Keeps every other process from changing the host through this state directory. It falls with the process,
/// however it ends.
#[derive(Debug)]
#[must_use]
pub(crate) struct Lock(#[expect(dead_code, reason = "it is held, not read")] OwnedFd);

/// Takes the lock, or says who has it. It lies on the state directory itself: that can be had on a disk that is full
/// or read-only too, and keeps nobody from mounting it anew.
fn lock(layout: &Layout) -> anyhow::Result<Lock> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let lock = rustix::fs::open(layout.root(), flags, Mode::empty())
        .with_context(|| format!("cannot open {}", layout.root().display()))?;
    rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive).with_context(|| {
        format!(
            "another crontopus-agent runs with the state directory {}; stop it first",
            layout.root().display()
        )
    })?;
    Ok(Lock(lock))
}

/// The agent below `layout` and its server, for whoever changes the host.
fn open(layout: Layout, lock: &Lock) -> anyhow::Result<(Agent, Arc<Server>)> {
    with_server(Agent::open(layout, Box::new(SystemClock), lock)?)
}

/// The same for whoever only looks: a daemon may be at work meanwhile.
fn look(layout: Layout) -> anyhow::Result<(Agent, Arc<Server>)> {
    with_server(Agent::look(layout, Box::new(SystemClock))?)
}

fn with_server(agent: Agent) -> anyhow::Result<(Agent, Arc<Server>)> {
    let server =
        Server::new(agent.identity.clone(), &agent.layout, agent.state.seq, agent.state.clock_offset_ms)?;
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
