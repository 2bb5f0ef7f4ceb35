//! A cron daemon, for machines on which none runs.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;

use super::Service;
use crate::process;
use crate::progress::{fail, step, warn};

/// Names under which cron daemons run.
const DAEMONS: [&str; 4] = ["cron", "crond", "fcron", "dcron"];

/// A cron daemon started by this task.
pub(super) struct Cron {
    child: Child,
}

impl Cron {
    /// Starts one when none runs and this is root; else says what to do, for without one nothing fires.
    pub(super) fn start_if_none_runs() -> Result<Option<Self>> {
        if runs(Path::new("/proc")) {
            return Ok(None);
        }
        let Some(program) = process::find("cron").filter(|_| process::is_root()) else {
            warn("no cron daemon runs, so entries stand but do not fire; start one: sudo service cron start");
            return Ok(None);
        };
        step("starting cron, as none runs");
        let child = process::service(&program, "TERM", &[])
            .arg("-f")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start cron")?;
        Ok(Some(Self { child }))
    }
}

impl Service for Cron {
    fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => Err(fail(
                format!("cron ended with {status}"),
                "start it yourself (service cron start), then start this again",
            )),
        }
    }
}

impl Drop for Cron {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(5)) {
            warn(format!("cron (process {}) may still run: {error}", self.child.id()));
        }
    }
}

/// Whether any process goes by the name of a cron daemon.
fn runs(proc: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(proc) else { return false };
    entries.flatten().any(|entry| {
        let Ok(command) = std::fs::read(entry.path().join("cmdline")) else { return false };
        is_daemon(&String::from_utf8_lossy(&command))
    })
}

/// Whether a process with these NUL-separated arguments is one; busybox is told by its first argument.
fn is_daemon(arguments: &str) -> bool {
    let mut arguments = arguments.split('\0');
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match name(arguments.next().unwrap_or_default()).as_str() {
        "busybox" => arguments.next().is_some_and(|applet| applet == "crond"),
        program => DAEMONS.contains(&program),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn daemons_are_told_from_others() {
        let check = |arguments: &str, daemon: bool| assert_eq!(is_daemon(arguments), daemon, "{arguments:?}");
        check("/usr/sbin/cron\0-f\0", true);
        check("crond\0", true);
        check("busybox\0crond\0-f\0", true);
        check("busybox\0sh\0", false);
        check("vi\0/etc/cron.d/cron\0", false);
        check("", false);
    }
}
