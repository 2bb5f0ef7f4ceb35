//! One run of one job as its spec file says: whether its turn has come, and for what.

use std::fs;
use std::io;
use std::time::Duration;

use crontopus_manifest::spec::{Concurrency, Layout, RecordKind, SPEC_FORMAT, SpecFile};

use crate::claim::{Wake, claim};
use crate::clock::now;
use crate::ending::Ending;
use crate::lock::{self, Lock};
use crate::report::Report;
use crate::reporter::{Reporter, Way};
use crate::run::Run;
use crate::run_id::mix;
use crate::signals::Signals;
use crate::spool::Spool;
use crate::start::{CannotStart, prepare};

/// Grace of a replaced run whose job has none of its own.
const REPLACE_GRACE: Duration = Duration::from_secs(10);

/// Runs the job now, if it is to run now.
pub(crate) fn run(layout: &Layout, job: &str) -> Ending {
    let woken = now();
    let mut report = Report::new(job, woken, Reporter::new(Way::Agent(Spool::new(layout))));
    let spec = match read_spec(layout, job) {
        Ok(Some(spec)) => spec,
        Ok(None) => return report.conclude(RecordKind::Orphan, Ending::Exit(0)),
        Err(reason) => return report.refuse(CannotStart::because(reason)),
    };
    report.reporter.hush(spec.output.quiet);
    report.digest.clone_from(&spec.digest);
    match claim(&spec, &layout.claim(job), woken) {
        Wake::Nothing => return Ending::Exit(0),
        Wake::For(due) => report.scheduled_for = Some(due),
        Wake::Always => {}
    }
    let mut signals = match Signals::catch() {
        Ok(signals) => signals,
        Err(error) => return report.refuse(CannotStart::because(format!("cannot catch signals: {error}"))),
    };
    if let Some(jitter) = spec.jitter_ms
        && let Some(stop) = signals.wait(jitter_delay(job, &spec.host, jitter))
    {
        return report.stopped(stop);
    }
    let lock = match take_lock(&spec, layout, &mut signals) {
        None => None,
        Some(Lock::Held(held)) => Some(held),
        Some(Lock::Busy) => {
            report.reason = Some("the previous run still goes on".to_owned());
            return report.conclude(RecordKind::Skipped, Ending::Exit(0));
        }
        Some(Lock::Stopped(stop)) => return report.stopped(stop),
        Some(Lock::Failed(reason)) => return report.refuse(CannotStart::because(reason)),
    };
    match prepare(&spec) {
        Ok(command) => Run { spec: &spec, report, lock, signals }.go(command),
        Err(why) => report.refuse(why),
    }
}

fn read_spec(layout: &Layout, job: &str) -> Result<Option<SpecFile>, String> {
    let path = layout.spec(job);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read the spec file {}: {error}", path.display())),
    };
    let wrong = |what: String| format!("the spec file {} is not usable: {what}", path.display());
    let spec: SpecFile = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    if spec.format != SPEC_FORMAT {
        return Err(wrong(format!("its format is {}, this wrapper reads {SPEC_FORMAT}", spec.format)));
    }
    if spec.job != job {
        return Err(wrong(format!("it belongs to {}", spec.job)));
    }
    Ok(Some(spec))
}

/// The lock, if the job needs one.
fn take_lock(spec: &SpecFile, layout: &Layout, signals: &mut Signals) -> Option<Lock> {
    let path = layout.lock(&spec.job);
    match spec.concurrency {
        Concurrency::Allow => None,
        Concurrency::Forbid => Some(lock::take(&path)),
        Concurrency::Replace => {
            let own = spec.kill.as_ref().map(|kill| Duration::from_millis(kill.grace_ms));
            Some(lock::take_over(&path, own.unwrap_or(REPLACE_GRACE), signals))
        }
    }
}

/// The same delay for the same job on the same host each time, spread evenly over all hosts.
fn jitter_delay(job: &str, host: &str, jitter_ms: u64) -> Duration {
    // FNV-1a; the separator keeps ("a", "bc") and ("ab", "c") apart.
    let bytes = job.bytes().chain([0xff]).chain(host.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let part = (u128::from(mix(hash)) * u128::from(jitter_ms)) >> 64;
    Duration::from_millis(u64::try_from(part).unwrap_or(jitter_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_steady_and_spread() {
        let delay = |job: &str, host: &str| jitter_delay(job, host, 60_000).as_millis();
        assert_eq!(delay("prod/a", "agt_1"), delay("prod/a", "agt_1"));
        assert_ne!(delay("prod/a", "agt_1"), delay("prod/a", "agt_2"));
        assert_ne!(delay("ab/c", "d"), delay("ab/", "cd"));
        let delays: Vec<u128> = (0..1_000).map(|n| delay("prod/a", &format!("agt_{n}"))).collect();
        assert!(delays.iter().all(|delay| *delay < 60_000));
        let early = delays.iter().filter(|delay| **delay < 30_000).count();
        assert!((400..600).contains(&early), "{early}");
        assert_eq!(jitter_delay("a/b", "c", 0), Duration::ZERO);
    }
}
