//! What `up` keeps between two starts, in `.crontopus/`.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::progress::fail;
use crate::tenant::Account;

/// The file that says with which server this machine is enrolled.
pub(super) const ENROLLED_WITH: &str = "enrolled-with";

/// The state directory, locked for as long as this lives.
pub(super) struct State {
    dir: PathBuf,
    _lock: File,
}

impl State {
    /// Opens or makes the directory; a second `up` in the same checkout is refused.
    pub(super) fn open(dir: &Path) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(dir)
            .with_context(|| format!("cannot make {}", dir.display()))?;
        let lock = File::create(dir.join("up.lock"))?;
        match lock.try_lock() {
            Ok(()) => {
                let state = Self { dir: dir.to_path_buf(), _lock: lock };
                state.forget_unfinished()?;
                Ok(state)
            }
            Err(TryLockError::WouldBlock) => Err(fail(
                "`cargo xtask up` already runs in this checkout",
                "use the one that runs, or stop it with Ctrl-C in its terminal",
            )),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the state directory"),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// The account of an earlier start.
    pub(super) fn account(&self) -> Result<Option<Account>> {
        let path = self.path("account.json");
        let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
        let next = format!("delete {} and start again; demo data is made anew", self.dir.display());
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| fail(format!("{}: {error}", path.display()), next))
    }

    /// Without an account, the server's data is of a start that failed half-way, and no start to go on from; an
    /// agent enrolled with it has no server any more.
    fn forget_unfinished(&self) -> Result<()> {
        if self.account()?.is_some() {
            return Ok(());
        }
        let data = self.path("server");
        if data.exists() {
            fs::remove_dir_all(&data).with_context(|| format!("cannot remove {}", data.display()))?;
        }
        match fs::remove_file(self.path(ENROLLED_WITH)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Keeps the account, readable by its owner alone.
    pub(super) fn keep_account(&self, account: &Account) -> Result<()> {
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(self.path("account.json"))?;
        file.write_all(serde_json::to_string_pretty(account)?.as_bytes())?;
        Ok(())
    }

    /// A fresh log file for a service.
    pub(super) fn log(&self, name: &str) -> Result<File> {
        Ok(File::create(self.log_path(name))?)
    }

    pub(super) fn log_path(&self, name: &str) -> PathBuf {
        self.path(&format!("{name}.log"))
    }
}

/// A password nobody has to think of: 120 bits from the kernel.
pub(super) fn password() -> Result<String> {
    let mut bytes = [0; 15];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_account_survives_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let state = State::open(&dir.path().join("state")).unwrap();
        assert_eq!(state.account().unwrap(), None);
        let account = Account {
            tenant: "demo".to_owned(),
            email: "a@b.example".to_owned(),
            password: "p".to_owned(),
            token: "t".to_owned(),
        };
        state.keep_account(&account).unwrap();
        assert_eq!(state.account().unwrap(), Some(account));
        let mode = fs::metadata(state.path("account.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn data_without_an_account_is_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("server")).unwrap();
        State::open(dir.path()).unwrap();
        assert!(!dir.path().join("server").exists());
    }

    #[test]
    fn one_checkout_runs_once() {
        let dir = tempfile::tempdir().unwrap();
        let first = State::open(dir.path()).unwrap();
        assert!(State::open(dir.path()).is_err());
        drop(first);
        assert!(State::open(dir.path()).is_ok());
    }
}
