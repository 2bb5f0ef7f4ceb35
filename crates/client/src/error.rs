use std::time::Duration;

use crontopus_api::{Code, Problem};

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused, and says why. Match [`Problem::code`].
    #[error("{problem}")]
    Problem {
        /// What it says.
        problem: Box<Problem>,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// No answer came, or only a part of one.
    #[error("{}", .kind.sentence(.server))]
    Transport {
        /// The server's address.
        server: String,
        /// In which way it failed.
        kind: TransportKind,
        /// What failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An answer came that is not what the operation gives.
    #[error("the answer of {operation} cannot be read: is this a Crontopus server of this version?")]
    Decode {
        /// Method and path.
        operation: String,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// A status came that this API never gives: something between here and the server answered.
    #[error("{operation} was answered with status {status}, not by a Crontopus server")]
    Unexpected {
        /// Method and path.
        operation: String,
        /// The status.
        status: u16,
        /// The beginning of the answer, as text.
        text: String,
    },
    /// The server sends elsewhere. Credentials and signatures are for one address and never follow.
    #[error("the server sends to another address, {location}")]
    Redirected {
        /// Where.
        location: String,
    },
    /// The answer is larger than any of the operation may be.
    #[error("the answer of {operation} is larger than {limit} bytes")]
    TooLarge {
        /// Method and path.
        operation: String,
        /// In bytes.
        limit: u64,
    },
    /// The answer does not carry the signature of the server that was pinned: it is not believed.
    #[error(
        "the answer of {operation} (status {status}) is not signed by the server this host enrolled with"
    )]
    Untrusted {
        /// Method and path.
        operation: String,
        /// Its status.
        status: u16,
        /// What it claims, which may be a forgery.
        claim: Option<Box<Problem>>,
    },
    /// A list gave the same cursor twice: it would never end.
    #[error("the list {operation} does not end")]
    EndlessList {
        /// Method and path.
        operation: String,
    },
}

/// In which way no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportKind {
    /// The name is not known.
    Name,
    /// Nobody listens, or the way is blocked. Nothing was sent.
    Connect,
    /// The certificate is not trusted, or the other side does not speak TLS. Nothing was sent.
    Tls,
    /// It took too long.
    Timeout,
    /// The connection broke; the request may have been acted on.
    Broken,
    /// What came is not HTTP, or the request could not be written as such.
    Protocol,
}

impl TransportKind {
    fn sentence(self, server: &str) -> String {
        match self {
            Self::Name => format!("no host is known by the name in {server}"),
            Self::Connect => format!("{server} cannot be reached"),
            Self::Tls => format!("no trusted connection to {server} can be made"),
            Self::Timeout => format!("{server} took too long"),
            Self::Broken => format!("the connection to {server} broke"),
            Self::Protocol => format!("{server} does not speak HTTP as expected"),
        }
    }
}

impl ClientError {
    /// The problem's code, if the server refused with one.
    pub fn code(&self) -> Option<Code> {
        match self {
            Self::Problem { problem, .. } => Some(problem.code),
            _ => None,
        }
    }

    /// When the server wants to be asked again, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Problem { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The server's clock in milliseconds since the Unix epoch, when it refused because the sender's is off.
    pub fn server_time_ms(&self) -> Option<i64> {
        match self {
            Self::Problem { problem, .. } => problem.server_time_ms,
            _ => None,
        }
    }

    /// Whether the same request may go well later without anybody doing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Problem { problem, .. } => {
                matches!(problem.code, Code::Unavailable | Code::RateLimited | Code::Internal)
            }
            Self::Transport { kind, .. } => *kind != TransportKind::Tls,
            Self::Unexpected { status, .. } => matches!(status, 429 | 500..=599),
            Self::Untrusted { status, .. } => matches!(status, 429 | 500..=599),
            _ => false,
        }
    }
}
