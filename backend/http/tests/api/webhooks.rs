//! Webhooks of repositories: each provider's call as its documentation has it, and everything that is none.

use crontopus_store::SystemScope;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ask::Ask;
use crate::callers::Credential;
use crate::seed::Tenant;
use crate::world::World;

const PUSH: &str = r#"{"ref":"refs/heads/main","after":"c0ffee","repository":{"name":"jobs"}}"#;

struct Hook {
    world: World,
    tenant: Tenant,
    name: String,
    id: String,
    secret: String,
}

impl Hook {
    async fn new() -> Self {
        let world = World::new().await;
        let tenant = world.tenant("acme").await;
        let (name, id) = world.mirror(&tenant.owner).await;
        let ask = Ask::of("rotate_repository_webhook", &[("name", &name)]);
        let made = world.send(&ask, &tenant.session).await.ok(201);
        assert_eq!(made["webhook"]["active"], true);
        assert!(made["webhook"]["url"].as_str().unwrap().ends_with(&format!("/hooks/{id}")), "{made}");
        let secret = made["secret"].as_str().unwrap().to_owned();
        Self { world, tenant, name, id, secret }
    }

    fn ask(&self, headers: &[(&str, &str)], body: &[u8]) -> Ask {
        let ask = Ask::of("receive_repository_webhook", &[("repository", &self.id)]);
        let ask = ask.raw("application/json", body);
        headers.iter().fold(ask, |ask, (name, value)| ask.header(name, *value))
    }

    async fn call(&self, headers: &[(&str, &str)], body: &[u8]) -> u16 {
        self.world.send(&self.ask(headers, body), &Credential::Nothing).await.status
    }

    fn sign(&self, body: &[u8]) -> String {
        sign(&self.secret, body)
    }

    async fn shown(&self) -> serde_json::Value {
        let ask = Ask::of("get_repository_webhook", &[("name", &self.name)]);
        self.world.send(&ask, &self.tenant.session).await.ok(200)
    }

    /// When the repository is due, UTC milliseconds.
    async fn due(&self) -> i64 {
        let store = self.world.app.store();
        let mut read = store.read(SystemScope::for_task("test")).await.unwrap();
        read.next_due_repository().await.unwrap().expect("a remote is always due some time")
    }
}

fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_provider_is_believed_by_its_own_header() {
    let hook = Hook::new().await;
    let (hex, prefixed) = (hook.sign(PUSH.as_bytes()), format!("sha256={}", hook.sign(PUSH.as_bytes())));
    let (hex, prefixed, secret) = (hex.as_str(), prefixed.as_str(), hook.secret.as_str());
    let calls: [(&str, &[(&str, &str)]); 7] = [
        ("github", &[("x-github-event", "push"), ("x-hub-signature-256", prefixed)]),
        ("gitlab", &[("x-gitlab-event", "Push Hook"), ("x-gitlab-token", secret)]),
        ("gitea", &[("x-gitea-event", "push"), ("x-github-event", "push"), ("x-gitea-signature", hex)]),
        ("forgejo", &[("x-forgejo-event", "push"), ("x-gitea-event", "push"), ("x-forgejo-signature", hex)]),
        ("gogs", &[("x-gogs-event", "push"), ("x-gogs-signature", hex)]),
        ("bitbucket", &[("x-event-key", "repo:push"), ("x-hub-signature", prefixed)]),
        ("bitbucket", &[("x-event-key", "repo:refs_changed"), ("x-hub-signature", prefixed)]),
    ];
    for (provider, headers) in calls {
        hook.world.pass_minutes(5);
        let now = hook.world.app.clock().now_ms();
        let said = hook.world.send(&hook.ask(headers, PUSH.as_bytes()), &Credential::Nothing).await.ok(202);
        assert_eq!(said["sync"], true, "{provider}");
        assert_eq!(hook.due().await, now, "{provider}: the sync is due at once");
        assert_eq!(hook.shown().await["provider"], provider);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_push_is_noted_and_syncs_nothing() {
    let hook = Hook::new().await;
    let due = hook.due().await;
    hook.world.pass_minutes(5);
    let signature = format!("sha256={}", hook.sign(b"{\"zen\":\"x\"}"));
    for event in ["ping", "issues", ""] {
        let headers = [("x-github-event", event), ("x-hub-signature-256", signature.as_str())];
        let said = hook.world.send(&hook.ask(&headers, b"{\"zen\":\"x\"}"), &Credential::Nothing).await;
        assert_eq!(said.ok(202)["sync"], false, "{event}");
    }
    assert_eq!(hook.due().await, due);
    assert!(hook.shown().await["received_at"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_with_the_secret_of_now_is_not_believed() {
    let hook = Hook::new().await;
    let due = hook.due().await;
    hook.world.pass_minutes(5);
    let good = format!("sha256={}", hook.sign(PUSH.as_bytes()));
    let other = format!("sha256={}", sign("another secret", PUSH.as_bytes()));
    let empty = format!("sha256={}", sign("", PUSH.as_bytes()));
    let headers = |signature: &str| {
        [
            ("x-github-event".to_owned(), "push".to_owned()),
            ("x-hub-signature-256".to_owned(), signature.to_owned()),
        ]
    };
    for (what, signature, body) in [
        ("another secret", other.as_str(), PUSH),
        ("an empty secret", empty.as_str(), PUSH),
        ("another body", good.as_str(), "{}"),
        ("no body", good.as_str(), ""),
        ("a cut signature", &good[..good.len() - 1], PUSH),
        ("SHA-1", "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", PUSH),
        ("nothing", "", PUSH),
    ] {
        let headers = headers(signature);
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let said = hook.world.send(&hook.ask(&headers, body.as_bytes()), &Credential::Nothing).await;
        assert_eq!(said.ok(401)["code"], "invalid_signature", "{what}");
    }
    let near = format!("{}x", hook.secret);
    for token in ["", "x", near.as_str()] {
        let headers = [("x-gitlab-event", "Push Hook"), ("x-gitlab-token", token)];
        assert_eq!(hook.call(&headers, b"").await, 401, "{token}");
    }
    // One provider's proof is none of another's.
    assert_eq!(
        hook.call(
            &[("x-gitlab-event", "Push Hook"), ("x-hub-signature-256", good.as_str())],
            PUSH.as_bytes()
        )
        .await,
        401
    );
    assert_eq!((hook.due().await, &hook.shown().await["received_at"]), (due, &serde_json::Value::Null));

    // The old secret ends with the new one, and all end with the webhook; what is not there says the same.
    let headers = [("x-github-event", "push"), ("x-hub-signature-256", good.as_str())];
    assert_eq!(hook.call(&headers, PUSH.as_bytes()).await, 202);
    let rotate = Ask::of("rotate_repository_webhook", &[("name", &hook.name)]);
    let made = hook.world.send(&rotate, &hook.tenant.session).await.ok(201);
    assert_eq!(hook.call(&headers, PUSH.as_bytes()).await, 401);
    let signature = format!("sha256={}", sign(made["secret"].as_str().unwrap(), PUSH.as_bytes()));
    let headers = [("x-github-event", "push"), ("x-hub-signature-256", signature.as_str())];
    assert_eq!(hook.call(&headers, PUSH.as_bytes()).await, 202);
    let delete = Ask::of("delete_repository_webhook", &[("name", &hook.name)]);
    hook.world.send(&delete, &hook.tenant.session).await.ok(204);
    assert_eq!(hook.call(&headers, PUSH.as_bytes()).await, 401);
    let nowhere = Ask {
        path: "/hooks/rep_00000000000000000000000001".to_owned(),
        ..hook.ask(&headers, PUSH.as_bytes())
    };
    assert_eq!(hook.world.send(&nowhere, &Credential::Nothing).await.ok(401)["code"], "invalid_signature");
    let none = Ask { path: "/hooks/nothing".to_owned(), ..nowhere };
    assert_eq!(hook.world.send(&none, &Credential::Nothing).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_every_kind_are_only_signed() {
    let hook = Hook::new().await;
    let deep = "[".repeat(1 << 20);
    let large = vec![b'x'; 20 << 20];
    for body in [&b""[..], &b"\0\xff\xfe"[..], deep.as_bytes(), &b"payload=%7B%7D"[..], &large[..]] {
        let signature = format!("sha256={}", hook.sign(body));
        let headers = [("x-github-event", "push"), ("x-hub-signature-256", signature.as_str())];
        let ask =
            Ask { kind: Some("application/x-www-form-urlencoded".to_owned()), ..hook.ask(&headers, body) };
        hook.world.send(&ask, &Credential::Nothing).await.ok(202);
    }
    let huge = vec![b'x'; (25 << 20) + 1];
    let signature = format!("sha256={}", hook.sign(&huge));
    assert_eq!(
        hook.call(&[("x-github-event", "push"), ("x-hub-signature-256", signature.as_str())], &huge).await,
        413
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_of_this_server_needs_none_and_a_flood_is_refused() {
    let hook = Hook::new().await;
    let own = Ask::of("rotate_repository_webhook", &[("name", "jobs")]);
    assert_eq!(hook.world.send(&own, &hook.tenant.session).await.ok(409)["code"], "conflict");
    let mut refused = 0;
    for _ in 0..80 {
        refused += u32::from(hook.call(&[("x-gitlab-token", "wrong")], b"").await == 429);
    }
    assert!((10..40).contains(&refused), "{refused}");
}
