//! How the server signs what it says to an agent.

use super::{PublicKey, SecretKey, content_digest};

/// Header of the signature, base64.
pub const HEADER: &str = "crontopus-server-signature";

fn message(nonce: &str, status: u16, body: &[u8]) -> Vec<u8> {
    format!("crontopus-answer-v1\n{nonce}\n{status}\n{}", content_digest(body)).into_bytes()
}

/// The signature of an answer to the request with `nonce`: an answer cannot be moved to another request.
pub fn sign(key: &SecretKey, nonce: &str, status: u16, body: &[u8]) -> String {
    key.sign(&message(nonce, status, body))
}

/// Whether the server whose key was pinned gave this answer to the request with `nonce`.
pub fn verifies(key: &PublicKey, nonce: &str, status: u16, body: &[u8], signature: &str) -> bool {
    key.verifies(&message(nonce, status, body), signature)
}
