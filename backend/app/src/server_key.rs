use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _};
use sha2::{Digest as _, Sha256};

/// The Ed25519 key the service signs with: agents pin it when they enrol. Never printed.
#[derive(Clone)]
pub struct ServerKey(SigningKey);

impl ServerKey {
    /// The key of 32 random bytes.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The seed, for the edge that signs answers.
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Base64 of the public key.
    pub fn public_base64(&self) -> String {
        STANDARD.encode(self.0.verifying_key().as_bytes())
    }

    /// SHA-256 of the public key, hex: what an enrolment token carries.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.0.verifying_key().as_bytes()))
    }

    /// Signs something only this server reads again. `purpose` keeps one use from being taken for another.
    pub(crate) fn seal(&self, purpose: &str, message: &str) -> String {
        STANDARD.encode(self.0.sign(format!("{purpose}\n{message}").as_bytes()).to_bytes())
    }

    /// Whether `seal` is this server's over `message` for `purpose`.
    pub(crate) fn sealed(&self, purpose: &str, message: &str, seal: &str) -> bool {
        let Ok(bytes) = STANDARD.decode(seal) else { return false };
        let Ok(signature) = Signature::from_slice(&bytes) else { return false };
        self.0.verifying_key().verify(format!("{purpose}\n{message}").as_bytes(), &signature).is_ok()
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ServerKey({})", self.fingerprint())
    }
}
