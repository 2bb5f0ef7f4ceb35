//! The second factor: setting it up, signing in with it, losing it, ending it.

use serde_json::{Value, json};
use totp_rs::{Builder, Secret, Totp};

use crate::ask::{Ask, Reply};
use crate::callers::Credential;
use crate::seed::{PASSWORD, Tenant};
use crate::world::World;

struct Story {
    world: World,
    tenant: Tenant,
    totp: Totp,
    codes: Vec<String>,
}

impl Story {
    /// A tenant whose owner has a second factor.
    async fn new() -> Self {
        let world = World::new().await;
        let tenant = world.tenant("acme").await;
        let ask = Ask::of("begin_second_factor", &[]).json(&json!({"password": PASSWORD}));
        let begun = world.send(&ask, &tenant.session).await.ok(200);
        let url = begun["url"].as_str().unwrap();
        assert!(url.starts_with("otpauth://totp/Crontopus") && url.contains("owner%40acme.example"), "{url}");
        assert!(begun["qr"]["path"].as_str().unwrap().starts_with("M0 0h7"), "{begun}");
        let secret = Secret::try_from_base32(begun["secret"].as_str().unwrap()).unwrap();
        let totp = Builder::new().with_secret(secret).build().unwrap();
        let mut story = Self { world, tenant, totp, codes: Vec::new() };
        // Begun is not in force.
        assert_eq!(story.sign_in(None).await.status, 200);
        assert_eq!(story.act("confirm_second_factor", json!({"code": "000000"})).await.pointer(), "/code");
        let made = story.act("confirm_second_factor", json!({"code": story.code()})).await.ok(200);
        story.codes =
            made["codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
        story
    }

    /// The code of now.
    fn code(&self) -> String {
        let seconds = u64::try_from(self.world.app.clock().now_ms() / 1000).unwrap();
        self.totp.generate(seconds).to_string()
    }

    async fn act(&self, operation: &str, body: Value) -> Reply {
        self.world.send(&Ask::of(operation, &[]).json(&body), &self.tenant.session).await
    }

    async fn sign_in(&self, code: Option<&str>) -> Reply {
        self.world.pass_minutes(1);
        self.sign_in_now(code).await
    }

    async fn sign_in_now(&self, code: Option<&str>) -> Reply {
        let mut body = json!({"email": "owner@acme.example", "password": PASSWORD});
        if let Some(code) = code {
            body["code"] = code.into();
        }
        self.world.send(&Ask::of("sign_in", &[]).json(&body), &Credential::Nothing).await
    }

    async fn state(&self) -> Value {
        self.world.send(&Ask::of("get_second_factor", &[]), &self.tenant.session).await.ok(200)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_password_alone_does_not_do() {
    let story = Story::new().await;
    assert_eq!((story.codes.len(), &story.state().await["recovery_codes"]), (10, &json!(10)));
    assert_eq!(story.sign_in(None).await.ok(401)["code"], "second_factor_required");
    assert_eq!(story.sign_in(Some("000000")).await.ok(401)["code"], "invalid_code");
    let wrong = json!({"email": "owner@acme.example", "password": "not the password", "code": "000000"});
    let reply = story.world.send(&Ask::of("sign_in", &[]).json(&wrong), &Credential::Nothing).await;
    assert_eq!(reply.ok(401)["code"], "invalid_credentials", "a code says nothing without the password");
    story.world.pass_minutes(1);
    let code = story.code();
    assert_eq!(story.sign_in_now(Some(&code)).await.status, 200);
    assert_eq!(story.sign_in_now(Some(&code)).await.ok(401)["code"], "invalid_code", "a code is good once");
    // Git would pass by the second factor.
    let origin = crontopus_app::access::Origin::default();
    let by_password = story.world.app.password_actor("owner@acme.example", PASSWORD, "acme", origin).await;
    assert!(by_password.unwrap_err().to_string().contains("API token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_used_once_also_by_many_at_once() {
    let story = Story::new().await;
    story.world.pass_minutes(10);
    let code = story.code();
    let body = json!({"email": "owner@acme.example", "password": PASSWORD, "code": code});
    let ask = Ask::of("sign_in", &[]).json(&body);
    let nobody = Credential::Nothing;
    let tries = (0..4).map(|_| story.world.send(&ask, &nobody));
    let replies = futures_util::future::join_all(tries).await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_are_limited() {
    let story = Story::new().await;
    story.world.pass_minutes(60);
    let body = json!({"email": "owner@acme.example", "password": PASSWORD, "code": "000000"});
    let ask = Ask::of("sign_in", &[]).json(&body);
    let mut statuses = Vec::new();
    for _ in 0..10 {
        statuses.push(story.world.send(&ask, &Credential::Nothing).await.status);
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 401, 401, 429, 429]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_lets_in_once() {
    let story = Story::new().await;
    let code = story.codes[3].to_uppercase().replace('-', " ");
    assert_eq!(story.sign_in(Some(&code)).await.status, 200);
    assert_eq!(story.sign_in(Some(&code)).await.status, 401);
    assert_eq!(story.state().await["recovery_codes"], 9);
    story.world.pass_minutes(10);
    let body = json!({"password": PASSWORD, "code": story.code()});
    let renewed = story.act("renew_recovery_codes", body).await.ok(200);
    assert_eq!(renewed["codes"].as_array().unwrap().len(), 10);
    assert_eq!(story.sign_in(Some(&story.codes[4])).await.status, 401, "those before are worth nothing");
    assert_eq!(story.sign_in(renewed["codes"][0].as_str()).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn ending_it_takes_password_and_code() {
    let story = Story::new().await;
    story.world.pass_minutes(10);
    let begin = story.act("begin_second_factor", json!({"password": PASSWORD})).await;
    assert_eq!(begin.ok(409)["code"], "conflict", "one in force is not replaced");
    let disable = |password: &str, code: &str| {
        story.act("disable_second_factor", json!({"password": password, "code": code}))
    };
    assert_eq!(disable("wrong password!", &story.code()).await.pointer(), "/password");
    assert_eq!(disable(PASSWORD, "123").await.pointer(), "/code");
    disable(PASSWORD, &story.code()).await.ok(204);
    assert_eq!(story.state().await["enabled"], false);
    assert_eq!(story.sign_in(None).await.status, 200);
    let audit = story.world.send(&Ask::of("list_audit", &[]), &story.tenant.session).await.ok(200);
    let actions: Vec<&str> =
        audit["items"].as_array().unwrap().iter().map(|l| l["action"].as_str().unwrap()).collect();
    assert!(
        actions.contains(&"enable_second_factor") && actions.contains(&"disable_second_factor"),
        "{actions:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_no_way_around_it() {
    let story = Story::new().await;
    let (other, _) = story.world.account("other").await;
    let invite = story.world.app.create_invitation(
        &other,
        "owner@acme.example".to_owned(),
        crontopus_app::access::Role::Viewer,
    );
    let secret = invite.await.unwrap().secret;
    let accept = |code: Option<String>| {
        let body = json!({"secret": secret, "password": PASSWORD, "code": code});
        Ask::new("POST", "/api/v1/invitations/accept").json(&body)
    };
    let refused = story.world.send(&accept(None), &Credential::Nothing).await;
    assert_eq!(refused.ok(401)["code"], "second_factor_required");
    story.world.pass_minutes(10);
    assert_eq!(story.world.send(&accept(Some(story.code())), &Credential::Nothing).await.status, 200);
}
