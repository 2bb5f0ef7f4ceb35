use crontopus_ids::TenantId;
use crontopus_store::StoreError;

use crate::{App, Error, Result, secret};

/// An answer is remembered this long.
const REMEMBERED_MS: i64 = 86_400_000;

/// A request with an `Idempotency-Key`.
#[derive(Debug, Clone)]
pub struct KeyUse {
    /// Whose.
    pub tenant_id: TenantId,
    key_hash: String,
    request_hash: String,
}

/// What is to be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is the first: do it, then [`App::finish_key`] or [`App::release_key`].
    First,
    /// It was answered: answer the same.
    Answered {
        /// HTTP status.
        status: u16,
        /// JSON; `None` when it held a secret, which is not kept.
        body: Option<String>,
    },
}

impl KeyUse {
    /// The use of `key` by `actor` (a label that tells callers apart) for a request.
    pub fn new(tenant_id: TenantId, actor: &str, key: &str, request: &[u8]) -> Self {
        let key_hash = secret::hash(&format!("{actor}\n{key}"));
        Self { tenant_id, key_hash, request_hash: secret::hash(&String::from_utf8_lossy(request)) }
    }
}

impl App {
    /// Takes the key, or finds what was answered.
    pub async fn claim_key(&self, key: &KeyUse) -> Result<Claim> {
        let now = self.now_ms();
        let mut tx = self.begin(key.tenant_id).await?;
        if let Some(known) = tx.find_idempotency_key(&key.key_hash).await? {
            if known.at > now - REMEMBERED_MS {
                return answered(key, known);
            }
            tx.delete_idempotency_key(&key.key_hash).await?;
        }
        match tx.create_idempotency_key(&key.key_hash, &key.request_hash, now).await {
            Ok(()) => {}
            Err(StoreError::Conflict { .. }) => return Err(going_on()),
            Err(error) => return Err(error.into()),
        }
        tx.commit().await?;
        Ok(Claim::First)
    }

    /// Remembers what was answered; `body` is `None` when it holds a secret.
    pub async fn finish_key(&self, key: &KeyUse, status: u16, body: Option<&str>) -> Result<()> {
        let mut tx = self.begin(key.tenant_id).await?;
        tx.finish_idempotency_key(&key.key_hash, i64::from(status), body).await?;
        Ok(tx.commit().await?)
    }

    /// Gives the key back: nothing was made.
    pub async fn release_key(&self, key: &KeyUse) -> Result<()> {
        let mut tx = self.begin(key.tenant_id).await?;
        tx.delete_idempotency_key(&key.key_hash).await?;
        Ok(tx.commit().await?)
    }
}

fn answered(key: &KeyUse, known: crontopus_store::Remembered) -> Result<Claim> {
    if known.request_hash != key.request_hash {
        return Err(Error::conflict("the idempotency key was used for another request"));
    }
    if known.status == 0 {
        return Err(going_on());
    }
    let status = u16::try_from(known.status).map_err(|e| Error::internal("reading a status", e))?;
    Ok(Claim::Answered { status, body: known.body })
}

fn going_on() -> Error {
    Error::conflict("a request with this idempotency key goes on; ask again later")
}
