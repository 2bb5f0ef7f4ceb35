//! A Git server over HTTP: `git http-backend` behind a listener of the standard library.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

/// What arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// Serves every repository below a directory until the test ends.
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) seen: Arc<Mutex<Vec<Seen>>>,
}

/// What to do instead of serving.
#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Serve,
    Status(&'static str),
    /// The head of an honest answer, then the end.
    BreakOff,
}

impl Server {
    pub(crate) fn start(root: PathBuf, answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &root, answer, &record);
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, repository: &str) -> crontopus_gitrepo::fetch::RemoteUrl {
        format!("http://{}/{repository}", self.address).parse().unwrap()
    }
}

fn serve(mut stream: TcpStream, root: &std::path::Path, answer: Answer, record: &Mutex<Vec<Seen>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).unwrap_or(0) == 0 {
        return;
    }
    let mut first = line.split(' ').map(str::to_owned);
    let (method, target) = (first.next().unwrap(), first.next().unwrap());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |l| l.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let seen = Seen { method, target, headers, body };
    record.lock().unwrap().push(seen.clone());
    let close = "connection: close\r\ncontent-length: 0\r\n";
    let bytes = match answer {
        Answer::Serve => backend(root, &seen),
        Answer::Status(status) => format!("HTTP/1.1 {status}\r\n{close}\r\n").into_bytes(),
        Answer::BreakOff => {
            let mut whole = backend(root, &seen);
            whole.truncate(whole.len() * 2 / 3);
            whole
        }
    };
    stream.write_all(&bytes).ok();
}

#[expect(clippy::disallowed_methods, reason = "the tests drive the real git")]
fn backend(root: &std::path::Path, seen: &Seen) -> Vec<u8> {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let header = |name: &str| seen.headers.get(name).cloned().unwrap_or_default();
    let mut child = Command::new("git")
        .arg("http-backend")
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("REQUEST_METHOD", &seen.method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type"))
        .env("CONTENT_LENGTH", seen.body.len().to_string())
        .env("GIT_PROTOCOL", header("git-protocol"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&seen.body).ok();
    let output = child.wait_with_output().unwrap().stdout;
    let end = output.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let status = head.lines().find_map(|l| l.strip_prefix("Status: ")).unwrap_or("200 OK");
    let length = output.len() - end - 4;
    let mut answer =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{head}\r\n\r\n")
            .into_bytes();
    answer.extend_from_slice(&output[end + 4..]);
    answer
}
