//! The manifests at the commit in force, fetched from the server's Git endpoint into a repository of the
//! host's own.

mod read;
#[cfg(test)]
mod tests;
mod trust;

use anyhow::{Context as _, anyhow, bail};
use crontopus_gitrepo::fetch::{Credentials, FetchOptions, Remote};
use crontopus_gitrepo::{Branch, CommitId, Pieces, Repo};
use crontopus_manifest::spec::Layout;

pub(crate) use self::read::Snapshot;
pub(crate) use self::trust::Distrust;
use crate::files;
use crate::settings::Settings;

/// The host's clone.
#[derive(Debug)]
pub(crate) struct Clone {
    repo: Repo,
    branch: Branch,
}

/// What is known before a commit is brought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'a> {
    /// The commit that stands on the host.
    pub(crate) applied: Option<&'a str>,
    /// What the host decides.
    pub(crate) settings: &'a Settings,
    /// A human has confirmed this very commit.
    pub(crate) confirmed: bool,
}

impl Clone {
    /// Opens it, or makes it, and ends what a crash left half done; for whoever holds the agent's lock.
    pub(crate) fn open(layout: &Layout, branch: &str) -> anyhow::Result<Self> {
        let path = layout.root().join("repository.git");
        Repo::recover(&path)?;
        let clone = Self::look(layout, branch)?;
        // Manifests may name what only the jobs' own users are to read, as their spec files do.
        files::directory(&path, 0o700)?;
        Ok(clone)
    }

    /// Opens it as it is, beside whoever else uses it.
    pub(crate) fn look(layout: &Layout, branch: &str) -> anyhow::Result<Self> {
        let branch: Branch = branch.parse().context("the server names no usable branch")?;
        let path = layout.root().join("repository.git");
        let repo = Repo::open_or_init(&path, &branch).with_context(|| {
            format!("cannot open {}\nhint: remove it; it is fetched again", path.display())
        })?;
        Ok(Self { repo, branch })
    }

    /// Brings `commit` here and says whether it may follow what stands.
    pub(crate) fn bring(
        &mut self,
        remote: &Remote,
        commit: &str,
        standing: &Standing<'_>,
    ) -> anyhow::Result<()> {
        let wanted = id(commit)?;
        if !self.repo.has_commit(wanted) {
            self.repo.fetch(remote, &self.branch, &FetchOptions::default())?;
            self.reopen()?;
        }
        if !self.repo.has_commit(wanted) {
            bail!(
                "the server names commit {commit}, but its branch {} does not hold it",
                self.branch.as_str()
            );
        }
        self.trust(wanted, standing.settings)?;
        self.follows(wanted, standing)
    }

    /// Each fetch leaves a pack, and this host may have no `git` to put them together: now and then the clone
    /// is made anew. What is in force stays in it. Whatever fails is tried again with a later commit.
    pub(crate) fn tidy(&mut self, remote: &Remote, in_force: &[&str]) {
        let many = self.repo.pieces().is_ok_and(|pieces| pieces.exceed(Pieces::MANY));
        if !many {
            return;
        }
        let keep: Vec<CommitId> = in_force.iter().filter_map(|commit| commit.parse().ok()).collect();
        match self.repo.renew(remote, &self.branch, &keep, &FetchOptions::default()) {
            Ok(repo) => self.repo = repo,
            Err(e) => tracing::warn!("the clone could not be made anew: {e:#}"),
        }
    }

    /// Sees what a fetch brought.
    fn reopen(&mut self) -> anyhow::Result<()> {
        self.repo = Repo::open(self.repo.path())?;
        Ok(())
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
