//! One run at a time, and each occurrence once.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use crate::support::{Host, JOB, eventually, exists, is_alive, send};
use crontopus_manifest::spec::{Concurrency, Kill, RecordKind, Retry};
use crontopus_schedule::Guard;
use jiff::Timestamp;
use rustix::process::Signal;

const WAITS: &str = "echo $$ >> pids; : > ready; while [ ! -e go ]; do sleep 0.01; done";

#[test]
fn forbid_skips_and_says_so() {
    let host = Host::with_script(WAITS, |spec| spec.concurrency = Concurrency::Forbid);
    let mut first = host.start();
    eventually("the first runs", || exists(&host.path("ready")));
    let second = host.run();
    assert_eq!((second.status.code(), second.stdout.len()), (Some(0), 0));
    let skipped = host.records_of(RecordKind::Skipped);
    assert_eq!(skipped.len(), 1);
    assert_eq!(skipped[0].reason.as_deref(), Some("the previous run still goes on"));
    std::fs::write(host.path("go"), "").unwrap();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert_eq!(host.run().status.code(), Some(0));
    assert_eq!(host.records_of(RecordKind::End).len(), 2);
}

#[test]
fn a_crash_leaves_no_lock() {
    let host = Host::with_script(WAITS, |spec| spec.concurrency = Concurrency::Forbid);
    let mut first = host.start();
    eventually("the first runs", || exists(&host.path("ready")));
    first.kill().unwrap();
    first.wait().unwrap();
    std::fs::write(host.path("go"), "").unwrap();
    assert_eq!(host.run().status.code(), Some(0));
    assert_eq!(host.records_of(RecordKind::Skipped).len(), 0);
}

#[test]
fn a_daemon_left_behind_holds_no_lock() {
    let script = "sleep 60 >/dev/null 2>&1 & echo $! >> pids";
    let host = Host::with_script(script, |spec| spec.concurrency = Concurrency::Forbid);
    host.run();
    host.run();
    let pids = std::fs::read_to_string(host.path("pids")).unwrap();
    assert_eq!(pids.lines().count(), 2);
    pids.lines().for_each(|pid| send(pid.parse().unwrap(), Signal::KILL));
}

#[test]
fn allow_runs_both() {
    let host = Host::with_script(WAITS, |_| ());
    let mut children = [host.start(), host.start()];
    let count = || std::fs::read_to_string(host.path("pids")).unwrap_or_default().lines().count();
    eventually("both run", || count() == 2);
    std::fs::write(host.path("go"), "").unwrap();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
}

#[test]
fn replace_ends_the_previous_run() {
    let retry = Retry { attempts: 9, delay_ms: 0, backoff: Default::default(), max_delay_ms: None };
    let host = Host::with_script(WAITS, |spec| {
        spec.concurrency = Concurrency::Replace;
        spec.retry = Some(retry);
    });
    let mut first = host.start();
    eventually("the first runs", || exists(&host.path("ready")));
    std::fs::remove_file(host.path("ready")).unwrap();
    let mut second = host.start();
    assert_eq!(first.wait().unwrap().signal(), Some(15), "ended, and not tried again");
    eventually("the second runs", || exists(&host.path("ready")));
    std::fs::write(host.path("go"), "").unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
    let pids = std::fs::read_to_string(host.path("pids")).unwrap();
    assert_eq!(pids.lines().count(), 2);
    assert!(pids.lines().all(|pid| !is_alive(pid)));
}

