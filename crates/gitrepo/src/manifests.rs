use crate::{
    BlobId, CommitId, PathError, Repo, Result,
    tree::{Cost, join},
};

/// One manifest file at a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    /// Id of the content.
    pub blob_id: BlobId,
    /// The content; not known to be UTF-8.
    pub bytes: Vec<u8>,
}

/// A file or directory that is there but cannot be taken. It is somebody's mistake, never silence: whoever
/// reads the repository turns it into a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// From the repository's root; bytes that are no UTF-8 or no text are escaped.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
}

/// Why a file was skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SkipReason {
    /// It is larger than [`crate::Limits::file_bytes`].
    #[error("the file has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The bound.
        limit: u64,
    },
    /// Its name cannot be used.
    #[error(transparent)]
    Path(PathError),
}

/// The manifests of one commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifests {
    /// By path.
    pub files: Vec<File>,
    /// What could not be taken.
    pub skipped: Vec<Skipped>,
}

impl Repo {
    /// Reads every manifest at a commit: files that end in `.yaml` or `.yml` outside hidden directories.
    /// Symbolic links and submodules are ignored.
    ///
    /// # Errors
    /// [`crate::Error::NoCommit`], [`crate::Error::Damaged`], [`crate::Error::Limit`].
    pub fn read_manifests(&self, commit: CommitId) -> Result<Manifests> {
        let mut found = Manifests::default();
        let mut cost = Cost::default();
        let mut stack = vec![(self.root(commit)?, String::new(), 0)];
        while let Some((tree, parent, depth)) = stack.pop() {
            self.check_depth(depth)?;
            for entry in self.entries(tree, &parent, &mut cost, &mut found.skipped)? {
                let path = join(&parent, &entry.name);
                if entry.directory {
                    stack.push((entry.id, path, depth + 1));
                    continue;
                }
                match self.blob(entry.id, &path, &mut cost)? {
                    Ok(file) => found.files.push(file),
                    Err(skipped) => found.skipped.push(skipped),
                }
            }
        }
        found.files.sort_by(|a, b| a.path.cmp(&b.path));
        found.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Reads one manifest at a commit; `None` when there is no such file or it cannot be taken.
    ///
    /// # Errors
    /// As [`Repo::read_manifests`].
    pub fn read_file(&self, commit: CommitId, path: &str) -> Result<Option<File>> {
        let mut cost = Cost::default();
        let mut tree = self.root(commit)?;
        let mut parent = String::new();
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            let entries = self.entries(tree, &parent, &mut cost, &mut Vec::new())?;
            let directory = names.peek().is_some();
            let found = entries.into_iter().find(|e| e.name == name && e.directory == directory);
            let Some(entry) = found else { return Ok(None) };
            if !directory {
                return Ok(self.blob(entry.id, path, &mut cost)?.ok());
            }
            parent = join(&parent, name);
            tree = entry.id;
        }
        Ok(None)
    }
}
