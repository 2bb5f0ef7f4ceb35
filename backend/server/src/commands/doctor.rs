//! Looks at what the service needs and how it does; every finding says what to do next.

mod mail;
mod outside;
mod running;
mod secrets;

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crontopus_clock::{Clock as _, SystemClock};
use crontopus_store::Store;

use super::block_on;
use crate::config::{Config, Options};
use crate::data_dir::{self, SERVER_KEY};

/// Key files that may be in the data directory.
const KEYS: [&str; 2] = [SERVER_KEY, "secrets.key"];
/// Less free space than this is to be mended; less than four times as much is worth a note.
const LITTLE_SPACE: u64 = 256 << 20;
/// No clock is right that shows less: 2026-01-01.
const EARLIEST_MS: i64 = 1_767_225_600_000;

/// One thing looked at.
struct Finding {
    name: &'static str,
    state: State,
}

/// How it is; every text of the last two says what to do.
enum State {
    Well(String),
    Note(String),
    Fix(String),
}

use State::{Fix, Note, Well};

/// Looks at everything the service needs and changes nothing; the exit status is 1 when something must be
/// mended before it can serve.
pub(crate) fn run(options: Options) -> anyhow::Result<ExitCode> {
    let findings = match Config::load(&options) {
        Ok(config) => look(&config)?,
        Err(error) => vec![finding("settings", Fix(format!("{error:#}; see docs/settings.md")))],
    };
    for finding in &findings {
        println!("{finding}");
    }
    let fine = findings.iter().all(|f| !matches!(f.state, Fix(_)));
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(config: &Config) -> anyhow::Result<Vec<Finding>> {
    let source = config.file.as_deref().map_or("command line, environment and defaults".into(), named);
    let mut findings = vec![
        finding("settings", Well(source)),
        finding("public URL", public_url(config)),
        finding("data directory", data_directory(&config.data)),
    ];
    findings.extend(KEYS.map(|name| finding("key", key(&config.data.join(name)))));
    findings.push(finding("disk space", disk_space(&config.data)));
    findings.push(finding("clock", clock()));
    findings.extend(outside::look(config));
    block_on(async {
        findings.push(finding("mail", mail::look(config.mail.as_ref()).await));
        findings.push(finding("git", git().await));
        findings.extend(database(config).await);
        Ok(findings)
    })
}

fn public_url(config: &Config) -> State {
    match &config.public_url {
        Some(url) if url.starts_with("https://") => Well(url.clone()),
        Some(url) => Note(format!("{url} is not HTTPS: keep it to this machine, or put a proxy before it")),
        None => Note("the address listened on; for other hosts set `--public-url https://…`".to_owned()),
    }
}

fn data_directory(path: &Path) -> State {
    if !path.exists() {
        return Note(format!("{} is not there; `serve` makes it", named(path)));
    }
    if !path.is_dir() {
        return Fix(format!("{} is no directory; name another one with `--data`", named(path)));
    }
    let writable = rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    match (data_dir::mode(path), writable) {
        (Err(error), _) => Fix(format!("{error:#}")),
        (_, Err(error)) => {
            Fix(format!("{} cannot be written: {error}; `chown` it to the service's user", named(path)))
        }
        (Ok(mode), _) if mode & 0o077 != 0 => {
            Fix(format!("others may look into it (mode {mode:o}); run `chmod 700 {}`", named(path)))
        }
        (Ok(_), Ok(())) => Well(named(path)),
    }
}

fn key(path: &Path) -> State {
    if !path.exists() {
        return Note(format!("{} is not there; it is made when it is first needed", named(path)));
    }
    match data_dir::mode(path) {
        Err(error) => Fix(format!("{error:#}")),
        Ok(mode) if mode & 0o077 != 0 => {
            Fix(format!("others may read it (mode {mode:o}); run `chmod 600 {}`", named(path)))
        }
        Ok(_) if std::fs::read(path).is_ok_and(|k| k.len() >= 32) => Well(named(path)),
        Ok(_) => Fix(format!("{} cannot be read or is cut; restore it from a backup", named(path))),
    }
}

fn disk_space(data: &Path) -> State {
    let there = std::path::absolute(data).unwrap_or_else(|_| PathBuf::from("/"));
    let there = there.ancestors().find(|p| p.exists()).unwrap_or(Path::new("/"));
    match rustix::fs::statvfs(there) {
        Err(error) => Note(format!("{} cannot be asked: {error}; look with `df`", named(there))),
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let text = format!("{} MiB free at {}", free >> 20, named(there));
            match free {
                0..LITTLE_SPACE => Fix(format!("{text}; make room, or check-ins will be refused")),
                _ if free < 4 * LITTLE_SPACE => Note(format!("{text}; make room soon")),
                _ => Well(text),
            }
        }
    }
}

