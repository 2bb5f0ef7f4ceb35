use std::path::PathBuf;

use crontopus_gitrepo::{Branch, Repo};
use crontopus_ids::{RepositoryId, TenantId};

use crate::{App, Error, Result};

impl App {
    /// Where the repository is on disk. Ids are made here, so that no name from outside is part of a path.
    pub fn repository_path(&self, tenant: TenantId, id: RepositoryId) -> PathBuf {
        let tenants = self.settings.git.data_dir.join("git");
        tenants.join(tenant.to_string()).join(format!("{id}.git"))
    }

    /// The SSH host key a remote was first seen with. Each repository has its own: what one tenant has seen
    /// proves nothing to another.
    pub(super) fn known_hosts_path(&self, tenant: TenantId, id: RepositoryId) -> PathBuf {
        self.repository_path(tenant, id).with_extension("known_hosts")
    }

    /// Makes the repository on disk if it is not there, and sets its branch.
    pub(super) async fn prepare_repository(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        branch: Branch,
    ) -> Result<()> {
        let path = self.repository_path(tenant, id);
        blocking("creating a repository", move || {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            Repo::open_or_init(&path, &branch)?;
            std::fs::write(path.join("HEAD"), format!("ref: {}\n", branch.reference()))?;
            Ok(())
        })
        .await
    }
}

/// What work on a repository's files answers.
pub(crate) type Work<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Runs work on files beside the asynchronous threads.
pub(crate) async fn blocking<T: Send + 'static>(
    context: &'static str,
    work: impl FnOnce() -> Work<T> + Send + 'static,
) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::internal(context, e))?.map_err(|e| Error::internal(context, e))
}

/// A branch's name as it was stored.
pub(super) fn stored_branch(text: &str) -> Result<Branch> {
    text.parse().map_err(|e| Error::internal("reading a branch's name", e))
}
