//! Disks that are full or read-only below an agent's state directory: the agent starts and says so, runs reach the
//! server by its socket, and with a good disk everything goes on in seconds and without help.

use std::time::{Duration, Instant};

use anyhow::ensure;
use crontopus_e2e::{Scene, tell, until};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

/// A disk of its own for the spool, in trouble.
const SPOOL_IS_FULL: Trouble = Trouble {
    below: "spool",
    options: "mode=1733,size=64k",
    begins: "cat /dev/zero > $DISK/fill; true",
    ends: "rm $DISK/fill",
    said: "is full",
};
const SPOOL_IS_READ_ONLY: Trouble = Trouble {
    below: "spool",
    options: "mode=1733,size=1m",
    begins: "mount -o remount,ro $DISK",
    ends: "mount -o remount,rw $DISK",
    said: "is read-only",
};
/// The same for the whole state directory.
const STATE_IS_FULL: Trouble = Trouble {
    below: "",
    options: "mode=0711,size=100m",
    begins: "cat /dev/zero > $DISK/fill; true",
    ends: "rm $DISK/fill",
    said: "is full",
};
const STATE_IS_READ_ONLY: Trouble = Trouble {
    below: "",
    options: "mode=0711,size=100m",
    begins: "mount -o remount,ro $DISK",
    ends: "mount -o remount,rw $DISK",
    said: "is read-only",
};

#[test]
fn full_spool() -> anyhow::Result<()> {
    tell(|| story(SPOOL_IS_FULL))
}

#[test]
fn read_only_spool() -> anyhow::Result<()> {
    tell(|| story(SPOOL_IS_READ_ONLY))
}

#[test]
fn full_state_directory() -> anyhow::Result<()> {
    tell(|| story(STATE_IS_FULL))
}

#[test]
fn read_only_state_directory() -> anyhow::Result<()> {
    tell(|| story(STATE_IS_READ_ONLY))
}

/// What happens to a disk.
struct Trouble {
    /// Where it is mounted, below the state directory.
    below: &'static str,
    options: &'static str,
    begins: &'static str,
    ends: &'static str,
    /// What is said of it.
    said: &'static str,
}

fn story(trouble: Trouble) -> anyhow::Result<()> {
    let mut stage = Stage { scene: Scene::set()?, trouble, runs: 0 };
    let _cron = stage.scene.host.cron()?;
    stage.scene.checkout.write(
        "ops/tick.yaml",
        "apiVersion: crontopus/v1\nkind: Job\nmetadata: {name: tick}\nspec:\n  schedule: \"0 3 * * *\"\n  \
         command: echo told; exit 3\n  shell: true\n  host: {selector: {role: db}}\n",
    )?;
    stage.scene.checkout.push_ok("Tick")?;
    stage.scene.entries(&["tick"])?;
    stage.scene.applied(&stage.scene.checkout.head()?)?;
    stage.scene.agent.stop()?;
    stage.mount()?;

    // One record lies in the spool when the trouble begins: it arrives, once, though nobody can remove it.
    stage.run()?;
    stage.sh(stage.trouble.begins)?;
    stage.scene.agent.run(&stage.scene.host)?;
    stage.has_arrived("a run from before")?;
    stage.is_said()?;

    // The spool takes no record; the agent is handed it, with its output. What was delivered has left some room.
    stage.sh(stage.trouble.begins)?;
    stage.run()?;
    let run = stage.has_arrived("a run that no disk took")?;
    let output = stage.scene.api.output(run["id"].as_str().unwrap_or_default())?;
    ensure!(output == b"told\n", "{output:?}");

    // Killed and started again while nothing can be remembered, it is no copy of another host.
    for _ in 0..3 {
        stage.scene.agent.kill()?;
        stage.scene.agent.run(&stage.scene.host)?;
        stage.is_said()?;
        stage.run()?;
        stage.has_arrived("a run after a kill")?;
    }

    // A commit that comes meanwhile stands, as soon as it can be written down.
    if stage.trouble.below.is_empty() {
        stage.scene.write_jobs(&["later"])?;
        stage.scene.checkout.push_ok("Another")?;
    }
    stage.sh(stage.trouble.ends)?;
    let good = Instant::now();
    let healthy = || Ok(stage.condition()?.is_none_or(|found| found["ok"] == true).then_some(()));
    stage.scene.soon("the agent to say that it is well", healthy)?;
    println!("well {:.1} s after the disk", good.elapsed().as_secs_f64());
    ensure!(!stage.scene.agent(&["status"])?.contains("TROUBLE"));
    if stage.trouble.below.is_empty() {
        stage.scene.entries(&["later", "tick"])?;
    }
    stage.run()?;
    stage.has_arrived("a run on a good disk")?;
    until("an empty spool", PATIENCE, || {
        let left = stage.scene.host.sh(&format!("ls -A {}", stage.scene.agent.file("spool").display()))?;
        Ok(left.stdout.is_empty().then_some(()))
    })?;
    println!("all is done {:.1} s after the disk was good", good.elapsed().as_secs_f64());
    Ok(())
}

