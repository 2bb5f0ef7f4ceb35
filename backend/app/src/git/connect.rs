use crontopus_domain::{EventKind, RepositoryKind};
use crontopus_gitrepo::Branch;
use crontopus_gitrepo::fetch::RemoteUrl;
use crontopus_ids::{RepositoryId, TenantId};
use crontopus_store::{Paging, Repository, StoreError, Topic};

use super::sealed::RemoteSecret;
use crate::access::Actor;
use crate::names::check_slug;
use crate::{App, Deed, Error, Result};

/// Repositories one tenant may have.
pub(crate) const MOST_REPOSITORIES: u32 = 50;

/// A repository to connect.
#[derive(Debug, Clone, Default)]
pub struct NewRepository {
    /// Name, unique in the tenant.
    pub name: String,
    /// Branch to follow; `main` when absent.
    pub branch: Option<String>,
    /// Where it lives, if not on the built-in host.
    pub remote: Option<NewRemote>,
}

/// A repository on another Git server.
#[derive(Debug, Clone, Default)]
pub struct NewRemote {
    /// `https://`, `ssh://`, or a path, if the operator allows that.
    pub url: String,
    /// Password or token for HTTPS.
    pub https_token: Option<String>,
    /// Private SSH key.
    pub ssh_key: Option<String>,
    /// Seconds between fetches; 60 when absent.
    pub sync_interval_seconds: Option<u32>,
}

/// What of a repository is to change; absent fields stay.
#[derive(Debug, Clone, Default)]
pub struct RepositoryChange {
    /// Branch to follow.
    pub branch: Option<String>,
    /// New password or token for HTTPS.
    pub https_token: Option<String>,
    /// New private SSH key.
    pub ssh_key: Option<String>,
    /// Seconds between fetches.
    pub sync_interval_seconds: Option<u32>,
}

impl App {
    /// Connects a repository: makes an empty one on the built-in host, or a mirror that is fetched at once in
    /// the background.
    pub async fn connect_repository(&self, actor: &Actor, new: NewRepository) -> Result<Repository> {
        check_slug("/name", &new.name)?;
        let branch = branch(new.branch.as_deref().unwrap_or("main"))?;
        let remote = new.remote.map(|remote| self.check_remote(remote)).transpose()?;
        let now = self.now_ms();
        let id = RepositoryId::from_parts(now, self.random());
        let (remote_url, sealed, sync_interval_s) = match remote {
            None => (None, None, 60),
            Some((url, secret, interval)) => {
                let sealed =
                    (secret != RemoteSecret::default()).then(|| self.seal(id, &secret)).transpose()?;
                (Some(url.to_string()), sealed, i64::from(interval))
            }
        };
        let row = crontopus_store::NewRepository {
            id,
            kind: if remote_url.is_some() { RepositoryKind::Remote } else { RepositoryKind::BuiltIn },
            name: new.name,
            remote_url,
            branch: branch.to_string(),
            sealed,
            sync_interval_s,
            created_at: now,
        };
        let mut tx = self.begin(actor.tenant_id).await?;
        if tx.list_repositories(&Paging::first(MOST_REPOSITORIES)).await?.rows.len()
            >= MOST_REPOSITORIES as usize
        {
            return Err(Error::conflict(format!("a tenant has at most {MOST_REPOSITORIES} repositories")));
        }
        match tx.create_repository(&row).await {
            Err(StoreError::Conflict { .. }) => {
                return Err(Error::conflict(format!("there is a repository `{}` already", row.name)));
            }
            created => created?,
        }
        // On disk before the commit: a directory nobody knows of does no harm, a row without one would.
        self.prepare_repository(actor.tenant_id, id, branch).await?;
        let deed =
            Deed::new("connect_repository", &row.name).detail(row.remote_url.clone().unwrap_or_default());
        tx.create_audit(&self.audit_line(actor, deed)).await?;
        tx.emit(now, EventKind::RepositoryChanged, id, None);
        tx.wake(Topic::Sync);
        tx.wake(Topic::Agents);
        tx.commit().await?;
        Ok(self.read(actor.tenant_id).await?.get_repository(id).await?)
    }

