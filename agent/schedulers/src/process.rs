use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long a program may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// More output than any crontab has.
const MOST_OUTPUT: u64 = 16 << 20;

/// What a program left behind.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

impl Finished {
    /// Exit status and standard error, for a report.
    pub(crate) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.stderr);
        let text: String = text.trim().chars().take(500).collect();
        if text.is_empty() { self.status.to_string() } else { format!("{}: {text}", self.status) }
    }
}

/// Runs a program of the native scheduler to its end: the only place in this crate that starts one.
///
/// Standard input is a file that already holds everything: a program that reads it never takes our death
/// for the end of its input.
#[expect(clippy::disallowed_methods, reason = "this is the crate's one function that starts processes")]
pub(crate) fn run<A: AsRef<OsStr>>(
    program: &Path,
    args: &[A],
    env: &[(&str, &str)],
    stdin: Option<File>,
) -> io::Result<Finished> {
    let mut child = Command::new(program)
        .args(args)
        // What the program says is matched against fixed words.
        .env("LC_ALL", "C")
        .envs(env.iter().copied())
        .stdin(stdin.map_or_else(Stdio::null, Stdio::from))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = read_aside(child.stdout.take());
    let stderr = read_aside(child.stderr.take());
    let deadline = Instant::now() + PATIENCE;
    let Some(status) = wait_until(&mut child, deadline)? else {
        child.kill()?;
        child.wait()?;
        return Err(io::Error::new(io::ErrorKind::TimedOut, "it did not end within 30 s"));
    };
    let collect = |from: Receiver<io::Result<Vec<u8>>>| {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(100));
        from.recv_timeout(left).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    };
    Ok(Finished { status, stdout: collect(stdout)?, stderr: collect(stderr)? })
}

fn wait_until(child: &mut Child, deadline: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_micros(300);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a pipe to its end beside the waiting, so that the program never blocks on a full one.
fn read_aside(pipe: Option<impl Read + Send + 'static>) -> Receiver<io::Result<Vec<u8>>> {
    let (sender, receiver) = channel();
    let read = move || {
        let mut bytes = Vec::new();
        let result = match pipe {
            Some(pipe) => pipe.take(MOST_OUTPUT + 1).read_to_end(&mut bytes),
            None => Ok(0),
        };
        let result = match result {
            Ok(_) if bytes.len() as u64 > MOST_OUTPUT => Err(io::Error::other("it wrote more than 16 MiB")),
            Ok(_) => Ok(bytes),
            Err(error) => Err(error),
        };
        // Nobody listens any more after a timeout.
        drop(sender.send(result));
    };
    thread::spawn(read);
    receiver
}
