//! Without an agent: what arrives at a server, well-behaved or not, and that the job never notices.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use rustix::fs::{FlockOperation, flock};
use rustix::process::Signal;

use crate::server::{Reply, Server};
use crate::support::{command, eventually, send};

/// A user with a home, and without an agent.
struct Home {
    dir: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The wrapper around `sh -c script`, reporting to `server`.
    fn wrapper(&self, server: &str, options: &[&str], script: &str) -> Command {
        let mut command = command(env!("CARGO_BIN_EXE_crontopus-run"));
        command.args(["--server", server]).args(options).args(["--", "sh", "-c", script]);
        command.env("CRONTOPUS_KEY", "the-key").env("CRONTOPUS_SPOOL_DIR", self.path("spool"));
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        command
    }

    fn run(&self, server: &str, options: &[&str], script: &str) -> Output {
        self.wrapper(server, options, script).output().unwrap()
    }

    /// Names of what waits, oldest first.
    fn waiting(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.path("spool")) else { return Vec::new() };
        let mut names: Vec<String> =
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A server that is not there.
const NOWHERE: &str = "http://127.0.0.1:1";

#[test]
fn the_end_of_a_short_run() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    let script = "printf 'a\\tb\\0\\377'; printf \"[$CRONTOPUS_KEY]\" >&2; exit 3";
    let output = home.run(&server.url, &["--env", "prod"], script);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!((output.stdout.as_slice(), said(&output).as_str()), (&b"a\tb\0\xff"[..], "[]"));
    let request = server.request();
    assert_eq!((request.signal(), request.value("env")), ("/3", "prod"));
    assert_eq!(request.value("rid").len(), 36);
    assert!(!request.value("host").is_empty() && request.value("duration").ends_with("ms"));
    assert!(request.value("at").ends_with('Z'));
    // Both pipes are read as they come: only the order within each is certain.
    let body = request.body;
    assert!(body.windows(5).any(|part| part == b"a\tb\0\xff") && body.windows(2).any(|part| part == b"[]"));
    assert!(server.rest().is_empty() && home.waiting().is_empty(), "one request says it all");
}

#[test]
fn a_run_that_lasts_says_so() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    let script = "until [ -e go ]; do sleep 0.01; done; echo done";
    let child = home.wrapper(&server.url, &[], script).stdout(Stdio::piped()).spawn().unwrap();
    let start = server.request();
    assert_eq!((start.signal(), start.body.as_slice()), ("/start", &b""[..]));
    fs::write(home.path("go"), "").unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
    let end = server.request();
    assert_eq!((end.signal(), end.body.as_slice()), ("/0", &b"done\n"[..]));
    assert_eq!(start.value("rid"), end.value("rid"));
    assert!(home.waiting().is_empty());
}

#[test]
fn over_tls_with_an_authority_of_ones_own() {
    let home = Home::new();
    let server = Server::tls(&home.path("ca.pem"), vec![Reply::ok()]);
    // Nobody else's certificates are trusted.
    let output = home.run(&server.url, &[], "exit 4");
    assert_eq!(output.status.code(), Some(4));
    assert!(
        said(&output).contains("is not reported yet") && said(&output).contains("ertificate"),
        "{output:?}"
    );
    assert_eq!(home.waiting().len(), 1);
    let output = home.run(&server.url, &["--ca", "nothing.pem"], "exit 4");
    assert!(said(&output).contains("nothing.pem is not usable"), "{output:?}");
    fs::write(home.path("empty.pem"), "nothing\n").unwrap();
    let output = home.run(&server.url, &["--ca", "empty.pem"], "exit 4");
    assert!(said(&output).contains("it holds no certificate"), "{output:?}");
    assert!(server.rest().is_empty());

    // Once it is put right, everything arrives, over one connection.
    let output = home.run(&server.url, &["--ca", "ca.pem"], "echo big; exit 5");
    assert_eq!((output.status.code(), said(&output).as_str()), (Some(5), ""));
    let requests = [server.request(), server.request(), server.request(), server.request()];
    let signals: Vec<_> = requests.iter().map(|request| request.signal()).collect();
    assert_eq!(signals, ["/5", "/4", "/4", "/4"]);
    assert!(requests.iter().all(|request| request.connection == requests[0].connection));
    assert!(home.waiting().is_empty());
}

