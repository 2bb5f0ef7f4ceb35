use std::time::Duration;

use jiff::Timestamp;

/// What a use case answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a use case did not do what it was asked. The text of every variant but [`Error::Internal`] is meant
/// for the caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing by that name in the tenant.
    #[error("there is no {0}")]
    NotFound(String),
    /// The state does not allow it, or the name is taken.
    #[error("{0}")]
    Conflict(String),
    /// A field is not valid.
    #[error("{}", .0.first().map_or("not valid", |f| f.detail.as_str()))]
    Invalid(Vec<Field>),
    /// The password is too weak.
    #[error("{0}")]
    WeakPassword(String),
    /// The role does not allow it.
    #[error("{0}")]
    Forbidden(String),
    /// No credential, or one that is not known, expired or revoked.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// E-mail address or password is wrong.
    #[error("e-mail address or password is wrong")]
    InvalidCredentials,
    /// The password is right; a code of the second factor is needed beside it.
    #[error("give a code of your authenticator, or a recovery code")]
    SecondFactorRequired,
    /// The code of the second factor is wrong, or was used before.
    #[error("the code is wrong, has ended, or was used before")]
    InvalidCode,
    /// The passkey is not known, or what it signed is not what was asked for.
    #[error("this passkey does not let in; it may have been removed")]
    InvalidPasskey,
    /// The enrolment token is unknown, used up or expired.
    #[error("{0}")]
    EnrollToken(&'static str),
    /// The signature of an agent is not taken.
    #[error("{0}")]
    InvalidSignature(&'static str),
    /// The clock of an agent is off.
    #[error("the signature's times are too far from the server's clock")]
    ClockSkew {
        /// The server's clock.
        now: Timestamp,
    },
    /// A signed request was seen before.
    #[error("the nonce was used before, or the sequence is far behind")]
    Replayed,
    /// The agent was revoked, or is in quarantine.
    #[error("{0}")]
    AgentRevoked(&'static str),
    /// A cursor was not made by this list.
    #[error("the cursor was not made by this list")]
    InvalidCursor,
    /// The body is too large for the operation.
    #[error("{0}")]
    TooLarge(String),
    /// Nothing can be taken now; come back later.
    #[error("{reason}")]
    Unavailable {
        /// Why.
        reason: &'static str,
        /// When to come back.
        retry_after: Duration,
    },
    /// Something failed here; logged, not told.
    #[error("{context}")]
    Internal {
        /// What was being done.
        context: &'static str,
        /// What went wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// One field that is not valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// JSON pointer (RFC 6901) into the body.
    pub pointer: String,
    /// What is wrong.
    pub detail: String,
}

impl Error {
    /// Nothing by that name: `what` reads like `agent web1`.
    pub fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    /// The state does not allow it.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::Conflict(detail.into())
    }

    /// The role does not allow it.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::Forbidden(detail.into())
    }

    /// One field is not valid.
    pub fn invalid(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Invalid(vec![Field { pointer: pointer.into(), detail: detail.into() }])
    }

    /// Something failed here.
    pub fn internal(
        context: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Internal { context, source: source.into() }
    }
}

impl From<crontopus_store::StoreError> for Error {
    fn from(error: crontopus_store::StoreError) -> Self {
        use crontopus_store::StoreError as E;
        match error {
            E::Conflict { .. } => Self::Conflict("something by that name is there already".into()),
            E::Missing { table } => Self::NotFound(format!("such row in {table}")),
            E::Unstorable(_) => Self::invalid("", "a text has a character that cannot be stored"),
            error if error.is_transient() => {
                tracing::warn!(%error, cause = ?std::error::Error::source(&error), "the database is away");
                Self::Unavailable {
                    reason: "the database does not answer now",
                    retry_after: Duration::from_secs(2),
                }
            }
            error => Self::internal("the database", error),
        }
    }
}