/// Whether the clock can be right at all; how exact it is, only NTP knows.
fn clock() -> State {
    let now = SystemClock.now();
    if now.as_millisecond() < EARLIEST_MS {
        return Fix(format!(
            "it shows {now}; set it, and let it be kept by NTP (`timedatectl set-ntp true`)"
        ));
    }
    Well(format!("{now:.0}"))
}

async fn git() -> State {
    match crontopus_http::git_version().await {
        Ok(version) => Well(version),
        Err(error) => {
            Fix(format!("{error}; install it (`apt-get install git`): repositories are served by it"))
        }
    }
}

async fn database(config: &Config) -> Vec<Finding> {
    let url = config.database.clone().unwrap_or_else(|| named(&config.data.join(data_dir::DATABASE)));
    if !config.is_postgres() && !Path::new(&url).exists() {
        return vec![finding("database", Note(format!("{url} is not there; `serve` or `migrate` makes it")))];
    }
    let store = match Store::open(&url).await {
        Ok(store) => store,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|c| format!(": {c}")).unwrap_or_default();
            let text = format!("{error}{cause}; check `--database`, and that it is up");
            return vec![finding("database", Fix(text))];
        }
    };
    let schema = match store.pending_migrations().await {
        Ok(pending) if pending.is_empty() => Well("up to date".to_owned()),
        Ok(pending) => Note(format!("{} to be applied; `serve` or `migrate` does", pending.join(", "))),
        Err(error) => Fix(format!("{error}; was the database made by a newer version?")),
    };
    let version = match store.describe().await {
        Ok(version) => Well(version),
        Err(error) => Fix(format!("{error}; is it up?")),
    };
    let is_current = matches!(schema, Well(_));
    let mut findings = vec![finding("database", version), finding("schema", schema)];
    if is_current {
        findings.extend(running::look(&store, SystemClock.now().as_millisecond()).await);
        findings.push(finding("secrets", secrets::look(&store, config).await));
    }
    store.close().await;
    findings
}

fn finding(name: &'static str, state: State) -> Finding {
    Finding { name, state }
}

fn named(path: &Path) -> String {
    path.display().to_string()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, text) = match &self.state {
            Well(text) => ("ok  ", text),
            Note(text) => ("note", text),
            Fix(text) => ("FIX ", text),
        };
        write!(f, "{word}  {:<14}  {text}", self.name)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn text(state: State) -> String {
        finding("x", state).to_string()
    }

    #[test]
    fn every_finding_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let chmod = |path: &Path, mode| {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
        };
        let (data, file) = (dir.path(), dir.path().join("server.key"));
        assert!(text(data_directory(&dir.path().join("new"))).starts_with("note"));
        chmod(data, 0o755);
        assert!(text(data_directory(data)).contains("chmod 700"));
        chmod(data, 0o700);
        assert!(text(data_directory(data)).starts_with("ok"));
        assert!(text(key(&file)).starts_with("note"));
        std::fs::write(&file, "short").unwrap();
        chmod(&file, 0o644);
        assert!(text(key(&file)).contains("chmod 600"));
        chmod(&file, 0o600);
        assert!(text(key(&file)).contains("restore it from a backup"));
        assert!(text(data_directory(&file)).contains("no directory"));
        assert!(text(disk_space(&dir.path().join("not/there/yet"))).contains("MiB free"));
    }

    #[tokio::test]
    async fn looking_makes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { data: Some(dir.path().join("data")), ..Options::default() };
        let config = Config::load(&options).unwrap();
        let found = database(&config).await;
        assert!(found[0].to_string().contains("`migrate` makes it"), "{}", found[0]);
        assert!(std::fs::read_dir(dir.path()).unwrap().next().is_none());
        let options = Options { database: Some("postgres://127.0.0.1:1/none".into()), ..options };
        let found = database(&Config::load(&options).unwrap()).await;
        assert!(found[0].to_string().starts_with("FIX"), "{}", found[0]);
    }
}
