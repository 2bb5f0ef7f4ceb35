use super::{SEQ_HEADER, TAG};

/// The parameters of a signature (RFC 9421, section 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Params {
    /// Seconds since the Unix epoch.
    pub created: i64,
    /// Seconds since the Unix epoch.
    pub expires: i64,
    /// At most 64 characters of base64url.
    pub nonce: String,
    /// The agent's id.
    pub keyid: String,
}

impl Params {
    /// The inner list with its parameters, as it stands in `Signature-Input` and in the signature base.
    pub(super) fn to_text(&self) -> String {
        let Self { created, expires, nonce, keyid } = self;
        format!(
            "(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \"{SEQ_HEADER}\")\
             ;created={created};expires={expires};nonce=\"{nonce}\";keyid=\"{keyid}\";alg=\"ed25519\";tag=\"{TAG}\""
        )
    }

    /// Reads exactly what [`Params::to_text`] writes: one profile, one spelling.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (_, parameters) = text.split_once(')')?;
        let mut found = [None; 4];
        for parameter in parameters.split(';').skip(1) {
            let (name, value) = parameter.split_once('=')?;
            let slot = match name {
                "created" => 0,
                "expires" => 1,
                "nonce" => 2,
                "keyid" => 3,
                _ => continue,
            };
            found[slot] = Some(value);
        }
        let quoted = |text: &str, longest: usize| {
            let inner = text.strip_prefix('"')?.strip_suffix('"')?;
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            (inner.len() <= longest && !inner.is_empty() && inner.chars().all(plain))
                .then(|| inner.to_owned())
        };
        let params = Self {
            created: found[0]?.parse().ok()?,
            expires: found[1]?.parse().ok()?,
            nonce: quoted(found[2]?, 64)?,
            keyid: quoted(found[3]?, 64)?,
        };
        (params.to_text() == text).then_some(params)
    }
}
