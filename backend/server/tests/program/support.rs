//! The program run as an operator would, and plain requests to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

/// A service that ends with the test.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(data: &Path) -> Self {
        Self::with(data, &[])
    }

    pub(crate) fn with(data: &Path, arguments: &[&str]) -> Self {
        let mut all = vec!["serve", "--listen", "127.0.0.1:0", "--log", "warn"];
        all.extend(arguments);
        Self::of(program(&all, data).stdout(Stdio::piped()).spawn().unwrap())
    }

    /// The service of a process that was just started with its output piped.
    pub(crate) fn of(mut child: Child) -> Self {
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect(&line).to_owned();
        Self { child, address }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    /// Status, head and body.
    pub(crate) fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> (u16, String, String) {
        let mut stream = self.connect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{head}\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        answer(&mut stream)
    }

    /// Signs up, and the header that says so from then on.
    pub(crate) fn sign_up(&self) -> String {
        let (status, head, body) = self.ask("POST", "/api/v1/auth/sign-up", "", SIGN_UP);
        assert_eq!(status, 201, "{body}");
        let cookie = head.lines().find_map(|l| l.split_once("crontopus_session=")).unwrap().1;
        format!("Cookie: crontopus_session={}\r\n", cookie.split(';').next().unwrap())
    }

    /// What a service answers that must be the same after a restore.
    pub(crate) fn answers(&self, cookie: &str) -> [String; 3] {
        ["/api/v1/me", "/api/v1/members", "/api/v1/audit"].map(|path| {
            let (status, _, body) = self.ask("GET", path, cookie, "");
            assert_eq!(status, 200, "{path}: {body}");
            body
        })
    }

    /// Where whoever signed up pushes to, with the credentials in it.
    pub(crate) fn clone_url(&self, repository: &str) -> String {
        format!("http://ada%40example.org:plain-otter-radio-91@{}/git/acme/{repository}.git", self.address)
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, signal).unwrap();
    }

    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads an answer to its end.
pub(crate) fn answer(stream: &mut TcpStream) -> (u16, String, String) {
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), body.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the program itself is tested")]
pub(crate) fn program(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crontopus-server"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

pub(crate) fn run(arguments: &[&str], data: &Path) -> Output {
    program(arguments, data).stdout(Stdio::piped()).output().unwrap()
}

/// Another program of the machine's.
#[expect(clippy::disallowed_methods, reason = "the tests use the real git and the database's own library")]
pub(crate) fn command(name: &str) -> Command {
    Command::new(name)
}

pub(crate) fn git(dir: &Path, arguments: &[&str]) {
    let mut git = command("git");
    git.current_dir(dir).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let output =
        git.args(["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]).args(arguments).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const SIGN_UP: &str =
    r#"{"email":"ada@example.org","password":"plain-otter-radio-91","name":"Ada","tenant":"acme"}"#;
