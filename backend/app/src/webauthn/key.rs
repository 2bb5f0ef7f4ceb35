//! Public keys as authenticators write them (COSE, RFC 9053 and RFC 8812), and what they verify.

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::{Deserialize, Serialize};

use super::cbor::Reader;
use super::{Bytes, Unfit};

/// A public key. The three kinds are those every authenticator has one of: nearly all sign with the first, those in
/// Windows before 11 with the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "algorithm")]
pub(crate) enum PublicKey {
    /// ECDSA with SHA-256 on P-256: the point, uncompressed.
    #[serde(rename = "ES256")]
    P256 {
        /// 65 bytes.
        point: Bytes,
    },
    /// EdDSA on Curve25519.
    #[serde(rename = "EdDSA")]
    Ed25519 {
        /// 32 bytes.
        point: Bytes,
    },
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "RS256")]
    Rsa {
        /// Modulus, big-endian.
        n: Bytes,
        /// Exponent, big-endian.
        e: Bytes,
    },
}

impl PublicKey {
    /// The kinds of keys by their numbers (IANA, COSE algorithms), in the order they are wished for.
    pub(super) const ALGORITHMS: [i64; 3] = [-8, -7, -257];

    /// Reads a key, to its end.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Unfit> {
        let (mut kind, mut algorithm, mut curve) = (None, None, None);
        // −1 is a curve's number or the modulus, −2 x or the exponent, −3 y.
        let (mut n, mut second, mut third) = (None, None, None);
        for _ in 0..reader.map()? {
            match reader.number()? {
                1 => kind = Some(reader.number()?),
                3 => algorithm = Some(reader.number()?),
                -1 if kind == Some(3) => n = Some(reader.bytes()?),
                -1 => curve = Some(reader.number()?),
                -2 => second = Some(reader.bytes()?),
                -3 => third = Some(reader.bytes()?),
                _ => reader.skip()?,
            }
        }
        match (kind, algorithm, curve, n, second, third) {
            (Some(2), Some(-7), Some(1), None, Some(x), Some(y)) if x.len() == 32 && y.len() == 32 => {
                Ok(Self::P256 { point: Bytes([&[4], x, y].concat()) })
            }
            (Some(1), Some(-8), Some(6), None, Some(x), None) if x.len() == 32 => {
                Ok(Self::Ed25519 { point: Bytes(x.to_vec()) })
            }
            (Some(3), Some(-257), None, Some(n), Some(e), None) => {
                Ok(Self::Rsa { n: Bytes(n.to_vec()), e: Bytes(e.to_vec()) })
            }
            _ => Err(Unfit("the key is of a kind that was not asked for")),
        }
    }

    /// Holds a signature against what was signed.
    pub(super) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Unfit> {
        let verified = match self {
            Self::P256 { point } => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &point.0).verify(signed, signature)
            }
            Self::Ed25519 { point } => UnparsedPublicKey::new(&ED25519, &point.0).verify(signed, signature),
            Self::Rsa { n, e } => {
                let key = RsaPublicKeyComponents { n: &n.0, e: &e.0 };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        verified.map_err(|_| Unfit("the signature does not verify"))
    }
}
