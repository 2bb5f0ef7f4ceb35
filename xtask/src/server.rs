//! The server: started on a free port, ready when it says so.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;

use crate::api::Api;
use crate::progress::{fail, note, step, warn};
use crate::{interrupt, process};

/// How many ports to try after the first.
const PORTS: u16 = 100;

/// A running server; stops when dropped.
pub(crate) struct Server {
    child: Child,
    port: u16,
    log: PathBuf,
}

/// How to start one.
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    /// Its data directory.
    pub(crate) data: &'a Path,
    /// Where its output goes; a log of an earlier start is overwritten.
    pub(crate) log: &'a Path,
    /// The port to listen on, or the next free one.
    pub(crate) port: u16,
    /// Further arguments of `serve`.
    pub(crate) arguments: &'a [String],
    /// Variables of its environment, beside those of this task.
    pub(crate) environment: &'a [(String, String)],
}

impl Server {
    /// Starts it and waits until it answers.
    pub(crate) fn start(start: &Start<'_>) -> Result<Self> {
        let port = free_port(start.port)?;
        if port != start.port {
            note(format!("port {} is taken; using {port}", start.port));
        }
        step("starting the server");
        let output = File::create(start.log)?;
        let child = process::service(start.program, "TERM", &[])
            .arg("serve")
            .arg("--data")
            .arg(start.data)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(start.arguments)
            .envs(start.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", start.program.display()))?;
        let mut server = Self { child, port, log: start.log.to_path_buf() };
        let api = server.api();
        process::wait_until("the server", Duration::from_secs(30), &mut server.child, || api.is_ready())
            .map_err(|error| match interrupt::requested() {
                true => error,
                false => fail(
                    format!("{error}; it said:\n    {}", tail(start.log)),
                    format!("read {}; what it says names the remedy", start.log.display()),
                ),
            })?;
        Ok(server)
    }

    /// An error when it has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                Err(fail(format!("the server ended with {status}"), format!("read {}", self.log.display())))
            }
        }
    }

    /// The process, to look at its use of memory and time.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Its address and port.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its address as a URL without a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// A client that is not signed in.
    pub(crate) fn api(&self) -> Api {
        Api::new(self.url())
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

/// The last lines of a log.
fn tail(log: &Path) -> String {
    const LINES: usize = 15;
    let text = std::fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_last_lines() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), (1..=20).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        assert!(tail(file.path()).starts_with("6\n"));
        assert!(tail(file.path()).ends_with("20"));
    }

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let found = free_port(port).unwrap();
        assert!(found > port && found <= port + PORTS);
    }
}
