//! Whether what is kept encrypted can be opened; for `doctor`, without a service.

use std::collections::BTreeSet;
use std::path::Path;

use crontopus_store::{Store, SystemScope};

use crate::secrets::{Opened, Secrets};
use crate::{Error, Result, sealed};

/// How the kept secrets are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretHealth {
    /// Ids of the keys there are, the one that encrypts first.
    pub keys: Vec<String>,
    /// Secrets that the first key opens.
    pub current: usize,
    /// Secrets that another key opens.
    pub older: usize,
    /// Secrets that no key opens: what holds them, and in which tenant.
    pub lost: Vec<String>,
    /// Ids of keys that they were sealed with, as far as they say so.
    pub missing_keys: BTreeSet<String>,
}

impl SecretHealth {
    /// Opens every secret of the database with the keys in `file` and in the data directory `data`. Nothing is made or
    /// changed.
    ///
    /// # Errors
    /// The keys cannot be read, or the database is away.
    pub async fn look(store: &Store, data: &Path, file: Option<&Path>) -> Result<Self> {
        let secrets = Secrets::read(data, file).map_err(|e| Error::internal("reading the keys", e))?;
        let mut read = store.read(SystemScope::for_operator()).await?;
        let all = sealed::list(&mut read).await?;
        drop(read);
        let mut health = Self { keys: secrets.ids(), ..Self::default() };
        for (keeper, sealed) in all {
            match secrets.look_into(&keeper.owner(), &sealed) {
                Opened::Text { is_first: true, .. } => health.current += 1,
                Opened::Text { is_first: false, .. } => health.older += 1,
                Opened::Unknown { key } => {
                    health.lost.push(keeper.to_string());
                    health.missing_keys.extend(key);
                }
            }
        }
        Ok(health)
    }
}
