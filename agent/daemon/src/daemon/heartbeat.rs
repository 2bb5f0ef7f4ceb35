use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crontopus_api::agent_v1::Heartbeat;
use crontopus_manifest::spec::Layout;

use super::{Stop, Wake, ring};
use crate::server::Server;
use crate::spool::Memory;

/// Says every few seconds that the host is there, and learns whether something changed.
pub(super) fn run(
    server: &Server,
    layout: &Layout,
    memory: &Mutex<Memory>,
    wake: &Sender<Wake>,
    stop: &Stop,
) {
    let mut known = None;
    loop {
        let spooled = memory.lock().unwrap_or_else(PoisonError::into_inner).waiting(layout);
        let beat = Heartbeat { commit: None, spooled, clock_ms: server.host_clock_ms() };
        match server.heartbeat(&beat) {
            Ok(answer) => {
                server.note_clock(answer.clock_ms);
                if known.as_ref().is_some_and(|known| *known != answer.config) {
                    ring(wake, Wake::Refresh);
                }
                known = Some(answer.config);
            }
            Err(e) => {
                tracing::debug!("no heartbeat: {e}");
                if server.is_revoked() {
                    ring(wake, Wake::Refresh);
                }
            }
        }
        if stop.pause(server.heartbeat_pause().max(Duration::from_secs(1))) {
            return;
        }
    }
}
