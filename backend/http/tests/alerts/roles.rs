use crontopus_app::access::{Role, Scope};
use serde_json::{Value, json};

use crate::world::World;

/// Every operation of alerts: method, path, the least role and the scope a token needs.
fn operations() -> Vec<(&'static str, &'static str, Role, Scope)> {
    use Role::{Admin, Member, Viewer};
    let id = "/api/v1/channels/chn_00000000000000000000000001";
    let trial = "/api/v1/channels/chn_00000000000000000000000001/test";
    let snooze = "/api/v1/snoozes/snz_00000000000000000000000001";
    vec![
        ("GET", "/api/v1/channels", Viewer, Scope::ChannelsRead),
        ("POST", "/api/v1/channels", Admin, Scope::ChannelsWrite),
        ("GET", id, Viewer, Scope::ChannelsRead),
        ("PATCH", id, Admin, Scope::ChannelsWrite),
        ("DELETE", id, Admin, Scope::ChannelsWrite),
        ("POST", trial, Admin, Scope::ChannelsWrite),
        ("GET", "/api/v1/deliveries", Viewer, Scope::ChannelsRead),
        ("GET", "/api/v1/deliveries/queue", Viewer, Scope::ChannelsRead),
        ("GET", "/api/v1/routes", Viewer, Scope::JobsRead),
        ("GET", "/api/v1/routes/test?job=a/b", Viewer, Scope::ChannelsRead),
        ("GET", "/api/v1/maintenance", Viewer, Scope::JobsRead),
        ("GET", "/api/v1/snoozes", Viewer, Scope::IncidentsRead),
        ("POST", "/api/v1/snoozes", Member, Scope::IncidentsWrite),
        ("DELETE", snooze, Member, Scope::IncidentsWrite),
    ]
}

fn body(method: &str) -> Option<Value> {
    (method != "GET").then(|| json!({}))
}

#[tokio::test]
async fn who_has_less_than_the_role_is_refused_and_who_has_it_is_not() {
    let world = World::new().await;
    let mut people = Vec::new();
    for (name, role) in [("vera", Role::Viewer), ("mel", Role::Member), ("adam", Role::Admin)] {
        people.push((role, world.member(name, role).await));
    }
    for (method, path, least, _) in operations() {
        for (role, secret) in &people {
            let said = world.ask_as(secret, method, path, body(method)).await;
            let refused = said.status == 403;
            assert_eq!(refused, *role < least, "{role} {method} {path}: {}", said.text);
            if refused {
                assert_eq!(said.problem().1, "forbidden");
            }
        }
    }
}

#[tokio::test]
async fn a_token_needs_the_scope_and_without_a_credential_nothing_is_answered() {
    let world = World::new().await;
    for (method, path, _, scope) in operations() {
        let others: Vec<Scope> = [Scope::RunsRead, Scope::AgentsRead].to_vec();
        let poor = world.token(&others).await;
        let said = world.ask_as(&poor, method, path, body(method)).await;
        assert_eq!(said.problem().1, "missing_scope", "{method} {path}");
        let rich = world.token(&[scope]).await;
        let said = world.ask_as(&rich, method, path, body(method)).await;
        assert!(![401, 403].contains(&said.status), "{method} {path}: {}", said.text);
        let said = world.ask_as("nobody", method, path, body(method)).await;
        assert_eq!((said.status, said.problem().1.as_str()), (401, "unauthenticated"), "{method} {path}");
    }
}
