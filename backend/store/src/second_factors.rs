//! Second factors of people, and the codes for who lost theirs.

use crontopus_ids::UserId;
use sqlx::FromRow;

use crate::batch::{Batch, batches};
use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_FACTOR = "SELECT sealed, created_at, confirmed_at, step FROM second_factors WHERE user_id = $1";
    SET_FACTOR = "INSERT INTO second_factors (user_id, sealed, created_at, step) VALUES ($1, $2, $3, 0)
        ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, created_at = excluded.created_at, step = 0
        WHERE second_factors.confirmed_at IS NULL";
    CONFIRM_FACTOR = "UPDATE second_factors SET confirmed_at = $2 WHERE user_id = $1 AND confirmed_at IS NULL";
    /// A code of an interval is taken once, and none of an earlier one after it.
    USE_STEP = "UPDATE second_factors SET step = $2 WHERE user_id = $1 AND step < $2";
    DELETE_FACTOR = "DELETE FROM second_factors WHERE user_id = $1";
    COUNT_CODES = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = $1";
    USE_CODE = "DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2";
    DELETE_CODES = "DELETE FROM recovery_codes WHERE user_id = $1";
    LIST_SEALED_FACTORS = "SELECT user_id, sealed FROM second_factors ORDER BY user_id";
    RESEAL_FACTOR = "UPDATE second_factors SET sealed = $3 WHERE user_id = $1 AND sealed = $2";
}

batches! {
    CREATE_CODES(user_id Text, code_hash Text) = "INSERT INTO recovery_codes (user_id, code_hash)
        SELECT user_id, code_hash FROM {rows}";
}

/// A person's second factor.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SecondFactor {
    /// The encrypted secret.
    pub sealed: Vec<u8>,
    /// When it was begun, UTC milliseconds.
    pub created_at: i64,
    /// Since when it is asked for, UTC milliseconds; `None` until a first code proved it.
    pub confirmed_at: Option<i64>,
    /// The interval of the last code that was taken.
    pub step: i64,
}

impl Read<SystemScope> {
    /// The second factor of a person.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_second_factor(&mut self, user: UserId) -> Result<Option<SecondFactor>, StoreError> {
        query!(self, fetch_optional FIND_FACTOR, Text(user))
    }

    /// How many recovery codes are left.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_recovery_codes(&mut self, user: UserId) -> Result<i64, StoreError> {
        let (count,): (i64,) = query!(self, fetch_one COUNT_CODES, Text(user))?;
        Ok(count)
    }

    /// The encrypted secrets of all second factors.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_sealed_factors(&mut self) -> Result<Vec<(UserId, Vec<u8>)>, StoreError> {
        let rows: Vec<(Text<UserId>, Vec<u8>)> = query!(self, fetch_all LIST_SEALED_FACTORS)?;
        Ok(rows.into_iter().map(|(user, sealed)| (user.0, sealed)).collect())
    }
}

impl Tx<SystemScope> {
    /// Begins a second factor, in the place of one that was begun before; `false` when there is one in force.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_second_factor(
        &mut self,
        user: UserId,
        sealed: &[u8],
        now: i64,
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute SET_FACTOR, Text(user), sealed, now)? == 1)
    }

    /// Puts a second factor in force; whether it was not before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn confirm_second_factor(&mut self, user: UserId, now: i64) -> Result<bool, StoreError> {
        Ok(query!(self, execute CONFIRM_FACTOR, Text(user), now)? == 1)
    }

    /// Uses up an interval; `false` when a code of it, or of a later one, was taken before.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_step(&mut self, user: UserId, step: i64) -> Result<bool, StoreError> {
        Ok(query!(self, execute USE_STEP, Text(user), step)? == 1)
    }

    /// Forgets a second factor and its recovery codes; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_second_factor(&mut self, user: UserId) -> Result<bool, StoreError> {
        query!(self, execute DELETE_CODES, Text(user))?;
        Ok(query!(self, execute DELETE_FACTOR, Text(user))? == 1)
    }

    /// Gives a person other recovery codes, by their hashes.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn replace_recovery_codes(
        &mut self,
        user: UserId,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        query!(self, execute DELETE_CODES, Text(user))?;
        let mut batch = Batch::of(&CREATE_CODES);
        for hash in hashes {
            batch.text(user).text(hash);
        }
        batch.execute(self).await.map(drop)
    }

    /// Uses up a recovery code; whether it was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_recovery_code(&mut self, user: UserId, hash: &str) -> Result<bool, StoreError> {
        Ok(query!(self, execute USE_CODE, Text(user), hash)? == 1)
    }

    /// Puts what was encrypted anew in the place of `before`; whether nobody else changed it meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reseal_factor(
        &mut self,
        user: UserId,
        (before, after): (&[u8], &[u8]),
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute RESEAL_FACTOR, Text(user), before, after)? > 0)
    }
}
