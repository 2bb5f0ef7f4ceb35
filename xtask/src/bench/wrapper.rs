//! `bench wrapper`: what `crontopus-run` adds to a command, reporting to a socket as it does on a host.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;
use tempfile::TempDir;

use super::report::{Report, Row, millis, quantile};
use super::tls_server::TlsServer;
use super::{service, usage};
use crate::progress::step;
use crate::{interrupt, process};

/// Pairs of runs: once the command alone, once with the wrapper around it.
const PAIRS: usize = 500;
/// Runs whose resident memory is looked at.
const MEMORY_RUNS: usize = 20;
/// A file system in memory.
const MEMORY: &str = "/dev/shm";

/// Builds the wrapper as it is shipped and measures it.
pub(super) fn run(root: &Path) -> Result<Report> {
    step("building crontopus-run without its direct mode");
    let small = service::build_with(root, "small", &["crontopus-run"], &["--no-default-features"])?;
    let bare = fs::metadata(small.join("crontopus-run"))?.len();
    let binary = service::build(root, "small", &["crontopus-run"])?.join("crontopus-run");
    let host = Host::new(&binary, &std::env::temp_dir())?;
    step(format!("{PAIRS} times /bin/true alone and wrapped, in turn"));
    let mut samples = pairs(&host)?;
    let flush = kept_files(host.dir.path())?;
    let resident = (0..MEMORY_RUNS)
        .map(|_| peak_resident_kib(&mut host.wrapper("sleep")))
        .collect::<Result<Vec<u64>>>()?
        .into_iter()
        .max()
        .unwrap_or(0);
    let size = fs::metadata(&binary)?.len();
    let mut report = report(&mut samples, flush, resident, (bare, size));
    if Path::new(MEMORY).is_dir() {
        step("the same with the spool in memory, where keeping a record costs nothing");
        let mut added = pairs(&Host::new(&binary, Path::new(MEMORY))?)?.added;
        report.add(Row {
            figure: "added with the spool in memory, median".to_owned(),
            measured: millis(quantile(&mut added, 0.5)),
            target: None,
            against: None,
        });
    }
    direct(&mut report, &binary)?;
    Ok(report)
}

/// Without an agent: reporting over TLS to a server on this machine, with a certificate of its own authority.
fn direct(report: &mut Report, binary: &Path) -> Result<()> {
    step("the same reporting to a server itself, over TLS");
    let dir = tempfile::Builder::new().prefix("crontopus-bench-").tempdir()?;
    let server = TlsServer::start(&dir.path().join("ca.pem"))?;
    let wrapper = |command: &[&str]| {
        let mut wrapper = process::command(binary);
        wrapper.args(["--url", &server.url, "--ca"]).arg(dir.path().join("ca.pem"));
        wrapper.arg("--spool").arg(dir.path().join("spool")).arg("--").args(command);
        wrapper
    };
    let mut added = Vec::with_capacity(PAIRS);
    for _ in 0..PAIRS {
        if interrupt::requested() {
            return Err(process::interrupted());
        }
        let alone = timed(&mut process::command("/bin/true"))?;
        added.push(timed(&mut wrapper(&["/bin/true"]))?.saturating_sub(alone));
    }
    ensure!(server.answered() >= PAIRS, "not every run was reported; what reports nothing is not measured");
    report.add(Row {
        figure: "added when it reports over TLS itself, median".to_owned(),
        measured: millis(quantile(&mut added, 0.5)),
        target: None,
        against: None,
    });
    let resident = (0..MEMORY_RUNS)
        .map(|_| peak_resident_kib(&mut wrapper(&["/bin/sleep", "0.1"])))
        .collect::<Result<Vec<u64>>>()?;
    let resident = resident.into_iter().max().unwrap_or(0);
    report.add(Row {
        figure: "resident memory when it reports over TLS itself, peak".to_owned(),
        measured: format!("{:.1} MB", resident as f64 / 1024.0),
        target: None,
        against: None,
    });
    Ok(())
}

