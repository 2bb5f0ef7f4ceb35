//! Signals reach the job, time limits end it with all it started.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use crate::support::{Host, eventually, exists, is_alive, send};
use crontopus_manifest::spec::{Kill, Retry};
use rustix::process::Signal;

fn kill(after_ms: u64, signal: &str, grace_ms: u64) -> Option<Kill> {
    Some(Kill { after_ms, signal: signal.into(), grace_ms })
}

#[test]
fn signals_are_passed_on() {
    for (signal, name) in [
        (Signal::TERM, "TERM"),
        (Signal::INT, "INT"),
        (Signal::HUP, "HUP"),
        (Signal::QUIT, "QUIT"),
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
    ] {
        let script = format!("trap 'echo got; exit 9' {name}; : > ready; while :; do sleep 0.05; done");
        let host = Host::with_script(&script, |_| ());
        let child = host.start();
        eventually("the trap is set", || exists(&host.path("ready")));
        send(child.id(), signal);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(9), "{name}");
        assert_eq!(output.stdout, b"got\n", "{name}");
    }
}

#[test]
fn a_job_that_dies_of_it_takes_the_wrapper_along() {
    let host = Host::with_script(": > ready; exec sleep 60", |_| ());
    let mut child = host.start();
    eventually("it runs", || exists(&host.path("ready")));
    send(child.id(), Signal::INT);
    assert_eq!(child.wait().unwrap().signal(), Some(2));
    let end = host.end();
    assert_eq!((end.signal, end.killed), (Some(2), false));
}

#[test]
fn the_whole_group_is_reached() {
    let host = Host::with_script("sleep 60 & echo $! > pid; : > ready; wait", |_| ());
    let mut child = host.start();
    eventually("it runs", || exists(&host.path("ready")));
    send(child.id(), Signal::TERM);
    child.wait().unwrap();
    let pid = std::fs::read_to_string(host.path("pid")).unwrap();
    eventually("what it started is gone", || !is_alive(&pid));
}

#[test]
fn time_up_ends_with_the_first_signal() {
    let host = Host::with_script("echo begun; exec sleep 60", |spec| spec.kill = kill(150, "TERM", 10_000));
    let began = Instant::now();
    let output = host.run();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!((output.status.signal(), output.stdout.as_slice()), (Some(15), &b"begun\n"[..]));
    let end = host.end();
    assert_eq!((end.signal, end.killed), (Some(15), true));
    assert!(end.duration_ms.unwrap() >= 150);
}

#[test]
fn a_job_may_end_well_within_its_grace() {
    let script = "trap 'echo bye; exit 0' INT; while :; do sleep 0.02; done";
    let host = Host::with_script(script, |spec| spec.kill = kill(200, "INT", 10_000));
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"bye\n"[..]));
    assert!(host.end().killed);
}

#[test]
fn who_does_not_listen_is_killed_with_all_it_started() {
    let script = "trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & echo $! > pid; wait; wait";
    let host = Host::with_script(script, |spec| spec.kill = kill(100, "TERM", 200));
    let output = host.run();
    assert_eq!(output.status.signal(), Some(9));
    let end = host.end();
    assert_eq!((end.signal, end.killed), (Some(9), true));
    assert!(end.duration_ms.unwrap() >= 300, "{end:?}");
    let pid = std::fs::read_to_string(host.path("pid")).unwrap();
    eventually("the deaf child is gone", || !is_alive(&pid));
}

#[test]
fn what_the_job_started_has_the_same_grace() {
    // The job itself ends at once; its child cleans up for a while and is let.
    let script = "(trap 'sleep 0.4; echo cleaned >> log; exit' TERM; : > ready; while :; do sleep 0.02; done) \
                  >/dev/null 2>&1 & while [ ! -e ready ]; do sleep 0.01; done; exec sleep 60";
    let host = Host::with_script(script, |spec| spec.kill = kill(400, "TERM", 10_000));
    let began = Instant::now();
    assert_eq!(host.run().status.signal(), Some(15));
    assert!(began.elapsed() < Duration::from_secs(5), "no longer than needed");
    assert_eq!(std::fs::read_to_string(host.path("log")).unwrap(), "cleaned\n");
}

#[test]
fn a_signal_ends_retries_and_waits() {
    let retry =
        Some(Retry { attempts: 5, delay_ms: 60_000, backoff: Default::default(), max_delay_ms: None });
    let host = Host::with_script("echo x >> log; exit 1", |spec| spec.retry = retry);
    let mut child = host.start();
    eventually("the first attempt is over", || exists(&host.path("log")));
    std::thread::sleep(Duration::from_millis(50));
    send(child.id(), Signal::TERM);
    assert_eq!(child.wait().unwrap().signal(), Some(15));
    let end = host.end();
    assert_eq!((end.exit_status, end.attempts.len()), (Some(1), 1));
    assert!(end.reason.is_none_or(|reason| reason.contains("between two attempts")));

    let host = Host::with_script("echo x >> log", |spec| spec.jitter_ms = Some(u64::MAX / 2));
    let mut child = host.start();
    std::thread::sleep(Duration::from_millis(100));
    send(child.id(), Signal::HUP);
    assert_eq!(child.wait().unwrap().signal(), Some(1));
    assert!(!exists(&host.path("log")));
    let end = host.end();
    assert_eq!((end.exit_status, end.signal), (None, Some(1)));
    assert!(end.reason.unwrap().contains("before the job had started"));
}
