//! What a pusher sees, and what is in force afterwards.

use crontopus_app::Paging;
use crontopus_app::alerts::{ChannelKind, NewChannel};
use crontopus_app::rows::JobFilter;
use serde_json::json;

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

fn chat(name: &str) -> NewChannel {
    let settings = json!({"webhook_url": "https://hooks.slack.example/services/T0/B0/x"});
    NewChannel { name: name.to_owned(), kind: ChannelKind::Slack, settings, is_default: false }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_nobody_made_is_warned_of() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    world.app.create_channel(&tenant.actor, chat("ops-chat")).await.unwrap();
    let clone = world.clone_of(&tenant).await;
    let route = "apiVersion: v1\nkind: Route\nmetadata: {name: all}\nspec:\n  steps:\n    - channels: [ops-chat, ops-chta]\n";
    clone.write("route.yaml", route).commit("route").await;
    let said = clone.push(&[]).await;
    let remote = said.remote();
    said.ok();
    assert!(remote.contains("route.yaml:6:"), "{remote}");
    assert!(remote.contains("warning: spec.steps[0].channels: there is no channel `ops-chta`"), "{remote}");
    assert!(remote.contains("help: did you mean `ops-chat`?"), "{remote}");
    assert_eq!(remote.matches("there is no channel").count(), 1, "{remote}");

    // The channel is made, and the warning is gone without any commit of the route.
    world.app.create_channel(&tenant.actor, chat("ops-chta")).await.unwrap();
    clone.write("production/backup.yaml", JOB).commit("job").await;
    let said = clone.push(&[]).await;
    assert!(!said.remote().contains("there is no channel"), "{}", said.remote());
    said.ok();
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
