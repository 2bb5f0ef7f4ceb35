use std::collections::BTreeMap;

use crontopus_ids::EnrollTokenId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An enrolment token, without its secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EnrollToken {
    /// Id.
    pub id: EnrollTokenId,
    /// Labels every agent that joins by it will have.
    pub labels: BTreeMap<String, String>,
    /// How often it may be used in all.
    pub uses: u32,
    /// How often it was used.
    pub used: u32,
    /// Whether an admin must approve who joins by it.
    pub approval: bool,
    /// Repository its agents follow.
    pub repository: String,
    /// E-mail address of who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// `POST /api/v1/enroll-tokens`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateEnrollToken {
    /// Labels every agent that joins by it will have.
    #[serde(default, deserialize_with = "crate::unique::map")]
    pub labels: BTreeMap<String, String>,
    /// 1 to 1000; 1 when absent.
    #[serde(default)]
    pub uses: Option<u32>,
    /// 1 to 10080; 15 when absent.
    #[serde(default)]
    pub expires_in_minutes: Option<u32>,
    /// Whether an admin must approve who joins by it.
    #[serde(default)]
    pub approval: bool,
    /// Name of the repository its agents follow; may be left out when the tenant has just one.
    #[serde(default)]
    pub repository: Option<String>,
}

/// The answer to [`CreateEnrollToken`]: the secret is shown this once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedEnrollToken {
    /// The token.
    pub enroll_token: EnrollToken,
    /// `cte_…`: carries the server's address and the fingerprint of its signing key.
    pub secret: String,
    /// The line to type on the host.
    pub command: String,
}
