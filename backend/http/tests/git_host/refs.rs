//! References beside the branch that is followed: each is taken or refused as a whole, and changes nothing on any host.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use crate::world::{Clone, JOB, Tenant, World, command};

/// A tenant with one job in force, and the clone it came from.
async fn settled(world: &World) -> (Tenant, Clone) {
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    clone.write("a.yaml", JOB).commit("one").await;
    clone.push(&[]).await.ok();
    (tenant, clone)
}

/// The commit that is in force, and how many jobs it has.
async fn in_force(world: &World, tenant: &Tenant) -> (Option<String>, i64) {
    let repository = world.app.get_repository(&tenant.actor, "jobs").await.expect("the tenant has it");
    (repository.commit, repository.jobs)
}

/// Names of the server's references.
async fn there(clone: &Clone) -> Vec<String> {
    let listed = clone.git(&["ls-remote", "--refs", "origin"]).await.ok();
    listed.lines().filter_map(|line| line.split_once('\t')).map(|(_, name)| name.to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_kept_and_judged_by_nobody() {
    let world = World::new().await;
    let (tenant, clone) = settled(&world).await;
    let before = in_force(&world, &tenant).await;
    clone.write("b.yaml", "not a manifest").commit("broken").await;
    clone.git(&["tag", "light"]).await.ok();
    clone.git(&["tag", "--annotate", "--message", "one", "v1"]).await.ok();
    let said = clone.push(&["origin", "refs/tags/light:refs/tags/light", "refs/tags/v1:refs/tags/v1"]).await;
    assert!(said.remote().contains("Only the branch `main` is followed"), "{}", said.remote());
    said.ok();
    // One that is called as the branch is not the branch.
    clone.push(&["origin", "HEAD:refs/tags/main"]).await.ok();
    assert_eq!(in_force(&world, &tenant).await, before);
    assert_eq!(there(&clone).await, ["refs/heads/main", "refs/tags/light", "refs/tags/main", "refs/tags/v1"]);
    clone.push(&["origin", ":refs/tags/main", ":refs/tags/v1"]).await.ok();
    assert_eq!(there(&clone).await, ["refs/heads/main", "refs/tags/light"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_branches_may_be_made_rewritten_and_deleted() {
    let world = World::new().await;
    let (tenant, clone) = settled(&world).await;
    let before = in_force(&world, &tenant).await;
    clone.write("b.yaml", "not a manifest").commit("draft").await;
    clone
        .push(&["origin", "HEAD:refs/heads/draft", "HEAD:refs/heads/main2", "HEAD:refs/heads/team/main"])
        .await
        .ok();
    clone.git(&["commit", "--quiet", "--amend", "-m", "another draft"]).await.ok();
    clone.push(&["origin", "HEAD:refs/heads/draft"]).await.failed();
    clone.push(&["--force", "origin", "HEAD:refs/heads/draft"]).await.ok();
    clone.push(&["origin", ":refs/heads/draft", ":refs/heads/team/main"]).await.ok();
    assert_eq!(in_force(&world, &tenant).await, before);
    assert_eq!(there(&clone).await, ["refs/heads/main", "refs/heads/main2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_with_the_followed_branch_stands_and_falls_with_it() {
    let world = World::new().await;
    let (tenant, clone) = settled(&world).await;
    clone.write("b.yaml", "not a manifest").commit("broken").await;
    clone
        .push(&["origin", "HEAD:refs/heads/main", "HEAD:refs/heads/draft", "HEAD:refs/tags/v1"])
        .await
        .failed();
    assert_eq!(there(&clone).await, ["refs/heads/main"], "nothing of a refused push is kept");
    clone.write("b.yaml", JOB.replace("backup", "other")).commit("mended").await;
    clone.push(&["origin", "HEAD:refs/heads/main", "HEAD:refs/heads/draft", "HEAD:refs/tags/v1"]).await.ok();
    assert_eq!(in_force(&world, &tenant).await.1, 2);
    // Nor does the deletion of something else carry a deletion of the branch through.
    let said = clone.push(&["--force", "origin", ":refs/heads/main", ":refs/heads/draft"]).await;
    assert!(said.remote().contains("it would be deleted"), "{}", said.remote());
    said.failed();
    assert_eq!(there(&clone).await, ["refs/heads/draft", "refs/heads/main", "refs/tags/v1"]);
    assert_eq!(in_force(&world, &tenant).await.1, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_not_utf_8_is_a_name() {
    let world = World::new().await;
    let (tenant, clone) = settled(&world).await;
    let push = async |names: &[&[u8]]| {
        let mut git = command(&clone.path);
        git.args(["push", "--quiet", "origin"]);
        git.args(names.iter().map(|name| OsString::from_vec([b"HEAD:", *name].concat())));
        let done = tokio::task::spawn_blocking(move || git.output().unwrap()).await.unwrap();
        (done.status.success(), String::from_utf8_lossy(&done.stderr).into_owned())
    };
    let (taken, said) = push(&[b"refs/heads/caf\xe9", b"refs/tags/\xff\xfe"]).await;
    assert!(taken && said.contains("Only the branch `main` is followed"), "{said}");
    assert_eq!(there(&clone).await.len(), 3);
    // Beside it the branch is followed as ever, and a name that only looks like it is another one.
    clone.write("b.yaml", JOB.replace("backup", "other")).commit("two").await;
    let (taken, said) = push(&[b"refs/heads/main", b"refs/heads/main\xff"]).await;
    assert!(taken && said.contains("Accepted: 1 created"), "{said}");
    assert_eq!(in_force(&world, &tenant).await.1, 2);
    let other = world.clone_of(&tenant).await;
    assert_eq!(other.git(&["log", "--format=%s"]).await.ok(), "two\none\n");
}
