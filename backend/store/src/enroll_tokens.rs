//! What lets a host join.

use std::collections::BTreeMap;

use crontopus_ids::{EnrollTokenId, TenantId};
use sqlx::FromRow;

use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_ENROLL_TOKENS = "SELECT tenant_id, id, labels, uses, used, approval, repository, created_by, created_at,
            expires_at FROM enroll_tokens
        WHERE tenant_id = $1 AND id > $2 AND expires_at > $3 AND used < uses ORDER BY id LIMIT $4";
    FIND_ENROLL_TOKEN = "SELECT tenant_id, id, labels, uses, used, approval, repository, created_by, created_at,
            expires_at FROM enroll_tokens WHERE secret_hash = $1";
    CREATE_ENROLL_TOKEN = "INSERT INTO enroll_tokens (tenant_id, id, secret_hash, labels, uses, used, approval,
            repository, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10)";
    USE_ENROLL_TOKEN = "UPDATE enroll_tokens SET used = used + 1
        WHERE tenant_id = $1 AND id = $2 AND used < uses AND expires_at > $3";
    DELETE_ENROLL_TOKEN = "DELETE FROM enroll_tokens WHERE tenant_id = $1 AND id = $2";
    DELETE_EXPIRED_ENROLL_TOKENS = "DELETE FROM enroll_tokens WHERE expires_at <= $1";
}

/// An enrolment token; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EnrollToken {
    /// Into which tenant.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Id.
    #[sqlx(try_from = "Text<EnrollTokenId>")]
    pub id: EnrollTokenId,
    /// Labels of every agent that joins by it.
    #[sqlx(try_from = "JsonText<BTreeMap<String, String>>")]
    pub labels: BTreeMap<String, String>,
    /// How often it may be used in all.
    pub uses: i64,
    /// How often it was used.
    pub used: i64,
    /// Whether an admin must approve who joins by it.
    pub approval: bool,
    /// Name of the repository its agents follow; empty for the tenant's only one.
    pub repository: String,
    /// Who made it.
    pub created_by: String,
    /// UTC milliseconds.
    pub created_at: i64,
    /// UTC milliseconds.
    pub expires_at: i64,
}

impl Read<TenantScope> {
    /// Enrolment tokens that can still be used at `now`, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_enroll_tokens(
        &mut self,
        now: i64,
        paging: &Paging,
    ) -> Result<Listed<EnrollToken>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<EnrollToken> =
            query!(self, fetch_all LIST_ENROLL_TOKENS, Text(tenant), after, now, paging.fetch())?;
        Ok(paging.page(rows, |t| Cursor { at: 0, id: t.id.to_string() }))
    }
}

impl Read<SystemScope> {
    /// The enrolment token of a secret; whether it can still be used is the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_enroll_token(&mut self, secret_hash: &str) -> Result<Option<EnrollToken>, StoreError> {
        query!(self, fetch_optional FIND_ENROLL_TOKEN, secret_hash)
    }
}

impl Tx<TenantScope> {
    /// Makes an enrolment token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_enroll_token(
        &mut self,
        token: &EnrollToken,
        secret_hash: &str,
    ) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_ENROLL_TOKEN, Text(tenant), Text(token.id), secret_hash,
            JsonText(&token.labels), token.uses, token.approval, &token.repository, &token.created_by,
            token.created_at, token.expires_at)
        .map(drop)
    }

    /// Uses a token once; `false` when it is used up or has ended, whoever was faster.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_enroll_token(&mut self, id: EnrollTokenId, now: i64) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute USE_ENROLL_TOKEN, Text(tenant), Text(id), now)? == 1)
    }

    /// Ends a token; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_enroll_token(&mut self, id: EnrollTokenId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_ENROLL_TOKEN, Text(tenant), Text(id))? == 1)
    }
}

impl Tx<SystemScope> {
    /// Forgets tokens that ended before `before`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_expired_enroll_tokens(&mut self, before: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_EXPIRED_ENROLL_TOKENS, before)
    }
}
