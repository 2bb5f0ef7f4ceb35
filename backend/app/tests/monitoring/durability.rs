//! What was answered is there after SIGKILL; a full disk refuses and recovers.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crontopus_app::ingest::IngestError;
use crontopus_domain::{CheckInKind, RunKey};
use crontopus_ids::RunId;
use crontopus_store::testing::each_at;
use crontopus_store::{Store, StoreError, TenantScope};

use crate::world::{World, nightly, tenant};

const GOOD: CheckInKind = CheckInKind::End { well: true };

/// Tells the child process where its database is.
const CHILD: &str = "CRONTOPUS_TEST_CHILD";

#[expect(clippy::disallowed_methods, reason = "the child is told by its environment")]
fn child_url() -> Option<String> {
    std::env::var(CHILD).ok()
}

/// The child's part: submits for ever and prints each run whose check-in was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_submits_until_it_is_killed() {
    let Some(url) = child_url() else { return };
    let world = World::at(Store::open(&url).await.unwrap(), "2026-11-24T02:00:01Z");
    let submit = |lane: u32| {
        let world = &world;
        async move {
            for n in 0.. {
                let key = RunKey::External(format!("{lane}-{n}"));
                let run = world.submit(world.signal("backup", GOOD, key)).await.unwrap();
                println!("answered {run}");
            }
        }
    };
    tokio::join!(submit(0), submit(1), submit(2), submit(3), submit(4), submit(5), submit(6), submit(7));
}

#[tokio::test]
async fn every_answered_check_in_survives_sigkill() {
    each_at(|url| async move {
        let store = Store::open(&url).await.unwrap();
        store.migrate().await.unwrap();
        let world = World::at(store, "2026-11-24T02:00:01Z");
        world.monitor(1, "backup", &nightly()).await;
        world.end().await;
        world.store.close().await;
        for round in 1..=3 {
            let answered = kill_after(&url, 100 * round);
            let store = Store::open(&url).await.unwrap();
            let mut read = store.read(TenantScope::of(tenant())).await.unwrap();
            for run in &answered {
                assert!(read.find_run(*run).await.unwrap().is_some(), "{run} was answered and is not there");
            }
            drop(read);
            store.close().await;
        }
    })
    .await;
}

/// Runs the child until it has printed `count` answers and kills it then; every answer that was printed.
#[expect(clippy::disallowed_methods, reason = "the test starts itself as another process")]
fn kill_after(url: &str, count: usize) -> Vec<RunId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["durability::child_submits_until_it_is_killed", "--exact", "--nocapture"])
        .env(CHILD, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let run = |line: String| line.split_once("answered ").and_then(|(_, id)| id.trim().parse().ok());
    let mut answered: Vec<RunId> = lines.by_ref().filter_map(run).take(count).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    answered.extend(lines.filter_map(run));
    assert!(answered.len() >= count, "the child ended by itself");
    answered
}

/// Needs root, for a file system of its own that is small enough to fill.
#[tokio::test]
async fn a_full_disk_refuses_clearly_and_recovers() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("left out: only root can mount a small file system");
        return;
    };
    let store = Store::open(&disk.dir.path().join("test.db").display().to_string()).await.unwrap();
    store.migrate().await.unwrap();
    let world = World::at(store, "2026-11-24T02:00:01Z");
    world.monitor(1, "backup", &nightly()).await;
    let ballast = disk.dir.path().join("ballast");
    let mut answered = Vec::new();
    let refused = loop {
        // Fill the disk after a while, whatever the log still holds.
        if answered.len() == 20 {
            std::fs::write(&ballast, vec![0; 64 << 20]).expect_err("the disk is full");
        }
        let mut signal = world.signal("backup", GOOD, RunKey::None);
        signal.check_in.host = Some("h".repeat(10_000));
        match world.submit(signal).await {
            Ok(run) => answered.push(run),
            Err(error) => break error,
        }
        assert!(answered.len() < 20_000, "the disk never fills");
    };
    let IngestError::Store(error) = refused else { panic!("{refused:?}") };
    assert!(matches!(*error, StoreError::Unavailable(_)), "{error:?}");
    std::fs::remove_file(&ballast).unwrap();
    let after =
        world.submit(world.signal("backup", GOOD, RunKey::None)).await.expect("it recovers by itself");
    answered.push(after);
    let mut read = world.store.read(TenantScope::of(tenant())).await.unwrap();
    for run in answered {
        assert!(read.find_run(run).await.unwrap().is_some(), "{run} was answered and is not there");
    }
    drop(read);
    world.end().await;
    world.store.close().await;
}

struct SmallDisk {
    dir: tempfile::TempDir,
}

impl SmallDisk {
    #[expect(clippy::disallowed_methods, reason = "the test mounts a file system of its own")]
    fn mount() -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "crontopus-test"])
            .arg(dir.path())
            .output();
        mount.is_ok_and(|done| done.status.success()).then_some(Self { dir })
    }
}

impl Drop for SmallDisk {
    #[expect(clippy::disallowed_methods, reason = "the test unmounts its own file system")]
    fn drop(&mut self) {
        let done = Command::new("umount").arg("-l").arg(self.dir.path()).status();
        assert!(done.is_ok_and(|s| s.success()), "the file system stays mounted");
    }
}
