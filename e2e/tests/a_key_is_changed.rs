//! A key changed by hand beside a running daemon: the daemon signs with the new one from then on.

use anyhow::ensure;
use crontopus_e2e::{Scene, tell};

#[test]
fn beside_a_running_daemon() -> anyhow::Result<()> {
    tell(|| {
        let scene = Scene::set()?;
        let _cron = scene.host.cron()?;
        let fingerprint = || Ok::<_, anyhow::Error>(scene.shown()?["key_fingerprint"].clone());
        let before = fingerprint()?;
        // It is heard of, so it signs with a key that is taken.
        scene.soon("a report", || Ok(scene.shown()?["scheduler"].as_str().map(drop)))?;
        scene.agent(&["rotate-key"])?;
        let after = fingerprint()?;
        ensure!(before != after, "{before} is still its key");

        // What comes now needs the daemon to be believed.
        scene.write_jobs(&["later"])?;
        scene.checkout.push_ok("Later")?;
        scene.entries(&["later"])?;
        scene.applied(&scene.checkout.head()?)?;
        ensure!(scene.agent(&["doctor"])?.contains(&after.as_str().unwrap_or_default()[..12]));
        ensure!(!scene.agent.file("agent.key.next").exists());
        Ok(())
    })
}
