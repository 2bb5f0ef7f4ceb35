//! The server as the daemon's threads see it: one client, the clock's offset, and whether we are revoked.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use anyhow::Context as _;
use crontopus_api::Code;
use crontopus_api::agent_v1::{
    AgentCheckIns, AgentCheckInsAnswer, AgentConfig, Heartbeat, HeartbeatAnswer, Report, ReportAnswer,
};
use crontopus_api::signature::{SecretKey, Signer};
use crontopus_client::agent::{AgentClient, AgentClientConfig, AgentEventStream, ConfigAnswer, Stamps};
use crontopus_client::{BaseUrl, ClientError, Connection};
use crontopus_clock::{Clock as _, SystemClock, SystemEntropy};
use crontopus_gitrepo::fetch::{Credentials, Remote, RequestHeaders, RequestToSign};
use jiff::SignedDuration;

use crate::identity::Identity;
use crate::repository;

/// Offsets below this are the network's, not the clock's.
const NEGLIGIBLE_MS: i64 = 500;

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    identity: Identity,
    client: RwLock<Arc<AgentClient>>,
    stamps: Arc<Stamps>,
    revoked: AtomicBool,
    heartbeat_seconds: AtomicU32,
    poll_seconds: AtomicU32,
}

impl Server {
    /// A client for this identity. `last_seq` and `offset_ms` are what the state remembers.
    pub(crate) fn new(
        identity: Identity,
        key: SecretKey,
        last_seq: u64,
        offset_ms: i64,
    ) -> anyhow::Result<Self> {
        let stamps = Arc::new(Stamps::new(Arc::new(SystemClock), Arc::new(SystemEntropy), last_seq));
        stamps.set_offset_ms(offset_ms);
        let client = RwLock::new(Arc::new(connect(&identity, key, &stamps)?));
        Ok(Self {
            identity,
            client,
            stamps,
            revoked: AtomicBool::new(false),
            heartbeat_seconds: AtomicU32::new(30),
            poll_seconds: AtomicU32::new(60),
        })
    }

    /// Signs with another key from now on.
    pub(crate) fn use_key(&self, key: SecretKey) -> anyhow::Result<()> {
        let client = Arc::new(connect(&self.identity, key, &self.stamps)?);
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }

    fn client(&self) -> Arc<AgentClient> {
        self.client.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Configuration and its `ETag`; `None` when it is still the one with `etag`.
    pub(crate) fn config(
        &self,
        etag: Option<&str>,
    ) -> Result<Option<(AgentConfig, Option<String>)>, ClientError> {
        Ok(match self.heard(self.client().config(etag))? {
            ConfigAnswer::New { config, etag } => Some((*config, etag)),
            ConfigAnswer::Unchanged => None,
        })
    }

    /// Says that the host is there.
    pub(crate) fn heartbeat(&self, heartbeat: &Heartbeat) -> Result<HeartbeatAnswer, ClientError> {
        self.heard(self.client().heartbeat(heartbeat))
    }

    /// Says what stands on the host.
    pub(crate) fn report(&self, report: &Report) -> Result<ReportAnswer, ClientError> {
        self.heard(self.client().report(report))
    }

    /// Delivers records.
    pub(crate) fn check_ins(&self, items: AgentCheckIns) -> Result<AgentCheckInsAnswer, ClientError> {
        self.heard(self.client().check_ins(items.items))
    }

    /// Announces a new key.
    pub(crate) fn rotate_key(&self, new: &SecretKey) -> Result<(), ClientError> {
        self.heard(self.client().rotate_key(new))
    }

    /// Opens the event stream.
    pub(crate) fn events(&self) -> Result<AgentEventStream, ClientError> {
        self.heard(self.client().events())
    }

    /// Where the repository is fetched from, with this agent's signature on each request.
    pub(crate) fn remote(self: &Arc<Self>, git_path: Option<&str>) -> anyhow::Result<Option<Remote>> {
        git_path
            .map(|path| {
                let credentials = Credentials::Headers(Arc::new(GitSignature(self.clone())));
                repository::remote(&self.identity.server, path, credentials)
            })
            .transpose()
    }

    /// Takes note of what every answer may say: a clock that is off, and that this agent is revoked.
    fn heard<T>(&self, answer: Result<T, ClientError>) -> Result<T, ClientError> {
        match &answer {
            Err(ClientError::Problem { problem, .. }) if problem.code == Code::AgentRevoked => {
                self.revoked.store(true, Ordering::Relaxed);
            }
            Ok(_) => self.revoked.store(false, Ordering::Relaxed),
            Err(_) => {}
        }
        answer
    }

    /// Whether the server has said that this agent is revoked.
    pub(crate) fn is_revoked(&self) -> bool {
        self.revoked.load(Ordering::Relaxed)
    }

    /// This host's own clock.
    pub(crate) fn host_clock_ms(&self) -> i64 {
        SystemClock.now_ms()
    }

    /// Takes note of the server's clock.
    pub(crate) fn note_clock(&self, server_ms: i64) {
        let offset = server_ms - self.host_clock_ms();
        self.stamps.set_offset_ms(if offset.abs() < NEGLIGIBLE_MS { 0 } else { offset });
    }

    /// What to add to the host's clock to have the server's.
    pub(crate) fn clock_offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.stamps.offset_ms())
    }

    /// The last sequence number given.
    pub(crate) fn seq(&self) -> u64 {
        self.stamps.last_seq()
    }

    /// Takes over the pauses the server wants.
    pub(crate) fn set_pauses(&self, config: &AgentConfig) {
        self.heartbeat_seconds.store(config.heartbeat_seconds.clamp(1, 3600), Ordering::Relaxed);
        self.poll_seconds.store(config.poll_seconds.clamp(5, 86_400), Ordering::Relaxed);
    }

    /// Time between heartbeats.
    pub(crate) fn heartbeat_pause(&self) -> Duration {
        Duration::from_secs(self.heartbeat_seconds.load(Ordering::Relaxed).into())
    }

    /// Time between polls, spread by a fifth to both sides so that hosts do not ask all at once. The spread
    /// of one host is the same each time.
    pub(crate) fn poll_pause(&self) -> Duration {
        let seconds = f64::from(self.poll_seconds.load(Ordering::Relaxed));
        let own = self.identity.agent_id.uuid().as_u128() % 401;
        Duration::from_secs_f64(seconds * (0.8 + own as f64 / 1000.0))
    }
}

fn connect(identity: &Identity, key: SecretKey, stamps: &Arc<Stamps>) -> anyhow::Result<AgentClient> {
    let address = &identity.server;
    let base_url: BaseUrl = address.parse().with_context(|| format!("`{address}` is no server's address"))?;
    let config = AgentClientConfig {
        connection: Connection::new(base_url, user_agent()),
        signer: Signer { key, keyid: identity.agent_id.to_string() },
        server_key: identity.server_key()?,
        stamper: stamps.clone(),
    };
    Ok(AgentClient::new(config)?)
}

/// What the agent calls itself.
pub(crate) fn user_agent() -> String {
    format!("crontopus-agent/{}", env!("CARGO_PKG_VERSION"))
}

/// Signs the requests of a Git fetch.
struct GitSignature(Arc<Server>);

impl RequestHeaders for GitSignature {
    fn headers(&self, request: &RequestToSign<'_>) -> io::Result<Vec<(String, String)>> {
        let url = format!(
            "{}{}{}",
            self.0.identity.server,
            request.path,
            request.query.map(|query| format!("?{query}")).unwrap_or_default()
        );
        let headers = self.0.client().signed_headers(request.method, &url, request.body);
        let headers = headers.ok_or_else(|| io::Error::other("the address is not the server's"))?;
        Ok(headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}