#[test]
fn what_could_not_be_delivered_comes_with_the_next_run() {
    let home = Home::new();
    for status in 1..4 {
        let output = home.run(NOWHERE, &["--delivery-time", "1"], &format!("echo {status}; exit {status}"));
        assert_eq!(output.status.code(), Some(status));
        let said = said(&output);
        assert!(said.contains("this run is not reported yet (http://127.0.0.1:1: "), "{said}");
        assert!(said.contains("a later run reports it") && !said.contains("the-key"), "{said}");
    }
    assert_eq!(home.waiting().len(), 3);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(home.path("spool")), 0o700);
    assert_eq!(mode(home.path("spool").join(&home.waiting()[0])), 0o600);

    // Another server hears of its own run only; the lost one is not waited for.
    let server = Server::plain(vec![Reply::ok()]);
    assert_eq!(said(&home.run(&server.url, &[], "exit 0")), "");
    assert_eq!(server.request().signal(), "/0");
    assert!(server.rest().is_empty());
    assert_eq!(home.waiting().len(), 3);

    // The address they were meant for answers again.
    for name in home.waiting() {
        let path = home.path("spool").join(name);
        let text = fs::read_to_string(&path).unwrap().replace(NOWHERE, &server.url);
        fs::write(path, text).unwrap();
    }
    assert_eq!(said(&home.run(&server.url, &[], "exit 7")), "");
    let signals: Vec<_> = (0..4).map(|_| server.request()).collect();
    let signals: Vec<_> =
        signals.iter().map(|request| (request.signal(), String::from_utf8_lossy(&request.body))).collect();
    let text = |text: &'static str| std::borrow::Cow::Borrowed(text);
    assert_eq!(signals, [("/7", text("")), ("/1", text("1\n")), ("/2", text("2\n")), ("/3", text("3\n"))]);
    assert!(home.waiting().is_empty());
}

#[test]
fn a_server_that_asks_for_patience() {
    let busy = Reply::status(503, "retry-after: 0\r\n", "");
    let (home, server) = (Home::new(), Server::plain(vec![busy.clone(), busy, Reply::ok()]));
    assert_eq!(said(&home.run(&server.url, &[], "exit 0")), "");
    assert_eq!(server.rest().len(), 3);
    assert!(home.waiting().is_empty());

    // More patience than there is time: nothing is waited for.
    let later = Reply::status(503, "retry-after: 3600\r\n", "{\"detail\":\"over capacity\"}");
    let (home, server) = (Home::new(), Server::plain(vec![later, Reply::ok()]));
    let output = home.run(&server.url, &[], "exit 6");
    assert_eq!(output.status.code(), Some(6));
    assert!(said(&output).contains("it answers 503: over capacity); a later run"), "{output:?}");
    assert_eq!((server.rest().len(), home.waiting().len()), (1, 1));
    home.run(&server.url, &[], "exit 0");
    assert!(home.waiting().is_empty());
}

#[test]
fn servers_that_misbehave() {
    let cut = Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-le".to_vec());
    let moved = Reply::status(301, "location: https://elsewhere.test/\r\n", "");
    for (what, reply) in [
        ("silent", Reply::Silence),
        ("closed", Reply::Close),
        ("cut off", cut),
        ("moved", moved),
        ("something else", Reply::Bytes(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n".to_vec())),
        ("overlong", Reply::Bytes([b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; 1 << 20]].concat())),
    ] {
        let (home, server) = (Home::new(), Server::plain(vec![reply]));
        let output = home.run(&server.url, &["--delivery-time", "1"], "echo out; exit 9");
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(9), &b"out\n"[..]), "{what}");
        assert!(said(&output).contains("is not reported yet"), "{what}: {output:?}");
        assert_eq!(home.waiting().len(), 1, "{what}");
    }
    // Its answer is clear before its body ends.
    let (home, server) = (Home::new(), Server::plain(vec![Reply::Endless]));
    assert_eq!(said(&home.run(&server.url, &[], "exit 0")), "");
    assert!(home.waiting().is_empty());
}

