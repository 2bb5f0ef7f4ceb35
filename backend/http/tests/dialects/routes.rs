//! The addresses of other protocols are a closed list: nothing else is served beside the operations.

use axum::body::Body;
use crontopus_http::dialects::ROUTES;

use crate::world::World;

#[tokio::test]
async fn every_address_of_the_list_is_served_and_asks_for_no_cookie() {
    let world = World::new().await;
    for (path, _) in ROUTES {
        let path = path.replace("{*path}", "a/b").replace("{project}", "1");
        let path = path.replace(['{', '}'], "");
        let preflight = world.call("OPTIONS", &path, Body::empty()).await;
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"), "{path}");
        let said = world.call("GET", &path, Body::empty()).await;
        assert!([200, 401, 403, 404].contains(&said.status), "{path}: {}", said.status);
        assert_eq!(said.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(said.header("set-cookie"), None, "{path}");
    }
}

#[test]
fn none_of_them_is_an_operation() {
    let document = crontopus_http::document(crontopus_http::Document::Console);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let paths = document["paths"].as_object().unwrap();
    for (path, _) in ROUTES {
        assert!(!paths.contains_key(*path), "{path}");
    }
}
