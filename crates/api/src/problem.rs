use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $title:literal),+ $(,)?) => {
        /// What went wrong, as a closed set of stable strings: clients match these, never texts.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[$doc])* $name),+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The HTTP status the code always comes with.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status),+ }
            }

            /// A short sentence, the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),+ }
            }
        }
    };
}

codes! {
    /// The request cannot be read at all.
    BadRequest = 400 "The request cannot be read",
    /// A cursor was not made by this list.
    InvalidCursor = 400 "The cursor is not valid",
    /// No credential, or one that is not known, expired or revoked.
    Unauthenticated = 401 "Sign in or give a token",
    /// E-mail address or password is wrong.
    InvalidCredentials = 401 "E-mail address or password is wrong",
    /// The password is right; a code of the second factor is needed beside it.
    SecondFactorRequired = 401 "A code of the second factor is needed",
    /// The code of the second factor is wrong, or was used before.
    InvalidCode = 401 "The code is wrong or was used before",
    /// The passkey is not known here, or what it signed does not fit.
    InvalidPasskey = 401 "The passkey does not let in",
    /// The request's signature does not verify.
    InvalidSignature = 401 "The signature does not verify",
    /// The signature's times are too far from the server's clock.
    ClockSkew = 401 "The clock of the sender is off",
    /// The same signed request was seen before.
    Replayed = 401 "The request was seen before",
    /// The agent was revoked.
    AgentRevoked = 401 "The agent was revoked",
    /// The role does not allow it.
    Forbidden = 403 "The role does not allow this",
    /// The token lacks a scope.
    MissingScope = 403 "The token lacks a scope",
    /// The request comes from a page of another site.
    CrossSite = 403 "The request comes from another site",
    /// Nothing by that name, or it belongs to another tenant.
    NotFound = 404 "There is nothing here by that name",
    /// The path exists, the method does not.
    MethodNotAllowed = 405 "The method is not allowed here",
    /// The body did not come in time.
    TooSlow = 408 "The request came too slowly",
    /// Something with that name exists already, or the state does not allow the change.
    Conflict = 409 "The request conflicts with what is there",
    /// `If-Match` names another version.
    PreconditionFailed = 412 "It was changed meanwhile",
    /// The body is larger than the operation takes.
    TooLarge = 413 "The body is too large",
    /// The body is not of a type the operation takes.
    UnsupportedMediaType = 415 "The media type is not supported",
    /// The body can be read and is not valid; `errors` says where.
    Invalid = 422 "The request is not valid",
    /// The password is too short or too common.
    WeakPassword = 422 "The password is too weak",
    /// An enrolment token is unknown, used up or expired.
    EnrollTokenInvalid = 422 "The enrolment token is not valid",
    /// Too many requests; `Retry-After` says when to come back.
    RateLimited = 429 "Too many requests",
    /// Something failed here; `request_id` finds it in the log.
    Internal = 500 "Something failed on the server",
    /// The server cannot take it now; `Retry-After` says when to come back.
    Unavailable = 503 "The server cannot take this now",
}

/// RFC 9457 `application/problem+json`: the only shape of an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// `https://crontopus.dev/problems/<code>`: names the kind, need not resolve.
    pub r#type: String,
    /// The code's sentence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request, and how to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The kind, for programs.
    pub code: Code,
    /// What is wrong field by field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Finds the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// With `clock_skew`: the server's clock, milliseconds since the Unix epoch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_time_ms: Option<i64>,
}

/// One field that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// JSON pointer (RFC 6901) into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong.
    pub detail: String,
}

impl Problem {
    /// The problem `code` with nothing more to say.
    pub fn new(code: Code) -> Self {
        let name = serde_json::to_value(code).ok().and_then(|v| v.as_str().map(str::to_owned));
        Self {
            r#type: format!("https://crontopus.dev/problems/{}", name.unwrap_or_default()),
            title: code.title().into(),
            status: code.status(),
            detail: None,
            code,
            errors: Vec::new(),
            request_id: None,
            server_time_ms: None,
        }
    }

    /// Says what is wrong with this request.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds a field that is not valid.
    #[must_use]
    pub fn field(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.errors.push(FieldProblem { pointer: pointer.into(), detail: detail.into() });
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.detail.as_deref().unwrap_or(&self.title))
    }
}

impl std::error::Error for Problem {}
