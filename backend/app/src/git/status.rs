use crontopus_gitrepo::{CommitId, LogEntry, Repo};
use crontopus_store::{Cursor, FiledDiagnostic, Listed, Paging, Repository};

use super::connect::missing;
use super::paths::blocking;
use crate::access::Actor;
use crate::{App, Error, Result};

/// One commit of the followed branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryCommit {
    /// Full id, hex.
    pub id: String,
    /// First line of the message.
    pub summary: String,
    /// `Name <mail>`.
    pub author: String,
    /// UTC milliseconds.
    pub authored_at: i64,
    /// Agents that have applied this commit or a later one.
    pub applied_agents: u64,
    /// Agents that follow the repository.
    pub agents: u64,
}

impl App {
    /// The tenant's repositories, by name.
    pub async fn list_repositories(&self, actor: &Actor, paging: &Paging) -> Result<Listed<Repository>> {
        Ok(self.read(actor.tenant_id).await?.list_repositories(paging).await?)
    }

    /// One repository.
    pub async fn get_repository(&self, actor: &Actor, name: &str) -> Result<Repository> {
        self.read(actor.tenant_id).await?.find_repository(name).await?.ok_or_else(|| missing(name))
    }

    /// Asks for a sync as soon as possible.
    pub async fn request_sync(&self, actor: &Actor, name: &str) -> Result<Repository> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let repository = tx.find_repository(name).await?.ok_or_else(|| missing(name))?;
        tx.make_repository_due(repository.id, self.now_ms()).await?;
        tx.commit().await?;
        Ok(repository)
    }

    /// Commits of the followed branch from the one in force on, newest first.
    pub async fn list_commits(
        &self,
        actor: &Actor,
        name: &str,
        paging: &Paging,
    ) -> Result<Listed<RepositoryCommit>> {
        let mut read = self.read(actor.tenant_id).await?;
        let repository = read.find_repository(name).await?.ok_or_else(|| missing(name))?;
        let agents = super::agent::followers(&mut read, &repository).await?;
        drop(read);
        let Some(tip) = repository.commit.clone() else { return Ok(Listed { rows: Vec::new(), next: None }) };
        let skip = paging.after.as_ref().map_or(0, |c| usize::try_from(c.at).unwrap_or_default());
        let limit = paging.limit.clamp(1, 200) as usize;
        let applied: Vec<CommitId> =
            agents.iter().filter_map(|a| a.applied_commit.as_deref()?.parse().ok()).collect();
        let path = self.repository_path(actor.tenant_id, repository.id);
        let (entries, counts) = blocking("reading commits", move || {
            let repo = Repo::open(&path)?;
            let entries = repo.log(tip.parse()?, skip, limit + 1)?;
            // An agent has applied a commit when the one it stands on reaches it; most stand on the tip.
            let mut counts = vec![0_u64; entries.len()];
            let mut known: Vec<(CommitId, Vec<bool>)> = Vec::new();
            for id in applied {
                if !known.iter().any(|(other, _)| *other == id) {
                    let reaches = |entry: &LogEntry| repo.is_ancestor(entry.id, id).unwrap_or(false);
                    known.push((id, entries.iter().map(reaches).collect()));
                }
                let Some((_, reached)) = known.iter().find(|(other, _)| *other == id) else { continue };
                counts.iter_mut().zip(reached).for_each(|(count, reached)| *count += u64::from(*reached));
            }
            Ok((entries, counts))
        })
        .await?;
        let next = (entries.len() > limit)
            .then(|| Cursor { at: i64::try_from(skip + limit).unwrap_or(i64::MAX), id: String::new() });
        let following = agents.len() as u64;
        let rows = entries.into_iter().zip(counts).take(limit);
        let rows = rows.map(|(entry, applied_agents)| RepositoryCommit {
            id: entry.id.to_string(),
            summary: entry.summary,
            author: entry.author,
            authored_at: entry.authored_at.saturating_mul(1000),
            applied_agents,
            agents: following,
        });
        Ok(Listed { rows: rows.collect(), next })
    }

    /// What is wrong with the manifests at the commit in force.
    pub async fn list_diagnostics(
        &self,
        actor: &Actor,
        name: &str,
        paging: &Paging,
    ) -> Result<Listed<FiledDiagnostic>> {
        let mut read = self.read(actor.tenant_id).await?;
        let repository = read.find_repository(name).await?.ok_or_else(|| missing(name))?;
        Ok(read.list_diagnostics(repository.id, paging).await?)
    }
}

/// A text that is no commit.
pub(super) fn no_commit(text: &str) -> Error {
    Error::not_found(format!("commit {}", text.chars().take(60).collect::<String>()))
}
