use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::Semaphore;

use crate::{Error, Result};

/// What one hash costs. Production uses [`HashCost::default`]; tests a cheaper one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for HashCost {
    /// 46 MiB, one pass: the first of the equivalent settings OWASP's password storage cheat sheet names.
    fn default() -> Self {
        Self { memory_kib: 47_104, passes: 1 }
    }
}

impl HashCost {
    /// The least that Argon2 allows: for tests, where nothing is secret.
    pub const LEAST: Self = Self { memory_kib: 8, passes: 1 };
}

/// Hashes and verifies passwords with Argon2id, on threads where waiting is allowed, at most as many at once
/// as there are processors: sign-ins cannot take all memory.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    cost: HashCost,
    turns: Arc<Semaphore>,
    /// Verified against when there is no account, so that both cases take as long.
    decoy: Arc<str>,
}

impl PasswordHasher {
    /// A hasher that runs at most `at_once` hashes at a time.
    pub fn new(cost: HashCost, at_once: usize) -> Result<Self> {
        let decoy = hash(cost, "no account has this password", [7; 16])?;
        Ok(Self { cost, turns: Arc::new(Semaphore::new(at_once.max(1))), decoy: decoy.into() })
    }

    /// The hash of `password` in PHC form.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String> {
        let cost = self.cost;
        self.turn(move || hash(cost, &password, salt)).await?
    }

    /// Whether `password` is the one of `stored`. Without `stored` (no such account) the answer is no, after
    /// the same work.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let (known, stored) = (stored.is_some(), stored.unwrap_or_else(|| self.decoy.to_string()));
        let fits = self.turn(move || verify(&password, &stored)).await??;
        Ok(fits && known)
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|e| Error::internal("waiting for a turn to hash", e))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|e| Error::internal("hashing a password", e))
    }
}

fn hash(cost: HashCost, password: &str, salt: [u8; 16]) -> Result<String> {
    let params = Params::new(cost.memory_kib, cost.passes, 1, None)
        .map_err(|e| Error::internal("setting up Argon2", e.to_string()))?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|e| Error::internal("hashing a password", e.to_string()))?.to_string())
}

/// The cost is the stored hash's own.
fn verify(password: &str, stored: &str) -> Result<bool> {
    match Argon2::default().verify_password(password.as_bytes(), stored) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(e) => Err(Error::internal("reading a stored password hash", e.to_string())),
    }
}
