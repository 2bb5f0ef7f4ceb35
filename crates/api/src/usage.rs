use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET /api/v1/usage`: what the tenant has, and what it sent in the last days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Usage {
    /// When this was counted.
    pub at: Timestamp,
    /// How many of each there are, and how many there may be.
    pub meters: Vec<UsageMeter>,
    /// The last 30 days of UTC, oldest first; the last one is today.
    pub days: Vec<UsageDay>,
}

/// How many of something there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageMeter {
    /// Of what.
    pub of: UsageKind,
    /// How many there are.
    pub used: u64,
    /// How many there may be; absent where this server sets no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsageKind {
    /// Jobs in force.
    Jobs,
    /// What is expected of jobs in their places.
    Monitors,
    /// Agents that are not revoked.
    Agents,
    /// People: seats.
    Members,
    /// Git repositories.
    Repositories,
    /// Channels.
    Channels,
    /// API tokens.
    Tokens,
    /// Things that checked in without being declared.
    Discovered,
    /// Outputs of runs that are kept.
    Outputs,
    /// Bytes that the kept outputs take, compressed.
    OutputBytes,
}

/// What was sent in one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsageDay {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Check-ins that were accepted.
    pub check_ins: u64,
    /// Runs that ended, well or not.
    pub runs: u64,
    /// Runs that were expected and did not come.
    pub missed: u64,
    /// Bytes of that day's outputs that are still kept, compressed.
    pub output_bytes: u64,
}
