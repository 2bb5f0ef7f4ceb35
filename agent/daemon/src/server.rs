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
use crontopus_manifest::spec::Layout;
use jiff::{SignedDuration, Timestamp};

use crate::identity::Identity;
use crate::key::{self, KeyFile, KeyKeeper};
use crate::repository;

/// Offsets below this are the network's, not the clock's.
const NEGLIGIBLE_MS: i64 = 500;

/// The server.
#[derive(Debug)]
pub(crate) struct Server {
    identity: Identity,
    layout: Layout,
    signing: RwLock<Signing>,
    stamps: Arc<Stamps>,
    revoked: AtomicBool,
    heartbeat_seconds: AtomicU32,
    poll_seconds: AtomicU32,
}

/// What requests are signed with.
#[derive(Debug)]
struct Signing {
    client: Arc<AgentClient>,
    file: KeyFile,
}

impl Server {
    /// A client for this identity. `last_seq` and `offset_ms` are what the state remembers.
    pub(crate) fn new(
        identity: Identity,
        layout: &Layout,
        last_seq: u64,
        offset_ms: i64,
    ) -> anyhow::Result<Self> {
        let stamps = Arc::new(Stamps::new(Arc::new(SystemClock), Arc::new(SystemEntropy), last_seq));
        stamps.set_offset_ms(offset_ms);
        let (key, file) = key::load(layout)?;
        let client = Arc::new(connect(&identity, key, &stamps)?);
        Ok(Self {
            identity,
            layout: layout.clone(),
            signing: RwLock::new(Signing { client, file }),
            stamps,
            revoked: AtomicBool::new(false),
            heartbeat_seconds: AtomicU32::new(30),
            poll_seconds: AtomicU32::new(60),
        })
    }

    /// Signs with the key that lies on the disk: it may have been changed by somebody at the terminal.
    fn client(&self) -> Arc<AgentClient> {
        let now = key::file(&self.layout);
        let known = self.signing.read().unwrap_or_else(PoisonError::into_inner);
        if now.is_none_or(|now| now == known.file) {
            return known.client.clone();
        }
        drop(known);
        let changed = || -> anyhow::Result<Signing> {
            let (key, file) = key::load(&self.layout)?;
            Ok(Signing { client: Arc::new(connect(&self.identity, key, &self.stamps)?), file })
        };
        let mut signing = self.signing.write().unwrap_or_else(PoisonError::into_inner);
        match changed() {
            Ok(changed) => *signing = changed,
            Err(e) => tracing::warn!("the key on the disk cannot be used: {e:#}"),
        }
        signing.client.clone()
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

    /// Says that this host leaves and that so many entries stay on it.
    pub(crate) fn leave(&self, kept: usize) -> Result<(), ClientError> {
        self.heard(self.client().leave(kept as u64))
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

    /// The present moment, by the server's clock as far as it is known.
    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now().saturating_add(self.clock_offset()).unwrap_or_else(|_| SystemClock.now())
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

impl KeyKeeper for Server {
    fn announce(&self, new: &SecretKey) -> anyhow::Result<()> {
        Ok(self.heard(self.client().rotate_key(new))?)
    }

    fn takes(&self, key: &SecretKey) -> bool {
        let key = SecretKey::from_base64(&key.to_base64());
        let client = key.ok().and_then(|key| connect(&self.identity, key, &self.stamps).ok());
        client.is_some_and(|client| client.config(None).is_ok())
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

#[cfg(test)]
mod tests {
    use crontopus_api::signature::{Covered, PublicKey, Received, verify};

    use super::*;
    use crate::identity::SchedulerKind;

    /// Whether a request is signed by this key now.
    fn signs(server: &Server, key: &PublicKey) -> bool {
        let headers = server.client().signed_headers("GET", "http://server.test/git/x", b"").unwrap();
        let header = |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, value)| value.as_str());
        let covered = Covered {
            method: "GET",
            authority: "server.test",
            path: "/git/x",
            query: "?",
            content_digest: header("content-digest").unwrap(),
            seq: header("crontopus-seq").unwrap(),
        };
        let received = Received {
            covered,
            signature_input: header("signature-input").unwrap(),
            signature: header("signature").unwrap(),
        };
        verify(&received, key, Some(b""), SystemClock.now().as_second()).is_ok()
    }

    #[test]
    fn a_key_changed_by_another_process_is_signed_with_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let (old, new) = (SecretKey::from_bytes(&[1; 32]), SecretKey::from_bytes(&[2; 32]));
        key::save(&layout.key(), &old).unwrap();
        let agent_id = "agt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let identity =
            Identity::new("http://server.test".into(), &old.public(), agent_id, SchedulerKind::CronD);
        let server = Server::new(identity, &layout, 0, 0).unwrap();
        assert!(signs(&server, &old.public()) && !signs(&server, &new.public()));
        key::save(&layout.key(), &new).unwrap();
        assert!(signs(&server, &new.public()) && !signs(&server, &old.public()));
        // What cannot be used changes nothing.
        std::fs::write(layout.key(), "nonsense").unwrap();
        assert!(signs(&server, &new.public()));
    }
}
