//! Who may clone and push.

use crontopus_app::access::Scope;

use crate::world::{JOB, PASSWORD, World, git};

#[tokio::test(flavor = "multi_thread")]
async fn credentials_decide() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let other = world.tenant("other").await;
    let reader = world.token(&acme.actor, &[Scope::JobsRead]).await;
    let blind = world.token(&acme.actor, &[Scope::RunsRead]).await;
    let ls = async |url: String| git(world.path(), &["ls-remote", &url]).await;

    // An API token as password, whatever the user; or as user; or e-mail and password.
    ls(world.url("acme", "git", &acme.token)).await.ok();
    ls(world.url("acme", &reader, "x")).await.ok();
    ls(world.url("acme", "ada@acme.example", PASSWORD)).await.ok();

    let refused = [
        (format!("http://{}/git/acme/jobs.git", world.address), "could not read Username"),
        (world.url("acme", "git", "ctp_wrong"), "Authentication failed"),
        (world.url("acme", "ada@acme.example", "wrong"), "Authentication failed"),
        (world.url("acme", "git", &blind), "403"),
        // What is another tenant's is not there.
        (world.url("acme", "git", &other.token), "not found"),
        (world.url("acme", "ada@other.example", PASSWORD), "not found"),
        (world.url("nobody", "git", &acme.token), "not found"),
        (world.url("acme", "git", &acme.token).replace("jobs.git", "missing.git"), "not found"),
        (world.url("acme", "git", &acme.token).replace("jobs.git", "jobs"), "not found"),
    ];
    for (url, text) in refused {
        let said = ls(url.clone()).await.failed();
        assert!(said.contains(text), "{url}: {said}");
    }

    let clone = world.clone_of(&acme).await;
    clone.write("a.yaml", JOB).commit("one").await;
    let reading = world.url("acme", "git", &reader);
    let said = clone.git(&["push", &reading, "HEAD:main"]).await.failed();
    assert!(said.contains("403"), "{said}");
    clone.push(&[]).await.ok();
    assert_eq!(git(world.path(), &["ls-remote", &reading]).await.ok().lines().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_smart_protocol_is_there() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let base = format!("http://{}/git/acme/jobs.git", world.address);
    let status = |path: String| {
        let (base, token) = (base.clone(), acme.token.clone());
        async move {
            let url = format!("{base}{path}");
            tokio::task::spawn_blocking(move || crate::hostile::get(&url, &token)).await.unwrap()
        }
    };
    assert_eq!(status("/info/refs?service=git-upload-pack".into()).await, 200);
    assert_eq!(status("/info/refs".into()).await, 403);
    for path in [
        "/HEAD",
        "/config",
        "/objects/info/packs",
        "/../../secrets.key",
        "/%2e%2e/%2e%2e/test.db",
        "/hooks/pre-receive",
    ] {
        let found = status(path.to_owned()).await;
        assert!(found == 404 || found == 400, "{path}: {found}");
    }
}