#[test]
fn replace_kills_who_does_not_listen() {
    let script = "trap '' TERM; echo $$ >> pids; : > ready; while [ ! -e go ]; do sleep 0.01; done";
    let host = Host::with_script(script, |spec| {
        spec.concurrency = Concurrency::Replace;
        spec.kill = Some(Kill { after_ms: 600_000, signal: "TERM".into(), grace_ms: 300 });
    });
    let mut first = host.start();
    eventually("the first runs", || exists(&host.path("ready")));
    std::fs::remove_file(host.path("ready")).unwrap();
    let began = Instant::now();
    let mut second = host.start();
    assert_eq!(first.wait().unwrap().signal(), Some(9));
    assert!(began.elapsed() >= Duration::from_millis(300), "after its grace");
    eventually("the second runs", || exists(&host.path("ready")));
    std::fs::write(host.path("go"), "").unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
}

#[test]
fn of_many_replacers_one_remains() {
    let host = Host::with_script(WAITS, |spec| spec.concurrency = Concurrency::Replace);
    let mut children: Vec<_> = (0..6).map(|_| host.start()).collect();
    let ended = |children: &mut Vec<std::process::Child>| {
        children.iter_mut().map(|child| child.try_wait().unwrap()).filter(Option::is_some).count()
    };
    eventually("all but one have ended", || ended(&mut children) == 5);
    std::fs::write(host.path("go"), "").unwrap();
    let ends: Vec<_> = children.iter_mut().map(|child| child.wait().unwrap()).collect();
    assert_eq!(ends.iter().filter(|status| status.success()).count(), 1, "{ends:?}");
}

#[test]
fn a_lock_that_cannot_be_had_is_a_failure() {
    let host = Host::with_script("echo ran > ran", |spec| spec.concurrency = Concurrency::Forbid);
    std::fs::remove_dir_all(host.layout.root().join("locks")).unwrap();
    assert_eq!(host.run().status.code(), Some(126));
    assert!(host.end().reason.unwrap().starts_with("cannot lock "));
    assert!(!exists(&host.path("ran")));
}

/// A guard with an occurrence each minute; `tolerance` in seconds.
fn every_minute(tolerance: u32) -> Guard {
    let guard = serde_json::json!({
        "schedules": ["* * * * *"], "timezone": "UTC", "tolerance_seconds": tolerance,
    });
    serde_json::from_value(guard).unwrap()
}

#[test]
fn of_twenty_wake_ups_one_runs() {
    let host = Host::with_script("echo ran >> log", |spec| spec.guard = Some(every_minute(59)));
    // Away from the change of the minute, at which two occurrences would be right.
    let second = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs() % 60;
    if second >= 50 {
        std::thread::sleep(Duration::from_secs(61 - second));
    }
    let mut children: Vec<_> = (0..20).map(|_| host.start()).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    assert_eq!(std::fs::read_to_string(host.path("log")).unwrap(), "ran\n");
    let records = host.records();
    assert_eq!(records.len(), 2, "a wake-up for nothing says nothing");
    let due = records[1].scheduled_for.unwrap();
    assert_eq!(records[0].scheduled_for, Some(due));
    assert_eq!(due.as_second() % 60, 0);
    assert_eq!(std::fs::read_to_string(host.layout.claim(JOB)).unwrap(), due.to_string());
}

#[test]
fn a_wake_up_for_nothing_is_silent() {
    let yearly =
        serde_json::json!({ "schedules": ["0 0 29 2 *"], "timezone": "UTC", "tolerance_seconds": 1 });
    let guard: Guard = serde_json::from_value(yearly).unwrap();
    let host = Host::with_script("echo ran > log", |spec| spec.guard = Some(guard));
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(0), 0, 0));
    assert!(!exists(&host.path("log")) && host.records().is_empty() && !exists(&host.layout.claim(JOB)));
}

#[test]
fn what_was_due_before_the_job_came_is_not_run() {
    let host = Host::with_script("echo ran > log", |spec| spec.guard = Some(every_minute(3_600)));
    // The agent claims the moment of installation.
    let installed = Timestamp::from_second(
        i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap() + 120,
    );
    std::fs::write(host.layout.claim(JOB), installed.unwrap().to_string()).unwrap();
    host.run();
    assert!(!exists(&host.path("log")));
}
