//! The program run as a user would, and a server that answers what a test wants.

pub(crate) mod canned;
pub(crate) mod fake;

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What the present is in every test.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";

/// The program with a configuration folder of its own, at a fixed time, in a wide terminal without colours.
pub(crate) struct Cli {
    pub(crate) home: TempDir,
    url: Option<String>,
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Cli {
    /// Nobody is signed in.
    pub(crate) fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap(), url: None }
    }

    /// Signed in to `server` by the environment.
    pub(crate) fn with(server: &fake::Fake) -> Self {
        Self { url: Some(server.url()), ..Self::new() }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, "", &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], stdin: &str, environment: &[(&str, &str)]) -> Ended {
        let mut child = self.command(arguments, environment).spawn().unwrap();
        // A program that does not read its input may be gone already.
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).ok();
        let output = child.wait_with_output().unwrap();
        Ended {
            status: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn command(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the tests run the program itself")]
        let mut command = Command::new(env!("CARGO_BIN_EXE_crontopus"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .env("CRONTOPUS_CONFIG_DIR", self.home.path().join("config"))
            .env("TZ", "UTC")
            .envs(environment.iter().copied())
            .args(["--now", NOW])
            .args(arguments)
            .current_dir(self.home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(url) = &self.url {
            command.env("CRONTOPUS_URL", url).env("CRONTOPUS_TOKEN", "ctp_test");
        }
        command
    }

    /// Writes a file below the folder the program runs in.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.home.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.path()
    }
}

impl Ended {
    /// What it wrote, when it ended well.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.status, 0, "{self:#?}");
        self.stdout
    }

    /// What it said, when it ended with this status.
    #[track_caller]
    pub(crate) fn failed(self, status: i32) -> String {
        assert_eq!(self.status, status, "{self:#?}");
        self.stderr
    }
}