    /// Changes what a repository follows, or how its remote is opened; it is synced soon after.
    pub async fn update_repository(
        &self,
        actor: &Actor,
        name: &str,
        change: RepositoryChange,
    ) -> Result<Repository> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let found = tx.find_repository(name).await?.ok_or_else(|| missing(name))?;
        let new_branch = branch(change.branch.as_deref().unwrap_or(&found.branch))?;
        let interval = match change.sync_interval_seconds {
            Some(seconds) => i64::from(interval(seconds)?),
            None => found.sync_interval_s,
        };
        if change.https_token.is_some() || change.ssh_key.is_some() {
            let Some(url) = &found.remote_url else {
                return Err(Error::invalid("/https_token", "the built-in host needs no credentials"));
            };
            let url = url.parse().map_err(|e| Error::internal("reading a remote's address", e))?;
            let secret = RemoteSecret { https_token: change.https_token, ssh_key: change.ssh_key };
            check_secret(&url, &secret)?;
            tx.update_sealed(found.id, &self.seal(found.id, &secret)?).await?;
            // Whoever gives the key anew says that the host is the right one; its own key is noted again.
            self.forget_host(actor.tenant_id, found.id).await?;
        }
        tx.update_repository(found.id, new_branch.as_str(), interval).await?;
        self.prepare_repository(actor.tenant_id, found.id, new_branch).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("update_repository", name))).await?;
        let now = self.now_ms();
        tx.make_repository_due(found.id, now).await?;
        tx.emit(now, EventKind::RepositoryChanged, found.id, None);
        tx.commit().await?;
        Ok(self.read(actor.tenant_id).await?.get_repository(found.id).await?)
    }

    /// Disconnects a repository: its jobs are removed from every host, its mirror or, on the built-in host,
    /// the repository itself is deleted.
    pub async fn delete_repository(&self, actor: &Actor, name: &str) -> Result<()> {
        let now = self.now_ms();
        let mut tx = self.begin(actor.tenant_id).await?;
        let found = tx.find_repository(name).await?.ok_or_else(|| missing(name))?;
        let jobs = tx.retire_jobs_of(found.id, now).await?;
        self.end_jobs(&mut tx, &jobs, now).await?;
        tx.delete_repository(found.id, now).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_repository", name))).await?;
        tx.emit(now, EventKind::RepositoryChanged, found.id, None);
        tx.wake(Topic::Agents);
        tx.commit().await?;
        self.forget_host(actor.tenant_id, found.id).await?;
        let path = self.repository_path(actor.tenant_id, found.id);
        super::paths::blocking("deleting a repository", move || match std::fs::remove_dir_all(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    async fn forget_host(&self, tenant: TenantId, id: RepositoryId) -> Result<()> {
        let path = self.known_hosts_path(tenant, id);
        super::paths::blocking("forgetting a host's key", move || match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        })
        .await
    }

    fn check_remote(&self, remote: NewRemote) -> Result<(RemoteUrl, RemoteSecret, u32)> {
        let at = "/remote_url";
        let url: RemoteUrl = remote.url.parse().map_err(|e| Error::invalid(at, format!("{e}")))?;
        let settings = &self.settings.git;
        if matches!(url, RemoteUrl::Path(_)) && !settings.allow_paths {
            return Err(Error::invalid(at, "this server does not read repositories from its own disk"));
        }
        if url.is_plain_http() && !settings.allow_private_addresses {
            return Err(Error::invalid(
                at,
                "use https://: over http:// anybody on the way could change jobs",
            ));
        }
        let address = url.host().and_then(|h| h.trim_matches(['[', ']']).parse().ok());
        if address.is_some_and(|a| !crontopus_gitrepo::fetch::is_public(a))
            && !settings.allow_private_addresses
        {
            return Err(Error::invalid(at, "this server does not reach into private networks"));
        }
        let secret = RemoteSecret { https_token: remote.https_token, ssh_key: remote.ssh_key };
        check_secret(&url, &secret)?;
        Ok((url, secret, interval(remote.sync_interval_seconds.unwrap_or(60))?))
    }
}

/// There is no such repository.
pub(super) fn missing(name: &str) -> Error {
    Error::not_found(format!("repository {name}"))
}

fn branch(text: &str) -> Result<Branch> {
    text.parse().map_err(|e: crontopus_gitrepo::BranchError| Error::invalid("/branch", e.to_string()))
}

fn interval(seconds: u32) -> Result<u32> {
    let fits = (10..=86_400).contains(&seconds);
    fits.then_some(seconds).ok_or_else(|| Error::invalid("/sync_interval_seconds", "10 to 86400"))
}

fn check_secret(url: &RemoteUrl, secret: &RemoteSecret) -> Result<()> {
    let (token, key) = (secret.https_token.as_deref(), secret.ssh_key.as_deref());
    if token.is_some() && !matches!(url, RemoteUrl::Http(_)) {
        return Err(Error::invalid("/https_token", "only an https:// remote takes a token"));
    }
    if key.is_some() != matches!(url, RemoteUrl::Ssh(_)) {
        return Err(Error::invalid("/ssh_key", "an ssh:// remote needs a private key, others take none"));
    }
    if token.is_some_and(|t| t.is_empty() || t.len() > 4096 || t.chars().any(char::is_control)) {
        return Err(Error::invalid("/https_token", "1 to 4096 characters on one line"));
    }
    if key.is_some_and(|k| {
        k.len() > 16_384 || !k.trim_start().starts_with("-----BEGIN OPENSSH PRIVATE KEY-----")
    }) {
        return Err(Error::invalid(
            "/ssh_key",
            "a private key in OpenSSH's format is needed, without passphrase",
        ));
    }
    Ok(())
}
