use std::{cmp::Ordering, iter::Peekable, vec};

use crate::{
    BlobId, CommitId, File, Repo, Result, Skipped,
    tree::{Cost, Entry, join},
};

/// One manifest that differs between two commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added(File),
    /// Its content is another.
    Modified(File),
    /// It is gone.
    Removed {
        /// From the repository's root.
        path: String,
        /// What it was.
        blob_id: BlobId,
    },
}

impl Change {
    /// The path it is about.
    pub fn path(&self) -> &str {
        match self {
            Self::Added(file) | Self::Modified(file) => &file.path,
            Self::Removed { path, .. } => path,
        }
    }
}

/// How the manifests of one commit differ from those of another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// By path.
    pub items: Vec<Change>,
    /// Files that changed into something that cannot be taken: neither there nor removed.
    pub skipped: Vec<Skipped>,
}

/// Both sides of one name.
type Pair = (Option<Entry>, Option<Entry>);

impl Repo {
    /// Compares the manifests of two commits, descending only into directories that differ: the cost is that
    /// of the change, whatever the repository's size. `from` need not be an ancestor of `to`.
    ///
    /// # Errors
    /// [`crate::Error::NoCommit`] (of either), [`crate::Error::Damaged`], [`crate::Error::Limit`].
    pub fn changed(&self, from: CommitId, to: CommitId) -> Result<Changes> {
        let mut changes = Changes::default();
        let mut cost = Cost::default();
        let mut stack = vec![(Some(self.root(from)?), Some(self.root(to)?), String::new(), 0)];
        while let Some((old, new, parent, depth)) = stack.pop() {
            if old == new {
                continue;
            }
            self.check_depth(depth)?;
            // What cannot be taken on the old side was said when that side was new.
            let old = self.side(old, &parent, &mut cost, &mut Vec::new())?;
            let new = self.side(new, &parent, &mut cost, &mut changes.skipped)?;
            for (old, new) in merge(old, new) {
                let Some(name) = new.as_ref().or(old.as_ref()).map(|e| &e.name) else { continue };
                let path = join(&parent, name);
                let subtree = |e: &Option<Entry>| e.as_ref().filter(|e| e.directory).map(|e| e.id);
                let (old_tree, new_tree) = (subtree(&old), subtree(&new));
                if old_tree.is_some() || new_tree.is_some() {
                    stack.push((old_tree, new_tree, path, depth + 1));
                } else {
                    self.compare(path, (old, new), &mut cost, &mut changes)?;
                }
            }
        }
        changes.items.sort_by(|a, b| a.path().cmp(b.path()));
        changes.skipped.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn side(
        &self,
        tree: Option<gix::ObjectId>,
        parent: &str,
        cost: &mut Cost,
        skipped: &mut Vec<Skipped>,
    ) -> Result<Vec<Entry>> {
        tree.map_or_else(|| Ok(Vec::new()), |tree| self.entries(tree, parent, cost, skipped))
    }

    fn compare(&self, path: String, pair: Pair, cost: &mut Cost, changes: &mut Changes) -> Result<()> {
        match pair {
            (Some(old), Some(new)) if old.id == new.id => {}
            (old, Some(new)) => match (self.blob(new.id, &path, cost)?, old) {
                (Ok(file), Some(_)) => changes.items.push(Change::Modified(file)),
                (Ok(file), None) => changes.items.push(Change::Added(file)),
                (Err(skipped), _) => changes.skipped.push(skipped),
            },
            (Some(old), None) => {
                changes.items.push(Change::Removed { path, blob_id: BlobId::new(&old.id) });
            }
            (None, None) => {}
        }
        Ok(())
    }
}

/// Pairs two sorted listings by name; a file and a directory of one name are two entries.
fn merge(old: Vec<Entry>, new: Vec<Entry>) -> impl Iterator<Item = Pair> {
    let (mut old, mut new) = (old.into_iter().peekable(), new.into_iter().peekable());
    std::iter::from_fn(move || next_pair(&mut old, &mut new))
}

fn next_pair(
    old: &mut Peekable<vec::IntoIter<Entry>>,
    new: &mut Peekable<vec::IntoIter<Entry>>,
) -> Option<Pair> {
    let key = |e: &Entry| (e.name.clone(), e.directory);
    let order = match (old.peek(), new.peek()) {
        (None, None) => return None,
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (Some(a), Some(b)) => key(a).cmp(&key(b)),
    };
    Some(match order {
        Ordering::Less => (old.next(), None),
        Ordering::Greater => (None, new.next()),
        Ordering::Equal => (old.next(), new.next()),
    })
}
