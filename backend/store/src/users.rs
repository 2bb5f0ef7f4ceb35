//! People.

use crontopus_ids::UserId;
use sqlx::FromRow;

use crate::column::Text;
use crate::error::StoreError;
use crate::query::query;
use crate::scope::SystemScope;
use crate::tx::{Read, Tx};

statements! {
    FIND_USER = "SELECT id, email, name, password_hash, created_at FROM users WHERE id = $1";
    FIND_USER_BY_EMAIL = "SELECT id, email, name, password_hash, created_at FROM users WHERE email_key = $1";
    ANY_USER = "SELECT id FROM users LIMIT 1";
    CREATE_USER = "INSERT INTO users (id, email, email_key, name, password_hash, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    SET_PASSWORD = "UPDATE users SET password_hash = $2 WHERE id = $1";
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct User {
    /// Id.
    #[sqlx(try_from = "Text<UserId>")]
    pub id: UserId,
    /// E-mail address as it was given.
    pub email: String,
    /// Name.
    pub name: String,
    /// Argon2id, in PHC form.
    pub password_hash: String,
    /// UTC milliseconds.
    pub created_at: i64,
}

impl Read<SystemScope> {
    /// The person with this id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        query!(self, fetch_optional FIND_USER, Text(id))
    }

    /// The person with this address, whatever its case.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn find_user_by_email(&mut self, email: &str) -> Result<Option<User>, StoreError> {
        query!(self, fetch_optional FIND_USER_BY_EMAIL, email.to_lowercase())
    }

    /// Whether there is any account.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_users(&mut self) -> Result<bool, StoreError> {
        let user: Option<(String,)> = query!(self, fetch_optional ANY_USER)?;
        Ok(user.is_some())
    }
}

impl Tx<SystemScope> {
    /// Makes an account.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the address has one.
    pub async fn create_user(&mut self, user: &User) -> Result<(), StoreError> {
        let key = user.email.to_lowercase();
        query!(self, execute CREATE_USER, Text(user.id), &user.email, key, &user.name, &user.password_hash,
            user.created_at)
        .map(drop)
    }

    /// Gives a person another password, and holds their row until the transaction ends, so that of two who change it at
    /// once the second sees what the first did.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such person.
    pub async fn set_password(&mut self, id: UserId, password_hash: &str) -> Result<(), StoreError> {
        match query!(self, execute SET_PASSWORD, Text(id), password_hash)? {
            1 => Ok(()),
            _ => Err(StoreError::Missing { table: "users" }),
        }
    }
}
