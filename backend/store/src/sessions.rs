//! Signed-in browsers and command lines.

use crontopus_ids::{SessionId, UserId};
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_SESSION = "SELECT id, user_id, created_at, seen_at, expires_at FROM sessions WHERE secret_hash = $1";
    FIND_SESSION_BY_ID = "SELECT id, user_id, created_at, seen_at, expires_at FROM sessions WHERE id = $1";
    CREATE_SESSION = "INSERT INTO sessions (id, user_id, secret_hash, created_at, seen_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    EXTEND_SESSION = "UPDATE sessions SET seen_at = $2, expires_at = $3 WHERE id = $1";
    DELETE_SESSION = "DELETE FROM sessions WHERE id = $1";
    DELETE_SESSIONS_OF = "DELETE FROM sessions WHERE user_id = $1";
    DELETE_OTHER_SESSIONS = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    DELETE_EXPIRED_SESSIONS = "DELETE FROM sessions WHERE expires_at <= $1";
}

/// One session; its secret is not here.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Session {
    /// Id.
    #[sqlx(try_from = "Text<SessionId>")]
    pub id: SessionId,
    /// Whose.
    #[sqlx(try_from = "Text<UserId>")]
    pub user_id: UserId,
    /// UTC milliseconds.
    pub created_at: i64,
    /// When it was last extended, UTC milliseconds.
    pub seen_at: i64,
    /// When it ends, UTC milliseconds.
    pub expires_at: i64,
}

impl Read<SystemScope> {
    /// The session of a secret; whether it has ended is the caller's to look at.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_session(&mut self, secret_hash: &str) -> Result<Option<Session>, StoreError> {
        query!(self, fetch_optional FIND_SESSION, secret_hash)
    }

    /// The session with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_session_by_id(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        query!(self, fetch_optional FIND_SESSION_BY_ID, Text(id))
    }
}

impl Tx<SystemScope> {
    /// Begins a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn create_session(&mut self, session: &Session, secret_hash: &str) -> Result<(), StoreError> {
        query!(self, execute CREATE_SESSION, Text(session.id), Text(session.user_id), secret_hash,
            session.created_at, session.seen_at, session.expires_at)
        .map(drop)
    }

    /// Puts a session's end off.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn extend_session(&mut self, id: SessionId, seen: i64, expires: i64) -> Result<(), StoreError> {
        query!(self, execute EXTEND_SESSION, Text(id), seen, expires).map(drop)
    }

    /// Ends a session; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_session(&mut self, id: SessionId) -> Result<bool, StoreError> {
        Ok(query!(self, execute DELETE_SESSION, Text(id))? == 1)
    }

    /// Ends all sessions of a person; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_sessions_of(&mut self, user: UserId) -> Result<u64, StoreError> {
        query!(self, execute DELETE_SESSIONS_OF, Text(user))
    }

    /// Ends all sessions of a person but this one; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_other_sessions(&mut self, user: UserId, kept: SessionId) -> Result<u64, StoreError> {
        query!(self, execute DELETE_OTHER_SESSIONS, Text(user), Text(kept))
    }

    /// Forgets sessions that ended at or before `now`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete_expired_sessions(&mut self, now: i64) -> Result<u64, StoreError> {
        query!(self, execute DELETE_EXPIRED_SESSIONS, now)
    }
}
