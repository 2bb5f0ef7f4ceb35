use super::{Covered, MAX_VALIDITY_SECONDS, Params, SecretKey, base, content_digest};

/// Who signs.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The key.
    pub key: SecretKey,
    /// The agent's id.
    pub keyid: String,
}

/// The headers a signed request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `Content-Digest`.
    pub content_digest: String,
    /// `Crontopus-Seq`.
    pub seq: String,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
    /// The nonce, which the answer's signature is bound to.
    pub nonce: String,
}

impl SignedHeaders {
    /// Names (lower case) and values.
    pub fn pairs(&self) -> [(&'static str, &str); 4] {
        [
            ("content-digest", &self.content_digest),
            (super::SEQ_HEADER, &self.seq),
            ("signature-input", &self.signature_input),
            ("signature", &self.signature),
        ]
    }
}

/// Signs one request. `query` is what follows `?`, if anything; `now` is in seconds, by the server's clock
/// as far as it is known; `seq` grows with each request; `nonce` is random.
pub fn sign(
    signer: &Signer,
    request: (&str, &str, &str, Option<&str>),
    body: &[u8],
    now: i64,
    seq: u64,
    nonce: [u8; 16],
) -> SignedHeaders {
    let (method, authority, path, query) = request;
    let nonce = hex::encode(nonce);
    let params = Params {
        created: now,
        expires: now + MAX_VALIDITY_SECONDS,
        nonce: nonce.clone(),
        keyid: signer.keyid.clone(),
    };
    let (content_digest, seq) = (content_digest(body), seq.to_string());
    let text = params.to_text();
    let query = format!("?{}", query.unwrap_or_default());
    let authority = authority.to_ascii_lowercase();
    let covered = Covered {
        method,
        authority: &authority,
        path,
        query: &query,
        content_digest: &content_digest,
        seq: &seq,
    };
    let signature = signer.key.sign(base(&covered, &text).as_bytes());
    SignedHeaders {
        signature_input: format!("sig1={text}"),
        signature: format!("sig1=:{signature}:"),
        content_digest,
        seq,
        nonce,
    }
}
