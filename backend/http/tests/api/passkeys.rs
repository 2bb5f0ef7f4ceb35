//! Passkeys: making one, signing in with it, and everything that must not let in.

use serde_json::{Value, json};

use crate::ask::{Ask, Reply};
use crate::authenticator::Authenticator;
use crate::callers::Credential;
use crate::seed::PASSWORD;
use crate::world::World;

struct Story {
    world: World,
    session: Credential,
    device: Authenticator,
}

impl Story {
    /// A tenant whose owner has a passkey.
    async fn new() -> Self {
        let world = World::named("localhost").await;
        let (_, secret) = world.account("acme").await;
        let device = Authenticator::new(world.app.settings().public_url.clone(), 7);
        let mut story = Self { world, session: Credential::Session(secret), device };
        let made = story.make("My phone").await.ok(201);
        assert_eq!((&made["name"], &made["last_used_at"]), (&json!("My phone"), &Value::Null));
        story
    }

    async fn act(&self, operation: &str, body: Value, by: &Credential) -> Reply {
        self.world.send(&Ask::of(operation, &[]).json(&body), by).await
    }

    async fn begin(&self) -> Value {
        self.act("begin_passkey", json!({"password": PASSWORD}), &self.session).await.ok(200)
    }

    async fn make(&mut self, name: &str) -> Reply {
        let begun = self.begin().await;
        let credential = self.device.create(&begun["options"]);
        self.act("create_passkey", json!({"name": name, "credential": credential}), &self.session).await
    }

    async fn begin_sign_in(&self) -> Value {
        self.world.send(&Ask::of("begin_passkey_sign_in", &[]), &Credential::Nothing).await.ok(200)
    }

    async fn finish_sign_in(&self, credential: &Value) -> Reply {
        let body = json!({"credential": credential});
        self.act("sign_in_with_passkey", body, &Credential::Nothing).await
    }

    async fn sign_in(&mut self) -> Reply {
        let begun = self.begin_sign_in().await;
        let credential = self.device.get(&begun["options"]);
        self.finish_sign_in(&credential).await
    }

