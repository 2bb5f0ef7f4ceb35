//! Webhooks: another Git server says that somebody pushed, so that the sync does not wait for the next fetch. Nothing
//! of what it says is used but that; what was pushed is fetched and judged as ever.

use std::fmt;

use crontopus_domain::{GitProvider, RepositoryKind};
use crontopus_ids::{RepositoryId, TenantId};
use crontopus_store::RepositoryHook;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::connect::missing;
use crate::access::Actor;
use crate::{App, Deed, Error, Result, secret};

/// A repository's webhook as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The repository: the last part of the address.
    pub repository: RepositoryId,
    /// Its secret, without the secret; absent while there is none.
    pub row: Option<RepositoryHook>,
}

/// By what a call is to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookProof {
    /// HMAC-SHA256 of the body with the secret.
    Signature(Vec<u8>),
    /// The secret itself.
    Token(String),
    /// Nothing.
    None,
}

/// A call that is being read, and is believed when all of it was.
pub struct HookCall {
    repository: RepositoryId,
    tenant: Option<TenantId>,
    secret: Vec<u8>,
    mac: Hmac<Sha256>,
    proof: HookProof,
}

impl App {
    /// The webhook of a repository.
    pub async fn get_repository_hook(&self, actor: &Actor, name: &str) -> Result<Hook> {
        let mut read = self.read(actor.tenant_id).await?;
        let found = read.find_repository(name).await?.ok_or_else(|| missing(name))?;
        Ok(Hook { repository: found.id, row: read.find_repository_hook(found.id).await? })
    }

    /// Gives a repository's webhook a new secret, which is answered this once; the old one ends at once.
    pub async fn rotate_repository_hook(&self, actor: &Actor, name: &str) -> Result<(Hook, String)> {
        let (now, secret) = (self.now_ms(), secret::random(self.entropy.as_ref()));
        let mut tx = self.begin(actor.tenant_id).await?;
        let found = tx.find_repository(name).await?.ok_or_else(|| missing(name))?;
        if found.kind == RepositoryKind::BuiltIn {
            return Err(Error::conflict("a repository on this server knows of every push by itself"));
        }
        let sealed = self.secrets()?.seal(&owner(found.id), secret.as_bytes(), self.random());
        tx.set_repository_hook(found.id, &sealed, now).await?;
        tx.create_audit(&self.audit_line(actor, Deed::new("rotate_repository_webhook", name))).await?;
        let row = tx.find_repository_hook(found.id).await?;
        tx.commit().await?;
        Ok((Hook { repository: found.id, row }, secret))
    }

    /// Takes a repository's webhook away: no call is believed any more.
    pub async fn delete_repository_hook(&self, actor: &Actor, name: &str) -> Result<()> {
        let mut tx = self.begin(actor.tenant_id).await?;
        let found = tx.find_repository(name).await?.ok_or_else(|| missing(name))?;
        if !tx.delete_repository_hook(found.id).await? {
            return Err(Error::not_found(format!("webhook of {name}")));
        }
        tx.create_audit(&self.audit_line(actor, Deed::new("delete_repository_webhook", name))).await?;
        Ok(tx.commit().await?)
    }

    /// Begins to read a call. One for a repository that has no webhook is read like any other and not believed, so
    /// that nobody learns which there are.
    pub async fn open_hook_call(&self, repository: RepositoryId, proof: HookProof) -> Result<HookCall> {
        let known = self.look_up().await?.find_hook_secret(repository).await?;
        let (tenant, secret) = match known {
            Some((tenant, sealed)) => {
                let opened = self.secrets()?.open_sealed(&owner(repository), &sealed);
                let secret = opened.ok_or_else(|| {
                    Error::internal("opening a webhook", "none of the keys is the one it was sealed with")
                })?;
                (Some(tenant), secret)
            }
            None => (None, self.random::<32>().to_vec()),
        };
        let mac = Hmac::<Sha256>::new_from_slice(&secret)
            .map_err(|e| Error::internal("keying a webhook's signature", e))?;
        Ok(HookCall { repository, tenant, secret, mac, proof })
    }

    /// Believes a call or not; `is_push` asks for a sync of the repository.
    pub async fn end_hook_call(&self, call: HookCall, provider: GitProvider, is_push: bool) -> Result<()> {
        let repository = call.repository;
        let Some(tenant) = call.believed() else {
            return Err(Error::InvalidSignature(
                "no webhook is at this address with this secret; make a new secret for the repository",
            ));
        };
        let now = self.now_ms();
        let mut tx = self.begin(tenant).await?;
        tx.note_hook_call(repository, now, provider.as_str()).await?;
        if is_push {
            tx.make_repository_due(repository, now).await?;
        }
        tracing::debug!(%tenant, %repository, %provider, is_push, "a webhook was called");
        Ok(tx.commit().await?)
    }
}

impl HookCall {
    /// Takes the next part of the body.
    pub fn update(&mut self, bytes: &[u8]) {
        self.mac.update(bytes);
    }

    /// Whose the call is, when its proof fits.
    fn believed(self) -> Option<TenantId> {
        let fits = match self.proof {
            HookProof::Signature(signature) => self.mac.verify_slice(&signature).is_ok(),
            // Of equal length first: a comparison must say nothing about how far it came.
            HookProof::Token(token) => {
                Sha256::digest(token)[..].ct_eq(&Sha256::digest(&self.secret)[..]).into()
            }
            HookProof::None => false,
        };
        self.tenant.filter(|_| fits)
    }
}

/// Without the secret.
impl fmt::Debug for HookCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookCall").field("repository", &self.repository).finish_non_exhaustive()
    }
}

/// Whose the sealed secret is; the repository's own credentials are sealed for another.
pub(crate) fn owner(id: RepositoryId) -> Vec<u8> {
    format!("{id}/webhook").into_bytes()
}
