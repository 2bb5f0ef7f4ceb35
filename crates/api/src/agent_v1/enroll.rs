use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crontopus_ids::{AgentId, TenantId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the text of an enrolment token carries: `cte_` and base64url of `url\nfingerprint\nsecret`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrollSecret {
    /// The server's address.
    pub server: String,
    /// SHA-256 of the server's signing key, hex: the agent enrols with no other server.
    pub key_fingerprint: String,
    /// The secret itself; the server stores its SHA-256.
    pub secret: String,
}

impl fmt::Display for EnrollSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}\n{}\n{}", self.server, self.key_fingerprint, self.secret);
        write!(f, "cte_{}", URL_SAFE_NO_PAD.encode(text))
    }
}

impl FromStr for EnrollSecret {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.trim().strip_prefix("cte_").ok_or("an enrolment token begins with `cte_`")?;
        let bytes = URL_SAFE_NO_PAD.decode(digits).map_err(|_| "the enrolment token is cut or mistyped")?;
        let text = String::from_utf8(bytes).map_err(|_| "the enrolment token is cut or mistyped")?;
        let parts: Vec<&str> = text.split('\n').collect();
        let [server, key_fingerprint, secret] = parts[..] else {
            return Err("the enrolment token is cut or mistyped");
        };
        Ok(Self { server: server.into(), key_fingerprint: key_fingerprint.into(), secret: secret.into() })
    }
}

/// `POST /agent/v1/enroll/challenge`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChallengeRequest {
    /// The whole enrolment token, `cte_…`.
    pub token: String,
}

/// The answer: sign it and come back within five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Challenge {
    /// Opaque.
    pub challenge: String,
    /// The server's Ed25519 public key, base64: its fingerprint must be the token's.
    pub server_key: String,
}

/// `POST /agent/v1/enroll`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enroll {
    /// The whole enrolment token.
    pub token: String,
    /// From [`Challenge`].
    pub challenge: String,
    /// Ed25519 public key made on the host, base64.
    pub public_key: String,
    /// Base64 signature by that key over [`enroll_proof`].
    pub proof: String,
    /// What the host is.
    pub facts: HostFacts,
}

/// What the new key signs to prove that the host holds it.
pub fn enroll_proof(challenge: &str, public_key: &str) -> Vec<u8> {
    format!("crontopus-enroll-v1\n{challenge}\n{public_key}").into_bytes()
}

/// What the host is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HostFacts {
    /// Host's name.
    pub hostname: String,
    /// SHA-256 of the machine id with a fixed prefix, hex: finds an earlier enrolment of the same tenant.
    pub machine: String,
    /// Operating system and release.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Agent's version.
    pub version: String,
    /// Scheduler profile, like `debian-cron`.
    pub scheduler: String,
    /// IANA zone of the host.
    pub timezone: String,
}

/// The answer to [`Enroll`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Enrolled {
    /// The agent's id, which is also the `keyid` of its signatures.
    pub agent_id: AgentId,
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant: String,
    /// The name the host has in the tenant.
    pub name: String,
    /// Whether an admin must approve before anything is answered.
    pub pending: bool,
}
