//! The server: started on a free port, ready when it says so.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;

use super::Service;
use super::api::Api;
use super::state::State;
use crate::process;
use crate::progress::{fail, note, step, warn};

/// How many ports to try after the first.
const PORTS: u16 = 100;

/// A running server.
pub(super) struct Server {
    child: Child,
    port: u16,
    log: String,
}

impl Server {
    /// Starts it on its data below the state directory and waits until it answers.
    pub(super) fn start(program: &Path, state: &State, wanted: u16) -> Result<Self> {
        let port = free_port(wanted)?;
        if port != wanted {
            note(format!("port {wanted} is taken; using {port}"));
        }
        step("starting the server");
        let log = state.log("server")?;
        let child = process::service(program, "TERM", &[])
            .arg("serve")
            .arg("--data")
            .arg(state.path("server"))
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut server = Self { child, port, log: state.log_path("server").display().to_string() };
        let api = server.api();
        process::wait_until("the server", Duration::from_secs(30), &mut server.child, || api.is_ready())
            .map_err(|error| {
                fail(
                    format!("{error}; it said:\n    {}", state.log_tail("server")),
                    format!("read {}; deleting .crontopus/ starts afresh", server.log),
                )
            })?;
        Ok(server)
    }

    /// Its address without a path.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client that is not signed in.
    pub(super) fn api(&self) -> Api {
        Api::new(self.url())
    }
}

impl Service for Server {
    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                Err(fail(format!("the server ended with {status}"), format!("read {}", self.log)))
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(10)) {
            warn(format!("the server (process {}) may still run: {error}", self.child.id()));
        }
    }
}

/// The wanted port, or the next one nobody listens on.
fn free_port(wanted: u16) -> Result<u16> {
    (wanted..=wanted.saturating_add(PORTS))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or_else(|| {
            fail(format!("no free port from {wanted} to {}", wanted + PORTS), "choose another with --port")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let found = free_port(port).unwrap();
        assert!(found > port && found <= port + PORTS);
    }
}
