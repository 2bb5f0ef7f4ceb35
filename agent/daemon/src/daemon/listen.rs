use std::sync::mpsc::Sender;
use std::time::Duration;

use crontopus_api::agent_v1::AgentEventKind;

use super::{Stop, Wake, ring};
use crate::server::Server;

const SHORTEST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(60);

/// Holds the event stream open, and opens it again after a pause that doubles. Whatever was missed
/// meanwhile is found by the refresh that follows each opening.
pub(super) fn run(server: &Server, wake: &Sender<Wake>, stop: &Stop) {
    let mut pause = SHORTEST;
    while !stop.is_stopped() {
        match server.events() {
            Ok(events) => {
                ring(wake, Wake::Refresh);
                pause = SHORTEST;
                for event in events {
                    if stop.is_stopped() {
                        return;
                    }
                    match event {
                        Ok(event) => ring(
                            wake,
                            match event.kind {
                                AgentEventKind::Refresh => Wake::Refresh,
                                AgentEventKind::Report => Wake::Report,
                                AgentEventKind::Rotate => Wake::Rotate,
                            },
                        ),
                        Err(e) => {
                            tracing::debug!("the event stream ended: {e}");
                            break;
                        }
                    }
                }
            }
            Err(e) => tracing::debug!("no event stream: {e}"),
        }
        if stop.pause(pause) {
            return;
        }
        pause = (pause * 2).min(LONGEST);
    }
}
