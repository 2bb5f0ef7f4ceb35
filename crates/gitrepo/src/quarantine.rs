use std::{
    fs,
    io::{Error as IoError, ErrorKind},
    path::Path,
};

use crate::{Branch, Error, Repo, Result};

/// A view of a repository together with objects of a push that is not accepted yet. The view is a directory
/// of its own that borrows both object stores; it is removed when this is dropped.
#[derive(Debug)]
pub struct Quarantine {
    view: tempfile::TempDir,
}

impl Quarantine {
    /// Makes the view. `objects` is where Git holds the new objects back: a directory directly inside the
    /// repository's own `objects`, else it is refused.
    ///
    /// # Errors
    /// [`Error::Quarantine`].
    pub fn new(repository: &Path, objects: &Path) -> Result<Self> {
        Self::make(repository, objects).map_err(Error::Quarantine)
    }

    /// Opens the view: commits and files of the push and of the repository.
    ///
    /// # Errors
    /// [`Error::Open`].
    pub fn open(&self) -> Result<Repo> {
        Repo::open(self.view.path())
    }

    fn make(repository: &Path, objects: &Path) -> std::io::Result<Self> {
        let own = fs::canonicalize(repository.join("objects"))?;
        let held_back = fs::canonicalize(objects)?;
        if held_back.parent() != Some(&own) {
            let text = "the objects of the push are not inside the repository";
            return Err(IoError::new(ErrorKind::InvalidInput, text));
        }
        let view = tempfile::tempdir()?;
        let at = |name: &str| view.path().join(name);
        fs::create_dir_all(at("objects/info"))?;
        fs::create_dir_all(at("refs/heads"))?;
        fs::write(at("HEAD"), format!("ref: {}\n", Branch::default().reference()))?;
        fs::write(at("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n")?;
        let mut alternates = Vec::new();
        for store in [&held_back, &own] {
            alternates.extend_from_slice(store.as_os_str().as_encoded_bytes());
            alternates.push(b'\n');
        }
        fs::write(at("objects/info/alternates"), alternates)?;
        Ok(Self { view })
    }
}
