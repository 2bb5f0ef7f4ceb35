//! Which cron this host has. Evidence is the daemon's own executable, never the distribution's name.

use std::fs;
use std::path::{Path, PathBuf};

use crontopus_schedule::Profile;
use serde::{Deserialize, Serialize};

use crate::process;

/// What was found out about this host's cron.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detected {
    /// Whose rules it follows; `None` when there is no cron, or one nobody has told us the rules of.
    pub profile: Option<Profile>,
    /// The running daemon; `None` when none runs, and then nothing will fire.
    pub daemon: Option<Daemon>,
    /// The executable judged, running or installed.
    pub executable: Option<PathBuf>,
    /// Whether it reads `/etc/cron.d`.
    pub reads_cron_d: bool,
    /// How it was found out, in words for the report.
    pub evidence: String,
}

/// A running cron daemon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Daemon {
    /// Its process.
    pub pid: u32,
    /// How it was found.
    pub found_by: FoundBy,
}

/// How a daemon was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// It wrote its pid file and lives.
    PidFile,
    /// It is in the process table.
    ProcessTable,
}

const PID_FILES: [&str; 4] = ["run/crond.pid", "run/cron.pid", "var/run/crond.pid", "var/run/cron.pid"];
const NAMES: [&str; 3] = ["cron", "crond", "busybox"];
const INSTALLED: [&str; 5] =
    ["usr/sbin/cron", "usr/sbin/crond", "sbin/crond", "usr/bin/crond", "usr/sbin/busybox"];

/// Larger executables are no cron.
const LARGEST: u64 = 8 << 20;

/// Looks at the host whose root directory is `root` (`/`, unless a test made one up).
pub fn detect(root: &Path) -> Detected {
    let running = by_pid_file(root).or_else(|| by_process_table(root));
    let installed = || INSTALLED.iter().map(|path| root.join(path)).find(|path| path.exists());
    let (daemon, executable) = match running {
        Some((daemon, executable)) => (Some(daemon), Some(executable)),
        None => (None, installed()),
    };
    let Some(executable) = executable else {
        let evidence = "no cron daemon runs and none is installed".to_owned();
        return Detected { profile: None, daemon, executable: None, reads_cron_d: false, evidence };
    };
    let (profile, why) = judge(&executable);
    let state = match &daemon {
        Some(daemon) => format!("runs as process {}", daemon.pid),
        None => "is installed but does not run".to_owned(),
    };
    let reads_cron_d =
        matches!(profile, Some(Profile::DebianCron | Profile::Cronie)) && root.join("etc/cron.d").is_dir();
    let evidence = format!("{} {state}; {why}", executable.display());
    Detected { profile, daemon, executable: Some(executable), reads_cron_d, evidence }
}

fn by_pid_file(root: &Path) -> Option<(Daemon, PathBuf)> {
    PID_FILES.iter().find_map(|file| {
        let pid = fs::read_to_string(root.join(file)).ok()?.trim().parse().ok()?;
        let executable = cron_of(root, pid)?;
        Some((Daemon { pid, found_by: FoundBy::PidFile }, executable))
    })
}

fn by_process_table(root: &Path) -> Option<(Daemon, PathBuf)> {
    let processes = fs::read_dir(root.join("proc")).ok()?.flatten();
    let mut pids: Vec<u32> = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    pids.sort_unstable();
    pids.into_iter()
        .find_map(|pid| Some((Daemon { pid, found_by: FoundBy::ProcessTable }, cron_of(root, pid)?)))
}

/// The executable of a process that is a cron daemon.
fn cron_of(root: &Path, pid: u32) -> Option<PathBuf> {
    let proc = root.join("proc").join(pid.to_string());
    let link = fs::read_link(proc.join("exe")).ok();
    let command = fs::read(proc.join("cmdline")).ok()?;
    let mut words = command.split(|byte| *byte == 0);
    let called = Path::new(std::str::from_utf8(words.next()?).ok()?).file_name()?.to_str()?.to_owned();
    let applet = words.next().unwrap_or_default();
    // After an upgrade the running executable is `… (deleted)`; what replaced it is judged then.
    let link = link.map(|link| PathBuf::from(link.to_string_lossy().trim_end_matches(" (deleted)")));
    let name = link.as_deref().and_then(Path::file_name)?.to_str()?;
    let is_cron = match name {
        "busybox" => called == "crond" || applet == b"crond",
        _ => NAMES.contains(&name),
    };
    let link = link.as_deref()?;
    is_cron.then(|| root.join(link.strip_prefix("/").unwrap_or(link)))
}

