//! Clients that take up room and send nothing, more connections than there is room for, a full disk.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;

use crate::support::{Server, answer, program};

/// A service that has little patience and little room.
fn strict(dir: &Path, settings: &str) -> Server {
    let config = dir.join("settings.toml");
    std::fs::write(&config, settings).unwrap();
    Server::with(&dir.join("data"), &["--config", config.to_str().unwrap()])
}

/// Reads until the other end closes the connection; what came.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn slow_clients_are_cut_off_and_the_others_answered() {
    let dir = tempfile::tempdir().unwrap();
    let server = strict(dir.path(), "head_seconds = 1\nrequest_seconds = 2\n");
    let silent: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    let mut halves: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    halves.iter_mut().for_each(|s| write!(s, "GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap());
    let mut idle = server.connect();
    write!(idle, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut body = server.connect();
    write!(body, "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{{").unwrap();

    assert_eq!(server.ask("GET", "/livez", "", "").0, 200, "while all of them wait");
    for stream in silent {
        assert_eq!(rest(stream), "", "nothing was asked");
    }
    for stream in halves {
        let text = rest(stream);
        assert!(text.is_empty() || text.starts_with("HTTP/1.1 408"), "{text}");
    }
    assert!(rest(idle).starts_with("HTTP/1.1 200"), "answered, and then closed");
    let text = rest(body);
    assert!(text.starts_with("HTTP/1.1 408") && text.contains("\"too_slow\""), "{text}");
}

#[test]
fn a_check_in_counts_however_slowly_its_body_comes() {
    let dir = tempfile::tempdir().unwrap();
    let server = strict(dir.path(), "request_seconds = 2\n");
    let mut slow = server.connect();
    write!(slow, "POST /in/nobody HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\nab")
        .unwrap();
    // The key is nobody's, which is found out when the signal is submitted.
    let (status, _, body) = answer(&mut slow);
    assert_eq!(status, 404, "{body}");
}

#[test]
fn there_is_room_for_so_many_connections() {
    let dir = tempfile::tempdir().unwrap();
    let server = strict(dir.path(), "max_connections = 3\nhead_seconds = 300\n");
    let mut held: Vec<TcpStream> = (0..3).map(|_| server.connect()).collect();
    for stream in &mut held {
        write!(stream, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut word = [0; 12];
        stream.read_exact(&mut word).unwrap();
        assert_eq!(&word, b"HTTP/1.1 200");
    }
    let mut waiting = server.connect();
    write!(waiting, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    waiting.set_nonblocking(true).unwrap();
    let nothing = waiting.peek(&mut [0]).unwrap_err();
    assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock, "it waits for one of the three");
    waiting.set_nonblocking(false).unwrap();
    drop(held);
    assert_eq!(answer(&mut waiting).0, 200);
}

/// A disk of its own for the data directory, in a mount namespace: that takes root.
fn on_small_disk(data: &Path) -> Option<Server> {
    if !rustix::process::geteuid().is_root() {
        println!("left out: a small disk needs root");
        return None;
    }
    let own = program(&["serve", "--listen", "127.0.0.1:0", "--log", "error"], data);
    let line = format!("mount -t tmpfs -o size=6m,mode=700 tmpfs {0} && exec \"$0\" \"$@\"", data.display());
    #[expect(clippy::disallowed_methods, reason = "the program itself is tested")]
    let mut command = std::process::Command::new("unshare");
    command.args(["--mount", "--propagation", "private", "sh", "-c", &line]);
    command.arg(own.get_program()).args(own.get_args());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    Some(Server::of(command.spawn().unwrap()))
}

#[test]
fn a_full_disk_is_told_and_gone_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let Some(server) = on_small_disk(&data) else { return };
    let cookie = server.sign_up();
    // As the process sees it.
    let ballast = format!("/proc/{}/root{}/ballast", server.child.id(), data.display());
    let mut file = std::fs::File::create(&ballast).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
    let (mut answered, mut n) = (201, 0);
    let mut last = String::new();
    while answered == 201 && n < 2_000 {
        let body = format!(r#"{{"name":"t{n}","scopes":["jobs:read"]}}"#);
        (answered, last, _) = server.ask("POST", "/api/v1/tokens", &cookie, &body);
        n += 1;
    }
    assert_eq!(answered, 503, "{last}");
    assert!(last.to_ascii_lowercase().contains("retry-after: "), "{last}");
    assert_eq!(server.ask("GET", "/api/v1/me", &cookie, "").0, 200, "what needs no room goes on");
    drop(file);
    std::fs::remove_file(&ballast).unwrap();
    let (status, _, body) =
        server.ask("POST", "/api/v1/tokens", &cookie, r#"{"name":"x","scopes":["jobs:read"]}"#);
    assert_eq!(status, 201, "{body}");
}
