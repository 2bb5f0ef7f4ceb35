//! Directories as Git has them, read within bounds.

use gix::objs::tree::EntryKind;

use crate::{BlobId, CommitId, Error, Repo, Result, SkipReason, Skipped, path};

/// One entry that matters: a directory, or a file that may be a manifest.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) id: gix::ObjectId,
    pub(crate) directory: bool,
}

/// Counts what one reading has cost so far.
#[derive(Debug, Default)]
pub(crate) struct Cost {
    entries: u64,
    files: u64,
    bytes: u64,
}

impl Repo {
    /// The root directory of a commit.
    pub(crate) fn root(&self, commit: CommitId) -> Result<gix::ObjectId> {
        let object = self.commit(commit)?;
        let id = object
            .tree_id()
            .map_err(|e| Error::damaged(format!("commit {commit} cannot be decoded"), e.into()))?;
        Ok(id.detach())
    }

    /// The entries of one directory that matter, by name. What has an unusable name goes to `skipped`;
    /// hidden entries, symbolic links, submodules and other files are left out.
    pub(crate) fn entries(
        &self,
        tree: gix::ObjectId,
        parent: &str,
        cost: &mut Cost,
        skipped: &mut Vec<Skipped>,
    ) -> Result<Vec<Entry>> {
        self.bounded(tree, "a directory of too many bytes")?;
        let damaged = |e| Error::damaged(format!("directory {tree} (`{parent}`) cannot be read"), e);
        let object = self.git.find_tree(tree).map_err(|e| damaged(e.into()))?;
        let mut entries = Vec::new();
        for entry in object.iter() {
            let entry = entry.map_err(|e| damaged(e.into()))?;
            cost.entries += 1;
            if cost.entries > self.limits.entries {
                return Err(Error::Limit { what: "too many files", limit: self.limits.entries });
            }
            let directory = match entry.mode().kind() {
                EntryKind::Tree => true,
                EntryKind::Blob | EntryKind::BlobExecutable => false,
                EntryKind::Link | EntryKind::Commit => continue,
            };
            let raw: &[u8] = entry.filename();
            let manifest = raw.ends_with(b".yaml") || raw.ends_with(b".yml");
            if raw.starts_with(b".") || !(directory || manifest) {
                continue;
            }
            match path::check_name(raw) {
                Ok(name) => {
                    entries.push(Entry { name: name.to_owned(), id: entry.object_id(), directory });
                }
                Err(error) => skipped.push(Skipped {
                    path: join(parent, &raw.escape_ascii().to_string()),
                    reason: SkipReason::Path(error),
                }),
            }
        }
        // Git sorts directories as if they ended in `/`; hostile trees are not sorted at all.
        entries.sort_by(|a, b| (&a.name, a.directory).cmp(&(&b.name, b.directory)));
        entries.dedup_by(|a, b| (&a.name, a.directory) == (&b.name, b.directory));
        Ok(entries)
    }

    /// The bytes of one file, or why it is left out.
    pub(crate) fn blob(
        &self,
        id: gix::ObjectId,
        path: &str,
        cost: &mut Cost,
    ) -> Result<std::result::Result<crate::File, Skipped>> {
        let damaged = |e| Error::damaged(format!("file {id} (`{path}`) cannot be read"), e);
        cost.files += 1;
        if cost.files > self.limits.files {
            return Err(Error::Limit { what: "too many manifests", limit: self.limits.files });
        }
        let size = self.git.find_header(id).map_err(|e| damaged(e.into()))?.size();
        if size > self.limits.file_bytes {
            let reason = SkipReason::TooLarge { bytes: size, limit: self.limits.file_bytes };
            return Ok(Err(Skipped { path: path.to_owned(), reason }));
        }
        if let Err(error) = path::check_path(path) {
            return Ok(Err(Skipped { path: path.to_owned(), reason: SkipReason::Path(error) }));
        }
        cost.bytes += size;
        if cost.bytes > self.limits.total_bytes {
            return Err(Error::Limit { what: "too many bytes of manifests", limit: self.limits.total_bytes });
        }
        let mut object = self.git.find_object(id).map_err(|e| damaged(e.into()))?;
        if object.kind != gix::objs::Kind::Blob {
            return Err(damaged("it is not a file".into()));
        }
        let bytes = std::mem::take(&mut object.data);
        Ok(Ok(crate::File { path: path.to_owned(), blob_id: BlobId::new(&id), bytes }))
    }

    /// Refuses directories nested beyond the bound.
    pub(crate) fn check_depth(&self, depth: usize) -> Result<()> {
        if depth > self.limits.depth {
            return Err(Error::Limit {
                what: "directories nested too deeply",
                limit: self.limits.depth as u64,
            });
        }
        Ok(())
    }
}

/// A path below a directory; the root is empty.
pub(crate) fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") }
}
