//! The agent API, `/agent/v1`: signed requests, answers whose signature is checked with the pinned key.

mod enroll;
mod event_stream;
mod signing;
mod stamp;

pub use enroll::{EnrollError, Enroller, Enrolment};
pub use event_stream::{AgentEventStream, EventError};
pub use stamp::{Stamp, Stamper, Stamps};

use std::sync::Arc;

use crontopus_api::agent_v1::{
    AgentCheckIn, AgentCheckIns, AgentCheckInsAnswer, AgentConfig, Heartbeat, HeartbeatAnswer, Leave, Report,
    ReportAnswer, RotateKey, enroll_proof,
};
use crontopus_api::signature::{PublicKey, SecretKey, Signer, answer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::http::Method;

use crate::http::{Http, Incoming, Outgoing};
use crate::query::Target;
use crate::resources::{decode, encode};
use crate::sse::SseReader;
use crate::{BaseUrl, ClientError, ConfigError, Connection};

/// How an enrolled host reaches its server.
#[derive(Debug, Clone)]
pub struct AgentClientConfig {
    /// How to reach the server.
    pub connection: Connection,
    /// The host's key and the agent's id.
    pub signer: Signer,
    /// The server's key, pinned at enrolment.
    pub server_key: PublicKey,
    /// Where times, sequence numbers and nonces come from.
    pub stamper: Arc<dyn Stamper>,
}

/// The agent API of one server as one agent. Nothing is ever sent twice: a signature is good for one request.
#[derive(Debug)]
pub struct AgentClient {
    http: Http,
    signer: Signer,
    server_key: PublicKey,
    stamper: Arc<dyn Stamper>,
}

/// The configuration, or that it is still the one the caller has.
#[derive(Debug, Clone, PartialEq)]
pub enum ConfigAnswer {
    /// It changed.
    New {
        /// What the agent follows.
        config: Box<AgentConfig>,
        /// Give it with the next request.
        etag: Option<String>,
    },
    /// It is the one with the tag that was given.
    Unchanged,
}

impl AgentClient {
    /// A client of one server. Nothing is sent yet.
    pub fn new(config: AgentClientConfig) -> Result<Self, ConfigError> {
        let AgentClientConfig { connection, signer, server_key, stamper } = config;
        Ok(Self { http: Http::new(connection)?, signer, server_key, stamper })
    }

    /// The server's address.
    pub fn base_url(&self) -> &BaseUrl {
        &self.http.base_url
    }

    /// Signs with another key from now on, after a rotation.
    pub fn set_key(&mut self, key: SecretKey) {
        self.signer.key = key;
    }

    /// What the agent follows. `etag` is the one of the configuration the caller has.
    pub fn config(&self, etag: Option<&str>) -> Result<ConfigAnswer, ClientError> {
        let target = Target::new("/agent/v1/config");
        let mut outgoing = self.outgoing(Method::GET, &target, None);
        outgoing.headers.extend(etag.map(|tag| ("if-none-match", tag.to_owned())));
        let answer = self.send(outgoing)?;
        if answer.status == 304 {
            return Ok(ConfigAnswer::Unchanged);
        }
        let etag = answer.header("etag").map(str::to_owned);
        Ok(ConfigAnswer::New { config: decode("GET /agent/v1/config", &answer.body)?, etag })
    }

    /// Says that the host is alive.
    pub fn heartbeat(&self, heartbeat: &Heartbeat) -> Result<HeartbeatAnswer, ClientError> {
        self.post(&Target::new("/agent/v1/heartbeat"), heartbeat)
    }

    /// Says what stands on the host.
    pub fn report(&self, report: &Report) -> Result<ReportAnswer, ClientError> {
        self.post(&Target::new("/agent/v1/report"), report)
    }

    /// Delivers what wrappers said, up to 1,000, oldest first. What the answer accepts is on disk.
    pub fn check_ins(&self, items: Vec<AgentCheckIn>) -> Result<AgentCheckInsAnswer, ClientError> {
        self.post(&Target::new("/agent/v1/check-ins"), &AgentCheckIns { items })
    }

    /// Announces the key that follows the present one, which is taken for 24 hours more. Call
    /// [`AgentClient::set_key`] once the new key is safe on disk.
    pub fn rotate_key(&self, new: &SecretKey) -> Result<(), ClientError> {
        let public_key = new.public().to_base64();
        let proof = new.sign(&enroll_proof(&self.signer.keyid, &public_key));
        let target = Target::new("/agent/v1/rotate-key");
        let body = encode(&target, &RotateKey { public_key, proof })?;
        self.send(self.outgoing(Method::POST, &target, Some(body))).map(drop)
    }

    /// Says that this host leaves; nothing is believed of it afterwards.
    pub fn leave(&self, kept: u64) -> Result<(), ClientError> {
        let target = Target::new("/agent/v1/leave");
        let body = encode(&target, &Leave { kept })?;
        self.send(self.outgoing(Method::POST, &target, Some(body))).map(drop)
    }

    /// Opens the stream of what the server asks for. Each event is verified by itself; when the stream ends,
    /// the caller opens a new one.
    pub fn events(&self) -> Result<AgentEventStream, ClientError> {
        let target = Target::new("/agent/v1/events");
        let mut outgoing = self.outgoing(Method::GET, &target, None);
        outgoing.headers.push(("accept", "text/event-stream".to_owned()));
        self.sign(&mut outgoing);
        let response = self.http.open(&outgoing)?;
        let reader = SseReader::new(&self.http, outgoing.operation(), response);
        Ok(AgentEventStream::new(
            reader,
            self.signer.keyid.clone(),
            self.server_key.clone(),
            Arc::clone(&self.stamper),
        ))
    }

    fn post<T: DeserializeOwned>(&self, target: &Target, body: &impl Serialize) -> Result<T, ClientError> {
        let outgoing = self.outgoing(Method::POST, target, Some(encode(target, body)?));
        let operation = outgoing.operation();
        decode(&operation, &self.send(outgoing)?.body)
    }

    fn outgoing<'a>(&self, method: Method, target: &'a Target, body: Option<Vec<u8>>) -> Outgoing<'a> {
        // Compressed answers are not asked for: the signature is over the body as it is sent.
        let mut headers = vec![("accept-encoding", "identity".to_owned())];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        Outgoing { method, target, headers, body, repeatable: false }
    }

    /// Adds the signature and returns its nonce.
    fn sign(&self, outgoing: &mut Outgoing<'_>) -> String {
        let (path, query) = match outgoing.target.as_str().split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (outgoing.target.as_str(), None),
        };
        let request = (outgoing.method.as_str(), self.http.base_url.authority(), path, query);
        let signed = self.signed(request, outgoing.body.as_deref().unwrap_or_default());
        outgoing.headers.extend(signed.pairs().map(|(name, value)| (name, value.to_owned())));
        signed.nonce
    }

    /// Sends once and believes only what the pinned server signed, errors included: else whoever stands in
    /// between could tell a host that it was revoked.
    fn send(&self, mut outgoing: Outgoing<'_>) -> Result<Incoming, ClientError> {
        let nonce = self.sign(&mut outgoing);
        let operation = outgoing.operation();
        let incoming = self.http.send(&outgoing)?;
        let signature = incoming.header(answer::HEADER).unwrap_or_default();
        if answer::verifies(&self.server_key, &nonce, incoming.status, &incoming.body, signature) {
            return incoming.good(&operation);
        }
        if (300..400).contains(&incoming.status) && incoming.status != 304 {
            return incoming.good(&operation);
        }
        let claim = serde_json::from_slice(&incoming.body).ok();
        Err(ClientError::Untrusted { operation, status: incoming.status, claim })
    }
}
