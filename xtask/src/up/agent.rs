//! This machine's agent: enrolled in the invoking user's crontab, taken out of it again at the end.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;
use serde_json::json;

use super::state::{ENROLLED_WITH, State};
use super::{Programs, Service};
use crate::process;
use crate::progress::{fail, step, warn};
use crate::tenant::Tenant;

/// A running agent.
pub(super) struct Agent {
    child: Child,
    program: PathBuf,
    state_dir: PathBuf,
    log: String,
}

impl Agent {
    /// Enrols this machine unless an earlier start did with the same server, and starts the daemon.
    pub(super) fn start(programs: &Programs, state: &State, demo: &Tenant) -> Result<Self> {
        let state_dir = state.path("agent");
        let server = state.path(ENROLLED_WITH);
        let is_enrolled = state_dir.join("agent.json").exists()
            && std::fs::read_to_string(&server).is_ok_and(|url| url == demo.url);
        if !is_enrolled {
            step("enrolling this machine");
            // Whatever an earlier enrolment with another address put into the crontab goes first.
            if state_dir.join("agent.json").exists() {
                uninstall(&programs.agent, &state_dir)?;
            }
            if state_dir.exists() {
                std::fs::remove_dir_all(&state_dir)?;
            }
            process::read(
                agent(&programs.agent, "enroll", &state_dir)
                    .env("CRONTOPUS_ENROLL_TOKEN", demo.enroll_token(&json!({ "demo": "this-machine" }))?)
                    .args(["--scheduler", "user-crontab"])
                    .arg("--wrapper")
                    .arg(&programs.run),
            )
            .context("this machine could not be enrolled")?;
            std::fs::write(server, &demo.url)?;
        }
        step("starting the agent");
        let log = state.log("agent")?;
        let child = process::service(&programs.agent, "TERM", &[])
            .arg("run")
            .arg("--state-dir")
            .arg(&state_dir)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("cannot start the agent")?;
        let log = state.log_path("agent").display().to_string();
        Ok(Self { child, program: programs.agent.clone(), state_dir, log })
    }
}

impl Service for Agent {
    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(fail(format!("the agent ended with {status}"), format!("read {}", self.log))),
        }
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(10)) {
            warn(format!("the agent (process {}) may still run: {error}", self.child.id()));
        }
        if let Err(error) = uninstall(&self.program, &self.state_dir) {
            warn(format!("{error:#}"));
            warn(format!(
                "the agent's block may still stand in your crontab; take it out with: {} uninstall --remove --state-dir {}",
                self.program.display(),
                self.state_dir.display(),
            ));
        }
    }
}

fn uninstall(program: &PathBuf, state_dir: &PathBuf) -> Result<()> {
    process::read(agent(program, "uninstall", state_dir).arg("--remove"))
        .map(drop)
        .context("the agent could not take its entries out")
}

fn agent(program: &PathBuf, command: &str, state_dir: &PathBuf) -> Command {
    let mut agent = process::command(program);
    agent.arg(command).arg("--state-dir").arg(state_dir);
    agent
}
