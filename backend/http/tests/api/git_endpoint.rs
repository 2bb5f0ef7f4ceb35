//! The Git host and the hosts of a tenant: they read, by their signature, and nothing else.

use serde_json::json;

use crate::ask::{Ask, Reply};
use crate::callers::Credential;
use crate::seed::Tenant;
use crate::world::World;

impl World {
    /// The first request of a fetch, or of a push.
    async fn refs(&self, tenant: &str, service: &str, by: &Credential) -> Reply {
        let target = format!("/git/{tenant}/jobs.git/info/refs?service=git-{service}-pack");
        let ask = Ask::new("GET", &target).header("git-protocol", "version=2");
        let answer = self.request(&ask, by).await;
        Reply::read(answer).await
    }

    async fn revoke(&self, tenant: &Tenant) {
        let ask = Ask::of("revoke_agent", &[("agent", &tenant.agent)]);
        let answer = self.send(&ask, &tenant.token).await;
        assert!((200..300).contains(&answer.status), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_reads_its_own_tenant_s_repository_until_it_is_revoked() {
    let world = World::new().await;
    let (acme, other) = (world.tenant("acme").await, world.tenant("other").await);
    let code = |reply: &Reply| {
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        (reply.status, body["code"].as_str().unwrap_or_default().to_owned())
    };

    let read = world.refs("acme", "upload", &acme.host).await;
    assert_eq!(read.status, 200);
    assert!(read.body.windows(9).any(|part| part == b"version 2"), "{:?}", read.body);
    // The second time from memory: it is the same.
    let again = world.refs("acme", "upload", &acme.host).await;
    assert_eq!((again.status, again.body), (200, read.body.clone()));

    assert_eq!(code(&world.refs("acme", "receive", &acme.host).await), (403, "forbidden".to_owned()));
    assert_eq!(code(&world.refs("other", "upload", &acme.host).await), (404, "not_found".to_owned()));
    assert_eq!(code(&world.refs("acme", "upload", &other.host).await), (404, "not_found".to_owned()));
    assert_eq!(world.refs("acme", "upload", &Credential::Nothing).await.status, 401);

    world.revoke(&acme).await;
    assert_eq!(code(&world.refs("acme", "upload", &acme.host).await), (401, "agent_revoked".to_owned()));
    assert_eq!(world.refs("other", "upload", &other.host).await.status, 200);
    let kept = json!({"monitor": "production/backup", "kind": "success"});
    assert_eq!(world.send(&Ask::of("create_check_ins", &[]).json(&kept), &acme.token).await.status, 200);
}
