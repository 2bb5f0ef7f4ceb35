use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use crontopus_app::access::{Actor, Origin, Role, Scope};
use crontopus_app::alerts::{Addresses, AlertSettings};
use crontopus_app::git::{GitSettings, NewRepository};
use crontopus_app::ingest::{CheckIn, CheckInKind, Door, RunKey, Signal, Target, Terms};
use crontopus_app::testing::{PASSWORD, commit, database, git, service, sign_up, write};
use crontopus_app::{Accept, App, NewToken, Settings};
use crontopus_clock::{Clock as _, MockClock, SeededEntropy};
use crontopus_http::{HttpSettings, Serving, router};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

/// A whole service without a listener, with the tenants `acme` and `rival`.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: MockClock,
    /// The owner of `acme`.
    pub(crate) actor: Actor,
    pub(crate) session: String,
    /// The owner of `rival`.
    pub(crate) rival: String,
    router: Router,
    dir: tempfile::TempDir,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Said {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{} is no JSON", self.text))
    }

    /// Status, code, and the fields that are wrong.
    pub(crate) fn problem(&self) -> (u16, String, Vec<String>) {
        let body = self.json();
        let code = body["code"].as_str().unwrap().to_owned();
        let fields = body["errors"].as_array().into_iter().flatten();
        (self.status, code, fields.map(|e| e["pointer"].as_str().unwrap().to_owned()).collect())
    }

    pub(crate) fn id(&self) -> String {
        self.json()["id"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let clock = MockClock::at("2026-11-24T12:00:00Z".parse().unwrap());
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let alerts = AlertSettings { addresses: Addresses::Any, ..AlertSettings::default() };
        let public_url = "https://cron.example".to_owned();
        let settings = Settings { git, alerts, public_url, ..Settings::default() };
        let app = service(store, Arc::new(clock.clone()), Arc::new(SeededEntropy::new(1)), settings);
        let router = router(Serving::new(app.clone(), HttpSettings::default()));
        let (actor, session) = sign_up(&app, "acme").await;
        let (_, rival) = sign_up(&app, "rival").await;
        Self { app, clock, actor, session, rival, router, dir }
    }

    /// Somebody else of `acme`, by the secret of a session.
    pub(crate) async fn member(&self, name: &str, role: Role) -> String {
        let email = format!("{name}@acme.example");
        let invitation = self.app.create_invitation(&self.actor, email, role).await.unwrap();
        let accept = Accept {
            secret: invitation.secret,
            name: Some(name.to_owned()),
            password: PASSWORD.to_owned(),
            code: None,
        };
        self.app.accept_invitation(Origin::default(), accept).await.unwrap().secret
    }

    /// A token of the owner of `acme`.
    pub(crate) async fn token(&self, scopes: &[Scope]) -> String {
        let new = NewToken { name: "ci".to_owned(), scopes: scopes.to_vec(), days: None };
        self.app.create_token(&self.actor, new).await.unwrap().secret
    }

    /// Asks as the owner of `acme`.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Said {
        self.ask_as(&self.session, method, path, body).await
    }

    /// Asks with the secret of a session or a token.
    pub(crate) async fn ask_as(&self, secret: &str, method: &str, path: &str, body: Option<Value>) -> Said {
        self.raw(secret, method, path, body.map(|b| b.to_string()).unwrap_or_default()).await
    }

    /// The same with any body.
    pub(crate) async fn raw(&self, secret: &str, method: &str, path: &str, body: String) -> Said {
        let (name, value) = match secret.starts_with("ctp_") {
            true => (header::AUTHORIZATION, format!("Bearer {secret}")),
            false => (header::COOKIE, format!("crontopus_session={secret}")),
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "cron.example")
            .header(header::CONTENT_TYPE, "application/json")
            .header(name, value)
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Said {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = answer.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Said { status: parts.status.as_u16(), text }
    }

    /// A webhook channel, by its id.
    pub(crate) async fn hook(&self, name: &str, url: &str) -> String {
        let body = json!({"name": name, "kind": "webhook", "settings": {"url": url}});
        let made = self.ask("POST", "/api/v1/channels", Some(body)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.id()
    }

    /// Commits these files to a repository of `acme`, and syncs.
    pub(crate) async fn push(&self, files: &[(&str, &str)]) {
        let new = NewRepository { name: "jobs".to_owned(), ..NewRepository::default() };
        let repository = self.app.connect_repository(&self.actor, new).await.unwrap();
        git(self.dir.path(), &["init", "--quiet", "--initial-branch=main", "work"]);
        let work = self.dir.path().join("work");
        for (path, text) in files {
            write(&work, path, text);
        }
        commit(&work, "begin");
        let bare = self.app.repository_path(self.actor.tenant_id, repository.id);
        git(&work, &["push", "--quiet", bare.to_str().unwrap(), "HEAD:main"]);
        self.app.sync_repository(self.actor.tenant_id, repository.id).await.unwrap();
    }

    /// A run of `production/backup` ends badly; the incident's id.
    pub(crate) async fn fail(&self) -> String {
        let signal = Signal {
            target: Target::Job {
                tenant_id: self.actor.tenant_id,
                namespace: "production".to_owned(),
                name: "backup".to_owned(),
            },
            check_in: CheckIn::new(CheckInKind::End { well: false }, RunKey::None),
            output: None,
            received_at: self.clock.now_ms(),
            door: Door::Native,
            terms: Terms::default(),
        };
        self.app.check_in(vec![signal]).await.unwrap();
        let open = self.ask("GET", "/api/v1/incidents", None).await.json();
        open["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{open}")).to_owned()
    }
}

/// A job in ping mode that is due on New Year's Day.
pub(crate) const JOB: &str = "apiVersion: v1\nkind: Job\nmetadata:\n  name: backup\n  labels: {team: platform}\nspec:\n  \
                              schedule: \"0 2 1 1 *\"\n  timezone: UTC\n  startWindow: {late: 5m}\n";

/// A receiver on this machine that answers 200 and keeps what it got.
pub(crate) async fn receiver() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = seen.clone();
    #[expect(clippy::disallowed_methods, reason = "it ends with the runtime of its test")]
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (mut heard, mut piece) = (Vec::new(), [0; 8192]);
            while let Ok(count @ 1..) = stream.read(&mut piece).await {
                heard.extend_from_slice(&piece[..count]);
                let text = String::from_utf8_lossy(&heard).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let head = head.to_ascii_lowercase();
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
                if body.len() >= length.map_or(0, |l| l.trim().parse().unwrap()) {
                    kept.lock().unwrap().push(text);
                    break;
                }
            }
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.write_all(answer).await.ok();
        }
    });
    (url, seen)
}
