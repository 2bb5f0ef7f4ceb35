//! Requests to the two addresses that the operator configures: the one that waits for signs of life, and the
//! collector of traces. They are nobody else's to choose, so that private networks and plain HTTP are fine.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use crontopus_app::tasks::dead_man::Outside;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers of collectors are small; more is not read.
const MOST_ANSWER: u64 = 64 << 10;

/// The address that waits for signs of life.
#[derive(Debug)]
pub(crate) struct DeadManUrl {
    agent: Agent,
    url: String,
}

/// Carries traces to the collector.
#[derive(Debug)]
pub(crate) struct Collector(Agent);

impl DeadManUrl {
    pub(crate) fn new(url: &str) -> Self {
        Self { agent: agent(), url: url.to_owned() }
    }
}

impl Outside for DeadManUrl {
    fn tell(&self) -> Result<(), String> {
        let answer = self.agent.get(&self.url).call().map_err(|error| error.to_string())?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("it was answered with {status}")),
        }
    }
}

impl Collector {
    pub(crate) fn new() -> Self {
        Self(agent())
    }

    fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, body) = answer.into_parts();
        let body = body.into_with_config().limit(MOST_ANSWER).read_to_vec()?;
        Ok(Response::from_parts(parts, Bytes::from(body)))
    }
}

#[async_trait]
impl HttpClient for Collector {
    /// It blocks, on the thread that does nothing but export spans.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let answer = self.send(request);
        match &answer {
            Err(error) => tracing::warn!(error = %error, "traces could not be sent"),
            Ok(answer) if !answer.status().is_success() => {
                tracing::warn!(status = answer.status().as_u16(), "the collector did not take the traces");
            }
            Ok(_) => {}
        }
        answer
    }
}

fn agent() -> Agent {
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::WebPki)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(3)
        .user_agent(concat!("crontopus-server/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(PATIENCE))
        .proxy(None)
        .build();
    config.new_agent()
}
