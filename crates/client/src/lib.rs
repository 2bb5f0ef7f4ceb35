#![doc = include_str!("../README.md")]

pub mod agent;
mod base_url;
mod config;
mod error;
mod http;
mod pages;
mod query;
pub mod resources;
mod sse;

pub use base_url::{BaseUrl, BaseUrlError};
pub use config::{ClientConfig, ConfigError, Connection, Credential, Retry, Roots, Timeouts};
pub use error::{ClientError, TransportKind};
pub use pages::{PageRequest, Pages};

use std::sync::Arc;

use http::Http;

/// The public API, `/api/v1`. Cheap to clone; clones share their connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: Arc<Http>,
    credential: Credential,
}

impl Client {
    /// A client of one server. Nothing is sent yet.
    pub fn new(config: ClientConfig) -> Result<Self, ConfigError> {
        Ok(Self { http: Arc::new(Http::new(config.connection)?), credential: config.credential })
    }

    /// The same client with another credential.
    #[must_use]
    pub fn with_credential(&self, credential: Credential) -> Self {
        Self { http: Arc::clone(&self.http), credential }
    }

    /// The server's address.
    pub fn base_url(&self) -> &BaseUrl {
        &self.http.base_url
    }
}
