//! Keys with which people sign in, and what their authenticators were asked to sign.

use crontopus_ids::{PasskeyId, UserId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    LIST_PASSKEYS = "SELECT user_id, id, credential_id, credential, name, created_at, used_at FROM passkeys
        WHERE user_id = $1 ORDER BY id";
    FIND_PASSKEY = "SELECT user_id, id, credential_id, credential, name, created_at, used_at FROM passkeys
        WHERE credential_id = $1";
    CREATE_PASSKEY = "INSERT INTO passkeys (user_id, id, credential_id, credential, name, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    RENAME_PASSKEY = "UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2";
    /// Whoever used it meanwhile has counted further: then nothing is reached.
    USE_PASSKEY = "UPDATE passkeys SET credential = $4, used_at = $5
        WHERE user_id = $1 AND id = $2 AND credential = $3";
    DELETE_PASSKEY = "DELETE FROM passkeys WHERE user_id = $1 AND id = $2";
    CREATE_CHALLENGE = "INSERT INTO passkey_challenges (challenge_hash, user_id, expires_at) VALUES ($1, $2, $3)";
    TAKE_CHALLENGE = "DELETE FROM passkey_challenges WHERE challenge_hash = $1 RETURNING user_id, expires_at";
    DELETE_EXPIRED_CHALLENGES = "DELETE FROM passkey_challenges WHERE expires_at <= $1";
}

/// One passkey.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Passkey {
    /// Whose.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// Id.
    #[sqlx(try_from = "Text<PasskeyId>")]
    pub id: PasskeyId,
    /// How the authenticator calls it, base64url.
    pub credential_id: String,
    /// What is needed to verify it, JSON.
    pub credential: String,
    /// How the person calls it.
    pub name: String,
    /// UTC milliseconds.
    pub created_at: i64,
    /// When it was last used, UTC milliseconds.
    pub used_at: Option<i64>,
}

/// Something that an authenticator was asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyChallenge {
    /// Who makes a passkey; `None` when somebody signs in.
    pub user_id: Option<UserId>,
    /// Until when an answer counts, UTC milliseconds.
    pub expires_at: i64,
}

impl Read<SystemScope> {
    /// A person's passkeys, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn list_passkeys(&mut self, user: UserId) -> Result<Vec<Passkey>, StoreError> {
        query!(self, fetch_all LIST_PASSKEYS, Text(user))
    }

    /// The passkey an authenticator calls so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_passkey(&mut self, credential_id: &str) -> Result<Option<Passkey>, StoreError> {
        query!(self, fetch_optional FIND_PASSKEY, credential_id)
    }
}

impl Tx<SystemScope> {
    /// Keeps a passkey that was made.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the authenticator's name for it is there already.
    pub async fn create_passkey(&mut self, passkey: &Passkey) -> Result<(), StoreError> {
        query!(self, execute CREATE_PASSKEY, Text(passkey.user_id), Text(passkey.id), &passkey.credential_id,
            &passkey.credential, &passkey.name, passkey.created_at)
        .map(drop)
    }

    /// Calls a person's passkey otherwise; whether there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn rename_passkey(
        &mut self,
        user: UserId,
        id: PasskeyId,
        name: &str,
    ) -> Result<bool, StoreError> {
        Ok(query!(self, execute RENAME_PASSKEY, Text(user), Text(id), name)? == 1)
    }

    /// Notes that a passkey was used at `now`, and what it is verified with from then on; `false` when it was changed,
    /// used or removed since it was read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn use_passkey(
        &mut self,
        before: &Passkey,
        credential: &str,
        now: i64,
    ) -> Result<bool, StoreError> {
        let done = query!(self, execute USE_PASSKEY, Text(before.user_id), Text(before.id), &before.credential,
            credential, now)?;
        Ok(done == 1)
    }

    /// Forgets a person's passkey; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_passkey(&mut self, user: UserId, id: PasskeyId) -> Result<bool, StoreError> {
        Ok(query!(self, execute DELETE_PASSKEY, Text(user), Text(id))? == 1)
    }

    /// Keeps what an authenticator is asked to sign.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_passkey_challenge(
        &mut self,
        challenge: &PasskeyChallenge,
        hash: &str,
    ) -> Result<(), StoreError> {
        let PasskeyChallenge { user_id, expires_at } = *challenge;
        query!(self, execute CREATE_CHALLENGE, hash, user_id.map(Text), expires_at).map(drop)
    }

    /// Takes what an authenticator was asked to sign, once; whether it has ended is the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_passkey_challenge(
        &mut self,
        hash: &str,
    ) -> Result<Option<PasskeyChallenge>, StoreError> {
        let row: Option<(Option<Text<UserId>>, i64)> = query!(self, fetch_optional TAKE_CHALLENGE, hash)?;
        Ok(row.map(|(user, expires_at)| PasskeyChallenge { user_id: user.map(|user| user.0), expires_at }))
    }

    /// Forgets what was not signed by `now`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_expired_passkey_challenges(&mut self, now: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_EXPIRED_CHALLENGES, now)
    }
}