fn pairs(host: &Host) -> Result<Samples> {
    let mut samples = Samples { alone: Vec::new(), wrapped: Vec::new(), added: Vec::new() };
    for _ in 0..PAIRS {
        if interrupt::requested() {
            return Err(process::interrupted());
        }
        let alone = timed(&mut process::command("/bin/true"))?;
        let wrapped = timed(&mut host.wrapper("true"))?;
        samples.alone.push(alone);
        samples.wrapped.push(wrapped);
        samples.added.push(wrapped.saturating_sub(alone));
    }
    ensure!(
        host.delivered(),
        "the wrapper left no record in the spool; a wrapper that reports nothing is not measured"
    );
    Ok(samples)
}

/// What each pair of runs took.
struct Samples {
    alone: Vec<Duration>,
    wrapped: Vec<Duration>,
    /// The difference within a pair, so that a slow moment of the machine hits both.
    added: Vec<Duration>,
}

/// `sizes` are those of the binary without and with the direct mode.
fn report(samples: &mut Samples, flush: Duration, resident_kib: u64, sizes: (u64, u64)) -> Report {
    let Samples { alone, wrapped, added } = samples;
    let mut report = Report::new("wrapper");
    for (name, share) in [("median", 0.5), ("p99", 0.99)] {
        let (peer, whole) = (quantile(alone, share), quantile(wrapped, share));
        report.add(Row {
            figure: format!("run of /bin/true wrapped, {name}"),
            measured: millis(whole),
            target: None,
            against: Some((
                format!("/bin/true alone {}", millis(peer)),
                whole.as_secs_f64() / peer.as_secs_f64(),
            )),
        });
    }
    let median = quantile(added, 0.5);
    report.add(Row {
        figure: "added, median".to_owned(),
        measured: millis(median),
        target: Some(("< 1.5 ms".to_owned(), median < Duration::from_micros(1_500))),
        // The result of a run must survive a power cut: the wrapper cannot be quicker than the disk.
        against: Some((
            format!("a 400-byte file written, flushed and renamed {}", millis(flush)),
            median.as_secs_f64() / flush.as_secs_f64(),
        )),
    });
    report.add(Row {
        figure: "resident memory, peak".to_owned(),
        measured: format!("{:.1} MB", resident_kib as f64 / 1024.0),
        target: Some(("< 3 MB".to_owned(), resident_kib < 3 * 1024)),
        against: None,
    });
    for (what, size, limit) in
        [("without the direct mode", sizes.0, 1_000_000), ("as shipped", sizes.1, 2_000_000)]
    {
        report.add(Row {
            figure: format!("binary {what}"),
            measured: format!("{} kB", size / 1000),
            target: Some((format!("< {} MB", limit / 1_000_000), size < limit)),
            against: None,
        });
    }
    report
}

/// What this disk takes to keep a file the size of a record, at the median.
fn kept_files(dir: &Path) -> Result<Duration> {
    let mut samples = Vec::with_capacity(PAIRS / 5);
    for number in 0..PAIRS / 5 {
        let start = Instant::now();
        let mut file = fs::File::create(dir.join(".record"))?;
        file.write_all(&[b'x'; 400])?;
        file.sync_data()?;
        fs::rename(dir.join(".record"), dir.join(format!("record-{number}")))?;
        samples.push(start.elapsed());
    }
    Ok(quantile(&mut samples, 0.5))
}

