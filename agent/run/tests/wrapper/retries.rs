//! Attempts inside one run.

use std::time::{Duration, Instant};

use crate::support::{Host, head};
use crontopus_manifest::spec::{Backoff, Kill, RecordKind, Retry};

fn retry(attempts: u32, delay_ms: u64, backoff: Backoff) -> Option<Retry> {
    Some(Retry { attempts, delay_ms, backoff, max_delay_ms: Some(400) })
}

#[test]
fn until_one_succeeds() {
    let host = Host::with_script("echo x >> log; n=$(wc -l < log); echo try $n; test $n -ge 3", |spec| {
        spec.retry = retry(5, 10, Backoff::Constant);
    });
    let output = host.run();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b"try 1\ntry 2\ntry 3\n"[..]));
    let end = host.end();
    let statuses: Vec<_> = end.attempts.iter().map(|attempt| attempt.exit_status).collect();
    assert_eq!(statuses, [Some(1), Some(1), Some(0)]);
    assert_eq!((end.exit_status, head(&end)), (Some(0), b"try 1\ntry 2\ntry 3\n".to_vec()));
    assert_eq!(host.records_of(RecordKind::Start).len(), 1, "one run, one start");
}

#[test]
fn until_there_are_none_left() {
    let host = Host::with_script("exit 3", |spec| spec.retry = retry(3, 100, Backoff::Exponential));
    let began = Instant::now();
    assert_eq!(host.run().status.code(), Some(3));
    assert!(began.elapsed() >= Duration::from_millis(300), "100 ms, then 200 ms");
    assert_eq!(host.end().attempts.len(), 3);
    let host = Host::with_script("exit 3", |spec| spec.retry = retry(0, 0, Backoff::Constant));
    assert_eq!(host.run().status.code(), Some(3));
    assert_eq!(host.end().attempts.len(), 1);
}

#[test]
fn not_beyond_the_time_limit() {
    let host = Host::with_script("exit 3", |spec| {
        spec.retry = retry(1_000, 400, Backoff::Constant);
        spec.kill = Some(Kill { after_ms: 600, signal: "TERM".into(), grace_ms: 0 });
    });
    assert_eq!(host.run().status.code(), Some(3));
    let end = host.end();
    assert_eq!(end.attempts.len(), 2);
    assert_eq!(end.reason.as_deref(), Some("no time was left for another attempt"));

    let host = Host::with_script("sleep 60", |spec| {
        spec.retry = retry(9, 0, Backoff::Constant);
        spec.kill = Some(Kill { after_ms: 100, signal: "KILL".into(), grace_ms: 0 });
    });
    host.run();
    let end = host.end();
    assert_eq!((end.attempts.len(), end.killed), (1, true), "a killed run is not tried again");
}

#[test]
fn not_what_cannot_be_started() {
    let host = Host::with_command("/no/such", &[], |spec| spec.retry = retry(5, 60_000, Backoff::Constant));
    assert_eq!(host.run().status.code(), Some(127));
}