    async fn list(&self) -> Vec<Value> {
        let listed = self.world.send(&Ask::of("list_passkeys", &[]), &self.session).await.ok(200);
        listed["items"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_a_passkey_is_in_without_password_and_code() {
    let mut story = Story::new().await;
    let options = story.begin().await["options"].clone();
    assert_eq!(options["rp"]["id"], "localhost");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(
        options["excludeCredentials"].as_array().unwrap().len(),
        1,
        "no second one on the same device"
    );
    let asked = story.begin_sign_in().await["options"].clone();
    assert_eq!((&asked["userVerification"], &asked["allowCredentials"]), (&json!("required"), &json!([])));

    let reply = story.sign_in().await;
    let cookie = reply.header("set-cookie").to_owned();
    assert!(cookie.starts_with("crontopus_session=") && cookie.contains("HttpOnly"), "{cookie}");
    let me = reply.ok(200);
    assert_eq!(me["user"]["email"], "owner@acme.example");
    let secret = cookie["crontopus_session=".len()..].split(';').next().unwrap().to_owned();
    story.world.send(&Ask::of("get_me", &[]), &Credential::Session(secret)).await.ok(200);
    assert!(story.list().await[0]["last_used_at"].is_string());
    let audit = story.world.send(&Ask::of("list_audit", &[]), &story.session).await.ok(200);
    let lines = audit["items"].as_array().unwrap();
    assert!(lines.iter().any(|l| l["action"] == "create_passkey" && l["detail"] == "My phone"), "{audit}");
    assert!(
        lines.iter().any(|l| l["action"] == "sign_in" && l["detail"] == "with the passkey My phone"),
        "{audit}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_lets_nobody_in() {
    let mut story = Story::new().await;
    let begun = story.begin_sign_in().await;

    // Another page asked; nobody's hand was looked at; the key is another; so is whom it is for.
    let origin = std::mem::replace(&mut story.device.origin, "https://evil.example".to_owned());
    assert_eq!(story.sign_in().await.ok(401)["code"], "invalid_passkey");
    story.device.origin = origin;
    story.device.verifies = false;
    assert_eq!(story.sign_in().await.ok(401)["code"], "invalid_passkey");
    story.device.verifies = true;
    let handle = std::mem::replace(&mut story.device.handle, vec![1; 16]);
    assert_eq!(story.sign_in().await.ok(401)["code"], "invalid_passkey");
    story.device.handle = handle;
    let mut stranger = Authenticator::new(story.device.origin.clone(), 8);
    stranger.handle.clone_from(&story.device.handle);
    let other = story.begin_sign_in().await;
    let credential = stranger.get(&other["options"]);
    assert_eq!(story.finish_sign_in(&credential).await.ok(401)["code"], "invalid_passkey");
    let again = story.begin_sign_in().await;
    let mut forged = story.device.get(&again["options"]);
    forged["response"]["signature"] = credential["response"]["signature"].clone();
    assert_eq!(story.finish_sign_in(&forged).await.ok(401)["code"], "invalid_passkey");
    // What nobody asked.
    let unasked = story.device.get(&json!({"challenge": "A".repeat(43), "rpId": "localhost"}));
    assert_eq!(story.finish_sign_in(&unasked).await.pointer(), "/credential");

    // The answer to the first one, once.
    story.device.counter = 100;
    let credential = story.device.get(&begun["options"]);
    story.finish_sign_in(&credential).await.ok(200);
    assert_eq!(story.finish_sign_in(&credential).await.pointer(), "/credential");
    // A copy of the authenticator is behind.
    story.device.counter = 50;
    assert_eq!(story.sign_in().await.ok(401)["code"], "invalid_passkey");
    story.device.counter = 200;
    story.sign_in().await.ok(200);
    // Who waits too long begins anew.
    let begun = story.begin_sign_in().await;
    story.world.pass_minutes(5);
    let credential = story.device.get(&begun["options"]);
    assert_eq!(story.finish_sign_in(&credential).await.pointer(), "/credential");
    assert_eq!(story.finish_sign_in(&json!({"id": 1})).await.pointer(), "/credential");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_made_by_whom_it_was_begun_for() {
    let mut story = Story::new().await;
    let wrong = story.act("begin_passkey", json!({"password": "not this one"}), &story.session).await;
    assert_eq!(wrong.pointer(), "/password");
    // The same key twice, and one that nobody's hand was looked at for.
    assert_eq!(story.make("Again").await.ok(409)["code"], "conflict");
    story.device = Authenticator::new(story.device.origin.clone(), 9);
    story.device.verifies = false;
    assert_eq!(story.make("Unlocked").await.pointer(), "/credential");
    story.device.verifies = true;
    assert_eq!(story.make("").await.pointer(), "/name");
    // Begun by the owner, finished by somebody else, and as a sign-in.
    let begun = story.begin().await;
    let credential = story.device.create(&begun["options"]);
    let body = json!({"name": "Mine", "credential": credential});
    let (_, secret) = story.world.account("other").await;
    let foreign = story.act("create_passkey", body, &Credential::Session(secret)).await;
    assert_eq!(foreign.pointer(), "/credential");
    let begun = story.begin().await;
    let asked = json!({"challenge": begun["options"]["challenge"], "rpId": "localhost"});
    let credential = story.device.get(&asked);
    assert_eq!(story.finish_sign_in(&credential).await.pointer(), "/credential");
    assert_eq!(story.list().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn passkeys_are_renamed_and_removed_by_whose_they_are() {
    let mut story = Story::new().await;
    let id = story.list().await[0]["id"].as_str().unwrap().to_owned();
    let rename = Ask::of("update_passkey", &[("id", &id)]).json(&json!({"name": "Old phone"}));
    let delete = Ask::of("delete_passkey", &[("id", &id)]);
    let (_, secret) = story.world.account("other").await;
    let other = Credential::Session(secret);
    assert_eq!(story.world.send(&rename, &other).await.status, 404);
    assert_eq!(story.world.send(&delete, &other).await.status, 404);
    assert_eq!(story.world.send(&rename, &story.session).await.ok(200)["name"], "Old phone");
    assert_eq!(story.list().await[0]["name"], "Old phone");
    story.world.send(&delete, &story.session).await.ok(204);
    assert_eq!(story.world.send(&delete, &story.session).await.status, 404);
    assert_eq!(story.sign_in().await.ok(401)["code"], "invalid_passkey");
    story.make("Back again").await.ok(201);
    story.sign_in().await.ok(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_name_says_what_it_lacks() {
    let world = World::new().await;
    let reply = world.send(&Ask::of("begin_passkey_sign_in", &[]), &Credential::Nothing).await;
    let problem = reply.ok(409);
    assert!(problem["detail"].as_str().unwrap().contains("public_url"), "{problem}");
}
