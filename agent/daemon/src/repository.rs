//! The manifests at the commit in force, fetched from the server's Git endpoint into a repository of the
//! host's own.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, anyhow, bail};
use crontopus_gitrepo::fetch::{Credentials, FetchOptions, Remote};
use crontopus_gitrepo::{AllowedSigners, Branch, CommitId, Repo, Signature};
use crontopus_manifest::Job;
use crontopus_manifest::spec::Layout;

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
        let repo = Repo::open_or_init(&path, &branch).with_context(|| {
            format!("cannot open {}\nhint: remove it; it is fetched again", path.display())
        })?;
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
        let Some(applied) = applied.filter(|applied| *applied != commit) else { return Ok(()) };
        let refuse = settings.trust.force_push == ForcePush::Refuse && !confirmed;
        if refuse && !self.repo.is_ancestor(id(applied)?, wanted)? {
            bail!(
                "commit {commit} does not descend from the applied {applied}: history was rewritten, so the applied \
                 one stays in force\nhint: crontopus agents confirm <host>, or `force_push = \"accept\"` in agent.toml"
            );
        }
        Ok(())
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
