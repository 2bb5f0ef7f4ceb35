//! HTTP message signatures (RFC 9421) in the one profile that agents use.
//!
//! Covered components, in this order: `"@method" "@authority" "@path" "@query" "content-digest"
//! "crontopus-seq"`; parameters `created`, `expires` (at most [`MAX_VALIDITY_SECONDS`] later), `nonce`,
//! `keyid`, `alg="ed25519"`, `tag="crontopus-agent-v1"`; label `sig1`. Nothing else is accepted, so there
//! is nothing to negotiate and nothing to downgrade.

pub mod answer;
mod digest;
mod key;
mod params;
mod sign;
mod verify;

pub use digest::content_digest;
pub use key::{KeyError, PublicKey, SecretKey};
pub use params::Params;
pub use sign::{SignedHeaders, Signer, sign};
pub use verify::{Received, Refusal, Verified, verify};

/// Longest time between `created` and `expires`, in seconds.
pub const MAX_VALIDITY_SECONDS: i64 = 300;
/// Largest difference between the two clocks, in seconds.
pub const MAX_SKEW_SECONDS: i64 = 300;
/// Value of the parameter `tag`.
pub const TAG: &str = "crontopus-agent-v1";
/// Header that grows with each request of one key.
pub const SEQ_HEADER: &str = "crontopus-seq";

/// What a signature covers of a request, besides its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered<'a> {
    /// Upper case.
    pub method: &'a str,
    /// Host and, unless it is the scheme's own, port; lower case.
    pub authority: &'a str,
    /// Absolute path as sent.
    pub path: &'a str,
    /// With its question mark; `?` alone when there is none (RFC 9421, section 2.2.7).
    pub query: &'a str,
    /// Value of `Content-Digest`.
    pub content_digest: &'a str,
    /// Value of `Crontopus-Seq`.
    pub seq: &'a str,
}

/// The signature base (RFC 9421, section 2.5).
fn base(covered: &Covered<'_>, params: &str) -> String {
    let Covered { method, authority, path, query, content_digest, seq } = covered;
    format!(
        "\"@method\": {method}\n\"@authority\": {authority}\n\"@path\": {path}\n\"@query\": {query}\n\
         \"content-digest\": {content_digest}\n\"{SEQ_HEADER}\": {seq}\n\"@signature-params\": {params}"
    )
}
