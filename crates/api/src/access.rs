use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member may do; each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything but secrets and the audit log.
    Viewer,
    /// Acts on monitors and incidents.
    Member,
    /// Connects repositories, enrols agents, makes tokens, manages members.
    Admin,
    /// Everything, the tenant itself included.
    Owner,
}

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:tt),+ $(,)?) => {
        /// What a token may do. A token never exceeds the role of who made it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[$doc])* #[serde(rename = $text)] $name),+
        }

        impl Scope {
            /// Every scope there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As written in requests and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

scopes! {
    /// Runs and their output.
    RunsRead = "runs:read",
    /// Jobs, monitors, repositories and their manifests; `git clone`.
    JobsRead = "jobs:read",
    /// `git push`, repositories, pausing monitors.
    JobsWrite = "jobs:write",
    /// Check-ins.
    CheckinsWrite = "checkins:write",
    /// Agents and their plans.
    AgentsRead = "agents:read",
    /// Enrolment, labels, revocation.
    AgentsWrite = "agents:write",
    /// Incidents and their timelines.
    IncidentsRead = "incidents:read",
    /// Acknowledging and resolving.
    IncidentsWrite = "incidents:write",
    /// Channels, without their secrets.
    ChannelsRead = "channels:read",
    /// Channels and test messages.
    ChannelsWrite = "channels:write",
    /// Making and revoking tokens.
    TokensWrite = "tokens:write",
    /// Members and invitations.
    MembersWrite = "members:write",
    /// The tenant's own settings.
    TenantWrite = "tenant:write",
    /// The audit log.
    AuditRead = "audit:read",
}

// By hand: utoipa's derive does not see a `rename` that a macro fills in.
impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("What an API token may do."))
            .enum_values(Some(Self::ALL.iter().map(|scope| scope.as_str())))
            .into()
    }
}

impl ToSchema for Scope {}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|s| s.as_str()).collect();
            format!("`{text}` is no scope; there are {}", known.join(", "))
        })
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        })
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Viewer, Self::Member, Self::Admin, Self::Owner]
            .into_iter()
            .find(|r| r.to_string() == text)
            .ok_or_else(|| format!("`{text}` is no role; there are viewer, member, admin, owner"))
    }
}
