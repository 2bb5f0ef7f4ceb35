use std::fs;
use std::os::unix::net::UnixDatagram;
use std::time::Duration;

use crontopus_api::agent_v1::AgentCheckIns;
use crontopus_manifest::spec::Layout;

use super::Stop;
use crate::server::Server;
use crate::{files, spool};

/// Without a nudge the spool is looked at so often.
const LOOK: Duration = Duration::from_secs(10);
/// How long a nudge is waited for before the end of the program is looked at.
const PATIENCE: Duration = Duration::from_millis(250);
const LONGEST: Duration = Duration::from_secs(60);

/// Delivers records as they come: a nudge on the socket says that there is one.
pub(super) fn run(server: &Server, layout: &Layout, stop: &Stop) {
    let socket = match listen(layout) {
        Ok(socket) => Some(socket),
        Err(e) => {
            tracing::warn!("records are delivered with a delay: {e:#}");
            None
        }
    };
    let mut pause = Duration::ZERO;
    while !stop.is_stopped() {
        match deliver_all(server, layout) {
            Ok(()) => pause = Duration::ZERO,
            Err(e) => {
                tracing::debug!("records wait: {e:#}");
                pause = (pause * 2).clamp(Duration::from_secs(1), LONGEST);
            }
        }
        if pause.is_zero() {
            wait(socket.as_ref(), stop);
        } else if stop.pause(pause) {
            return;
        }
    }
}

fn listen(layout: &Layout) -> anyhow::Result<UnixDatagram> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = layout.socket();
    files::remove(&path)?;
    let socket = UnixDatagram::bind(&path)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    Ok(socket)
}

/// Waits for a nudge. What it says is not believed: the spool itself is read.
fn wait(socket: Option<&UnixDatagram>, stop: &Stop) {
    let Some(socket) = socket else {
        stop.pause(LOOK);
        return;
    };
    let mut name = [0; 256];
    for _ in 0..(LOOK.as_millis() / PATIENCE.as_millis()) {
        if socket.recv(&mut name).is_ok() || stop.is_stopped() {
            return;
        }
    }
}

fn deliver_all(server: &Server, layout: &Layout) -> anyhow::Result<()> {
    loop {
        let batch = spool::read(layout, server.clock_offset())?;
        for (path, reason) in &batch.refused {
            tracing::warn!(file = %path.display(), "a record is not believed and is removed: it {reason}");
            files::remove(path)?;
        }
        if batch.items.is_empty() {
            return Ok(());
        }
        let answer = server.check_ins(AgentCheckIns { items: batch.items })?;
        for (path, outcome) in batch.files.iter().zip(&answer.items) {
            if !outcome.accepted {
                let reason = outcome.reason.as_deref().unwrap_or("no reason given");
                tracing::warn!(file = %path.display(), "the server did not take a record: {reason}");
            }
            files::remove(path)?;
        }
        if !batch.more {
            return Ok(());
        }
    }
}
