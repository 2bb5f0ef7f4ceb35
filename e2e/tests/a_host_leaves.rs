//! A host that is uninstalled says goodbye: it is shown as such, its jobs are expected no more, and nobody is
//! told that it is silent. Without the server it leaves all the same.

use anyhow::ensure;
use crontopus_e2e::{Scene, tell};

fn with_two() -> anyhow::Result<Scene> {
    let mut scene = Scene::set()?;
    scene.write_jobs(&["a", "b"])?;
    scene.checkout.push_ok("Two jobs")?;
    scene.entries(&["a", "b"])?;
    scene.applied(&scene.checkout.head()?)?;
    scene.agent.stop()?;
    Ok(scene)
}

#[test]
fn and_takes_its_entries_along() -> anyhow::Result<()> {
    tell(|| {
        let scene = with_two()?;
        let said = scene.agent(&["uninstall", "--remove"])?;
        ensure!(said.contains("2 entries") && !said.contains("could not"), "{said}");
        scene.entries(&[])?;
        let shown = scene.shown()?;
        ensure!((&shown["state"], &shown["jobs"]) == (&"left".into(), &0.into()), "{shown}");
        let incidents = scene.api.read("/incidents")?;
        ensure!(incidents["items"].as_array().is_some_and(Vec::is_empty), "{incidents}");
        Ok(())
    })
}

#[test]
fn and_leaves_its_entries() -> anyhow::Result<()> {
    tell(|| {
        let scene = with_two()?;
        scene.agent(&["uninstall", "--keep"])?;
        scene.entries(&["a", "b"])?;
        let shown = scene.shown()?;
        ensure!((&shown["state"], &shown["jobs"]) == (&"left".into(), &2.into()), "{shown}");
        Ok(())
    })
}

#[test]
fn while_the_server_is_away() -> anyhow::Result<()> {
    tell(|| {
        let mut scene = with_two()?;
        scene.server.kill()?;
        let said = scene.agent(&["uninstall", "--remove"])?;
        ensure!(said.contains("the server could not be told"), "{said}");
        scene.entries(&[])
    })
}
