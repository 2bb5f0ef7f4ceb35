use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, header};
use crontopus_app::access::Actor;
use crontopus_app::git::GitSettings;
use crontopus_app::ingest::{Expectations, Integration};
use crontopus_app::integrations::sentry_project;
use crontopus_app::monitors::{Declaration, Place, declare};
use crontopus_app::rows::{JobFilter, RecordedRun, RunFilter};
use crontopus_app::testing::{database, service, sign_up};
use crontopus_app::{App, Paging, Settings};
use crontopus_clock::{Clock as _, MockClock, SeededEntropy};
use crontopus_http::{HttpSettings, Serving, router};
use crontopus_ids::{JobId, MonitorId, TenantId};
use crontopus_manifest::{Body as Manifest, parse_file};
use crontopus_store::TenantScope;
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// Where bare addresses are served.
pub(crate) const PING_HOST: &str = "ping.example";

/// A whole service with one tenant, without a network, at a time of our choosing.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: MockClock,
    pub(crate) actor: Actor,
    router: Router,
    _dir: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let clock = MockClock::at("2026-11-24T01:30:00Z".parse().unwrap());
        let public_url = "https://cron.example".to_owned();
        let settings = Settings { public_url, git, ..Settings::default() };
        let app = service(store, Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)), settings);
        let settings = HttpSettings { ping_hosts: vec![PING_HOST.to_owned()], ..HttpSettings::default() };
        let router = router(Serving::new(app.clone(), settings));
        let actor = sign_up(&app, "acme").await.0;
        Self { app, clock, actor, router, _dir: dir }
    }

    /// Another tenant of the same service.
    pub(crate) async fn other_tenant(&self) -> Actor {
        sign_up(&self.app, "other").await.0
    }

    /// Declares a job that something else starts, every day at 02:00.
    pub(crate) async fn job(&self, namespace: &str, name: &str) -> MonitorId {
        self.job_of(self.actor.tenant_id, namespace, name, "").await
    }

    /// Declares a job with more lines of its spec.
    pub(crate) async fn job_of(
        &self,
        tenant: TenantId,
        namespace: &str,
        name: &str,
        more: &str,
    ) -> MonitorId {
        let text = format!(
            "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"0 2 * * *\"\n{more}"
        );
        let parsed = parse_file(&format!("{namespace}/{name}.yaml"), text.as_bytes());
        let Some(Manifest::Job(job)) = parsed.documents.first().map(|d| &d.body) else {
            panic!("{:?}", parsed.diagnostics)
        };
        let (now, entropy) = (self.clock.now_ms(), self.app.entropy().as_ref());
        let declaration = Declaration {
            job_id: JobId::from_parts(now, crontopus_app::secret::bytes(entropy)),
            job,
            digest: "d",
            agent: None,
            place: Place::Elsewhere,
        };
        let fresh = MonitorId::from_parts(now, crontopus_app::secret::bytes(entropy));
        let mut tx = self.app.store().begin(TenantScope::of(tenant)).await.unwrap();
        let ids = declare(&mut tx, &Expectations::default(), &[declaration], || fresh, now).await.unwrap();
        tx.commit().await.unwrap();
        ids[0]
    }

    pub(crate) async fn integration_key(&self, kind: Integration) -> String {
        self.app.rotate_integration_key(&self.actor, kind).await.unwrap()
    }

    pub(crate) async fn monitor_key(&self, id: MonitorId) -> String {
        self.app.rotate_monitor_key(&self.actor, id).await.unwrap()
    }

    pub(crate) fn project(&self) -> u64 {
        sentry_project(self.actor.tenant_id)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Said {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = head.headers.iter().map(|(n, v)| (n.as_str().to_owned(), text(v))).collect();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body).into_owned();
        Said { status: head.status.as_u16(), headers, body }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, body: impl Into<Body>) -> Said {
        self.call_at("cron.example", method, path, body).await
    }

    pub(crate) async fn call_at(&self, host: &str, method: &str, path: &str, body: impl Into<Body>) -> Said {
        let method: Method = method.parse().unwrap();
        let request = Request::builder().method(method).uri(path).header(header::HOST, host);
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Said {
        self.call("GET", path, Body::empty()).await
    }

    /// A call of our own API with a token for everything.
    pub(crate) async fn api(&self, method: &str, path: &str) -> (u16, serde_json::Value) {
        let token = self.token().await;
        let request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let said = self.send(request.body(Body::empty()).unwrap()).await;
        (said.status, serde_json::from_str(&said.body).unwrap_or_default())
    }

    /// Sends a body to `POST /api/v1/check-ins`, with a token for everything.
    pub(crate) async fn report(&self, token: &str, body: impl Into<Body>) -> (u16, serde_json::Value) {
        let request = Request::post("/api/v1/check-ins")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json");
        let said = self.send(request.body(body.into()).unwrap()).await;
        (said.status, serde_json::from_str(&said.body).unwrap_or_default())
    }

    pub(crate) async fn token(&self) -> String {
        let scopes = crontopus_app::access::Scope::ALL.to_vec();
        let new = crontopus_app::NewToken { name: "test".to_owned(), scopes, days: None };
        self.app.create_token(&self.actor, new).await.unwrap().secret
    }

    /// Runs, oldest first.
    pub(crate) async fn runs(&self) -> Vec<RecordedRun> {
        let listed =
            self.app.list_runs(&self.actor, &RunFilter::default(), &Paging::first(200)).await.unwrap();
        let mut rows = listed.rows;
        rows.sort_by_key(|row| (row.run.at, row.run.id));
        rows
    }

    /// `status` of each run, oldest first.
    pub(crate) async fn statuses(&self) -> Vec<&'static str> {
        self.runs().await.iter().map(|row| row.run.status.as_str()).collect()
    }

    /// The only run, and what was kept of its output.
    pub(crate) async fn only_run(&self) -> (RecordedRun, String) {
        let mut runs = self.runs().await;
        assert_eq!(runs.len(), 1, "{runs:#?}");
        let run = runs.remove(0);
        let output = self.app.get_run_output(&self.actor, run.run.id).await;
        let text = output.map(|o| String::from_utf8_lossy(&[o.head, o.tail].concat()).into_owned());
        (run, text.unwrap_or_default())
    }

    /// `dialect target reason` of each rejected check-in, sorted.
    pub(crate) async fn rejected(&self) -> Vec<String> {
        let listed = self.app.list_rejected_check_ins(&self.actor, &Paging::first(200)).await.unwrap();
        let mut lines: Vec<String> =
            listed.rows.iter().map(|r| format!("{} {} {}", r.dialect, r.target, r.reason)).collect();
        lines.sort_unstable();
        lines
    }

    /// Whether jobs are there at all; none is made by a check-in.
    pub(crate) async fn jobs(&self) -> usize {
        self.app.list_jobs(&self.actor, &JobFilter::default(), &Paging::first(200)).await.unwrap().rows.len()
    }
}

impl Said {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}
