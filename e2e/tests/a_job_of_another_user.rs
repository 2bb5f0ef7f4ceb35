//! A job that runs as somebody else by a real cron: that user reads the spec, takes the lock, leaves records
//! in the spool, and is believed.

use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use crontopus_e2e::{Scene, tell, until};

const WHO: &str = "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: who}\nspec:\n  schedule: \"* * * * *\"\n  \
                   command: /usr/bin/id\n  args: [\"-un\"]\n  user: daemon\n  concurrency: forbid\n  \
                   host: {selector: {role: db}}\n";

#[test]
fn is_run_and_believed() -> anyhow::Result<()> {
    tell(|| {
        let scene = Scene::set()?;
        // The way to the state directory is the user's too.
        scene.agent.let_others_pass()?;
        scene.checkout.write("ops/who.yaml", WHO)?;
        scene.checkout.push_ok("Who am I?")?;
        scene.entries(&["who"])?;
        let _cron = scene.host.cron()?;

        let run = until("a good run", Duration::from_secs(100), || {
            let runs = scene.api.read("/runs?job=ops%2Fwho&status=succeeded")?;
            Ok(runs["items"].as_array().and_then(|items| items.first()).cloned())
        })
        .map_err(|e| e.context(scene.agent.log()))?;
        let output = scene.api.output(run["id"].as_str().context("it has an id")?)?;
        ensure!(output == b"daemon\n", "{}", String::from_utf8_lossy(&output));

        let id = |option: &str| -> anyhow::Result<u32> {
            let done = scene.host.sh(&format!("id {option} daemon"))?;
            Ok(String::from_utf8(done.stdout)?.trim().parse()?)
        };
        let (uid, gid) = (id("-u")?, id("-g")?);
        let spec = scene.agent.file("jobs/ops/who.json").metadata()?;
        ensure!((spec.uid(), spec.gid(), spec.mode() & 0o7777) == (0, gid, 0o640), "{spec:?}");
        let lock = scene.agent.file("locks/ops/who").metadata()?;
        ensure!((lock.uid(), lock.mode() & 0o7777) == (uid, 0o600), "{lock:?}");
        ensure!(scene.agent.file("spool").metadata()?.mode() & 0o7777 == 0o1733);

        // A record of another user for this job is not believed.
        let forged = scene.agent.file("spool/forged.start.json");
        let record = serde_json::json!({"format": 1, "job": "ops/who", "run_id": "forged", "kind": "start",
            "at": "2026-01-01T00:00:00Z"});
        // It has its owner before it has its name: until then nobody reads it.
        let unfinished = scene.agent.file("spool/.forged");
        std::fs::write(&unfinished, record.to_string())?;
        std::os::unix::fs::chown(&unfinished, Some(65_534), Some(65_534))?;
        std::fs::rename(&unfinished, &forged)?;
        scene.soon("the forged record to go", || Ok((!forged.exists()).then_some(())))?;
        ensure!(scene.agent.log().contains("may not speak for"), "{}", scene.agent.log());
        Ok(())
    })
}
