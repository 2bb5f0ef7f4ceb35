//! What everybody may see, as strangers ask for it.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use crontopus_app::access::{Actor, Scope};
use crontopus_app::git::{GitSettings, NewRepository};
use crontopus_app::testing::{database, service, sign_up};
use crontopus_app::{App, NewToken, Settings};
use crontopus_clock::{SystemClock, SystemEntropy};
use crontopus_http::{HttpSettings, Serving, router};
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A service without a listener.
struct World {
    app: Arc<App>,
    router: Router,
    _dir: tempfile::TempDir,
}

struct Said {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Said {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl World {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let git = GitSettings { data_dir: dir.path().join("data"), ..GitSettings::default() };
        let public_url = "http://cron.example".to_owned();
        let settings = Settings { public_url, git, ..Settings::default() };
        let app = service(store, Arc::new(SystemClock), Arc::new(SystemEntropy), settings);
        let router = router(Serving::new(app.clone(), HttpSettings::default()));
        Self { app, router, _dir: dir }
    }

    async fn tenant(&self, slug: &str) -> (Actor, String) {
        let (actor, _) = sign_up(&self.app, slug).await;
        let new = NewRepository { name: "jobs".to_owned(), ..NewRepository::default() };
        self.app.connect_repository(&actor, new).await.unwrap();
        let new = NewToken { name: "t".to_owned(), scopes: Scope::ALL.to_vec(), days: None };
        let token = self.app.create_token(&actor, new).await.unwrap().secret;
        (actor, token)
    }

    async fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<Value>) -> Said {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Said { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str) -> Said {
        self.ask("GET", path, None, None).await
    }
}

#[tokio::test]
async fn nothing_is_public_until_an_owner_says_so() {
    let world = World::new().await;
    let (_, token) = world.tenant("acme").await;
    let (page, badges) = ("/api/v1/tenant/status-page", "/api/v1/tenant/badges");
    assert_eq!(world.get("/s/acme").await.status, StatusCode::NOT_FOUND);
    let nothing = world.ask("GET", "/api/v1/tenant/public", Some(&token), None).await;
    assert_eq!(nothing.json(), json!({}));

    // What everybody may see has to be said.
    let unsaid = world.ask("PUT", page, Some(&token), Some(json!({ "slug": "acme" }))).await;
    assert_eq!(
        (unsaid.status, unsaid.json()["errors"][0]["pointer"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("/all_jobs"))
    );
    let wrong = world.ask("PUT", page, Some(&token), Some(json!({ "slug": "../x", "all_jobs": true }))).await;
    assert_eq!(wrong.json()["errors"][0]["pointer"], json!("/slug"));
    let on =
        world.ask("PUT", page, Some(&token), Some(json!({ "all_jobs": true, "title": "<b>Acme</b>" }))).await;
    let slug = on.json()["status_page"]["slug"].as_str().unwrap().to_owned();
    assert_eq!(slug.len(), 26, "one that nobody guesses: {slug}");
    assert_eq!(on.json()["status_page"]["url"], json!(format!("http://cron.example/s/{slug}")));

    let shown = world.get(&format!("/s/{slug}")).await;
    assert_eq!((shown.status, shown.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(
        shown.body.contains("&lt;b&gt;Acme&lt;/b&gt;") && !shown.body.contains("<script"),
        "{}",
        shown.body
    );
    let policy = shown.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert_eq!(
        (shown.header("cache-control"), shown.header("x-content-type-options")),
        ("public, max-age=30", "nosniff")
    );
    assert_eq!(shown.header("set-cookie"), "");

    // The slug is one tenant's.
    let (_, other) = world.tenant("other").await;
    let taken = world.ask("PUT", page, Some(&other), Some(json!({ "slug": slug, "all_jobs": true }))).await;
    assert_eq!(
        (taken.status, taken.json()["errors"][0]["pointer"].clone()),
        (StatusCode::UNPROCESSABLE_ENTITY, json!("/slug"))
    );

    let on = world.ask("POST", badges, Some(&token), None).await.json();
    let key = on["badges"]["token"].as_str().unwrap().to_owned();
    assert!(on["status_page"].is_object(), "one does not switch the other off");
    assert_eq!(
        world.get(&format!("/badge/{key}/all.svg")).await.status,
        StatusCode::NOT_FOUND,
        "there are no jobs"
    );
    let again = world.ask("POST", badges, Some(&token), None).await.json();
    assert_ne!(again["badges"]["token"], json!(key));

    for path in [page, badges] {
        assert_eq!(world.ask("DELETE", path, Some(&token), None).await.status, StatusCode::NO_CONTENT);
        assert_eq!(world.ask("DELETE", path, Some(&token), None).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(world.get(&format!("/s/{slug}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.ask("GET", "/api/v1/tenant/public", Some(&token), None).await.json(), json!({}));
    for (method, path) in [("PUT", page), ("DELETE", page), ("POST", badges), ("DELETE", badges)] {
        let stranger = world.ask(method, path, None, None).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test]
async fn badges_of_what_is_not_there_are_not_there() {
    let world = World::new().await;
    let (_, token) = world.tenant("acme").await;
    let on = world.ask("POST", "/api/v1/tenant/badges", Some(&token), None).await.json();
    let key = on["badges"]["token"].as_str().unwrap();
    for path in [
        "/badge/none/all.svg".to_owned(),
        format!("/badge/{key}/all"),
        format!("/badge/{key}/all.png"),
        format!("/badge/{key}/team=x.svg"),
        format!("/badge/{key}/ops/none.svg"),
        format!("/badge/{key}/..%2f..%2fops/none.json"),
        format!("/badge/{key}"),
    ] {
        let answer = world.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[tokio::test]
async fn the_root_says_how_to_get_a_console_and_the_api_stays_an_api() {
    let world = World::new().await;
    let root = world.get("/").await;
    assert_eq!((root.status, root.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    for path in ["/api/v1/none", "/api/none", "/nowhere"] {
        let answer = world.get(path).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::NOT_FOUND, "application/problem+json")
        );
        assert_eq!(answer.json()["code"], json!("not_found"));
    }
}
