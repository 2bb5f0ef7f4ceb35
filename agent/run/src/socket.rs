//! The agent's socket: by it a record is delivered at once, and one that no disk takes is delivered at all.

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

use crontopus_manifest::spec::Layout;
use rustix::io::Errno;
use rustix::net::sockopt::set_socket_send_buffer_size;
use serde_json::Value;

use crate::spool::take_output;

/// How long an agent that has much to take is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// As large as a record may be; the kernel gives what it allows.
const BUFFER: usize = 4 << 20;

/// Where the agent listens.
#[derive(Debug)]
pub(crate) struct AgentSocket(Layout);

impl AgentSocket {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self(layout.clone())
    }

    /// The agent delivers at once when it hears of a record; when it does not hear, it looks in time.
    pub(crate) fn nudge(&self, name: &str) {
        let send = || {
            let socket = UnixDatagram::unbound()?;
            socket.set_nonblocking(true)?;
            self.send(&socket, name.as_bytes())
        };
        drop(send());
    }

    /// Hands over a record of which nothing lies on a disk. What is too long for a datagram goes without its output,
    /// if any, which is under `output`.
    pub(crate) fn hand_over(&self, record: &mut Value) -> io::Result<()> {
        let socket = UnixDatagram::unbound()?;
        socket.set_write_timeout(Some(PATIENCE))?;
        // What the kernel has as a default is enough for most outputs.
        set_socket_send_buffer_size(&socket, BUFFER).ok();
        match self.send(&socket, &serde_json::to_vec(record)?) {
            Err(error) if Errno::from_io_error(&error) == Some(Errno::MSGSIZE) && take_output(record) => {
                self.send(&socket, &serde_json::to_vec(record)?)
            }
            sent => sent,
        }
    }

    /// Where it usually is, or where an agent is that cannot make it there.
    fn send(&self, socket: &UnixDatagram, text: &[u8]) -> io::Result<()> {
        let elsewhere = |error: io::Error| match (error.kind(), self.0.runtime_socket()) {
            (io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused, Some(path)) => {
                send_to(socket, text, path)
            }
            _ => Err(error),
        };
        send_to(socket, text, self.0.socket()).or_else(elsewhere)
    }
}

fn send_to(socket: &UnixDatagram, text: &[u8], path: PathBuf) -> io::Result<()> {
    socket.send_to(text, path).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> (tempfile::TempDir, Layout) {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        (dir, layout)
    }

    fn heard(socket: &UnixDatagram) -> String {
        let mut text = vec![0; BUFFER];
        let length = socket.recv(&mut text).unwrap();
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    #[test]
    fn the_agent_is_told() {
        let (_dir, layout) = layout();
        let socket = UnixDatagram::bind(layout.socket()).unwrap();
        AgentSocket::new(&layout).nudge("00000007.end.json");
        assert_eq!(heard(&socket), "00000007.end.json");
    }

    #[test]
    fn an_agent_that_does_not_listen_delays_nothing() {
        let (_dir, layout) = layout();
        let _deaf = UnixDatagram::bind(layout.socket()).unwrap();
        for n in 0..2_000 {
            AgentSocket::new(&layout).nudge(&n.to_string());
        }
    }

    #[test]
    fn a_record_is_handed_over_with_its_output_if_it_is_not_too_long() {
        let (_dir, layout) = layout();
        let agent = AgentSocket::new(&layout);
        let record = |length: usize| serde_json::json!({"job": "a/b", "output": "x".repeat(length)});
        assert!(agent.hand_over(&mut record(10)).is_err(), "nobody is there");
        let socket = UnixDatagram::bind(layout.socket()).unwrap();
        agent.hand_over(&mut record(100_000)).unwrap();
        assert_eq!(heard(&socket), record(100_000).to_string());
        agent.hand_over(&mut record(64 << 20)).unwrap();
        assert_eq!(heard(&socket), r#"{"job":"a/b"}"#);
    }

    #[test]
    fn an_agent_that_takes_nothing_is_not_waited_for_long() {
        let (_dir, layout) = layout();
        let agent = AgentSocket::new(&layout);
        let _deaf = UnixDatagram::bind(layout.socket()).unwrap();
        let mut took = 0;
        while agent.hand_over(&mut serde_json::json!({"job": "a/b"})).is_ok() {
            took += 1;
        }
        assert!(took > 0, "the kernel keeps some for it");
    }
}
