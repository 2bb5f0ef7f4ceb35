use std::fmt;
use std::time::Duration;

use crate::BaseUrl;

/// How to reach a server and as whom.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// How to reach it.
    pub connection: Connection,
    /// As whom.
    pub credential: Credential,
}

/// How to reach a server.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its address.
    pub base_url: BaseUrl,
    /// `User-Agent`, like `crontopus/0.1.0`.
    pub user_agent: String,
    /// Which certificates are trusted.
    pub roots: Roots,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// What is tried again.
    pub retry: Retry,
    /// URL of an HTTP proxy; the environment is never looked at.
    pub proxy: Option<String>,
}

impl Connection {
    /// A connection with the default roots, timeouts and retries, and no proxy.
    pub fn new(base_url: BaseUrl, user_agent: impl Into<String>) -> Self {
        Self {
            base_url,
            user_agent: user_agent.into(),
            roots: Roots::default(),
            timeouts: Timeouts::default(),
            retry: Retry::default(),
            proxy: None,
        }
    }
}

/// Which certificate authorities are trusted.
#[derive(Debug, Clone, Default)]
pub enum Roots {
    /// The list Mozilla keeps, as compiled in.
    #[default]
    Mozilla,
    /// Only the certificates of this PEM text: a company's own authority.
    Pem(Vec<u8>),
}

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For name look-up, connection and TLS.
    pub connect: Duration,
    /// For one request and its whole answer; streams are exempt.
    pub request: Duration,
    /// For the next byte of a stream. The server writes a comment each 15 seconds.
    pub stream_silence: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(60),
            stream_silence: Duration::from_secs(45),
        }
    }
}

/// What is tried again: requests that change nothing, or the same thing twice, after a failed connection or
/// a 503 with `Retry-After`. Nothing else ever is.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Attempts in all; 1 for none beyond the first.
    pub attempts: u32,
    /// A server that asks for a longer pause than this is not waited for.
    pub longest_pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 3, longest_pause: Duration::from_secs(5) }
    }
}

/// As whom requests are made. Its `Debug` form shows no secret.
#[derive(Clone, Default)]
pub enum Credential {
    /// As nobody: sign-up, sign-in, health.
    #[default]
    None,
    /// By an API token, `ctp_…`.
    Token(String),
    /// By a session, as sign-in gave it.
    Session {
        /// Value of the session cookie.
        cookie: String,
        /// Slug of the tenant; the person's first one when absent.
        tenant: Option<String>,
    },
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Token(_) => "Token(..)",
            Self::Session { .. } => "Session(..)",
        })
    }
}

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The PEM text holds no certificate, or a broken one.
    #[error("the extra root certificates cannot be read: {0}")]
    Roots(String),
    /// The proxy's URL is not one.
    #[error("`{url}` is no proxy address")]
    Proxy {
        /// As given.
        url: String,
        /// What is wrong.
        #[source]
        source: ureq::Error,
    },
}
