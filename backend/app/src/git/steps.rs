//! The commits between what is in force and what is to be, and the files each of them changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use crontopus_gitrepo::{
    AllowedSigners, BlobId, Change, Changes, CommitId, File, Manifests, Quarantine, Repo, Signature,
};
use crontopus_manifest::ParsedFile;

use super::paths::Work;
use super::projection::{At, SignedBy, parse, skipped};

/// Commits that one sync looks at one by one; what lies further back is taken as one change.
pub(super) const MOST_STEPS: usize = 50;

/// Where objects are read.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// What was accepted.
    Repository(PathBuf),
    /// What was accepted, and the objects of a push that is not yet.
    Push { repository: PathBuf, objects: PathBuf },
}

/// From where to where.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) source: Source,
    /// The tenant's slug.
    pub(super) tenant: String,
    /// The commit in force.
    pub(super) from: Option<String>,
    pub(super) to: CommitId,
    /// At most so many single steps.
    pub(super) most: usize,
    /// Files times steps that a first sync may look at.
    pub(super) budget: usize,
    /// UTC milliseconds.
    pub(super) now: i64,
}

/// What differs at one commit: parsed files, absent ones as `None`.
pub(super) type FileChanges = Vec<(String, Option<Arc<ParsedFile>>)>;

/// One commit after the other.
#[derive(Debug, Default)]
pub(super) struct Steps {
    pub(super) items: Vec<(At, FileChanges)>,
    /// The files that differ somewhere on the way.
    pub(super) touched: BTreeSet<String>,
    /// The touched files as they were where the way begins.
    pub(super) before: BTreeMap<String, Arc<ParsedFile>>,
    /// Whether the way begins at nothing, or at a commit that is gone: every file is among the changes.
    pub(super) whole: bool,
    /// Whether the way begins at the very first commit.
    pub(super) from_root: bool,
}

/// Reads the way. Parsing is done once for each content.
pub(super) fn read(way: &Way) -> Work<Steps> {
    let quarantine;
    let repo = match &way.source {
        Source::Repository(path) => Repo::open(path)?,
        Source::Push { repository, objects } => {
            quarantine = Quarantine::new(repository, objects)?;
            quarantine.open()?
        }
    };
    let mut reader = Reader { repo: &repo, way, parsed: HashMap::new() };
    let from = way.from.as_deref().map(str::parse::<CommitId>).transpose()?;
    match from.filter(|from| repo.has_commit(*from)) {
        Some(from) => reader.since(from),
        None => reader.since_the_beginning(),
    }
}

/// Every file at a commit, parsed.
pub(super) fn read_all(way: &Way, commit: &str) -> Work<BTreeMap<String, Arc<ParsedFile>>> {
    let (Source::Repository(path) | Source::Push { repository: path, .. }) = &way.source;
    let repo = Repo::open(path)?;
    let mut reader = Reader { repo: &repo, way, parsed: HashMap::new() };
    let all = repo.read_manifests(commit.parse()?)?;
    Ok(reader.all(&all).into_iter().filter_map(|(path, parsed)| Some((path, parsed?))).collect())
}

struct Reader<'r> {
    repo: &'r Repo,
    way: &'r Way,
    parsed: HashMap<(String, BlobId), Arc<ParsedFile>>,
}

impl Reader<'_> {
    fn since(&mut self, from: CommitId) -> Work<Steps> {
        let mut steps = Steps::default();
        let line = self.repo.first_parents(self.way.to, self.way.most.max(1) + 1)?;
        let commits: Vec<CommitId> = match line.iter().position(|id| *id == from) {
            Some(at) => line[..at].iter().rev().copied().collect(),
            // Rewritten history, or a long way: one change.
            None => vec![self.way.to],
        };
        let mut last = from;
        for commit in commits {
            let changes = self.repo.changed(last, commit)?;
            let changes = self.changes(&changes);
            steps.touched.extend(changes.iter().map(|(path, _)| path.clone()));
            steps.items.push((self.at(commit)?, changes));
            last = commit;
        }
        for path in &steps.touched {
            if let Some(file) = self.repo.read_file(from, path)? {
                steps.before.insert(path.clone(), self.parse(&file));
            }
        }
        Ok(steps)
    }

    fn since_the_beginning(&mut self) -> Work<Steps> {
        let files = self.repo.read_manifests(self.way.to)?.files.len().max(1);
        let most = (self.way.budget / files).clamp(1, self.way.most.max(1));
        let mut line = self.repo.first_parents(self.way.to, most + 1)?;
        let from_root = line.len() <= most;
        line.truncate(most);
        let mut steps = Steps { whole: true, from_root, ..Steps::default() };
        let mut last = None;
        for commit in line.into_iter().rev() {
            let changes = match last {
                None => {
                    let all = self.repo.read_manifests(commit)?;
                    self.all(&all)
                }
                Some(last) => {
                    let changes = self.repo.changed(last, commit)?;
                    self.changes(&changes)
                }
            };
            steps.items.push((self.at(commit)?, changes));
            last = Some(commit);
        }
        Ok(steps)
    }

    fn changes(&mut self, changes: &Changes) -> FileChanges {
        let mut found: FileChanges = Vec::new();
        for change in &changes.items {
            match change {
                Change::Added(file) | Change::Modified(file) => {
                    found.push((file.path.clone(), Some(self.parse(file))));
                }
                Change::Removed { path, .. } => found.push((path.clone(), None)),
            }
        }
        found.extend(changes.skipped.iter().map(|s| (s.path.clone(), Some(Arc::new(skipped(s))))));
        found
    }

    fn all(&mut self, all: &Manifests) -> FileChanges {
        let mut found: FileChanges = Vec::with_capacity(all.files.len());
        for file in &all.files {
            found.push((file.path.clone(), Some(self.parse(file))));
        }
        found.extend(all.skipped.iter().map(|s| (s.path.clone(), Some(Arc::new(skipped(s))))));
        found
    }

    fn parse(&mut self, file: &File) -> Arc<ParsedFile> {
        let tenant = &self.way.tenant;
        let parsed = self.parsed.entry((file.path.clone(), file.blob_id));
        Arc::clone(parsed.or_insert_with(|| Arc::new(parse(&file.path, &file.bytes, tenant))))
    }

    fn at(&self, commit: CommitId) -> Work<At> {
        let entry = self.repo.describe(commit)?;
        let signature = self.repo.verify_signature(commit, &AllowedSigners::default())?;
        let signed = match signature {
            Signature::None | Signature::Bad => SignedBy::Nobody,
            // Whether the key is to be trusted is the host's to say.
            Signature::Good(_) | Signature::Untrusted { .. } | Signature::Unsupported => SignedBy::Somebody,
        };
        Ok(At {
            commit: commit.to_string(),
            summary: entry.summary,
            author: entry.author,
            authored_at: entry.authored_at.saturating_mul(1000),
            signed,
            now: self.way.now,
        })
    }
}