#[test]
fn a_report_that_is_refused_is_dropped_and_told() {
    let no = Reply::status(404, "", "{\"detail\":\"no job has this key\"}");
    let (home, server) = (Home::new(), Server::plain(vec![no]));
    let output = home.run(&server.url, &[], "exit 2");
    assert_eq!(output.status.code(), Some(2));
    let expected = "crontopus-run: the server does not take this run: it answers 404: no job has this key\n";
    assert_eq!(said(&output), expected);
    assert!(home.waiting().is_empty());
    let output = home.run(&server.url, &["--quiet"], "echo out; echo err >&2; exit 2");
    assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(2), 0, 0));
}

#[test]
fn without_a_destination_the_command_runs_all_the_same() {
    let home = Home::new();
    for (server, options, why) in [
        ("", &[][..], "this is no address of a server"),
        ("http://crontopus.test", &[], "would carry the key in the clear"),
        ("nonsense", &[], "this is no address of a server"),
        ("https://a.test", &["--job", "../x"], "--job is a job as namespace/name"),
        ("https://a.test", &["--url", "ftp://x"], "it does not begin with https://"),
    ] {
        let output = home.run(server, options, "echo out; exit 8");
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(8), &b"out\n"[..]), "{output:?}");
        assert!(said(&output).contains(why), "{output:?}");
    }
    assert!(home.waiting().is_empty());
    let mut wrong = command(env!("CARGO_BIN_EXE_crontopus-run"));
    let output = wrong.args(["--shout", "--", "touch"]).arg(home.path("never")).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).starts_with("crontopus-run: unknown option --shout\n"), "{output:?}");
    assert!(!home.path("never").exists());
}

