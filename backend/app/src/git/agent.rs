use std::collections::BTreeMap;

use crontopus_ids::AgentId;
use crontopus_manifest::HostFacts;
use crontopus_store::{Agent, Read, Repository, TenantScope};

use super::placement::{Candidate, choose};
use super::projection::job_of;
use crate::Result;

/// What of Git one agent follows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// Name of the repository; `None` while there is none.
    pub repository: Option<String>,
    /// Branch that is followed.
    pub branch: String,
    /// The commit in force.
    pub commit: Option<String>,
    /// Jobs with `placement: one` that the host holds, as `namespace/name`.
    pub placements: Vec<String>,
    /// `namespace/name` → commit of the form that is kept for jobs with errors.
    pub last_valid: BTreeMap<String, String>,
}

/// The agents that follow a repository and are neither waiting nor gone.
pub(super) async fn followers(read: &mut Read<TenantScope>, repository: &Repository) -> Result<Vec<Agent>> {
    let mut agents = read.list_followers(&repository.name).await?;
    if read.find_followed_repository().await?.is_some_and(|first| first.id == repository.id) {
        agents.extend(read.list_followers("").await?);
    }
    Ok(agents)
}

/// What the agent follows, read in the caller's transaction.
pub(crate) async fn followed(read: &mut Read<TenantScope>, agent: &Agent) -> Result<Followed> {
    let repository = match agent.repository.as_str() {
        "" => read.find_followed_repository().await?,
        name => read.find_repository(name).await?,
    };
    let Some(repository) = repository else {
        return Ok(Followed { branch: "main".to_owned(), ..Followed::default() });
    };
    let invalid = read.list_invalid_jobs(repository.id).await?;
    let last_valid = invalid
        .into_iter()
        .map(|(namespace, name, commit)| (format!("{namespace}/{name}"), commit))
        .collect();
    let placements = placements(read, &repository, agent.id).await?;
    let Repository { name, branch, commit, .. } = repository;
    Ok(Followed { repository: Some(name), branch, commit, placements, last_valid })
}

async fn placements(
    read: &mut Read<TenantScope>,
    repository: &Repository,
    own: AgentId,
) -> Result<Vec<String>> {
    let jobs = read.list_one_host_jobs(repository.id).await?;
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let agents = followers(read, repository).await?;
    let mut held = Vec::new();
    for (id, manifest) in jobs {
        let job = job_of(&manifest)?;
        let matching = agents.iter().filter(|a| job.selects(&HostFacts { name: &a.name, labels: &a.labels }));
        let candidates: Vec<Candidate> =
            matching.map(|a| Candidate { agent: a.id, alive: a.state == "online" }).collect();
        if choose(id, &candidates) == Some(own) {
            held.push(job.key().to_string());
        }
    }
    Ok(held)
}