struct Stage {
    scene: Scene,
    trouble: Trouble,
    /// How many runs have to arrive.
    runs: usize,
}

impl Stage {
    /// Mounts a small disk over the directory, with what lay there.
    fn mount(&self) -> anyhow::Result<()> {
        self.sh(&format!(
            "cp -a $DISK $DISK.was && mount -t tmpfs -o {} tmpfs $DISK && cp -a $DISK.was/. $DISK/",
            self.trouble.options
        ))
    }

    fn sh(&self, line: &str) -> anyhow::Result<()> {
        let state = self.scene.agent.state();
        let disk = if self.trouble.below.is_empty() { state } else { state.join(self.trouble.below) };
        let done = self.scene.host.sh(&format!("DISK={}; {line}", disk.display()))?;
        ensure!(done.status.success(), "{line}: {done:?}");
        Ok(())
    }

    /// Starts the job as cron does.
    fn run(&mut self) -> anyhow::Result<()> {
        let (wrapper, state) = (self.scene.agent.file("bin/crontopus-run"), self.scene.agent.state());
        let mut command = self.scene.host.command(&wrapper.display().to_string());
        let done = command.arg("ops/tick").env("CRONTOPUS_STATE_DIR", &state).output()?;
        ensure!(done.status.code() == Some(3), "the exit status is the job's: {done:?}");
        ensure!(!String::from_utf8_lossy(&done.stderr).contains("could not be recorded"), "{done:?}");
        self.runs += 1;
        Ok(())
    }

    /// Waits until every run is there, and none twice; the newest.
    fn has_arrived(&self, what: &str) -> anyhow::Result<Value> {
        let began = Instant::now();
        let runs = self.scene.soon(what, || {
            let runs = self.scene.api.read("/runs?job=ops%2Ftick&status=failed")?;
            let runs = runs["items"].as_array().cloned().unwrap_or_default();
            ensure!(runs.len() <= self.runs, "{runs:?}");
            Ok((runs.len() == self.runs).then_some(runs))
        })?;
        println!("{what}: {:.1} s", began.elapsed().as_secs_f64());
        Ok(runs.into_iter().max_by_key(|run| run["started_at"].to_string()).unwrap_or_default())
    }

    /// What the server knows of the host's health.
    fn condition(&self) -> anyhow::Result<Option<Value>> {
        let shown = self.scene.shown()?;
        ensure!(shown["state"] == "online", "{shown}");
        let conditions = shown["conditions"].as_array().cloned().unwrap_or_default();
        Ok(conditions.into_iter().find(|found| found["kind"] == "healthy" && found["job"].is_null()))
    }

    /// The server, `status` and `doctor` say what is wrong.
    fn is_said(&self) -> anyhow::Result<()> {
        self.scene.soon("the trouble to be reported", || {
            let found = self.condition()?.filter(|found| found["ok"] == false);
            Ok(found.filter(|found| found["reason"].to_string().contains(self.trouble.said)))
        })?;
        let status = self.scene.agent(&["status"])?;
        ensure!(status.contains("TROUBLE") && status.contains(self.trouble.said), "{status}");
        let done = self.scene.agent.command(&self.scene.host).arg("doctor").output()?;
        let said = String::from_utf8_lossy(&done.stdout);
        ensure!(
            !done.status.success() && said.contains("FAIL  disk") && said.contains(self.trouble.said),
            "{said}"
        );
        Ok(())
    }
}
