use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};

use crate::process::{self, Finished};
use crate::{ApplyError, ObserveError};

/// The `crontab` program, for one user's tab.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// Given with `-u`; without it the tab is the agent's own user's.
    pub(crate) user: Option<String>,
    /// Whether the program can check a tab without installing it; found out at the first attempt.
    lint: Lint,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Lint {
    Unknown,
    With(&'static str),
    None,
}

impl Program {
    pub(crate) fn new(path: PathBuf, user: Option<String>) -> Self {
        Self { path, user, lint: Lint::Unknown }
    }

    /// The tab; `None` when the user has none. Every other failure is an error, never "empty".
    pub(crate) fn list(&self) -> Result<Option<Vec<u8>>, ObserveError> {
        let failed = |said| ObserveError::Program { program: self.call(&["-l"]), said };
        let ended = self.run(&["-l".as_ref()], None).map_err(|error| failed(error.to_string()))?;
        if ended.status.success() {
            return if is_faithful(&ended.stdout) {
                Ok(Some(ended.stdout))
            } else {
                self.raw(&ended.stdout).map(Some)
            };
        }
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        if ended.stdout.is_empty() && ended.status.code() == Some(1) && says_no_tab(&said) {
            return Ok(None);
        }
        Err(failed(ended.said()))
    }

    /// The very bytes of a tab whose listing may show something else: Debian's `-l` writes a carriage
    /// return as the two characters `\r`, and whoever installs that again has changed somebody's line.
    /// The editor is given the tab as it is, and an editor that changes nothing installs nothing.
    fn raw(&self, listed: &[u8]) -> Result<Vec<u8>, ObserveError> {
        let failed = |said| ObserveError::Program { program: self.call(&["-e"]), said };
        let editor = [("VISUAL", "cat"), ("EDITOR", "cat")];
        let ended =
            self.run_with(&["-e".as_ref()], &editor, None).map_err(|error| failed(error.to_string()))?;
        if !ended.status.success() {
            return Err(failed(ended.said()));
        }
        let raw = ended.stdout;
        if raw == listed || show_returns(&raw) == listed {
            return Ok(raw);
        }
        Err(failed("what it shows is not what crontab -l lists".to_owned()))
    }

    /// Installs what `tab` holds. The program reads a file that is complete, so that our death cannot
    /// cut the tab short.
    pub(crate) fn install(&self, tab: &Path) -> Result<(), ApplyError> {
        let failed = |said| ApplyError::Program { program: self.call(&["-"]), said };
        let open = File::open(tab).map_err(|source| ApplyError::Write { path: tab.to_owned(), source })?;
        let ended = self.run(&["-".as_ref()], Some(open)).map_err(|error| failed(error.to_string()))?;
        if ended.status.success() { Ok(()) } else { Err(failed(ended.said())) }
    }

    /// Removes the tab.
    pub(crate) fn remove(&self) -> Result<(), ApplyError> {
        let failed = |said| ApplyError::Program { program: self.call(&["-r"]), said };
        let ended = self.run(&["-r".as_ref()], None).map_err(|error| failed(error.to_string()))?;
        if ended.status.success() { Ok(()) } else { Err(failed(ended.said())) }
    }

    /// Has the program check `tab`, where it can: `-n` is Debian's option, `-T` cronie's.
    pub(crate) fn check(&mut self, tab: &Path) -> Result<(), ApplyError> {
        if self.lint == Lint::Unknown {
            self.lint = self.find_lint();
        }
        let Lint::With(option) = self.lint else { return Ok(()) };
        let failed = |said| ApplyError::Program { program: self.call(&[option]), said };
        let ended =
            self.run(&[option.as_ref(), tab.as_os_str()], None).map_err(|error| failed(error.to_string()))?;
        if ended.status.success() { Ok(()) } else { Err(failed(ended.said())) }
    }

    /// An empty tab is good everywhere: an option that refuses it is not the one, and one that installs
    /// it would be no dry run, so the usage text must name the option first.
    fn find_lint(&self) -> Lint {
        let usage = match self.run(&["-h".as_ref()], None) {
            Ok(ended) => [ended.stdout, ended.stderr].concat(),
            Err(_) => return Lint::None,
        };
        let usage = String::from_utf8_lossy(&usage);
        if usage.contains("[-n] file") || usage.contains("-n\t(dry run") {
            Lint::With("-n")
        } else if usage.contains("-T <file>") {
            Lint::With("-T")
        } else {
            Lint::None
        }
    }

    fn run(&self, args: &[&OsStr], stdin: Option<File>) -> std::io::Result<Finished> {
        self.run_with(args, &[], stdin)
    }

    fn run_with(
        &self,
        args: &[&OsStr],
        env: &[(&str, &str)],
        stdin: Option<File>,
    ) -> std::io::Result<Finished> {
        let mut all: Vec<OsString> = Vec::new();
        if let Some(user) = &self.user {
            all.extend(["-u".into(), user.into()]);
        }
        all.extend(args.iter().map(OsString::from));
        process::run(&self.path, &all, env, stdin)
    }

    fn call(&self, args: &[&str]) -> String {
        format!("{} {}", self.path.display(), args.join(" "))
    }
}

/// Whether a listing can only stand for itself: it shows no `\r`, or a real carriage return beside it.
fn is_faithful(listed: &[u8]) -> bool {
    listed.contains(&b'\r') || !listed.windows(2).any(|pair| pair == b"\\r")
}

/// A tab as Debian's `crontab -l` lists it.
fn show_returns(raw: &[u8]) -> Vec<u8> {
    raw.iter()
        .flat_map(|byte| if *byte == b'\r' { &b"\\r"[..] } else { std::slice::from_ref(byte) })
        .copied()
        .collect()
}

/// Whether that is how a crontab program says that the user has no tab: Vixie and cronie, then BusyBox.
fn says_no_tab(said: &str) -> bool {
    let said = said.trim();
    let busybox = said.starts_with("crontab: can't open '") && said.ends_with("': No such file or directory");
    said.lines().count() == 1 && (said.starts_with("no crontab for ") || busybox)
}

#[cfg(test)]
mod tests {
    use super::says_no_tab;

    #[test]
    fn only_these_words_mean_empty() {
        for said in ["no crontab for root\n", "crontab: can't open 'root': No such file or directory\n"] {
            assert!(says_no_tab(said), "{said}");
        }
        for said in [
            "",
            "crontab: command not found",
            "You (app) are not allowed to use this program (crontab)",
            "crontab: can't open 'root': Permission denied",
            "error while loading shared libraries",
            "no crontab for root\nand something else broke",
            "/var/spool/cron/crontabs/root: fopen: Input/output error",
        ] {
            assert!(!says_no_tab(said), "{said}");
        }
    }
}
