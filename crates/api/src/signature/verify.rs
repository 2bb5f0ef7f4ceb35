use super::{Covered, MAX_SKEW_SECONDS, MAX_VALIDITY_SECONDS, Params, PublicKey, base, content_digest};

/// What the receiver has of a signed request.
#[derive(Debug, Clone, Copy)]
pub struct Received<'a> {
    /// What was covered, as it arrived.
    pub covered: Covered<'a>,
    /// `Signature-Input`.
    pub signature_input: &'a str,
    /// `Signature`.
    pub signature: &'a str,
}

/// What a good signature says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its parameters.
    pub params: Params,
    /// `Crontopus-Seq`.
    pub seq: u64,
}

/// Why a signature is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The headers are not in the profile.
    #[error("the signature headers are not in the profile of this API")]
    Profile,
    /// The times are too far from the server's clock, or too far apart.
    #[error("the signature's times are too far from the server's clock")]
    Clock,
    /// `Content-Digest` is not the body's.
    #[error("the content digest is not that of the body")]
    Digest,
    /// The signature is not of that key over that request.
    #[error("the signature does not verify")]
    Signature,
}

impl Received<'_> {
    /// The parameters, unverified: whose key to look up.
    pub fn params(&self) -> Result<Params, Refusal> {
        let text = self.signature_input.strip_prefix("sig1=").ok_or(Refusal::Profile)?;
        Params::parse(text).ok_or(Refusal::Profile)
    }
}

/// Verifies a request with the key its `keyid` names. `body` is `None` where the body is streamed and
/// digested elsewhere; `now` is in seconds. Replay (nonce and sequence) is the caller's to refuse.
pub fn verify(
    received: &Received<'_>,
    key: &PublicKey,
    body: Option<&[u8]>,
    now: i64,
) -> Result<Verified, Refusal> {
    let params = received.params()?;
    let seq = received.covered.seq.parse().map_err(|_| Refusal::Profile)?;
    let signature = received
        .signature
        .strip_prefix("sig1=:")
        .and_then(|s| s.strip_suffix(':'))
        .ok_or(Refusal::Profile)?;
    let authority = received.covered.authority.to_ascii_lowercase();
    let covered = Covered { authority: &authority, ..received.covered };
    if !key.verifies(base(&covered, &params.to_text()).as_bytes(), signature) {
        return Err(Refusal::Signature);
    }
    let lasting = params.expires - params.created;
    if !(0..=MAX_VALIDITY_SECONDS).contains(&lasting)
        || params.created > now + MAX_SKEW_SECONDS
        || params.expires < now
    {
        return Err(Refusal::Clock);
    }
    if body.is_some_and(|body| content_digest(body) != covered.content_digest) {
        return Err(Refusal::Digest);
    }
    Ok(Verified { params, seq })
}
