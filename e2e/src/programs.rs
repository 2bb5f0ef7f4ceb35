use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;

use crate::until;

/// A command that starts one of our own programs, or any other by its plain name.
#[expect(clippy::disallowed_methods, reason = "this is the stage's one process boundary")]
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let name = name.as_ref();
    match bin_dir().map(|dir| dir.join(name)) {
        Some(path) if path.exists() => Command::new(path),
        _ => Command::new(name),
    }
}

/// Where our programs are: `CRONTOPUS_BIN_DIR`, else beside the test program.
#[expect(clippy::disallowed_methods, reason = "the stage is told where the programs are")]
fn bin_dir() -> Option<PathBuf> {
    if let Some(dir) = std::env::var_os("CRONTOPUS_BIN_DIR") {
        return Some(dir.into());
    }
    std::env::current_exe().ok()?.ancestors().nth(2).map(Path::to_path_buf)
}

/// Tells a story of hosts, if this machine has what it takes: root, `git`, `cron` and our own programs.
/// Without them it is left out with a word; on the project's own test machines everything is there
/// (`CRONTOPUS_E2E=require` makes a lack an error).
pub fn tell(story: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    tell_as_root(&["git", "cron", "crontab", "unshare", "nsenter"], story)
}

/// Tells a story that needs root and these programs, if they and our own are there; otherwise as [`tell`].
pub fn tell_as_root(programs: &[&str], story: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut lacking = lacking(programs);
    if !rustix::process::geteuid().is_root() {
        lacking.push("root".into());
    }
    tell_without(lacking, story)
}

/// Tells a story without hosts, if these programs and our own are there; otherwise as [`tell`].
pub fn tell_with(programs: &[&str], story: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    tell_without(lacking(programs), story)
}

#[expect(clippy::disallowed_methods, reason = "the test command says whether a story may be left out")]
fn tell_without(lacking: Vec<String>, story: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    if lacking.is_empty() {
        return story();
    }
    let text = format!("this story needs {}", lacking.join(", "));
    assert!(std::env::var_os("CRONTOPUS_E2E").is_none_or(|v| v != "require"), "{text}");
    println!("left out: {text}");
    Ok(())
}

fn lacking(needs: &[&str]) -> Vec<String> {
    let mut lacking: Vec<String> = needs
        .iter()
        .filter(|name| {
            let found = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin"]
                .iter()
                .any(|dir| Path::new(dir).join(name).exists());
            !found
        })
        .map(|name| (*name).to_owned())
        .collect();
    for name in ["crontopus-server", "crontopus-agent", "crontopus-run", "crontopus"] {
        if !bin_dir().is_some_and(|dir| dir.join(name).exists()) {
            lacking.push(format!(
                "{name} (cargo build -p crontopus-server -p crontopus-agent -p crontopus-run -p crontopus)"
            ));
        }
    }
    lacking
}

/// A program that goes on until it is stopped; stopped when dropped. What it writes is kept.
#[derive(Debug)]
pub struct Running {
    child: Child,
    name: String,
    log: Arc<Mutex<String>>,
}

impl Running {
    /// Starts it.
    pub fn start(name: &str, command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let log = Arc::new(Mutex::new(String::new()));
        if let Some(stdout) = child.stdout.take() {
            collect(stdout, log.clone());
        }
        if let Some(stderr) = child.stderr.take() {
            collect(stderr, log.clone());
        }
        Ok(Self { child, name: name.into(), log })
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything it wrote so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("no writer panics").clone()
    }

    /// Waits for a line that holds `text` and gives it.
    pub fn line(&mut self, text: &str) -> anyhow::Result<String> {
        let what = format!("`{text}` from {}", self.name);
        until(&what, Duration::from_secs(60), || {
            let log = self.log();
            if let Some(line) = log.lines().find(|line| line.contains(text)) {
                return Ok(Some(line.to_owned()));
            }
            Ok(None)
        })
        .with_context(|| format!("{} wrote:\n{}", self.name, self.log()))
    }

    /// Whether it has not ended.
    pub fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Kills it on the spot.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Asks it to end and waits for it.
    pub fn terminate(mut self) -> anyhow::Result<ExitStatus> {
        self.ask()?;
        Ok(self.child.wait()?)
    }

    fn ask(&self) -> anyhow::Result<()> {
        let pid = rustix::process::Pid::from_raw(self.pid().cast_signed()).context("a child has an id")?;
        rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) && self.ask().is_ok() {
            for _ in 0..100 {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn collect(from: impl Read + Send + 'static, into: Arc<Mutex<String>>) {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut log = into.lock().expect("no writer panics");
            log.push_str(&line);
            log.push('\n');
        }
    });
}
