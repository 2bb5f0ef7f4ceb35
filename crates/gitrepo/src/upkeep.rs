//! What is fetched commit by commit lies in as many packs; each look-up asks all of them. Two ways to put them
//! together: the `git` program where there is one, and a clone made anew where there is none.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    Branch, CommitId, Error, Repo, Result,
    fetch::{FetchOptions, Remote},
    process,
};

/// In how many pieces a repository lies on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pieces {
    /// Packs.
    pub packs: usize,
    /// Objects outside of packs.
    pub loose: usize,
}

impl Pieces {
    /// What is put together no sooner than this is passed: often enough to stay quick, seldom enough to cost
    /// nothing.
    pub const MANY: Self = Self { packs: 50, loose: 2000 };

    /// Whether there are more of either kind than in `bound`.
    #[must_use]
    pub fn exceed(self, bound: Self) -> bool {
        self.packs > bound.packs || self.loose > bound.loose
    }
}

impl Repo {
    /// Counts the pieces.
    ///
    /// # Errors
    /// [`Error::Upkeep`].
    pub fn pieces(&self) -> Result<Pieces> {
        count(&self.git.git_dir().join("objects")).map_err(Error::upkeep)
    }

    /// Puts the pieces together with the `git` program, when there are more than `bound`: new packs are written
    /// before old ones are removed, sizes grow geometrically so that few bytes are written twice, and nothing is
    /// forgotten, reachable or not. Gives whether it was needed. Readers need not wait; this handle sees the new
    /// packs too.
    ///
    /// # Errors
    /// [`Error::Upkeep`]; the repository is as good as before.
    pub fn repack(&self, bound: Pieces, timeout: Duration) -> Result<bool> {
        if !self.pieces()?.exceed(bound) {
            return Ok(false);
        }
        let scratch = tempfile::tempdir().map_err(Error::upkeep)?;
        let config = scratch.path().join("config");
        fs::write(&config, "[safe]\n\tdirectory = *\n").map_err(Error::upkeep)?;
        let arguments = ["repack", "--geometric=2", "-d", "--quiet"].map(OsString::from).to_vec();
        let directory = self.git.git_dir();
        process::run(process::Git {
            directory,
            arguments,
            environment: Vec::new(),
            config: &config,
            timeout,
        })
        .map_err(|error| Error::Upkeep(error.into()))?;
        Ok(true)
    }

    /// Makes the clone anew beside this one and puts it in its place in one step, without the `git` program:
    /// for a clone that holds nothing of its own. The new one holds `branch` of `remote` and the commits of
    /// `keep`; when it does not come to that, this one stays.
    ///
    /// # Errors
    /// As [`Repo::fetch`] and [`Repo::fetch_commit`]; [`Error::Upkeep`] when the two cannot change places.
    pub fn renew(
        &self,
        remote: &Remote,
        branch: &Branch,
        keep: &[CommitId],
        options: &FetchOptions,
    ) -> Result<Self> {
        let fresh = fresh(self.path());
        remove(&fresh).map_err(Error::upkeep)?;
        let clone = Self::init_bare(&fresh, branch)?;
        // Who may read the one may read the other.
        fs::metadata(self.path())
            .and_then(|meta| fs::set_permissions(&fresh, meta.permissions()))
            .map_err(Error::upkeep)?;
        clone.fetch(remote, branch, options)?;
        let clone = Self::open(&fresh)?;
        for commit in keep {
            clone.fetch_commit(remote, *commit, options)?;
        }
        drop(clone);
        take_place(&fresh, self.path()).map_err(Error::upkeep)?;
        Self::open(self.path()).map(|repo| repo.with_limits(self.limits))
    }

    /// Ends what a crash in the middle of [`Repo::renew`] left behind.
    ///
    /// # Errors
    /// [`Error::Upkeep`].
    pub fn recover(path: &Path) -> Result<()> {
        let recover = || {
            let former = former(path);
            if !path.exists() && former.exists() {
                fs::rename(&former, path)?;
            }
            remove(&former)?;
            remove(&fresh(path))
        };
        recover().map_err(Error::upkeep)
    }
}

fn count(objects: &Path) -> io::Result<Pieces> {
    let mut pieces = Pieces { packs: 0, loose: 0 };
    for entry in fs::read_dir(objects)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if name == "pack" {
            for file in fs::read_dir(entry.path())? {
                let is_pack = file?.path().extension().is_some_and(|extension| extension == "pack");
                pieces.packs += usize::from(is_pack);
            }
        } else if name.len() == 2 {
            pieces.loose += fs::read_dir(entry.path())?.count();
        }
    }
    Ok(pieces)
}

/// Where the new clone is made.
fn fresh(path: &Path) -> PathBuf {
    path.with_extension("fresh")
}

/// Where the old clone goes when two directories cannot change places in one step.
fn former(path: &Path) -> PathBuf {
    path.with_extension("former")
}

fn take_place(fresh: &Path, path: &Path) -> io::Result<()> {
    flush(fresh)?;
    if exchange(fresh, path).is_err() {
        // Not every file system can. `recover` looks after a crash between the two steps.
        let former = former(path);
        remove(&former)?;
        fs::rename(path, &former)?;
        fs::rename(fresh, path)?;
        return remove(&former);
    }
    remove(fresh)
}

#[cfg(target_os = "linux")]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The old clone is removed once the new one stands in its place: by then it must be on the disk.
fn flush(directory: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(fs::File::open(directory)?)?;
    #[cfg(not(target_os = "linux"))]
    let _ = directory;
    Ok(())
}

fn remove(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
