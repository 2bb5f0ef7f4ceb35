//! A clone's commits: what changed in a job, without a server.

use std::fs;
use std::path::Path;

use crontopus_api::{JobDiff, JobRevision};
use crontopus_gitrepo::{Branch, CommitId, LogEntry, Repo};
use crontopus_manifest::{Body, Job, parse_file};
use jiff::Timestamp;
use similar::TextDiff;

use crate::failure::{Failure, Kind, Outcome};
use crate::job_name::JobName;
use crate::local;

/// How far back a short commit id is looked for.
const MOST_COMMITS: usize = 10_000;

/// The commits of one job's file.
pub(crate) struct History<'a> {
    name: &'a JobName,
    file: String,
    repo: Repo,
    head: CommitId,
}

impl<'a> History<'a> {
    /// Opens the clone whose root is `dir`, at the commit that is checked out.
    pub(crate) fn open(dir: &Path, name: &'a JobName) -> Outcome<Self> {
        let file = local::Clone::read(dir)?.job(name)?.file;
        let repo = Repo::open(dir).map_err(|e| {
            Failure::new(format!("{} is not the root of a Git repository", dir.display())).because(&e)
        })?;
        let head = head(dir, &repo)?;
        Ok(Self { name, file, repo, head })
    }

    /// The commits that changed the job, newest first.
    pub(crate) fn revisions(&self, limit: usize) -> Outcome<Vec<JobRevision>> {
        let entries = self.repo.log_path(self.head, &self.file, MOST_COMMITS).map_err(unreadable)?;
        let mut found: Vec<(LogEntry, Option<String>)> = Vec::new();
        // From the oldest on, so that commits that changed only other documents of the file fall out.
        for entry in entries.into_iter().rev() {
            let digest = self.job_at(entry.id)?.map(|job| job.digest());
            let before = found.last().map(|(_, digest)| digest);
            if before.unwrap_or(&None) != &digest {
                found.push((entry, digest));
            }
        }
        found.reverse();
        found.truncate(limit);
        let revision = |(entry, digest): (LogEntry, Option<String>)| JobRevision {
            commit: entry.id.to_string(),
            summary: entry.summary,
            author: entry.author,
            authored_at: Timestamp::from_second(entry.authored_at).unwrap_or(Timestamp::UNIX_EPOCH),
            digest,
            durations: None,
        };
        Ok(found.into_iter().map(revision).collect())
    }

    /// What changed between two commits; between the last two that changed it when they are not named.
    pub(crate) fn diff(&self, from: Option<&str>, to: Option<&str>) -> Outcome<JobDiff> {
        let latest = self.revisions(2)?;
        let to = match to {
            Some(text) => self.find(text)?,
            None => self.head,
        };
        let (from, before) = match (from, latest.get(1)) {
            (Some(text), _) => {
                let id = self.find(text)?;
                (id.to_string(), self.text_at(id)?)
            }
            (None, Some(revision)) => (revision.commit.clone(), self.text_at(self.find(&revision.commit)?)?),
            // The job came with its only revision.
            (None, None) => ("nothing".to_owned(), String::new()),
        };
        let after = self.text_at(to)?;
        let diff = match before == after {
            true => String::new(),
            false => TextDiff::from_lines(&before, &after)
                .unified_diff()
                .header(&format!("{} at {from}", self.name), &format!("{} at {to}", self.name))
                .to_string(),
        };
        Ok(JobDiff { from, to: to.to_string(), diff })
    }

    fn text_at(&self, commit: CommitId) -> Outcome<String> {
        Ok(self.job_at(commit)?.map_or_else(String::new, |job| job.canonical_yaml()))
    }

    /// The job as the commit has it; nothing when it is not there or has errors.
    fn job_at(&self, commit: CommitId) -> Outcome<Option<Job>> {
        let Some(file) = self.repo.read_file(commit, &self.file).map_err(unreadable)? else {
            return Ok(None);
        };
        let documents = parse_file(&self.file, &file.bytes).documents;
        Ok(documents.into_iter().find(|d| d.key == *self.name.key()).and_then(|document| {
            match document.body {
                Body::Job(job) => Some(job),
                _ => None,
            }
        }))
    }

    /// A commit by its whole id, or by its beginning where that is unambiguous.
    fn find(&self, text: &str) -> Outcome<CommitId> {
        if let Ok(id) = text.parse::<CommitId>()
            && self.repo.has_commit(id)
        {
            return Ok(id);
        }
        let log = self.repo.log(self.head, 0, MOST_COMMITS).map_err(unreadable)?;
        let mut fitting =
            log.iter().filter(|entry| text.len() >= 4 && entry.id.to_string().starts_with(text));
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only.id),
            (Some(_), Some(_)) => {
                Err(Failure::of(Kind::Usage, format!("several commits begin with `{text}`")))
            }
            (None, _) => {
                Err(Failure::of(Kind::NotFound, format!("there is no commit `{text}` in this clone"))
                    .hint(format!("list them: crontopus jobs history {} --dir …", self.name)))
            }
        }
    }
}

/// The commit that is checked out.
fn head(dir: &Path, repo: &Repo) -> Outcome<CommitId> {
    let file = match dir.join(".git") {
        git if git.exists() => git.join("HEAD"),
        _ => dir.join("HEAD"),
    };
    let text = fs::read_to_string(&file)
        .map_err(|e| Failure::new(format!("{} cannot be read", file.display())).because(&e))?;
    let text = text.trim();
    let Some(name) = text.strip_prefix("ref: refs/heads/") else {
        return text
            .parse()
            .map_err(|e| Failure::new(format!("{} names no commit", file.display())).because(&e));
    };
    let branch: Branch =
        name.parse().map_err(|e| Failure::new(format!("{} names no branch", file.display())).because(&e))?;
    repo.branch_commit(&branch)
        .map_err(unreadable)?
        .ok_or_else(|| Failure::of(Kind::NotFound, format!("the branch {branch} has no commit yet")))
}

fn unreadable(error: crontopus_gitrepo::Error) -> Failure {
    Failure::new("the clone cannot be read").because(&error)
}
