use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;

use crate::{Branch, CommitId, Error, Repo, Result};

/// One commit, as a log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Id.
    pub id: CommitId,
    /// First line of the message; bytes that are no UTF-8 are replaced.
    pub summary: String,
    /// The whole message.
    pub message: String,
    /// `Name <mail>` of the author.
    pub author: String,
    /// When it was authored, in seconds since the Unix epoch.
    pub authored_at: i64,
    /// Number of parents.
    pub parents: usize,
}

impl Repo {
    /// What the commit says about itself.
    ///
    /// # Errors
    /// [`Error::NoCommit`], [`Error::Damaged`].
    pub fn describe(&self, id: CommitId) -> Result<LogEntry> {
        let commit = self.commit(id)?;
        let damaged = |e| Error::damaged(format!("commit {id} cannot be decoded"), e);
        let decoded = commit.decode().map_err(|e| damaged(e.into()))?;
        let message = String::from_utf8_lossy(decoded.message).into_owned();
        let summary = message.lines().next().unwrap_or_default().trim().chars().take(500).collect();
        // A strange author line is no reason to refuse a commit.
        let (author, authored_at) = decoded.author().map_or_else(
            |_| (String::from_utf8_lossy(decoded.author).chars().take(200).collect(), 0),
            |a| {
                let text = format!("{} <{}>", a.name, a.email).chars().take(200).collect();
                (text, a.time().map_or(0, |t| t.seconds))
            },
        );
        Ok(LogEntry { id, summary, message, author, authored_at, parents: decoded.parents().count() })
    }

    /// Commits reachable from `from`, newest first, after the first `skip`, at most `limit`.
    ///
    /// # Errors
    /// As [`Repo::describe`].
    pub fn log(&self, from: CommitId, skip: usize, limit: usize) -> Result<Vec<LogEntry>> {
        let walk = self.walk(from)?.skip(skip).take(limit);
        walk.map(|id| self.describe(id?)).collect()
    }

    /// Commits reachable from `from` that changed the content of one path, newest first.
    ///
    /// # Errors
    /// As [`Repo::describe`].
    pub fn log_path(&self, from: CommitId, path: &str, limit: usize) -> Result<Vec<LogEntry>> {
        Ok(self.log_path_within(from, path, limit, usize::MAX)?.0)
    }

    /// The same, with at most `most` commits looked at; and whether these were all there are.
    ///
    /// # Errors
    /// As [`Repo::describe`].
    pub fn log_path_within(
        &self,
        from: CommitId,
        path: &str,
        limit: usize,
        most: usize,
    ) -> Result<(Vec<LogEntry>, bool)> {
        let mut found = Vec::new();
        for (n, id) in self.walk(from)?.enumerate() {
            if n >= most || found.len() >= limit {
                return Ok((found, false));
            }
            let id = id?;
            let here = self.blob_at(id, path)?;
            let commit = self.commit(id)?;
            let mut differs = true;
            let mut parents = 0;
            for parent in commit.parent_ids() {
                parents += 1;
                let parent = CommitId::new(&parent);
                // A parent beyond the boundary of a shallow clone cannot be compared with.
                if self.has_commit(parent) && self.blob_at(parent, path)? == here {
                    differs = false;
                    break;
                }
            }
            if differs && (parents > 0 || here.is_some()) {
                found.push(self.describe(id)?);
            }
        }
        Ok((found, true))
    }

    /// `from` and its first parents, newest first, at most `limit`: the states a branch had, merges counted
    /// as one. Ends at the root or at the boundary of a shallow clone.
    ///
    /// # Errors
    /// [`Error::NoCommit`], [`Error::Damaged`].
    pub fn first_parents(&self, from: CommitId, limit: usize) -> Result<Vec<CommitId>> {
        let mut found = Vec::new();
        let mut next = Some(from);
        while let Some(id) = next.filter(|_| found.len() < limit) {
            let commit = self.commit(id)?;
            found.push(id);
            let parent = commit.parent_ids().next().map(|id| CommitId::new(&id));
            next = parent.filter(|parent| self.has_commit(*parent));
        }
        Ok(found)
    }

    /// Whether `ancestor` can be reached from `descendant`; a commit is its own ancestor. In a shallow clone
    /// what lies beyond the boundary is not known and counts as not reachable.
    ///
    /// # Errors
    /// [`Error::NoCommit`] when `descendant` is not here, [`Error::Limit`] when the walk is too long.
    pub fn is_ancestor(&self, ancestor: CommitId, descendant: CommitId) -> Result<bool> {
        for id in self.walk(descendant)? {
            if id? == ancestor {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Branches and the commits they point to, by name; at most `limit`. Names that are no UTF-8 are left out.
    ///
    /// # Errors
    /// [`Error::Reference`].
    pub fn branches(&self, limit: usize) -> Result<Vec<(Branch, CommitId)>> {
        let failed = |source| Error::Reference { action: "list", name: "refs/heads/".to_owned(), source };
        let platform = self.git.references().map_err(|e| failed(e.into()))?;
        let all = platform.local_branches().map_err(|e| failed(e.into()))?;
        let mut branches = Vec::new();
        for reference in all.filter_map(std::result::Result::ok).take(limit) {
            let name = reference.name().shorten().to_string();
            let Some(id) = reference.try_id().map(gix::Id::detach) else { continue };
            if let Ok(branch) = name.parse() {
                branches.push((branch, CommitId::new(&id)));
            }
        }
        Ok(branches)
    }

    fn walk(&self, from: CommitId) -> Result<impl Iterator<Item = Result<CommitId>> + '_> {
        self.commit(from)?;
        let damaged = move |e| Error::damaged(format!("the history of {from} cannot be walked"), e);
        let newest_first = Sorting::ByCommitTime(CommitTimeOrder::NewestFirst);
        let walk =
            self.git.rev_walk([from.git()]).sorting(newest_first).all().map_err(|e| damaged(e.into()))?;
        let limit = self.limits.commits;
        Ok(walk.enumerate().map(move |(n, info)| {
            if n >= limit {
                return Err(Error::Limit { what: "too many commits", limit: limit as u64 });
            }
            info.map(|info| CommitId::new(&info.id)).map_err(|e| damaged(e.into()))
        }))
    }

    fn blob_at(&self, commit: CommitId, path: &str) -> Result<Option<gix::ObjectId>> {
        let tree = self
            .git
            .find_tree(self.root(commit)?)
            .map_err(|e| Error::damaged(format!("the tree of {commit} cannot be read"), e.into()))?;
        let entry = tree
            .lookup_entry(path.split('/'))
            .map_err(|e| Error::damaged(format!("`{path}` at {commit} cannot be read"), e.into()))?;
        Ok(entry.map(|e| e.object_id()))
    }
}
