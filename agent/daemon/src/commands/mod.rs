//! One file for each command.

pub(crate) mod apply;
pub(crate) mod doctor;
pub(crate) mod enroll;
pub(crate) mod plan;
pub(crate) mod rotate_key;
pub(crate) mod run;
pub(crate) mod status;
pub(crate) mod uninstall;

use std::sync::Arc;

use crontopus_clock::SystemClock;
use crontopus_manifest::spec::Layout;

use crate::agent::Agent;
use crate::identity;
use crate::server::Server;

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
