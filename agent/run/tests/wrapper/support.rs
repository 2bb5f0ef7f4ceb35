//! A state directory as an agent keeps it, and the real wrapper run in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use base64::prelude::{BASE64_STANDARD, Engine};
use crontopus_manifest::spec::{Layout, RecordKind, SpecFile, SpoolRecord};

pub(crate) const JOB: &str = "prod/job";

pub(crate) struct Host {
    pub(crate) layout: Layout,
    pub(crate) dir: tempfile::TempDir,
}

impl Host {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let host = Self { layout: Layout::new(dir.path().join("state")), dir };
        for path in ["jobs/prod", "locks/prod", "claims/prod", "spool", "bin"] {
            fs::create_dir_all(host.layout.root().join(path)).unwrap();
        }
        fs::set_permissions(host.layout.spool(), fs::Permissions::from_mode(0o1733)).unwrap();
        host
    }

    /// A host with the job `sh -c script`, changed by `change`.
    pub(crate) fn with_script(script: &str, change: impl FnOnce(&mut SpecFile)) -> Self {
        let host = Self::new();
        let json = serde_json::json!({
            "format": 1, "job": JOB, "digest": "d1", "command": script, "shell": "sh", "host": "agt_1",
        });
        let mut spec: SpecFile = serde_json::from_value(json).unwrap();
        change(&mut spec);
        host.write_spec(&serde_json::to_vec(&spec).unwrap());
        host
    }

    /// A host with the job `command args…`.
    pub(crate) fn with_command(command: &str, args: &[&str], change: impl FnOnce(&mut SpecFile)) -> Self {
        Self::with_script(command, |spec| {
            spec.shell = crontopus_manifest::spec::Shell::None;
            spec.args = args.iter().map(|arg| (*arg).to_owned()).collect();
            change(spec);
        })
    }

    pub(crate) fn write_spec(&self, bytes: &[u8]) {
        fs::write(self.layout.spec(JOB), bytes).unwrap();
    }

    /// The wrapper, about to be started.
    pub(crate) fn wrapper(&self) -> Command {
        let mut command = command(env!("CARGO_BIN_EXE_crontopus-run"));
        command.arg(JOB).env("CRONTOPUS_STATE_DIR", self.layout.root()).current_dir(self.dir.path());
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self) -> Output {
        self.wrapper().output().unwrap()
    }

    pub(crate) fn start(&self) -> Child {
        self.wrapper().stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// All records, oldest first; a run's start before its end.
    pub(crate) fn records(&self) -> Vec<SpoolRecord> {
        let files = fs::read_dir(self.layout.spool()).unwrap().map(|file| file.unwrap().path());
        let read = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(!name.starts_with('.'), "nothing unfinished stays: {name}");
            let record: SpoolRecord = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert!(name.starts_with(&record.run_id), "{name}");
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
            record
        };
        let mut records: Vec<SpoolRecord> = files.map(read).collect();
        records.sort_by_key(|record| (record.at, record.run_id.clone(), record.kind == RecordKind::End));
        records
    }

    pub(crate) fn records_of(&self, kind: RecordKind) -> Vec<SpoolRecord> {
        self.records().into_iter().filter(|record| record.kind == kind).collect()
    }

    /// The record of the end of the only run.
    pub(crate) fn end(&self) -> SpoolRecord {
        let mut ends = self.records_of(RecordKind::End);
        assert_eq!(ends.len(), 1, "{ends:?}");
        ends.remove(0)
    }
}

pub(crate) fn head(record: &SpoolRecord) -> Vec<u8> {
    BASE64_STANDARD.decode(&record.output.as_ref().unwrap().head).unwrap()
}

pub(crate) fn tail(record: &SpoolRecord) -> Vec<u8> {
    BASE64_STANDARD.decode(&record.output.as_ref().unwrap().tail).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the tests' one function that starts processes")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Waits until something holds; a test that waits in vain fails.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < until, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) fn exists(path: &Path) -> bool {
    path.exists()
}

pub(crate) fn send(pid: u32, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, signal).unwrap();
}

/// Whether a process exists and is no zombie.
pub(crate) fn is_alive(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}
