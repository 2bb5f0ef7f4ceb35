#![doc = include_str!("../README.md")]

mod base32;
mod id;

pub use id::{IdError, Prefixed};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl Prefixed for $name {
            const PREFIX: &'static str = $prefix;

            fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            fn uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        impl $name {
            /// An id made at `unix_ms` (milliseconds, UTC) from ten random bytes.
            pub fn from_parts(unix_ms: i64, random: [u8; 10]) -> Self {
                Self(id::uuid_v7(unix_ms, random))
            }

            /// An id from 128 bits, whatever their version.
            pub fn from_bits(bits: u128) -> Self {
                Self(uuid::Uuid::from_u128(bits))
            }

            /// An id from a UUID's own bits, whatever its version.
            pub fn from_uuid(uuid: uuid::Uuid) -> Self {
                Self(uuid)
            }

            /// The canonical UUID, the form the Healthchecks protocol knows.
            pub fn uuid(&self) -> uuid::Uuid {
                self.0
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                id::schema::<Self>()
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {}

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                id::display::<Self>(self, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                id::display::<Self>(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                id::parse::<Self>(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                id::parse::<Self>(&text).map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// One isolated customer.
    TenantId = "ten",
    /// One person.
    UserId = "usr",
    /// One signed-in browser or command line.
    SessionId = "ses",
    /// One key with which a person signs in.
    PasskeyId = "pky",
    /// One API token.
    TokenId = "tok",
    /// One Git repository of a tenant.
    RepositoryId = "rep",
    /// One job, kept over renames when the manifest has a `uid`.
    JobId = "job",
    /// What is expected of one job in one place.
    MonitorId = "mon",
    /// One execution, expected or seen.
    RunId = "run",
    /// One accepted signal of a run.
    CheckInId = "chk",
    /// One thing that checked in without being declared in Git.
    DiscoveredId = "dsc",
    /// One enrolled host.
    AgentId = "agt",
    /// One enrolment token.
    EnrollTokenId = "ent",
    /// One open or past problem.
    IncidentId = "inc",
    /// One change of an incident.
    IncidentEventId = "iev",
    /// One notification channel.
    ChannelId = "chn",
    /// A silence that an operator asked for.
    SnoozeId = "snz",
    /// One thing to be done outside the database.
    OutboxId = "out",
    /// One line of the audit log.
    AuditId = "aud",
    /// One invitation into a tenant.
    InvitationId = "inv",
    /// One HTTP request.
    RequestId = "req",
}
