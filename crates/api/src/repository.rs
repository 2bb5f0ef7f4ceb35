use crontopus_ids::RepositoryId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A Git repository the tenant's manifests come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Repository {
    /// Id.
    pub id: RepositoryId,
    /// `[a-z0-9]([-a-z0-9]*[a-z0-9])?`, unique in the tenant.
    pub name: String,
    /// Where it lives.
    pub kind: RepositoryKind,
    /// The remote's URL without credentials; absent on the built-in host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote_url: Option<String>,
    /// The branch that is followed.
    pub branch: String,
    /// Path below the server's address from which agents (and people) clone: `/git/<tenant>/<name>.git`.
    pub git_path: String,
    /// Seconds between fetches of a remote.
    pub sync_interval_seconds: u32,
    /// How the last sync went.
    pub state: SyncState,
    /// The commit in force; absent while nothing was synced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When the state was last brought up to date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub synced_at: Option<Timestamp>,
    /// Why the last sync failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Jobs in force.
    pub jobs: u64,
    /// Errors in the manifests at the commit in force.
    pub errors: u64,
    /// When it was connected.
    pub created_at: Timestamp,
}

/// Where a repository lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepositoryKind {
    /// On the server's own Git host.
    BuiltIn,
    /// On another Git server, or at a path the server can read; mirrored here.
    Remote,
}

/// How the last sync of a repository went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SyncState {
    /// Nothing was synced yet, or the repository is empty.
    Empty,
    /// Everything at the commit is in force.
    Ok,
    /// The commit is in force but for documents with errors.
    Partial,
    /// It could not be fetched or read; the last state stays in force.
    Failed,
}

/// `POST /api/v1/repositories`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectRepository {
    /// Name, unique in the tenant.
    pub name: String,
    /// URL of a remote: `https://`, `ssh://`, or an absolute path the server's settings allow. Absent: a
    /// new, empty repository on the built-in host.
    #[serde(default)]
    pub remote_url: Option<String>,
    /// Branch to follow; `main` when absent.
    #[serde(default)]
    pub branch: Option<String>,
    /// Password or token for HTTPS; stored encrypted, never shown.
    #[serde(default)]
    pub https_token: Option<String>,
    /// Private SSH key (OpenSSH format); stored encrypted, never shown.
    #[serde(default)]
    pub ssh_key: Option<String>,
    /// Seconds between fetches, 10 to 86400; 60 when absent.
    #[serde(default)]
    pub sync_interval_seconds: Option<u32>,
}

/// The answer to [`ConnectRepository`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CreatedRepository {
    /// The repository.
    pub repository: Repository,
    /// The whole address to clone from and push to.
    pub clone_url: String,
}

/// `PATCH /api/v1/repositories/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateRepository {
    /// Branch to follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// New password or token for HTTPS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https_token: Option<String>,
    /// New private SSH key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssh_key: Option<String>,
    /// Seconds between fetches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync_interval_seconds: Option<u32>,
}

/// One commit of a repository's followed branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Commit {
    /// Full object id, hex.
    pub id: String,
    /// First line of the message.
    pub summary: String,
    /// `Name <mail>` of the author.
    pub author: String,
    /// When it was authored.
    pub authored_at: Timestamp,
    /// Agents that have applied this commit or a later one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_agents: Option<u64>,
    /// Agents that follow the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<u64>,
}
