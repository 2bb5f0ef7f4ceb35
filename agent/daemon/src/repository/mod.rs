//! The manifests at the commit in force, fetched from the server's Git endpoint into a repository of the
//! host's own.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, anyhow, bail};
use crontopus_gitrepo::fetch::{Credentials, FetchOptions, Remote};
use crontopus_gitrepo::{AllowedSigners, Branch, CommitId, Pieces, Repo, Signature};
use crontopus_manifest::Job;
use crontopus_manifest::spec::Layout;

use crate::files;
use crate::settings::{ForcePush, Settings};

/// What a commit says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Snapshot {
    /// The commit.
    pub(crate) commit: String,
    /// Every valid job.
    pub(crate) jobs: Vec<Job>,
    /// Jobs whose newest form has errors, in their last valid form, each with what to say of it.
    pub(crate) kept: Vec<(Job, String)>,
}

/// The host's clone.
#[derive(Debug)]
pub(crate) struct Clone {
    repo: Repo,
    branch: Branch,
}

impl Clone {
    /// Opens it, or makes it.
    pub(crate) fn open(layout: &Layout, branch: &str) -> anyhow::Result<Self> {
        let branch: Branch = branch.parse().context("the server names no usable branch")?;
        let path = layout.root().join("repository.git");
        Repo::recover(&path)?;
        let repo = Repo::open_or_init(&path, &branch).with_context(|| {
            format!("cannot open {}\nhint: remove it; it is fetched again", path.display())
        })?;
        // Manifests may name what only the jobs' own users are to read, as their spec files do.
        files::directory(&path, 0o700)?;
        Ok(Self { repo, branch })
    }

    /// Brings `commit` here and says whether it may follow `applied`.
    pub(crate) fn bring(
        &mut self,
        remote: &Remote,
        commit: &str,
        applied: Option<&str>,
        settings: &Settings,
        confirmed: bool,
    ) -> anyhow::Result<()> {
        let wanted = id(commit)?;
        if !self.repo.has_commit(wanted) {
            self.repo.fetch(remote, &self.branch, &FetchOptions::default())?;
            self.repo = Repo::open(self.repo.path())?;
        }
        if !self.repo.has_commit(wanted) {
            bail!(
                "the server names commit {commit}, but its branch {} does not hold it",
                self.branch.as_str()
            );
        }
        self.trust(wanted, settings)?;
        self.follows(commit, applied, settings, confirmed)?;
        self.tidy(remote, wanted, applied);
        Ok(())
    }

    fn follows(
        &self,
        commit: &str,
        applied: Option<&str>,
        settings: &Settings,
        confirmed: bool,
    ) -> anyhow::Result<()> {
        let Some(applied) = applied.filter(|applied| *applied != commit) else { return Ok(()) };
        let refuse = settings.trust.force_push == ForcePush::Refuse && !confirmed;
        if refuse && !self.repo.is_ancestor(id(applied)?, id(commit)?)? {
            bail!(
                "commit {commit} does not descend from the applied {applied}: history was rewritten, so the applied \
                 one stays in force\nhint: crontopus agents confirm <host>, or `force_push = \"accept\"` in agent.toml"
            );
        }
        Ok(())
    }

    /// Each fetch leaves a pack, and this host may have no `git` to put them together: now and then the clone
    /// is made anew. What is in force stays in it. Whatever fails is tried again with a later commit.
    fn tidy(&mut self, remote: &Remote, wanted: CommitId, applied: Option<&str>) {
        let many = self.repo.pieces().is_ok_and(|pieces| pieces.exceed(Pieces::MANY));
        if !many {
            return;
        }
        let mut keep = vec![wanted];
        keep.extend(applied.and_then(|applied| applied.parse::<CommitId>().ok()));
        match self.repo.renew(remote, &self.branch, &keep, &FetchOptions::default()) {
            Ok(repo) => self.repo = repo,
            Err(e) => tracing::warn!("the clone could not be made anew: {e:#}"),
        }
    }

    /// Refuses a commit that none of the host's own signers has signed.
    fn trust(&self, commit: CommitId, settings: &Settings) -> anyhow::Result<()> {
        let Some(path) = &settings.trust.signers else { return Ok(()) };
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let signers =
            AllowedSigners::parse(&text).with_context(|| format!("{} is not valid", path.display()))?;
        match self.repo.verify_signature(commit, &signers)? {
            Signature::Good(_) => Ok(()),
            other => bail!("commit {commit} is not signed by a key of {}: {other:?}", path.display()),
        }
    }

    /// Reads what `commit` says. `last_valid` names, for jobs with errors, the commit of their last valid
    /// form.
    pub(crate) fn read(
        &self,
        remote: Option<&Remote>,
        commit: &str,
        last_valid: &BTreeMap<String, String>,
    ) -> anyhow::Result<Snapshot> {
        let jobs = self.jobs(id(commit)?)?;
        let mut kept = Vec::new();
        for (job, older) in last_valid {
            match self.older(remote, job, older) {
                Ok(found) => {
                    let short = older.get(..12).unwrap_or(older);
                    kept.push((
                        found,
                        format!("the newest manifest has errors; the form of {short} stays in force"),
                    ));
                }
                Err(e) => tracing::warn!(job, commit = older, "the last valid form cannot be read: {e:#}"),
            }
        }
        Ok(Snapshot { commit: commit.into(), jobs, kept })
    }

    fn older(&self, remote: Option<&Remote>, job: &str, commit: &str) -> anyhow::Result<Job> {
        let commit = id(commit)?;
        if let Some(remote) = remote {
            self.repo.fetch_commit(remote, commit, &FetchOptions::default())?;
        }
        let jobs = Repo::open(self.repo.path())
            .map(|repo| Self { repo, branch: self.branch.clone() })?
            .jobs(commit)?;
        jobs.into_iter()
            .find(|found| found.key().as_str() == job)
            .ok_or_else(|| anyhow!("{job} is not there"))
    }

    fn jobs(&self, commit: CommitId) -> anyhow::Result<Vec<Job>> {
        let manifests = self.repo.read_manifests(commit)?;
        let files = manifests.files.into_iter().map(|file| (file.path, file.bytes));
        let repository = crontopus_manifest::Repository::assemble(files);
        Ok(repository.jobs.into_values().map(|declared| declared.body).collect())
    }
}

fn id(commit: &str) -> anyhow::Result<CommitId> {
    commit.parse().map_err(|e| anyhow!("{e}"))
}

/// Where the clone is fetched from.
pub(crate) fn remote(server: &str, git_path: &str, credentials: Credentials) -> anyhow::Result<Remote> {
    let url = format!("{server}{git_path}");
    Ok(Remote { url: url.parse().with_context(|| format!("`{url}` is no Git address"))?, credentials })
}
