//! Disks that are full, read-only or slow under the database: refusals are clear, nothing is answered that is not
//! stored, and with room again everything goes on without help.
//!
//! One round is part of the suite; `cargo xtask torture disk-full`, `read-only` and `slow-disk` do more, in release
//! builds.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use crontopus_e2e::{
    Api, Checkout, Disk, Load, Place, Postgres, Preload, Record, Server, asked, program, tell_as_root,
    tell_with, until,
};
use serde_json::json;

const JOBS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(120);
/// Longer for each flush.
const SLOW_US: u32 = 4_000;

#[test]
fn full_on_sqlite() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter"], || {
        let disk = Arc::new(Disk::in_memory(32)?);
        let server = Server::at(Place { disk: Some(disk.clone()), ..Place::default() })?;
        trouble("full, SQLite", server, || disk.fill(), || disk.make_room())
    })
}

#[test]
fn full_on_postgres() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter", "setpriv"], || {
        let disk = Arc::new(Disk::in_memory(128)?);
        let mut postgres = Postgres::start(disk.clone(), Vec::new())?;
        let server = Server::with_database(Some(postgres.url()))?;
        trouble(
            "full, PostgreSQL",
            server,
            || disk.fill(),
            || {
                disk.make_room()?;
                // It may have ended for want of room.
                postgres.restart()
            },
        )
    })
}

#[test]
fn read_only_on_sqlite() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter", "cc"], || {
        let disk = Arc::new(Disk::in_memory(256)?);
        let preload = Preload::read_only(disk.path())?;
        let environment = preload.environment();
        let server = Server::at(Place { disk: Some(disk), environment, ..Place::default() })?;
        trouble("read-only, SQLite", server, || preload.set_read_only(true), || preload.set_read_only(false))
    })
}

#[test]
fn read_only_on_postgres() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter", "setpriv", "cc"], || {
        let disk = Arc::new(Disk::in_memory(512)?);
        let preload = Preload::read_only(disk.path())?;
        let mut postgres = Postgres::start(disk, preload.environment())?;
        let server = Server::with_database(Some(postgres.url()))?;
        trouble(
            "read-only, PostgreSQL",
            server,
            || preload.set_read_only(true),
            || {
                preload.set_read_only(false)?;
                postgres.restart()
            },
        )
    })
}

/// What the kernel made read-only stays so until an operator mounts it anew; what was answered is there then.
#[test]
fn read_only_by_the_kernel() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter", "mkfs.ext4", "findmnt"], || {
        if !std::path::Path::new("/dev/loop-control").exists() {
            println!("left out: this kernel has no loop devices");
            return Ok(());
        }
        for _ in 0..asked("ROUNDS", 1)? {
            let disk = Arc::new(Disk::in_a_file(128)?);
            let mut server = Server::at(Place { disk: Some(disk.clone()), ..Place::default() })?;
            let (api, load) = begin(&server)?;
            goes_on(&load)?;
            disk.break_it()?;
            refuses(&load, &mut server)?;
            server.kill()?;
            disk.repair()?;
            server.restart()?;
            goes_on(&load)?;
            check("read-only by the kernel, SQLite", &api, &load.finish(PATIENCE)?)?;
        }
        Ok(())
    })
}

#[test]
fn slow_on_sqlite() -> anyhow::Result<()> {
    tell_with(&["git", "cc", "dd"], || {
        let preload = Preload::slow(SLOW_US)?;
        let dir = tempfile::tempdir()?;
        flushes_slowly(&preload, dir.path(), || program("dd"))?;
        let settings = INTERNAL.to_owned();
        slow(
            "slow, SQLite",
            Server::at(Place { environment: preload.environment(), settings, ..Place::default() })?,
        )
    })
}

#[test]
fn slow_on_postgres() -> anyhow::Result<()> {
    tell_as_root(&["git", "unshare", "nsenter", "setpriv", "cc", "dd"], || {
        let preload = Preload::slow(SLOW_US)?;
        let disk = Arc::new(Disk::in_memory(512)?);
        flushes_slowly(&preload, &disk.path(), || disk.command("dd"))?;
        let postgres = Postgres::start(disk, preload.environment())?;
        let (database, settings) = (Some(postgres.url()), INTERNAL.to_owned());
        slow("slow, PostgreSQL", Server::at(Place { database, settings, ..Place::default() })?)
    })
}

/// Metrics are asked for there.
const INTERNAL: &str = "internal_listen = \"127.0.0.1:0\"\n";

/// Writes a block to the directory and flushes it, with the delay and without: the delay is there, whatever else the
/// disk takes.
fn flushes_slowly(preload: &Preload, dir: &Path, dd: impl Fn() -> Command) -> anyhow::Result<()> {
    let to = format!("of={}", dir.join("probe").display());
    let shortest = |environment: &[(String, String)]| -> anyhow::Result<f64> {
        let mut times = Vec::new();
        for _ in 0..10 {
            let mut dd = dd();
            dd.args(["if=/dev/zero", &to, "bs=8k", "count=1", "conv=fsync"]).env("LC_ALL", "C");
            let done = dd.envs(environment.iter().cloned()).output()?;
            let said = String::from_utf8_lossy(&done.stderr);
            let time = said.split("copied, ").nth(1).and_then(|rest| rest.split(' ').next());
            times.push(time.with_context(|| format!("dd said {said}"))?.parse()?);
        }
        times.into_iter().min_by(f64::total_cmp).context("it was tried")
    };
    let (usual, slow) = (shortest(&[])?, shortest(&preload.environment())?);
    println!("a flush takes {:.2} ms, and {:.2} ms with the delay", usual * 1e3, slow * 1e3);
    let delay = f64::from(SLOW_US) / 1e6;
    // The shortest of ten: a disk that is busy makes both longer, by how much differs.
    ensure!(slow >= delay, "the disk is not slow: {usual} s, then {slow} s");
    Ok(())
}

