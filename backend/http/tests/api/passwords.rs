//! Other passwords, over HTTP: limits, and what is answered.

use serde_json::{Value, json};

use crate::ask::{Ask, Reply};
use crate::callers::Credential;
use crate::seed::PASSWORD;
use crate::world::World;

const OTHER: &str = "nine quiet herons count 40 stones";

async fn act(world: &World, operation: &str, body: Value, by: &Credential) -> Reply {
    world.send(&Ask::of(operation, &[]).json(&body), by).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_sets_the_password_and_ends_every_session() {
    let world = World::new().await;
    let (owner, secret) = world.account("acme").await;
    let session = Credential::Session(secret);
    let link = world.app.password_reset_link(&owner.label).await.unwrap();
    let secret = link.split_once("/reset-password#").unwrap().1;
    let set = |password: &'static str| {
        let body = json!({"secret": secret, "password": password});
        Box::pin(async { act(&world, "reset_password", body, &Credential::Nothing).await })
    };
    assert_eq!(set("password1234").await.ok(422)["code"], "weak_password");
    set(OTHER).await.ok(204);
    assert_eq!(set(OTHER).await.ok(404)["code"], "not_found");
    assert_eq!(world.send(&Ask::of("get_me", &[]), &session).await.status, 401);
    let sign_in = json!({"email": owner.label, "password": OTHER});
    act(&world, "sign_in", sign_in, &Credential::Nothing).await.ok(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mail_server_it_is_said_whose_turn_it_is() {
    let world = World::new().await;
    world.account("acme").await;
    for email in ["owner@acme.example", "nobody@acme.example"] {
        let reply =
            act(&world, "request_password_reset", json!({"email": email}), &Credential::Nothing).await;
        let problem = reply.ok(409);
        assert!(problem["detail"].as_str().unwrap().contains("crontopus-server user"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_few_whether_or_not_there_is_an_account() {
    let world = World::new().await;
    world.account("acme").await;
    for email in ["owner@acme.example", "nobody@acme.example"] {
        let mut statuses = Vec::new();
        for _ in 0..5 {
            let body = json!({"email": email});
            statuses.push(act(&world, "request_password_reset", body, &Credential::Nothing).await.status);
        }
        assert_eq!(statuses, [409, 409, 409, 429, 429], "{email}");
    }
    world.pass_minutes(10);
    let body = json!({"email": "OWNER@acme.example"});
    assert_eq!(act(&world, "request_password_reset", body, &Credential::Nothing).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_present_password_are_limited() {
    let world = World::new().await;
    let (_, secret) = world.account("acme").await;
    let session = Credential::Session(secret);
    let mut last = 0;
    for n in 0..9 {
        let body = json!({"password": format!("a wrong guess {n}"), "new_password": OTHER});
        last = act(&world, "change_password", body, &session).await.status;
        assert!(n == 8 || last == 422, "{n}: {last}");
    }
    assert_eq!(last, 429);
    world.pass_minutes(2);
    let body = json!({"password": PASSWORD, "new_password": OTHER});
    act(&world, "change_password", body, &session).await.ok(204);
    assert_eq!(world.send(&Ask::of("get_me", &[]), &session).await.status, 200, "this session stays");
}
