use std::fmt;
use std::str::FromStr;

use super::Role;

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $text:literal from $role:ident),+ $(,)?) => {
        /// What an API token may do, within the role of who made it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($(#[$doc])* $name),+
        }

        impl Scope {
            /// Every scope there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As stored and as written on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// The least role that may give it to a token.
            pub fn least_role(self) -> Role {
                match self { $(Self::$name => Role::$role),+ }
            }
        }
    };
}

scopes! {
    /// Runs and their output.
    RunsRead = "runs:read" from Viewer,
    /// Jobs, monitors, repositories and their manifests; `git clone`.
    JobsRead = "jobs:read" from Viewer,
    /// `git push`, repositories, pausing monitors.
    JobsWrite = "jobs:write" from Member,
    /// Check-ins.
    CheckinsWrite = "checkins:write" from Member,
    /// Agents and their plans.
    AgentsRead = "agents:read" from Viewer,
    /// Enrolment, labels, revocation.
    AgentsWrite = "agents:write" from Admin,
    /// Incidents and their timelines.
    IncidentsRead = "incidents:read" from Viewer,
    /// Acknowledging and resolving.
    IncidentsWrite = "incidents:write" from Member,
    /// Channels, without their secrets.
    ChannelsRead = "channels:read" from Viewer,
    /// Channels and test messages.
    ChannelsWrite = "channels:write" from Admin,
    /// Making and revoking tokens.
    TokensWrite = "tokens:write" from Admin,
    /// Members and invitations.
    MembersWrite = "members:write" from Admin,
    /// The tenant's own settings.
    TenantWrite = "tenant:write" from Owner,
    /// The audit log.
    AuditRead = "audit:read" from Admin,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or(UnknownScope)
    }
}

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text names no scope")]
pub struct UnknownScope;
