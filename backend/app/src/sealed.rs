//! Everything in the database that is encrypted, for whoever goes through all of it.

use std::fmt;

use crontopus_ids::{ChannelId, RepositoryId, TenantId, UserId};
use crontopus_store::{Read, StoreError, SystemScope, SystemTx};

use crate::accounts::second_factor;
use crate::git::hooks;

/// What holds a secret.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Keeper {
    Channel(TenantId, ChannelId),
    Repository(TenantId, RepositoryId),
    Webhook(TenantId, RepositoryId),
    SecondFactor(UserId),
}

/// Every secret there is.
pub(crate) async fn list(read: &mut Read<SystemScope>) -> Result<Vec<(Keeper, Vec<u8>)>, StoreError> {
    let mut all = Vec::new();
    let channels = read.list_sealed_channels().await?;
    all.extend(channels.into_iter().map(|(tenant, id, sealed)| (Keeper::Channel(tenant, id), sealed)));
    let repositories = read.list_sealed_repositories().await?;
    all.extend(repositories.into_iter().map(|(tenant, id, sealed)| (Keeper::Repository(tenant, id), sealed)));
    let webhooks = read.list_sealed_hooks().await?;
    all.extend(webhooks.into_iter().map(|(tenant, id, sealed)| (Keeper::Webhook(tenant, id), sealed)));
    let factors = read.list_sealed_factors().await?;
    all.extend(factors.into_iter().map(|(user, sealed)| (Keeper::SecondFactor(user), sealed)));
    Ok(all)
}

impl Keeper {
    /// For whom the secret was sealed; for nobody else it can be opened.
    pub(crate) fn owner(&self) -> Vec<u8> {
        match self {
            Self::Channel(_, id) => id.to_string().into_bytes(),
            Self::Repository(_, id) => id.to_string().into_bytes(),
            Self::Webhook(_, id) => hooks::owner(*id),
            Self::SecondFactor(user) => second_factor::owner(*user),
        }
    }

    /// Puts what was encrypted anew in the place of what was there; whether nobody else changed it meanwhile.
    pub(crate) async fn replace(
        &self,
        tx: &mut SystemTx,
        (before, after): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        match *self {
            Self::Channel(tenant, id) => tx.reseal_channel(tenant, id, (before, after)).await,
            Self::Repository(tenant, id) => tx.reseal_repository(tenant, id, (before, after)).await,
            Self::Webhook(tenant, id) => tx.reseal_hook(tenant, id, (before, after)).await,
            Self::SecondFactor(user) => tx.reseal_factor(user, (before, after)).await,
        }
    }
}

impl fmt::Display for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(tenant, id) => write!(f, "channel {id} of {tenant}"),
            Self::Repository(tenant, id) => write!(f, "repository {id} of {tenant}"),
            Self::Webhook(tenant, id) => write!(f, "webhook of {id} of {tenant}"),
            Self::SecondFactor(user) => write!(f, "second factor of {user}"),
        }
    }
}
