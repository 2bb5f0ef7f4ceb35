//! Two things a host does only after a human's word: taking many jobs off at once, and following a history
//! that was rewritten.

use anyhow::ensure;
use crontopus_e2e::{Scene, tell};

const FIVE: [&str; 5] = ["a", "b", "c", "d", "e"];

fn with_five() -> anyhow::Result<Scene> {
    let scene = Scene::set()?;
    scene.write_jobs(&FIVE)?;
    scene.checkout.push_ok("Five jobs")?;
    scene.entries(&FIVE)?;
    scene.applied(&scene.checkout.head()?)?;
    Ok(scene)
}

fn remove_four(scene: &Scene) -> anyhow::Result<()> {
    FIVE[1..].iter().try_for_each(|name| scene.checkout.remove(&format!("ops/{name}.yaml")))
}

#[test]
fn before_many_jobs_go() -> anyhow::Result<()> {
    tell(|| {
        let mut scene = with_five()?;
        remove_four(&scene)?;
        scene.write_jobs(&["new"])?;
        scene.checkout.push_ok("Four go, one comes")?;
        scene.entries(&["a", "b", "c", "d", "e", "new"])?;
        let why = scene.held()?;
        ensure!(why.contains("it would remove 4 of"), "{why}");
        let plan =
            scene.command_line(&["agents", "plan", scene.shown()?["name"].as_str().unwrap_or_default()])?;
        ensure!(plan.contains("agents confirm"), "{plan}");

        // A new process stands by the commit that was taken, not by the one before.
        scene.agent.kill()?;
        scene.agent.run(&scene.host)?;
        scene.soon("the daemon at work", || Ok(scene.agent.log().contains("running").then_some(())))?;
        scene.agent(&["plan", "--offline"]).and_then(|plan| {
            ensure!(plan.contains("4 held") && !plan.contains("remove ops/new"), "{plan}");
            Ok(())
        })?;
        scene.confirm()?;
        scene.entries(&["a", "new"])?;
        scene.applied(&scene.checkout.head()?)
    })
}

#[test]
fn unless_the_commit_says_that_it_is_meant() -> anyhow::Result<()> {
    tell(|| {
        let scene = with_five()?;
        remove_four(&scene)?;
        scene.checkout.push_ok("Four go\n\nCrontopus-Allow-Removal: yes")?;
        scene.entries(&["a"])
    })
}

#[test]
fn before_a_rewritten_history_is_followed() -> anyhow::Result<()> {
    tell(|| {
        let scene = with_five()?;
        let applied = scene.checkout.head()?;
        scene.checkout.remove("ops/e.yaml")?;
        scene.checkout.git(&["add", "--all"])?;
        scene.checkout.git(&[
            "commit",
            "--quiet",
            "--amend",
            "-m",
            "Four jobs, as if there had never been more",
        ])?;
        let meant = "--push-option=crontopus.allow-rewrite";
        scene.checkout.git(&["push", "--quiet", "--force", meant, "origin", "HEAD:main"])?;
        let why = scene.held()?;
        ensure!(why.contains("history was rewritten"), "{why}");
        scene.entries(&FIVE)?;
        ensure!(scene.shown()?["applied_commit"] == applied.as_str());

        scene.confirm()?;
        scene.entries(&FIVE[..4])?;
        scene.applied(&scene.checkout.head()?)
    })
}
