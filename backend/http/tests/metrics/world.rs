use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use crontopus_app::access::{Actor, Scope};
use crontopus_app::git::GitSettings;
use crontopus_app::testing::{database, service, sign_up};
use crontopus_app::{App, NewToken, Settings};
use crontopus_clock::{MockClock, SeededEntropy};
use crontopus_http::{HttpSettings, Serving, internal_router, router};
use crontopus_store::{SystemScope, TenantScope};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A whole service without a listener.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: MockClock,
    public: Router,
    internal: Router,
    _dir: tempfile::TempDir,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

pub(crate) const OPEN: &str = "application/openmetrics-text; version=1.0.0";

impl World {
    pub(crate) async fn with_limit(series_limit: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let clock = MockClock::at("2026-11-24T02:00:00Z".parse().unwrap());
        let settings = Settings { git, ..Settings::default() };
        let app = service(store, Arc::new(clock.clone()), Arc::new(SeededEntropy::new(3)), settings);
        let serving = Serving::new(app.clone(), HttpSettings { series_limit, ..HttpSettings::default() });
        Self { app, clock, public: router(serving.clone()), internal: internal_router(serving), _dir: dir }
    }

    pub(crate) async fn new() -> Self {
        Self::with_limit(100_000).await
    }

    pub(crate) async fn tenant(&self, slug: &str) -> Actor {
        sign_up(&self.app, slug).await.0
    }

    pub(crate) async fn token(&self, actor: &Actor, scopes: &[Scope]) -> String {
        let new = NewToken { name: "prometheus".to_owned(), scopes: scopes.to_vec(), days: None };
        self.app.create_token(actor, new).await.unwrap().secret
    }

    /// Puts `count` monitors of namespace `ops` into the tenant.
    pub(crate) async fn arm(&self, actor: &Actor, first: u128, count: u128) {
        use crontopus_domain::{Expectation, MonitorSpec, monitor};
        use crontopus_ids::{JobId, MonitorId};
        let spec: MonitorSpec = serde_json::from_str(
            r#"{"crons": ["0 3 * * *"], "timezone": "UTC", "profile": "guarded", "starter": "elsewhere",
                "early_ms": 60000, "late_ms": 600000, "alert_after": 1, "recover_after": 1,
                "severity": "critical"}"#,
        )
        .unwrap();
        let expectation = Expectation::compile(spec.clone()).unwrap();
        let now = self.app.clock().now_ms();
        let mut tx = self.app.store().begin(TenantScope::of(actor.tenant_id)).await.unwrap();
        for n in first..first + count {
            let (id, name) = (MonitorId::from_bits(n), format!("job-{n:05}"));
            let row = crontopus_store::NewMonitor {
                id,
                job_id: JobId::from_bits(n),
                agent_id: None,
                namespace: "ops",
                name: &name,
                host: None,
                spec: &spec,
                digest: "d",
            };
            tx.create_monitors(&[(row, monitor::arm(id, &expectation, now))], now).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    pub(crate) fn public(&self) -> Router {
        self.public.clone()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(&self.public, path, headers).await
    }

    pub(crate) async fn internal(&self, path: &str, accept: &str) -> Answer {
        ask(&self.internal, path, &[("accept", accept)]).await
    }

    pub(crate) async fn scrape(&self, token: &str, query: &str) -> String {
        let bearer = format!("Bearer {token}");
        let path = format!("/api/v1/metrics{query}");
        let answer = self.get(&path, &[("authorization", &bearer), ("accept", OPEN)]).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.text
    }

    pub(crate) async fn outbox(&self) -> i64 {
        let mut read = self.app.store().read(SystemScope::for_task("test")).await.unwrap();
        read.outbox_backlog(self.app.clock().now_ms()).await.unwrap().waiting
    }
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
}

/// The value of the only sample that begins like this.
pub(crate) fn value(text: &str, sample: &str) -> f64 {
    let found: Vec<_> =
        text.lines().filter_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')).collect();
    match &found[..] {
        [one] => one.parse().unwrap(),
        other => panic!("{sample}: {other:?} in\n{text}"),
    }
}
