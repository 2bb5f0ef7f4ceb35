//! Links by which people set another password.

use crontopus_ids::UserId;
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_RESET = "SELECT user_id, created_at, expires_at FROM password_resets WHERE secret_hash = $1";
    CREATE_RESET = "INSERT INTO password_resets (secret_hash, user_id, created_at, expires_at)
        VALUES ($1, $2, $3, $4)";
    USE_RESET = "DELETE FROM password_resets WHERE secret_hash = $1 AND expires_at > $2";
    DELETE_RESETS = "DELETE FROM password_resets WHERE user_id = $1";
    DELETE_EXPIRED_RESETS = "DELETE FROM password_resets WHERE expires_at <= $1";
}

/// One link; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PasswordReset {
    /// Whose password it sets.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// UTC milliseconds.
    pub created_at: i64,
    /// When it ends, UTC milliseconds.
    pub expires_at: i64,
}

impl Read<SystemScope> {
    /// The link of a secret; whether it has ended is the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_password_reset(
        &mut self,
        secret_hash: &str,
    ) -> Result<Option<PasswordReset>, StoreError> {
        query!(self, fetch_optional FIND_RESET, secret_hash)
    }
}

impl Tx<SystemScope> {
    /// Makes a link.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_password_reset(
        &mut self,
        reset: &PasswordReset,
        secret_hash: &str,
    ) -> Result<(), StoreError> {
        query!(self, execute CREATE_RESET, secret_hash, Text(reset.user_id), reset.created_at, reset.expires_at)
            .map(drop)
    }

    /// Uses a link up; `false` when it was used before, or has ended by `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_password_reset(&mut self, secret_hash: &str, now: i64) -> Result<bool, StoreError> {
        Ok(query!(self, execute USE_RESET, secret_hash, now)? == 1)
    }

    /// Forgets all links of a person.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_password_resets(&mut self, user: UserId) -> Result<u64, StoreError> {
        query!(self, execute DELETE_RESETS, Text(user))
    }

    /// Forgets links that ended at or before `now`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_expired_password_resets(&mut self, now: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_EXPIRED_RESETS, now)
    }
}
