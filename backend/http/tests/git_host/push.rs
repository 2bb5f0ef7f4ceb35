//! What a pusher sees, and what is in force afterwards.

use crontopus_app::Paging;
use crontopus_app::rows::JobFilter;

use crate::world::{JOB, Tenant, World};

async fn jobs(world: &World, tenant: &Tenant) -> Vec<String> {
    let listed =
        world.app.list_jobs(&tenant.actor, &JobFilter::default(), &Paging::first(200)).await.unwrap();
    listed.rows.iter().map(|job| format!("{} {}", job.key(), job.schedule)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_push_says_the_plan_and_is_in_force_when_it_returns() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    clone.write("production/backup.yaml", JOB).commit("add").await;
    let said = clone.push(&[]).await;
    let remote = said.remote();
    said.ok();
    assert!(
        remote.starts_with("Accepted: 1 created, 0 changed, 0 removed.\n  + production/backup  0 2 * * *"),
        "{remote}"
    );
    assert!(remote.contains("monitored only") && remote.contains("(Europe/Berlin)"), "{remote}");
    assert_eq!(jobs(&world, &tenant).await, ["production/backup 0 2 * * *"]);

    clone.write("production/backup.yaml", JOB.replace("0 2", "30 4")).commit("later").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().contains("  ~ production/backup  30 4 * * *"), "{}", said.remote());
    said.ok();
    assert_eq!(jobs(&world, &tenant).await, ["production/backup 30 4 * * *"]);

    std::fs::remove_file(clone.path.join("production/backup.yaml")).unwrap();
    clone.commit("remove").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().contains("  - production/backup"), "{}", said.remote());
    said.ok();
    assert!(jobs(&world, &tenant).await.is_empty());

    let other = world.clone_of(&tenant).await;
    assert_eq!(other.git(&["log", "--format=%s"]).await.ok(), "remove\nlater\nadd\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_push_is_refused_with_every_problem() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    clone.write("production/backup.yaml", JOB).commit("good").await;
    clone.push(&[]).await.ok();

    clone.write("production/backup.yaml", JOB.replace("0 2 * * *", "0 25 * * *") + "  comand: /bin/true\n");
    clone.write("other/a.yaml", "kind: [").commit("bad").await;
    let said = clone.push(&[]).await;
    let remote = said.remote();
    assert!(said.failed().contains("pre-receive hook declined"));
    for part in [
        "production/backup.yaml:5:",
        "production/backup.yaml:7:3: error: spec.comand: unknown field `comand`",
        "help: did you mean `command`?",
        "other/a.yaml:1:",
        "Refused: ",
        "Nothing was changed.",
    ] {
        assert!(remote.contains(part), "{part}:\n{remote}");
    }
    assert_eq!(jobs(&world, &tenant).await, ["production/backup 0 2 * * *"]);
    let other = world.clone_of(&tenant).await;
    assert_eq!(other.git(&["log", "--format=%s"]).await.ok(), "good\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_refuses() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    let policy =
        "apiVersion: v1\nkind: Policy\nmetadata: {name: rules}\nspec:\n  rules: {requireLabels: [team]}\n";
    clone.write("policy.yaml", policy).commit("policy").await;
    clone.push(&[]).await.ok();
    clone.write("production/backup.yaml", JOB).commit("job").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().contains("the label `team` is required"), "{}", said.remote());
    said.failed();
    clone.write("production/backup.yaml", JOB.replace("{name: backup}", "{name: backup, labels: {team: x}}"));
    clone.commit("labelled").await;
    clone.push(&[]).await.ok();
    assert_eq!(jobs(&world, &tenant).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_followed_branch_is_not_rewritten_by_accident() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    clone.write("a.yaml", JOB).commit("one").await;
    clone.write("b.yaml", JOB.replace("backup", "other")).commit("two").await;
    clone.push(&[]).await.ok();
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.ok();
    let said = clone.push(&["--force"]).await;
    assert!(said.remote().contains("--push-option=crontopus.allow-rewrite"), "{}", said.remote());
    said.failed();
    let said = clone.git(&["push", "origin", ":main"]).await;
    assert!(said.remote().contains("it would be deleted"), "{}", said.remote());
    said.failed();
    assert_eq!(jobs(&world, &tenant).await.len(), 2);

    clone.push(&["--force", "--push-option=crontopus.allow-rewrite"]).await.ok();
    assert_eq!(jobs(&world, &tenant).await, ["default/backup 0 2 * * *"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_branches_are_taken_as_they_are() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let clone = world.clone_of(&tenant).await;
    clone.write("a.yaml", "not a manifest").commit("draft").await;
    let said = clone.push(&["origin", "HEAD:draft"]).await;
    assert!(said.remote().contains("Only the branch `main` is followed"), "{}", said.remote());
    said.ok();
    assert!(jobs(&world, &tenant).await.is_empty());
    clone.push(&["--force", "origin", ":draft"]).await.ok();
}
