use crontopus_app::ingest::Integration;

use crate::world::World;

#[tokio::test]
async fn keys_are_made_shown_once_replaced_and_taken_away() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let (status, listed) = world.api("GET", "/api/v1/integrations").await;
    let kinds: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap()).collect();
    assert_eq!((status, kinds), (200, vec!["healthchecks", "sentry", "cronitor"]));
    assert!(listed["items"].as_array().unwrap().iter().all(|i| i["active"] == false));

    let (status, made) = world.api("POST", "/api/v1/integrations/healthchecks/key").await;
    let key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(
        (status, made["address"].as_str()),
        (200, Some(format!("https://cron.example/ping/{key}").as_str()))
    );
    assert_eq!(world.get(&format!("/ping/{key}/backup")).await.status, 200);
    let (_, listed) = world.api("GET", "/api/v1/integrations").await;
    assert_eq!(
        (&listed["items"][0]["active"], &listed["items"][0]["hint"]),
        (&true.into(), &key[..4].into())
    );
    assert!(!listed.to_string().contains(&key), "it is shown once");

    let (_, next) = world.api("POST", "/api/v1/integrations/healthchecks/key").await;
    assert_eq!(world.get(&format!("/ping/{key}/backup")).await.status, 404, "the old one ended");
    let key = next["key"].as_str().unwrap();
    assert_eq!(world.get(&format!("/ping/{key}/backup")).await.status, 200);
    assert_eq!(world.api("DELETE", "/api/v1/integrations/healthchecks/key").await.0, 204);
    assert_eq!(world.get(&format!("/ping/{key}/backup")).await.status, 404);
    assert_eq!(world.api("DELETE", "/api/v1/integrations/healthchecks/key").await.0, 404);
    assert_eq!(world.api("POST", "/api/v1/integrations/nagios/key").await.0, 404);

    let (_, sentry) = world.api("POST", "/api/v1/integrations/sentry/key").await;
    let key = sentry["key"].as_str().unwrap();
    assert_eq!(sentry["address"], format!("https://{key}@cron.example/{}", world.project()));
}

#[tokio::test]
async fn a_key_is_good_for_check_ins_alone() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let keys = [
        world.integration_key(Integration::Healthchecks).await,
        world.integration_key(Integration::Sentry).await,
        world.integration_key(Integration::Cronitor).await,
    ];
    for key in keys {
        for path in ["/api/v1/runs", "/api/v1/jobs", "/api/v1/integrations", "/api/v3/checks/"] {
            let request = axum::http::Request::get(path)
                .header("authorization", format!("Bearer {key}"))
                .header("x-api-key", &key)
                .body(axum::body::Body::empty())
                .unwrap();
            assert_eq!(world.send(request).await.status, 401, "{path}");
        }
        assert_eq!(world.get(&format!("/in/{key}")).await.status, 404);
    }
}

#[tokio::test]
async fn one_key_of_a_monitor_reports_through_every_door_that_takes_one() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let (_, made) = world.api("POST", &format!("/api/v1/monitors/{id}/key")).await;
    let others = made["others"].as_array().unwrap();
    assert_eq!(others.len(), 3);
    for other in others {
        let path = other["url"].as_str().unwrap().strip_prefix("https://cron.example").unwrap();
        let said = world.get(path).await;
        assert!((200..300).contains(&said.status), "{path}");
    }
    assert_eq!(world.statuses().await.len(), 3);
}
