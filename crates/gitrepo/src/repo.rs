use std::path::{Path, PathBuf};

use crate::{Branch, CommitId, Error, Limits, Result};

/// An open bare repository. Opening costs a fraction of a millisecond and is not `Send`: code that works
/// on several threads opens it where it reads.
#[derive(Debug)]
pub struct Repo {
    pub(crate) git: gix::Repository,
    pub(crate) limits: Limits,
    path: PathBuf,
}

impl Repo {
    /// Opens the repository at `path`, be it bare or one with a work tree. Nothing but the repository's own
    /// configuration is read.
    ///
    /// # Errors
    /// [`Error::Open`].
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let failed = |source| Error::Open { path: path.clone(), source };
        let as_is = path.join("objects").is_dir() && path.join("HEAD").is_file();
        let thread_safe = gix::open::Options::isolated()
            .open_path_as_is(as_is)
            .with(gix::sec::Trust::Full)
            .open(&path)
            .map_err(|e| failed(e.into()))?;
        let mut git = thread_safe.to_thread_local();
        git.object_cache_size(4 << 20);
        Ok(Self { git, limits: Limits::default(), path })
    }

    /// Makes an empty bare repository at `path` whose `HEAD` is `branch`. The parent must exist.
    ///
    /// # Errors
    /// [`Error::Create`], also when something is there already.
    pub fn init_bare(path: impl Into<PathBuf>, branch: &Branch) -> Result<Self> {
        let path = path.into();
        let create = || -> std::result::Result<(), crate::error::Source> {
            gix::ThreadSafeRepository::init_opts(
                &path,
                gix::create::Kind::Bare,
                gix::create::Options { destination_must_be_empty: Some(true), ..Default::default() },
                gix::open::Options::isolated().with(gix::sec::Trust::Full),
            )?;
            std::fs::write(path.join("HEAD"), format!("ref: {}\n", branch.reference()))?;
            Ok(())
        };
        create().map_err(|source| Error::Create { path: path.clone(), source })?;
        Self::open(path)
    }

    /// Opens the repository at `path`, or makes an empty one when there is nothing.
    ///
    /// # Errors
    /// As [`Repo::open`] and [`Repo::init_bare`].
    pub fn open_or_init(path: impl Into<PathBuf>, branch: &Branch) -> Result<Self> {
        let path = path.into();
        if path.join("HEAD").is_file() { Self::open(path) } else { Self::init_bare(path, branch) }
    }

    /// Reads within other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The commit a branch points to; `None` while there is no such branch.
    ///
    /// # Errors
    /// [`Error::Reference`] when the reference is damaged or points to something else than a commit.
    pub fn branch_commit(&self, branch: &Branch) -> Result<Option<CommitId>> {
        let name = branch.reference();
        let failed = |source| Error::Reference { action: "read", name: name.clone(), source };
        let found = self.git.try_find_reference(name.as_str()).map_err(|e| failed(e.into()))?;
        let Some(mut reference) = found else { return Ok(None) };
        let id = reference.peel_to_id().map_err(|e| failed(e.into()))?.detach();
        self.commit(CommitId::new(&id)).map(|_| Some(CommitId::new(&id)))
    }

    /// Points a branch to a commit, whatever it pointed to.
    ///
    /// # Errors
    /// [`Error::NoCommit`], [`Error::Reference`].
    pub fn set_branch(&self, branch: &Branch, commit: CommitId) -> Result<()> {
        self.commit(commit)?;
        let name = branch.reference();
        self.git
            .reference(name.as_str(), commit.git(), gix::refs::transaction::PreviousValue::Any, "set")
            .map(drop)
            .map_err(|e| Error::Reference { action: "write", name, source: e.into() })
    }

    /// The commit that a full id, or at least its first seven digits, names; `None` when there is none, or
    /// more than one.
    ///
    /// # Errors
    /// [`Error::Damaged`].
    pub fn resolve(&self, text: &str) -> Result<Option<CommitId>> {
        if !(7..=40).contains(&text.len()) || text.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Ok(None);
        }
        if let Ok(id) = text.parse::<CommitId>() {
            return Ok(Some(id).filter(|id| self.has_commit(*id)));
        }
        let Ok(prefix) = gix::hash::Prefix::from_hex(text) else { return Ok(None) };
        let found = self.git.objects.lookup_prefix(prefix, None);
        let found = found.map_err(|e| Error::damaged(format!("`{text}` cannot be looked up"), e.into()))?;
        let unique = found.and_then(std::result::Result::ok).map(|id| CommitId::new(&id));
        Ok(unique.filter(|id| self.has_commit(*id)))
    }

    /// Whether the commit is here.
    pub fn has_commit(&self, commit: CommitId) -> bool {
        self.commit(commit).is_ok()
    }

    /// The commit as an object, within the bounds.
    pub(crate) fn commit(&self, id: CommitId) -> Result<gix::Commit<'_>> {
        self.bounded(id.git(), "a commit of too many bytes").map_err(|error| match error {
            Error::Damaged { .. } => Error::NoCommit(id),
            other => other,
        })?;
        self.git.find_commit(id.git()).map_err(|_| Error::NoCommit(id))
    }

    /// Looks at an object's size before it is decoded.
    pub(crate) fn bounded(&self, id: gix::ObjectId, what: &'static str) -> Result<()> {
        let header = self
            .git
            .find_header(id)
            .map_err(|e| Error::damaged(format!("object {id} cannot be read"), e.into()))?;
        if header.size() > self.limits.object_bytes {
            return Err(Error::Limit { what, limit: self.limits.object_bytes });
        }
        Ok(())
    }
}
