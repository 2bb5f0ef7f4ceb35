//! Answers to requests with an `Idempotency-Key`.

use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    FIND_IDEMPOTENCY_KEY = "SELECT request_hash, at, status, body FROM idempotency_keys
        WHERE tenant_id = $1 AND key_hash = $2";
    CREATE_IDEMPOTENCY_KEY = "INSERT INTO idempotency_keys (tenant_id, key_hash, request_hash, at, status)
        VALUES ($1, $2, $3, $4, 0)";
    FINISH_IDEMPOTENCY_KEY = "UPDATE idempotency_keys SET status = $3, body = $4
        WHERE tenant_id = $1 AND key_hash = $2";
    DELETE_IDEMPOTENCY_KEY = "DELETE FROM idempotency_keys WHERE tenant_id = $1 AND key_hash = $2";
    DELETE_IDEMPOTENCY_KEYS = "DELETE FROM idempotency_keys WHERE at < $1";
}

/// What was answered to the first request with a key.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Remembered {
    /// SHA-256 of what was asked.
    pub request_hash: String,
    /// UTC milliseconds.
    pub at: i64,
    /// HTTP status; 0 while the first request goes on.
    pub status: i64,
    /// The answer, unless it held a secret.
    pub body: Option<String>,
}

impl Read<TenantScope> {
    /// What is known of a key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_idempotency_key(&mut self, key_hash: &str) -> Result<Option<Remembered>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_IDEMPOTENCY_KEY, Text(tenant), key_hash)
    }
}

impl Tx<TenantScope> {
    /// Takes a key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is taken.
    pub async fn create_idempotency_key(
        &mut self,
        key_hash: &str,
        request_hash: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_IDEMPOTENCY_KEY, Text(tenant), key_hash, request_hash, at).map(drop)
    }

    /// Remembers the answer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn finish_idempotency_key(
        &mut self,
        key_hash: &str,
        status: i64,
        body: Option<&str>,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute FINISH_IDEMPOTENCY_KEY, Text(tenant), key_hash, status, body).map(drop)
    }

    /// Gives a key back: nothing was made.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_idempotency_key(&mut self, key_hash: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute DELETE_IDEMPOTENCY_KEY, Text(tenant), key_hash).map(drop)
    }
}

impl Tx<SystemScope> {
    /// Forgets keys older than `before`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_idempotency_keys(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_IDEMPOTENCY_KEYS, before)
    }
}