/// Mean time of a transaction that takes in check-ins, as the server counts it since its start; in seconds.
fn commit_time(server: &mut Server, api: &Api) -> anyhow::Result<f64> {
    let (status, text) = api.page(&format!("{}/metrics", server.internal()?), None)?;
    ensure!(status == 200, "/metrics answered {status}");
    let value = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
            .with_context(|| format!("no {name}"))
    };
    let (sum, count) =
        (value("crontopus_ingest_commit_seconds_sum")?, value("crontopus_ingest_commit_seconds_count")?);
    ensure!(count > 0.0, "nothing was taken in");
    Ok(sum / count)
}

/// A tenant with jobs, and check-ins that pour in.
fn begin(server: &Server) -> anyhow::Result<(Api, Load)> {
    let api = Api::sign_up(server, "acme")?;
    let checkout = Checkout::clone(&api.repository("jobs")?)?;
    for n in 0..JOBS {
        let job = format!(
            "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{n}}}\nspec: {{every: 24h}}\n"
        );
        checkout.write(&format!("load/job-{n}.yaml"), &job)?;
    }
    checkout.push_ok("Jobs")?;
    let last = json!({"monitor": format!("load/job-{}", JOBS - 1), "kind": "log"});
    until("the monitors", PATIENCE, || {
        Ok((api.post("/check-ins", &last)?.1["items"][0]["accepted"] == true).then_some(()))
    })?;
    let load = Load::start(&api, (0..JOBS).map(|n| format!("load/job-{n}")).collect(), asked("RATE", 200)?);
    Ok((api, load))
}

/// Trouble begins and ends; the server goes on all the while.
fn trouble(
    what: &str,
    mut server: Server,
    begins: impl Fn() -> anyhow::Result<()>,
    mut ends: impl FnMut() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let (api, load) = begin(&server)?;
    for _ in 0..asked("ROUNDS", 1)? {
        goes_on(&load)?;
        begins()?;
        refuses(&load, &mut server)?;
        ends()?;
        goes_on(&load).map_err(|e| e.context(server.log()))?;
    }
    let record = load.finish(PATIENCE)?;
    ensure!(server.is_running(), "the server ended");
    check(what, &api, &record)
}

/// Check-ins are answered.
fn goes_on(load: &Load) -> anyhow::Result<()> {
    let before = load.answered();
    until("check-ins to be answered", PATIENCE, || Ok((load.answered() > before + 100).then_some(())))
}

/// Check-ins are refused, and the server still runs.
fn refuses(load: &Load, server: &mut Server) -> anyhow::Result<()> {
    let before = load.refused(503);
    until("check-ins to be refused", PATIENCE, || Ok((load.refused(503) > before + 20).then_some(())))?;
    ensure!(server.is_running(), "the server ended");
    Ok(())
}

fn check(what: &str, api: &Api, record: &Record) -> anyhow::Result<()> {
    let found = record.look_up(api)?;
    let refused: Vec<(u16, u64)> = record.refused.iter().map(|(status, one)| (*status, one.count)).collect();
    println!(
        "{what}: {} check-ins answered, {} sent again, refusals {refused:?}; {} found, {} lost, {} doubled",
        record.answered.len(),
        record.again,
        found.runs,
        found.lost.len(),
        found.doubled.len(),
    );
    ensure!(found.lost.is_empty() && found.doubled.is_empty(), "{found:?}");
    ensure!(record.rejected.is_empty(), "not taken: {:?}", record.rejected);
    for (status, one) in &record.refused {
        ensure!(*status == 503 && one.media_type == "application/problem+json", "{status}: {one:?}");
        ensure!(one.body["code"] == "unavailable" && one.body["detail"].is_string(), "{one:?}");
    }
    Ok(())
}

/// Many check-ins share a flush: all of them are taken, also through a kill.
fn slow(what: &str, mut server: Server) -> anyhow::Result<()> {
    let (api, load) = begin(&server)?;
    let (began, before) = (Instant::now(), load.answered());
    for _ in 0..asked("ROUNDS", 1)? {
        for _ in 0..5 {
            goes_on(&load)?;
        }
        let rate = (load.answered() - before) as f64 / began.elapsed().as_secs_f64();
        let commit = commit_time(&mut server, &api)?;
        println!("{what}: {rate:.0} check-ins a second, {:.1} ms for a commit", commit * 1e3);
        ensure!(commit >= f64::from(SLOW_US) / 1e6, "the delay is not in effect: a commit takes {commit} s");
        server.kill()?;
        server.restart()?;
    }
    let record = load.finish(PATIENCE)?;
    ensure!(record.refused.is_empty(), "{:?}", record.refused);
    check(what, &api, &record)
}