/// A state directory as an agent keeps it, and the agent's end of the socket.
struct Host {
    dir: TempDir,
    received: Arc<AtomicBool>,
    stop: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl Host {
    /// Below `parent`, with one job that does nothing and one that lasts long enough to be looked at.
    fn new(binary: &Path, parent: &Path) -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("crontopus-bench-").tempdir_in(parent)?;
        for folder in ["bin", "jobs/bench", "locks/bench", "claims/bench", "spool"] {
            fs::create_dir_all(dir.path().join(folder))?;
        }
        fs::copy(binary, dir.path().join("bin/crontopus-run"))
            .with_context(|| format!("cannot copy {}", binary.display()))?;
        fs::write(dir.path().join("agent.json"), "{}")?;
        let socket = UnixDatagram::bind(dir.path().join("agent.sock"))?;
        socket.set_read_timeout(Some(Duration::from_millis(50)))?;
        let received = Arc::new(AtomicBool::new(false));
        let stop = Arc::new(AtomicBool::new(false));
        let listener = std::thread::spawn({
            let (received, stop, spool) = (received.clone(), stop.clone(), dir.path().join("spool"));
            move || deliver(&socket, &spool, &received, &stop)
        });
        let host = Self { dir, received, stop, listener: Some(listener) };
        host.add_job("true", "/bin/true", &[])?;
        host.add_job("sleep", "/bin/sleep", &["0.05"])?;
        Ok(host)
    }

    fn add_job(&self, name: &str, command: &str, args: &[&str]) -> Result<()> {
        let spec = json!({
            "format": 1, "job": format!("bench/{name}"), "digest": "bench", "command": command, "args": args,
        });
        let path: PathBuf = self.dir.path().join("jobs/bench").join(name).with_extension("json");
        Ok(fs::write(path, spec.to_string())?)
    }

    fn wrapper(&self, name: &str) -> Command {
        let mut command = process::command(self.dir.path().join("bin/crontopus-run"));
        command.arg(format!("bench/{name}")).env("CRONTOPUS_STATE_DIR", self.dir.path());
        command
    }

    /// Whether any record came through the socket.
    fn delivered(&self) -> bool {
        self.received.load(Ordering::Relaxed)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(listener) = self.listener.take() {
            listener.join().ok();
        }
    }
}

/// Takes records out of the spool as they are announced, as the agent does once the server has answered.
fn deliver(socket: &UnixDatagram, spool: &Path, received: &AtomicBool, stop: &AtomicBool) {
    let mut name = [0; 512];
    while !stop.load(Ordering::Relaxed) {
        match socket.recv(&mut name) {
            Ok(length) => {
                if let Ok(name) = std::str::from_utf8(&name[..length])
                    && fs::remove_file(spool.join(name)).is_ok()
                {
                    received.store(true, Ordering::Relaxed);
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                ) => {}
            Err(_) => return,
        }
    }
}

fn timed(command: &mut Command) -> Result<Duration> {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let start = Instant::now();
    let status = command.status()?;
    let duration = start.elapsed();
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(duration)
}

/// The largest resident set of the process itself, from `VmHWM`. The kernel's `ru_maxrss` will not do: after an
/// `exec` it still counts the memory of the process that started it.
fn peak_resident_kib(command: &mut Command) -> Result<u64> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut peak = 0;
    while child.try_wait()?.is_none() {
        peak = peak.max(usage::peak_resident_kib(child.id()).unwrap_or(0));
        std::thread::sleep(Duration::from_micros(500));
    }
    if peak == 0 {
        bail!("the wrapper ended before its memory could be looked at");
    }
    Ok(peak)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misses_are_named() {
        let millis = |millis: &[u64]| millis.iter().copied().map(Duration::from_millis).collect::<Vec<_>>();
        let mut samples =
            Samples { alone: millis(&[1, 1]), wrapped: millis(&[3, 3]), added: millis(&[2, 2]) };
        let report = report(&mut samples, Duration::from_millis(1), 2048, (900_000, 2_100_000));
        let rows: Vec<_> = report.rows().iter().filter_map(|row| row.target.as_ref()).collect();
        assert_eq!(rows.iter().map(|(_, met)| *met).collect::<Vec<_>>(), [false, true, true, false]);
    }
}
