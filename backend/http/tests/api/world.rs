//! A whole service on a port of its own, with a clock that the test moves.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use crontopus_app::git::GitSettings;
use crontopus_app::testing::{database, service};
use crontopus_app::{App, Settings};
use crontopus_clock::{MockClock, SystemEntropy};
use crontopus_http::git_host::GitHost;
use crontopus_http::{HttpSettings, Serving, router};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::SignedDuration;

use crate::ask::{Ask, Reply};
use crate::callers::Credential;
use crate::contract::Contract;

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: MockClock,
    pub(crate) address: SocketAddr,
    pub(crate) dir: tempfile::TempDir,
    client: Client<HttpConnector, Full<Bytes>>,
    next: AtomicU64,
}

impl World {
    /// A service on SQLite.
    pub(crate) async fn new() -> Self {
        Self::named("127.0.0.1").await
    }

    /// The same, known to browsers by this name of the machine.
    pub(crate) async fn named(name: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings =
            Settings { public_url: format!("http://{name}:{}", address.port()), git, ..Settings::default() };
        let clock = MockClock::at("2026-11-24T12:00:00Z".parse().unwrap());
        let app = service(store, Arc::new(clock.clone()), Arc::new(SystemEntropy), settings);
        let serving = Serving::new(app.clone(), HttpSettings::default());
        // No push is made over HTTP here, so no hook is ever started.
        let host =
            GitHost::start(serving.clone(), &dir.path().join("data"), Path::new("/bin/false")).unwrap();
        let service =
            router(serving).merge(host.router()).into_make_service_with_connect_info::<SocketAddr>();
        app.tasks().spawn(async move { axum::serve(listener, service).await });
        // A connection for each request: what one leaves unread must not be another one's trouble.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self { app, clock, address, dir, client, next: AtomicU64::new(1) }
    }

    /// A number nobody had before.
    pub(crate) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Lets the limits on attempts forget what was.
    pub(crate) fn pass_minutes(&self, minutes: i64) {
        self.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// Sends a request; the answer is as the document says, or this panics.
    pub(crate) async fn send(&self, ask: &Ask, by: &Credential) -> Reply {
        let answer = self.request(ask, by).await;
        let reply = Reply::read(answer).await;
        Contract::get().check((&ask.method, &ask.path), reply.status, reply.kind(), &reply.body);
        reply
    }

    /// Sends a request that no document speaks of, or whose answer does not end.
    pub(crate) async fn request(&self, ask: &Ask, by: &Credential) -> http::Response<Incoming> {
        let mut request = http::Request::builder().method(ask.method.as_str()).uri(format!(
            "http://{}{}",
            self.address,
            ask.target()
        ));
        if let Some(kind) = &ask.kind {
            request = request.header("content-type", kind);
        }
        for (name, value) in ask.headers.iter().cloned().chain(by.headers(self, ask)) {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(ask.body.clone()))).unwrap();
        self.client.request(request).await.unwrap()
    }
}
