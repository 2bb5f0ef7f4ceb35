//! Secrets the service hands out once: API tokens, sessions, check-in keys, enrolment tokens, invitations.
//! Only the SHA-256 of a secret is stored; 256 random bits need no slow hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crontopus_clock::Entropy;
use sha2::{Digest as _, Sha256};

/// Prefix of an API token, by which scanners for leaked secrets know it.
pub const TOKEN_PREFIX: &str = "ctp_";

/// A fresh secret: 32 random bytes in base64url without padding, 43 characters.
pub fn random(entropy: &dyn Entropy) -> String {
    argument::<32>(entropy)
}

/// A fresh check-in key: 18 random bytes, 24 characters that need no escaping in a URL.
pub fn check_in_key(entropy: &dyn Entropy) -> String {
    argument::<18>(entropy)
}

/// `N` random bytes in base64url, such that no command line takes them for an option: they do not begin with `-`.
fn argument<const N: usize>(entropy: &dyn Entropy) -> String {
    loop {
        let text = URL_SAFE_NO_PAD.encode(bytes::<N>(entropy));
        if !text.starts_with('-') {
            return text;
        }
    }
}

/// A fresh API token: the prefix, a secret, and six hexadecimal digits of its checksum, so that a mistyped
/// or cut token is told from a wrong one without the database.
pub fn api_token(entropy: &dyn Entropy) -> String {
    let secret = random(entropy);
    format!("{TOKEN_PREFIX}{secret}{}", checksum(&secret))
}

/// Whether `text` has the form of an API token.
pub fn is_api_token(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(TOKEN_PREFIX).filter(|r| r.is_ascii() && r.len() == 49) else {
        return false;
    };
    let (secret, sum) = rest.split_at(43);
    checksum(secret) == sum
}

/// What is stored of a secret: its SHA-256, hex.
pub fn hash(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

/// `N` random bytes.
pub fn bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

/// Hexadecimal digits of bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// The bytes of hexadecimal digits; `None` when they are none.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    hex::decode(text).ok()
}

fn checksum(secret: &str) -> String {
    hex::encode(&Sha256::digest(format!("crontopus-token\n{secret}"))[..3])
}

#[cfg(test)]
mod tests {
    use crontopus_clock::SeededEntropy;

    use super::*;

    #[test]
    fn a_token_carries_its_checksum() {
        let token = api_token(&SeededEntropy::new(1));
        assert!(token.starts_with("ctp_") && token.len() == 53, "{token}");
        assert!(is_api_token(&token));
        for wrong in [&token[1..], &token[..52], "", "ctp_", &token.replace("ctp_", "cte_"), "ctp_ü"] {
            assert!(!is_api_token(wrong), "{wrong}");
        }
        let mut typo = token.into_bytes();
        typo[10] = if typo[10] == b'a' { b'b' } else { b'a' };
        assert!(!is_api_token(std::str::from_utf8(&typo).unwrap()));
    }

    #[test]
    fn a_key_fits_a_path_and_a_command_line() {
        let entropy = SeededEntropy::new(2);
        for _ in 0..1_000 {
            let key = check_in_key(&entropy);
            assert!(key.len() == 24 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)));
            assert!(!key.starts_with('-') && !random(&entropy).starts_with('-'), "{key}");
        }
    }
}
