//! Credentials of remotes, as the database holds them.

use crontopus_gitrepo::fetch::{Credentials, RemoteUrl};
use crontopus_ids::{RepositoryId, TenantId};
use serde::{Deserialize, Serialize};

use crate::secrets::Secrets;
use crate::{App, Error, Result};

/// What opens a remote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RemoteSecret {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) https_token: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ssh_key: Option<String>,
}

impl App {
    fn secrets(&self) -> Result<Secrets> {
        let directory = &self.settings.git.data_dir;
        Secrets::open(directory, self.entropy.as_ref())
            .map_err(|e| Error::internal("reading the key of the sealed credentials", e))
    }

    /// Seals credentials for one repository; a row copied to another one cannot be opened there.
    pub(super) fn seal(&self, id: RepositoryId, secret: &RemoteSecret) -> Result<Vec<u8>> {
        let text = serde_json::to_vec(secret).map_err(|e| Error::internal("sealing credentials", e))?;
        Ok(self.secrets()?.seal(id.to_string().as_bytes(), &text, self.random()))
    }

    /// Opens what [`App::seal`] made.
    pub(super) fn unseal(&self, id: RepositoryId, sealed: &[u8]) -> Result<RemoteSecret> {
        let opened = self.secrets()?.open_sealed(id.to_string().as_bytes(), sealed);
        let text = opened.ok_or_else(|| {
            Error::internal(
                "opening credentials",
                "the key in the data directory is not the one they were sealed with",
            )
        })?;
        serde_json::from_slice(&text).map_err(|e| Error::internal("opening credentials", e))
    }

    /// As whom a remote is read.
    pub(super) fn credentials(
        &self,
        tenant: TenantId,
        id: RepositoryId,
        url: &RemoteUrl,
        sealed: Option<Vec<u8>>,
    ) -> Result<Credentials> {
        let secret = sealed.map(|sealed| self.unseal(id, &sealed)).transpose()?.unwrap_or_default();
        Ok(match (url, secret) {
            (RemoteUrl::Http(_), RemoteSecret { https_token: Some(password), .. }) => {
                Credentials::Basic { user: "crontopus".to_owned(), password }
            }
            (RemoteUrl::Ssh(_), RemoteSecret { ssh_key: Some(private_key), .. }) => {
                Credentials::Ssh { private_key, known_hosts: self.known_hosts_path(tenant, id) }
            }
            _ => Credentials::None,
        })
    }
}
