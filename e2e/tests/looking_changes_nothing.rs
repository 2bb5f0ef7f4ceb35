//! `status`, `plan` and `doctor` only look: what an apply wrote down about itself stays as it is, since it may be
//! that of a daemon that is at work.

use anyhow::ensure;
use crontopus_e2e::{Scene, tell};

#[test]
fn not_even_a_journal() -> anyhow::Result<()> {
    tell(|| {
        let mut scene = Scene::set()?;
        let _cron = scene.host.cron()?;
        scene.write_jobs(&["a"])?;
        scene.checkout.push_ok("A job")?;
        scene.entries(&["a"])?;
        scene.applied(&scene.checkout.head()?)?;
        scene.agent.stop()?;

        let (journal, state) = (scene.agent.file("journal.json"), scene.agent.file("state.json"));
        std::fs::write(&journal, "[]")?;
        let before = std::fs::read(&state)?;
        for line in [&["status"][..], &["plan"], &["plan", "--offline"], &["doctor"]] {
            scene.agent.command(&scene.host).args(line).output()?;
            ensure!(journal.exists(), "{line:?} took the journal away");
            ensure!(std::fs::read(&state)? == before, "{line:?} wrote the state");
        }
        scene.agent(&["apply"])?;
        ensure!(!journal.exists(), "who holds the lock takes it up");
        Ok(())
    })
}
