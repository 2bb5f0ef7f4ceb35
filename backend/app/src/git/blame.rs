//! Who wrote each line of a manifest.

use crontopus_gitrepo::{CommitId, LogEntry, Repo};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::jobs::missing;
use super::paths::{Work, blocking};
use super::status::no_commit;
use crate::access::Actor;
use crate::{App, Error, Result};

/// Commits that changed the file, at most; older ones are not told apart.
const MOST_CHANGES: usize = 100;
/// Commits that are looked at to find these.
const MOST_COMMITS: usize = 20_000;
/// Longer files are not compared line by line.
const MOST_LINES: usize = 3_000;

/// A commit that wrote lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlameCommit {
    /// Its id, hex.
    pub commit: String,
    /// First line of its message.
    pub summary: String,
    /// `Name <mail>` of its author.
    pub author: String,
    /// UTC milliseconds.
    pub authored_at: i64,
}

impl From<LogEntry> for BlameCommit {
    fn from(entry: LogEntry) -> Self {
        Self {
            commit: entry.id.to_string(),
            summary: entry.summary,
            author: entry.author,
            authored_at: entry.authored_at.saturating_mul(1000),
        }
    }
}

/// Who wrote each line of a job's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blame {
    /// The commit whose form this is.
    pub commit: String,
    /// Path of the file there.
    pub file: String,
    /// The line of the file that the document begins at.
    pub line: usize,
    /// Commits that wrote lines, newest first.
    pub commits: Vec<BlameCommit>,
    /// The lines of the document, each with its place in `commits`.
    pub lines: Vec<(String, usize)>,
    /// Whether the last of `commits` may stand for older ones, too.
    pub is_cut: bool,
}

impl App {
    /// Who wrote each line of a job's document at a commit, or of its form in force. Files that moved begin anew.
    pub async fn get_job_blame(
        &self,
        actor: &Actor,
        namespace: &str,
        name: &str,
        commit: Option<&str>,
    ) -> Result<Blame> {
        let form = self.read(actor.tenant_id).await?.find_job(namespace, name).await?;
        let form = form.ok_or_else(|| missing(namespace, name))?;
        let commit = commit.unwrap_or(&form.commit);
        let found = self.forms_at(actor, namespace, name, &[commit]).await?;
        let [Some(at)] = <[_; 1]>::try_from(found).map_err(|_| no_commit(commit))? else {
            return Err(Error::not_found(format!("job {namespace}/{name} at {commit}")));
        };
        let path = self.repository_path(actor.tenant_id, form.repository_id);
        let found = blocking("reading who wrote a manifest", move || {
            let repo = Repo::open(&path)?;
            let Some(id) = repo.resolve(&at.commit)? else { return Ok(None) };
            let Some((owners, commits, is_cut)) = owners(&repo, id, &at.file)? else { return Ok(None) };
            // The document is a part of its file, below its `---`.
            let own: Vec<&str> = at.source.lines().collect();
            let first = start_of(&repo, id, &at.file, &own, at.line)?;
            let owned = first.and_then(|first| Some((first, owners.get(first..first + own.len())?)));
            let Some((first, owners)) = owned else { return Ok(None) };
            let lines = own.iter().zip(owners).map(|(line, owner)| ((*line).to_owned(), *owner)).collect();
            let commits = commits.into_iter().map(BlameCommit::from).collect();
            let blame = Blame { commit: at.commit, file: at.file, line: first + 1, commits, lines, is_cut };
            Ok(Some(blame.told()))
        })
        .await?;
        found.ok_or_else(|| Error::conflict("the file is too long to say who wrote each of its lines"))
    }
}

/// The place of the document's text among the lines of its file, near `line`, where the document begins.
fn start_of(repo: &Repo, id: CommitId, file: &str, own: &[&str], line: usize) -> Work<Option<usize>> {
    let text = text_at(repo, id, file)?;
    let lines: Vec<&str> = text.lines().collect();
    let fits = |at: &usize| lines.get(*at..*at + own.len()).is_some_and(|part| part == own);
    // A comment above the document belongs to it, so that it may begin before its line.
    let places = (0..line).rev().chain(line..lines.len());
    Ok(places.into_iter().find(fits))
}

fn text_at(repo: &Repo, id: CommitId, file: &str) -> Work<String> {
    let file = repo.read_file(id, file)?;
    Ok(file.map(|file| String::from_utf8_lossy(&file.bytes).into_owned()).unwrap_or_default())
}

type Owners = (Vec<usize>, Vec<LogEntry>, bool);

/// Which change wrote each line of a file; `None` when it is too long.
fn owners(repo: &Repo, id: CommitId, file: &str) -> Work<Option<Owners>> {
    let (changes, is_whole) = repo.log_path_within(id, file, MOST_CHANGES, MOST_COMMITS)?;
    let mut now = text_at(repo, id, file)?;
    let length = now.lines().count();
    if length > MOST_LINES || changes.is_empty() {
        return Ok(None);
    }
    // Where each line of the text at hand stands in the file; those whose writer is known are gone.
    let mut places: Vec<Option<usize>> = (0..length).map(Some).collect();
    let mut owners = vec![changes.len() - 1; length];
    for (n, older) in changes.iter().enumerate().skip(1) {
        if places.iter().all(Option::is_none) {
            break;
        }
        let then = text_at(repo, older.id, file)?;
        if then.lines().count() > MOST_LINES {
            return Ok(None);
        }
        let (kept, written) = step(&then, &now, &places);
        written.into_iter().for_each(|place| owners[place] = n - 1);
        (places, now) = (kept, then);
    }
    Ok(Some((owners, changes, !is_whole)))
}

/// One step back: the places of the lines that were there before, and those of the lines that were written.
fn step(then: &str, now: &str, places: &[Option<usize>]) -> (Vec<Option<usize>>, Vec<usize>) {
    let (then, now): (Vec<&str>, Vec<&str>) = (then.lines().collect(), now.lines().collect());
    let (mut kept, mut written) = (vec![None; then.len()], Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &then, &now) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                kept[old_index..old_index + len].copy_from_slice(&places[new_index..new_index + len]);
            }
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                written.extend(places[new_index..new_index + new_len].iter().flatten());
            }
            DiffOp::Delete { .. } => {}
        }
    }
    (kept, written)
}

impl Blame {
    /// Without the commits that wrote none of its lines.
    fn told(mut self) -> Self {
        let mut places = vec![None; self.commits.len()];
        let mut kept = Vec::new();
        let last = self.commits.len() - 1;
        self.is_cut &= self.lines.iter().any(|(_, owner)| *owner == last);
        for (n, commit) in self.commits.into_iter().enumerate() {
            if self.lines.iter().any(|(_, owner)| *owner == n) {
                places[n] = Some(kept.len());
                kept.push(commit);
            }
        }
        for (_, owner) in &mut self.lines {
            *owner = places[*owner].unwrap_or_default();
        }
        self.commits = kept;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_back() {
        let all = |n: usize| (0..n).map(Some).collect::<Vec<_>>();
        assert_eq!(step("a\nb\nc", "a\nx\nc\nd", &all(4)), (vec![Some(0), None, Some(2)], vec![1, 3]));
        assert_eq!(step("", "a\nb", &all(2)), (vec![], vec![0, 1]));
        assert_eq!(step("a\nb", "", &[]), (vec![None, None], vec![]));
        assert_eq!(step("a", "b\na", &[None, Some(7)]), (vec![Some(7)], vec![]));
    }
}
