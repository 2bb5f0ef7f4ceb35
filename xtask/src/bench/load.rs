//! The load generator, driven from here and running in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;
use serde::Deserialize;

use crate::process;
use crate::progress::warn;

/// The built load generator.
pub(super) struct Load {
    program: PathBuf,
}

/// What came back.
#[derive(Deserialize)]
pub(super) struct Summary {
    pub(super) requests: u64,
    pub(super) seconds: f64,
    /// By HTTP status.
    answers: BTreeMap<u16, u64>,
    broken: u64,
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
    pub(super) max_us: u64,
}

impl Summary {
    /// Answers with status 200 a second.
    pub(super) fn per_second(&self) -> f64 {
        self.answers.get(&200).copied().unwrap_or(0) as f64 / self.seconds
    }

    /// Requests that were not answered with 200.
    pub(super) fn refused(&self) -> u64 {
        self.requests - self.answers.get(&200).copied().unwrap_or(0)
    }

    /// An error unless everything was answered with 200: a figure with refusals in it is no figure.
    pub(super) fn all_well(self, what: &str) -> Result<Self> {
        let well = self.answers.get(&200).copied().unwrap_or(0);
        ensure!(
            well == self.requests && self.broken == 0,
            "{what}: of {} requests {well} were answered with 200; answers by status {:?}, broken connections {}",
            self.requests,
            self.answers,
            self.broken,
        );
        Ok(self)
    }
}

impl Load {
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Sends the bodies of the file to that path; further arguments say how fast and how long.
    pub(super) fn drive(
        &self,
        address: &str,
        path: &str,
        bodies: &Path,
        arguments: &[&str],
    ) -> Result<Summary> {
        let line = process::read(
            process::command(&self.program)
                .args(["drive", "--address", address, "--path", path, "--bodies"])
                .arg(bodies)
                .args(arguments),
        )?;
        serde_json::from_str(&line).context("the load generator did not print its summary")
    }

    /// Starts the handler that only answers 200.
    pub(super) fn bare(&self) -> Result<Bare> {
        let mut child = process::service(&self.program, "TERM", &[])
            .arg("bare")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the bare handler")?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().strip_prefix("listening on ").map(str::to_owned);
        let bare = Bare { child, address: address.unwrap_or_default() };
        ensure!(!bare.address.is_empty(), "the bare handler did not say where it listens");
        Ok(bare)
    }
}

/// The running bare handler.
pub(super) struct Bare {
    child: Child,
    pub(super) address: String,
}

impl Drop for Bare {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(5)) {
            warn(format!("the bare handler (process {}) may still run: {error}", self.child.id()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_spoil_a_figure() {
        let summary = |answers: &str| -> Summary {
            let text = format!(
                r#"{{"requests":10,"seconds":2.0,"answers":{answers},"broken":0,"p50_us":1,"p99_us":2,"max_us":3}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        assert_eq!(summary(r#"{"200":10}"#).all_well("x").unwrap().per_second(), 5.0);
        assert!(summary(r#"{"200":9,"503":1}"#).all_well("x").is_err());
    }
}
