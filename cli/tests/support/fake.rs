//! A server of canned answers.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crontopus_api::{Code, Problem};
use serde::Serialize;

/// One request as it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// Method and target.
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// An operation and the bytes it is answered with.
type Answer = (String, Vec<u8>);

/// Answers by method and path; a parameter list is not looked at. Several answers for one path are given one
/// after the other, the last one for ever.
pub(crate) struct Fake {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    answers: Arc<Mutex<Vec<Answer>>>,
}

impl Fake {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, answers) = (Arc::default(), Arc::default());
        let fake = Self { address, seen, answers };
        let (seen, answers) = (Arc::clone(&fake.seen), Arc::clone(&fake.answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&mut stream) else { continue };
                let answer = choose(&answers, &request);
                seen.lock().unwrap().push(request);
                // The client may have hung up already.
                stream.write_all(&answer).ok();
            }
        });
        fake
    }

    /// `operation` is like `GET /api/v1/jobs`.
    pub(crate) fn on(self, operation: &str, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap();
        self.on_bytes(operation, 200, "application/json", &body)
    }

    /// A list of one page.
    pub(crate) fn on_list(self, operation: &str, items: &[impl Serialize]) -> Self {
        self.on(operation, &serde_json::json!({ "items": items }))
    }

    pub(crate) fn on_nothing(self, operation: &str) -> Self {
        self.on_bytes(operation, 204, "text/plain", b"")
    }

    pub(crate) fn on_problem(self, operation: &str, problem: &Problem) -> Self {
        let body = serde_json::to_vec(problem).unwrap();
        self.on_bytes(operation, problem.status, "application/problem+json", &body)
    }

    pub(crate) fn on_bytes(self, operation: &str, status: u16, kind: &str, body: &[u8]) -> Self {
        self.on_raw(operation, answer(status, &[("content-type", kind)], body))
    }

    pub(crate) fn on_raw(self, operation: &str, answer: Vec<u8>) -> Self {
        self.answers.lock().unwrap().push((operation.to_owned(), answer));
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Methods and targets of all requests.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    [head.as_bytes(), b"\r\n", body].concat()
}

fn choose(answers: &Mutex<Vec<Answer>>, request: &Seen) -> Vec<u8> {
    let operation = request.line.split('?').next().unwrap();
    let mut answers = answers.lock().unwrap();
    let fitting: Vec<usize> =
        answers.iter().enumerate().filter(|(_, (o, _))| o == operation).map(|(n, _)| n).collect();
    match fitting[..] {
        [] => {
            let problem = Problem::new(Code::NotFound).detail(format!("nothing at {operation}"));
            answer(404, &[], &serde_json::to_vec(&problem).unwrap())
        }
        [only] => answers[only].1.clone(),
        [first, ..] => answers.remove(first).1,
    }
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let line = line.rsplit_once(' ')?.0.to_owned();
    let mut seen = Seen { line, ..Seen::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        seen.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = seen.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Some(seen)
}