#[test]
fn without_a_place_to_keep_it_the_report_goes_out_all_the_same() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    fs::write(home.path("spool"), "a file").unwrap();
    assert_eq!(said(&home.run(&server.url, &[], "exit 0")), "");
    assert_eq!(server.request().signal(), "/0");
    let output = home.run(NOWHERE, &["--delivery-time", "0"], "exit 1");
    assert!(said(&output).contains("nor could it be kept: "), "{output:?}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn arguments_ending_and_limits() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    let mut wrapper = command(env!("CARGO_BIN_EXE_crontopus-run"));
    wrapper.args(["--url", &format!("{}/in/the-key?create=1", server.url), "--", "printf", "%s|%s"]);
    wrapper.arg(OsStr::from_bytes(b"\xff%s $x")).arg("--key").env("CRONTOPUS_SPOOL_DIR", home.path("spool"));
    assert_eq!(wrapper.output().unwrap().stdout, b"\xff%s $x|--key");
    let request = server.request();
    assert_eq!((request.signal(), request.value("create")), ("/0", "1"));

    let output = home.run(&server.url, &[], "kill -9 $$");
    assert_eq!(output.status.signal(), Some(9));
    let request = server.request();
    assert_eq!((request.signal(), request.value("signal")), ("/137", "9"));

    let output = home.run(&server.url, &["--kill-after", "0"], "while :; do sleep 1; done");
    assert_eq!(output.status.signal(), Some(15));
    // It may have lasted long enough for its start to be told.
    let mut requests = server.rest();
    let request = requests.pop().unwrap();
    assert_eq!((request.signal(), request.value("signal")), ("/143", "15"));
    assert!(requests.iter().all(|request| request.signal() == "/start"));
    assert!(request.body.starts_with(b"crontopus-run: ended by force"));

    let options = ["--output-limit", "4096", "--redact", "s[e]cret"];
    home.run(&server.url, &options, "printf secret; head -c 100000 /dev/zero; printf end");
    let body = server.request().body;
    assert!(body.starts_with(b"[redacted]") && body.ends_with(b"end"));
    assert!(body.windows(21).any(|part| part == b" bytes are left out he") || body.len() < 5_000);
    home.run(&server.url, &["--output-limit", "0"], "echo x");
    assert_eq!(server.request().body, b"");

    let mut wrapper = home.wrapper(&server.url, &[], "");
    let output = wrapper.args(["x"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    server.request();
    let mut missing = command(env!("CARGO_BIN_EXE_crontopus-run"));
    missing.args(["--key", "the-key", "--server", &server.url, "--", "/nowhere/at/all"]);
    let output = missing.env("CRONTOPUS_SPOOL_DIR", home.path("spool")).output().unwrap();
    assert_eq!(output.status.code(), Some(127));
    let request = server.request();
    assert_eq!(request.signal(), "/fail");
    assert!(request.body.starts_with(b"crontopus-run: cannot start /nowhere/at/all: No such file"));
}

#[test]
fn what_another_run_is_delivering_is_left_to_it() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    home.run(&server.url, &["--delivery-time", "0"], "exit 1");
    let [name] = &home.waiting()[..] else { panic!("{:?}", home.waiting()) };
    let file = fs::File::open(home.path("spool").join(name)).unwrap();
    flock(&file, FlockOperation::LockExclusive).unwrap();
    home.run(&server.url, &[], "exit 0");
    assert_eq!(server.request().signal(), "/0");
    assert!(server.rest().is_empty());
    drop(file);
    home.run(&server.url, &[], "exit 0");
    assert_eq!((server.request().signal(), server.request().signal()), ("/0", "/1"));
    assert!(home.waiting().is_empty());
}

#[test]
fn what_does_not_belong_into_the_spool() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::ok()]));
    home.run(&server.url, &["--delivery-time", "0"], "exit 1");
    let spool = home.path("spool");
    let record = fs::read_to_string(spool.join(&home.waiting()[0])).unwrap();
    fs::write(spool.join("0-damaged.end.json"), &record[..record.len() / 2]).unwrap();
    fs::write(spool.join("1-older.end.json"), record.replace("\"format\":1", "\"format\":9")).unwrap();
    fs::write(spool.join("2-nowhere.end.json"), record.replace("http://", "gopher://")).unwrap();
    fs::write(spool.join("notes.txt"), "mine").unwrap();
    fs::write(home.path("elsewhere"), &record).unwrap();
    symlink(home.path("elsewhere"), spool.join("3-link.end.json")).unwrap();
    fs::create_dir(spool.join("4-directory.end.json")).unwrap();
    let output = home.run(&server.url, &[], "exit 0");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(said(&output).matches("of an earlier run is dropped: it is damaged").count(), 3, "{output:?}");
    assert_eq!((server.request().signal(), server.request().signal()), ("/0", "/1"));
    assert!(server.rest().is_empty());
    assert_eq!(home.waiting(), ["3-link.end.json", "4-directory.end.json", "notes.txt"]);
}

#[test]
fn a_signal_while_it_reports_ends_it_as_the_job_ended() {
    let (home, server) = (Home::new(), Server::plain(vec![Reply::Silence]));
    let began = Instant::now();
    let child = home.wrapper(&server.url, &["--delivery-time", "2h"], "exit 5").spawn().unwrap();
    assert_eq!(server.request().signal(), "/5");
    send(child.id(), Signal::TERM);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5), "after {:?}", began.elapsed());
    assert_eq!(home.waiting().len(), 1);
}

#[test]
fn killed_while_it_reports_loses_nothing() {
    let home = Home::new();
    let server = Server::plain(vec![Reply::Silence, Reply::ok()]);
    let mut child =
        home.wrapper(&server.url, &["--delivery-time", "2h"], "echo out; exit 5").spawn().unwrap();
    assert_eq!(server.request().signal(), "/5");
    send(child.id(), Signal::KILL);
    child.wait().unwrap();
    eventually("it is kept", || home.waiting().len() == 1);
    assert_eq!(said(&home.run(&server.url, &[], "exit 0")), "");
    let (own, left) = (server.request(), server.request());
    assert_eq!((own.signal(), left.signal(), left.body.as_slice()), ("/0", "/5", &b"out\n"[..]));
    assert!(home.waiting().is_empty());
}
