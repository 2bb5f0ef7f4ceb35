//! A server that says exactly what a test wants, byte by byte.
#![expect(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crontopus_client::{Connection, Timeouts};

/// One request as it arrived.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// Answers every request by a function; each connection serves one request.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// `answer` gets the request and writes whatever it likes.
    pub(crate) fn new(answer: impl Fn(&Seen, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(request) = read(&mut stream) else { continue };
                record.lock().unwrap().push(request.clone());
                answer(&request, &mut stream);
            }
        });
        Self { address, seen }
    }

    /// Answers the n-th request with the n-th of `answers`, the last one for ever.
    pub(crate) fn script(answers: Vec<Vec<u8>>) -> Self {
        let count = Mutex::new(0);
        Self::new(move |_, stream| {
            let mut count = count.lock().unwrap();
            let answer = &answers[(*count).min(answers.len() - 1)];
            *count += 1;
            // The client may have hung up already.
            stream.write_all(answer).ok();
        })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Short timeouts, so that tests of slowness are quick.
    pub(crate) fn connection(&self) -> Connection {
        Connection {
            timeouts: Timeouts {
                connect: Duration::from_secs(5),
                request: Duration::from_millis(1500),
                stream_silence: Duration::from_millis(700),
            },
            ..Connection::new(self.url().parse().unwrap(), "test/1")
        }
    }
}

/// A whole answer.
pub(crate) fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut out = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        out += &format!("{name}: {value}\r\n");
    }
    let mut out = (out + "\r\n").into_bytes();
    out.extend_from_slice(body);
    out
}

fn read(stream: &mut TcpStream) -> Option<Seen> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split(' ');
    let mut seen =
        Seen { method: words.next()?.to_owned(), target: words.next()?.to_owned(), ..Seen::default() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        seen.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = seen.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    seen.body = vec![0; length];
    reader.read_exact(&mut seen.body).ok()?;
    Some(seen)
}