/// Whose rules an executable follows, by words only that implementation contains.
fn judge(executable: &Path) -> (Option<Profile>, &'static str) {
    let small = fs::metadata(executable).is_ok_and(|found| found.len() <= LARGEST);
    let bytes = if small { fs::read(executable).ok() } else { None };
    let Some(bytes) = bytes else { return (None, "it cannot be read") };
    let contains = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    if contains("BusyBox v") {
        (Some(Profile::Busybox), "it is BusyBox")
    } else if contains("RANDOM_DELAY") {
        (Some(Profile::Cronie), "it knows RANDOM_DELAY, as only cronie does")
    } else if contains("/etc/cron.d") && contains("crond.reboot") {
        (Some(Profile::DebianCron), "it is Vixie cron with Debian's /etc/cron.d and without RANDOM_DELAY")
    } else {
        (None, "it is no cron whose rules are known")
    }
}

/// Whether this host knows the account: the local file first, then whatever else the system asks.
pub(crate) fn user_exists(name: &str) -> bool {
    let local = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if local.lines().any(|line| line.split(':').next() == Some(name)) {
        return true;
    }
    process::run(Path::new("id"), &["-u", "--", name], &[], None).is_ok_and(|ended| ended.status.success())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A made-up host: executables with their words, and processes.
    fn host(
        executables: &[(&str, &str)],
        processes: &[(u32, &str, &str)],
        pid_file: Option<&str>,
    ) -> Detected {
        let root = tempfile::tempdir().unwrap();
        let at = |path: &str| root.path().join(path.trim_start_matches('/'));
        for dir in ["etc/cron.d", "run", "proc", "usr/sbin", "bin"] {
            fs::create_dir_all(at(dir)).unwrap();
        }
        for (path, words) in executables {
            fs::write(at(path), format!("\x7fELF\0{words}\0")).unwrap();
        }
        for (pid, exe, command) in processes {
            fs::create_dir_all(at(&format!("proc/{pid}"))).unwrap();
            symlink(exe, at(&format!("proc/{pid}/exe"))).unwrap();
            fs::write(at(&format!("proc/{pid}/cmdline")), command.replace(' ', "\0")).unwrap();
        }
        if let Some(text) = pid_file {
            fs::write(at("run/crond.pid"), text).unwrap();
        }
        let mut found = detect(root.path());
        found.evidence = found.evidence.replace(root.path().to_str().unwrap(), "");
        found
    }

    const DEBIAN: (&str, &str) = ("/usr/sbin/cron", "/etc/cron.d\0/run/crond.reboot");
    const CRONIE: (&str, &str) = ("/usr/sbin/crond", "/etc/cron.d\0RANDOM_DELAY\0CRON_TZ");
    const BUSYBOX: (&str, &str) = ("/bin/busybox", "BusyBox v1.37.0");

    #[test]
    fn tells_the_crons_apart() {
        let found = host(&[DEBIAN], &[(7, "/usr/sbin/cron", "/usr/sbin/cron -f")], Some("7\n"));
        assert_eq!(found.profile, Some(Profile::DebianCron));
        assert_eq!(found.daemon, Some(Daemon { pid: 7, found_by: FoundBy::PidFile }));
        assert!(found.reads_cron_d);

        let found = host(&[CRONIE], &[(8, "/usr/sbin/crond", "/usr/sbin/crond -n")], None);
        assert_eq!(found.profile, Some(Profile::Cronie));
        assert_eq!(found.daemon, Some(Daemon { pid: 8, found_by: FoundBy::ProcessTable }));

        let found = host(&[BUSYBOX], &[(3, "/bin/busybox", "sh"), (9, "/bin/busybox", "crond -b")], None);
        assert_eq!(found.profile, Some(Profile::Busybox));
        assert_eq!(found.daemon.unwrap().pid, 9);
        assert!(!found.reads_cron_d);
    }

    #[test]
    fn a_stale_pid_file_is_no_daemon() {
        let found = host(&[DEBIAN], &[(7, "/usr/bin/vim", "vim cron")], Some("7"));
        assert_eq!((found.profile, found.daemon), (Some(Profile::DebianCron), None));
        assert_eq!(
            found.evidence,
            "/usr/sbin/cron is installed but does not run; it is Vixie cron with Debian's /etc/cron.d and \
             without RANDOM_DELAY"
        );
        for pid_file in ["", "x", "-1", "99999"] {
            assert_eq!(host(&[DEBIAN], &[], Some(pid_file)).daemon, None, "{pid_file}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        let found = host(&[("/usr/sbin/crond", "dillon")], &[(4, "/usr/sbin/crond", "crond")], None);
        assert_eq!(found.profile, None);
        assert!(found.daemon.is_some() && !found.reads_cron_d);
        assert_eq!(host(&[], &[], None).evidence, "no cron daemon runs and none is installed");
    }

    #[test]
    fn knows_who_exists() {
        assert!(user_exists("root"));
        assert!(!user_exists("nobody-has-this-name"));
        assert!(!user_exists("--help"));
    }
}
