//! A host that wants drift only reported: its settings change under a running daemon, somebody deletes an entry,
//! and the server hears of it, in the list and in the plan, until the entry is there again.

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Scene, tell};

#[test]
fn and_not_put_right() -> anyhow::Result<()> {
    tell(|| {
        let scene = Scene::set()?;
        scene.write_jobs(&["a"])?;
        scene.checkout.push_ok("A job")?;
        scene.entries(&["a"])?;
        scene.applied(&scene.checkout.head()?)?;
        let name = scene.shown()?["name"].as_str().context("it has a name")?.to_owned();
        let look = || scene.command_line(&["agents", "sync", &name]).map(drop);
        let drift =
            |wanted: u64| scene.soon("the drift", || Ok((scene.shown()?["drift"] == wanted).then_some(())));

        std::fs::write(scene.agent.file("agent.toml"), "drift = \"warn\"\n")?;
        scene.host.sh("mv /etc/cron.d/crontopus-ops_a /run/kept")?;
        look()?;
        drift(1)?;
        let plan = scene.command_line(&["agents", "plan", "--all", &name])?;
        ensure!(plan.contains("somebody deleted the entry; drift is only reported"), "{plan}");
        scene.entries(&[])?;

        scene.host.sh("mv /run/kept /etc/cron.d/crontopus-ops_a")?;
        look()?;
        drift(0)
    })
}
