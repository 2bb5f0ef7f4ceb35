//! Backup and restore with the real program: what the restored service answers is what the old one answered.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// A service that ends with the test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> Self {
        let mut child = program(&["serve", "--listen", "127.0.0.1:0", "--log", "warn"], data)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http://").expect(&line).to_owned();
        Self { child, address }
    }

    /// Status and body.
    fn ask(&self, method: &str, path: &str, head: &str, body: &str) -> (u16, String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{head}\r\n{body}",
            self.address,
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, head.to_owned(), body.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[expect(clippy::disallowed_methods, reason = "the program itself is tested")]
fn program(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crontopus-server"));
    command.args(arguments).arg("--data").arg(data).stdin(Stdio::null()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str], data: &Path) -> Output {
    program(arguments, data).stdout(Stdio::piped()).output().unwrap()
}

fn refused(arguments: &[&str], data: &Path, wanted: &str) {
    let output = run(arguments, data);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains(wanted), "{arguments:?}: {text}");
}

const SIGN_UP: &str =
    r#"{"email":"ada@example.org","password":"plain-otter-radio-91","name":"Ada","tenant":"acme"}"#;

#[test]
fn a_restored_service_answers_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new, file) = (dir.path().join("old"), dir.path().join("new"), dir.path().join("b.tar.zst"));
    let backup = file.to_str().unwrap();
    let server = Server::start(&old);
    let (status, head, body) = server.ask("POST", "/api/v1/auth/sign-up", "", SIGN_UP);
    assert_eq!(status, 201, "{body}");
    let cookie = head.lines().find_map(|l| l.split_once("crontopus_session=")).unwrap().1;
    let cookie = format!("Cookie: crontopus_session={}\r\n", cookie.split(';').next().unwrap());
    let answers = |server: &Server| {
        ["/api/v1/me", "/api/v1/members", "/api/v1/audit"].map(|path| {
            let (status, _, body) = server.ask("GET", path, &cookie, "");
            assert_eq!(status, 200, "{path}: {body}");
            body
        })
    };
    let told = answers(&server);
    std::fs::create_dir_all(old.join("git/acme/jobs.git/refs/heads")).unwrap();
    std::fs::write(old.join("git/acme/jobs.git/refs/heads/draft.new"), "0123").unwrap();

    let output = run(&["backup", backup], &old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_dir(&old).unwrap().filter(|e| name(e).contains("backup")).count(), 0);
    refused(&["backup", backup], &old, "is there already");
    refused(&["restore", backup], &old, "not empty");
    drop(server);

    let output = run(&["restore", backup], &new);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(answers(&Server::start(&new)), told);
    for same in ["server.key", "git/acme/jobs.git/refs/heads/draft.new"] {
        assert_eq!(std::fs::read(new.join(same)).unwrap(), std::fs::read(old.join(same)).unwrap(), "{same}");
    }
}

fn name(entry: &std::io::Result<std::fs::DirEntry>) -> String {
    entry.as_ref().unwrap().file_name().to_string_lossy().into_owned()
}

#[test]
fn what_cannot_be_done_is_said_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("b.tar.zst"));
    let backup = file.to_str().unwrap();
    refused(&["backup", backup], &data, "no data directory");
    std::fs::create_dir(&data).unwrap();
    refused(&["backup", backup], &data, "no database");
    let postgres = ["backup", backup, "--database", "postgres://ada:secret@db.example/x"];
    refused(&postgres, &data, "pg_dump");
    assert!(!String::from_utf8_lossy(&run(&postgres, &data).stderr).contains("secret"));
    std::fs::write(&file, "no backup").unwrap();
    refused(&["restore", backup], &dir.path().join("new"), "is no backup of this program");
    let left = std::fs::read_dir(dir.path()).unwrap().filter(|e| name(e).contains("new")).count();
    assert_eq!(left, 0);
}

#[test]
fn without_the_database_keys_and_repositories_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new, file) = (dir.path().join("old"), dir.path().join("new"), dir.path().join("b.tar.zst"));
    drop(Server::start(&old));
    let output = run(&["backup", file.to_str().unwrap(), "--without-database"], &old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = run(&["restore", file.to_str().unwrap()], &new);
    assert!(String::from_utf8_lossy(&output.stdout).contains("pg_restore"), "{output:?}");
    assert_eq!(
        std::fs::read(new.join("server.key")).unwrap(),
        std::fs::read(old.join("server.key")).unwrap()
    );
    assert!(!new.join("crontopus.db").exists());
}
