use crontopus_domain::RepositoryKind;
use crontopus_gitrepo::Repo;
use crontopus_gitrepo::fetch::{Remote, RemoteUrl};
use crontopus_ids::{RepositoryId, TenantId};

use super::paths::{blocking, stored_branch};
use super::sync::SyncOutcome;
use crate::{App, Error, Result};

impl App {
    /// Fetches a remote repository and brings the projection to what came. A remote that cannot be reached
    /// changes nothing but the repository's own status.
    pub async fn fetch_and_sync(&self, tenant: TenantId, id: RepositoryId) -> Result<SyncOutcome> {
        if let Err(error) = self.fetch_remote(tenant, id).await {
            self.record_failure(tenant, id, &error).await?;
            return Err(error);
        }
        self.sync_repository(tenant, id).await
    }

    async fn fetch_remote(&self, tenant: TenantId, id: RepositoryId) -> Result<()> {
        let mut read = self.read(tenant).await?;
        let repository = read.get_repository(id).await?;
        let sealed = read.find_sealed(id).await?;
        drop(read);
        let Some(url) = repository.remote_url.filter(|_| repository.kind == RepositoryKind::Remote) else {
            return Ok(());
        };
        let url: RemoteUrl = url.parse().map_err(|e| Error::internal("reading a remote's address", e))?;
        if matches!(url, RemoteUrl::Path(_)) && !self.settings.git.allow_paths {
            return Err(Error::forbidden(
                "this server does not read repositories from its own disk any more",
            ));
        }
        let credentials = self.credentials(tenant, id, &url, sealed)?;
        let (remote, branch) = (Remote { url, credentials }, stored_branch(&repository.branch)?);
        let options = self.settings.git.fetch_options();
        self.prepare_repository(tenant, id, branch.clone()).await?;
        let path = self.repository_path(tenant, id);
        blocking("fetching the remote", move || {
            Repo::open(&path)?.fetch(&remote, &branch, &options)?;
            Ok(())
        })
        .await
    }
}
