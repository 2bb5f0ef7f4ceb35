//! API tokens.

use std::collections::BTreeSet;

use crontopus_ids::{TenantId, TokenId, UserId};
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::{JsonText, Text};
use crate::error::StoreError;
use crate::query::{Cursor, Listed, Paging, query};
use crate::scope::{SystemScope, TenantScope};
use crate::tx::{Read, Tx};

statements! {
    LIST_TOKENS = "SELECT t.id, t.user_id, u.email, t.name, t.hint, t.scopes, t.created_at, t.expires_at, t.used_at
        FROM tokens t JOIN users u ON u.id = t.user_id
        WHERE t.tenant_id = $1 AND t.id > $2 ORDER BY t.id LIMIT $3";
    FIND_TOKEN = "SELECT t.id, t.user_id, u.email, t.name, t.hint, t.scopes, t.created_at, t.expires_at, t.used_at
        FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.tenant_id = $1 AND t.id = $2";
    CREATE_TOKEN = "INSERT INTO tokens
        (tenant_id, id, user_id, name, hint, secret_hash, scopes, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    TOUCH_TOKEN = "UPDATE tokens SET used_at = $3 WHERE tenant_id = $1 AND id = $2";
    DELETE_TOKEN = "DELETE FROM tokens WHERE tenant_id = $1 AND id = $2";
}

batches! {
    FIND_BEARERS(secret_hash Text) = "SELECT t.secret_hash, t.tenant_id, n.slug, t.id, t.user_id, t.name, t.scopes,
            t.expires_at, t.used_at, m.role
        FROM {rows} CROSS JOIN tokens t JOIN tenants n ON n.tenant_id = t.tenant_id
        LEFT JOIN members m ON m.tenant_id = t.tenant_id AND m.user_id = t.user_id
        WHERE t.secret_hash = batch.secret_hash";
}

/// An API token; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Token {
    /// Id.
    #[sqlx(try_from = "Text<TokenId>")]
    pub id: TokenId,
    /// Who made it.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// Their e-mail address.
    pub email: String,
    /// What it is for.
    pub name: String,
    /// The first characters of the secret.
    pub hint: String,
    /// What it may do.
    #[sqlx(try_from = "JsonText<Vec<String>>")]
    pub scopes: Vec<String>,
    /// UTC milliseconds.
    pub created_at: i64,
    /// UTC milliseconds.
    pub expires_at: Option<i64>,
    /// UTC milliseconds.
    pub used_at: Option<i64>,
}

/// Who a token speaks for.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Bearer {
    /// The tenant it works in.
    #[sqlx(try_from = "Text<TenantId>")]
    pub tenant_id: TenantId,
    /// Its slug.
    pub slug: String,
    /// The token.
    #[sqlx(try_from = "Text<TokenId>")]
    pub id: TokenId,
    /// Who made it.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    #[sqlx(try_from = "JsonText<Vec<String>>")]
    pub scopes: Vec<String>,
    /// UTC milliseconds.
    pub expires_at: Option<i64>,
    /// UTC milliseconds.
    pub used_at: Option<i64>,
    /// What its maker is in the tenant now; `None` when they have left.
    pub role: Option<String>,
}

#[derive(Debug, FromRow)]
struct BearerRow {
    secret_hash: String,
    #[sqlx(flatten)]
    bearer: Bearer,
}

impl Read<SystemScope> {
    /// Who the tokens with these secrets speak for, by the hashes of the secrets; those of no token are left out.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_bearers(
        &mut self,
        secret_hashes: &BTreeSet<String>,
    ) -> Result<Vec<(String, Bearer)>, StoreError> {
        let mut batch = Batch::of(&FIND_BEARERS);
        for hash in secret_hashes {
            batch.text(hash);
        }
        let rows: Vec<BearerRow> = batch.fetch_all(self).await?;
        Ok(rows.into_iter().map(|row| (row.secret_hash, row.bearer)).collect())
    }
}

impl Read<TenantScope> {
    /// Tokens, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_tokens(&mut self, paging: &Paging) -> Result<Listed<Token>, StoreError> {
        let (tenant, after) = (self.tenant(), paging.after.as_ref().map_or("", |c| c.id.as_str()));
        let rows: Vec<Token> = query!(self, fetch_all LIST_TOKENS, Text(tenant), after, paging.fetch())?;
        Ok(paging.page(rows, |t| Cursor { at: 0, id: t.id.to_string() }))
    }

    /// The token with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_token(&mut self, id: TokenId) -> Result<Option<Token>, StoreError> {
        let tenant = self.tenant();
        query!(self, fetch_optional FIND_TOKEN, Text(tenant), Text(id))
    }
}

impl Tx<TenantScope> {
    /// Makes a token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_token(&mut self, token: &Token, secret_hash: &str) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute CREATE_TOKEN, Text(tenant), Text(token.id), Text(token.user_id), &token.name,
            &token.hint, secret_hash, JsonText(&token.scopes), token.created_at, token.expires_at)
        .map(drop)
    }

    /// Notes that a token was used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn touch_token(&mut self, id: TokenId, at: i64) -> Result<(), StoreError> {
        let tenant = self.tenant();
        query!(self, execute TOUCH_TOKEN, Text(tenant), Text(id), at).map(drop)
    }

    /// Ends a token; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_token(&mut self, id: TokenId) -> Result<bool, StoreError> {
        let tenant = self.tenant();
        Ok(query!(self, execute DELETE_TOKEN, Text(tenant), Text(id))? == 1)
    }
}
