//! A server on this host, over TLS with an authority of its own or without, that answers as it is told to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// How a request is answered.
#[derive(Clone)]
pub(crate) enum Reply {
    /// With these bytes, after which the connection stays open.
    Bytes(Vec<u8>),
    /// Not at all; the connection stays open.
    Silence,
    /// The connection is closed.
    Close,
    /// With a head and a body that never ends.
    Endless,
}

impl Reply {
    pub(crate) fn status(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\n{headers}\r\n{body}").into())
    }

    pub(crate) fn ok() -> Self {
        Self::status(200, "", "{\"accepted\":true}")
    }
}

/// What came.
#[derive(Debug)]
pub(crate) struct Request {
    /// Path and query.
    pub(crate) target: String,
    pub(crate) body: Vec<u8>,
    /// The number of the connection it came on, from 0.
    pub(crate) connection: usize,
}

impl Request {
    /// The path behind the key.
    pub(crate) fn signal(&self) -> &str {
        let path = self.target.split('?').next().unwrap();
        path.strip_prefix("/in/the-key").unwrap_or(path)
    }

    /// A value of the query, as it came.
    pub(crate) fn value(&self, name: &str) -> &str {
        let query = self.target.split_once('?').unwrap().1;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|pair| pair.0 == name).map_or("", |pair| pair.1)
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    requests: Receiver<Request>,
}

impl Server {
    pub(crate) fn plain(replies: Vec<Reply>) -> Self {
        Self::start(None, replies)
    }

    /// Writes the certificate of its authority to `ca`.
    pub(crate) fn tls(ca: &Path, replies: Vec<Reply>) -> Self {
        let authority = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        std::fs::write(ca, params.self_signed(&authority).unwrap().pem()).unwrap();
        let issuer = rcgen::Issuer::new(params, authority);
        let key = rcgen::KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = rcgen::CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        Self::start(Some(Arc::new(config)), replies)
    }

    /// Answers by `replies` in turn; the last one is for all further requests.
    fn start(tls: Option<Arc<ServerConfig>>, replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
        let (came, requests) = channel();
        let replies = Arc::new(Mutex::new(replies));
        thread::spawn(move || {
            for (connection, tcp) in listener.incoming().enumerate() {
                let (tls, came, replies) = (tls.clone(), came.clone(), Arc::clone(&replies));
                thread::spawn(move || {
                    let tcp = tcp.unwrap();
                    match tls {
                        None => serve(tcp, connection, &came, &replies),
                        Some(config) => {
                            let tls = ServerConnection::new(config).unwrap();
                            serve(StreamOwned::new(tls, tcp), connection, &came, &replies);
                        }
                    }
                });
            }
        });
        Self { url, requests }
    }

    /// The next request; a test that waits in vain fails.
    pub(crate) fn request(&self) -> Request {
        self.requests.recv_timeout(Duration::from_secs(20)).expect("a request comes")
    }

    /// What else came until now.
    pub(crate) fn rest(&self) -> Vec<Request> {
        self.requests.try_iter().collect()
    }
}

fn serve(stream: impl Read + Write, connection: usize, came: &Sender<Request>, replies: &Mutex<Vec<Reply>>) {
    let mut stream = BufReader::new(stream);
    while let Some((target, body)) = read(&mut stream) {
        let reply = {
            let mut replies = replies.lock().unwrap();
            if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() }
        };
        if came.send(Request { target, body, connection }).is_err() {
            return;
        }
        let stream = stream.get_mut();
        let sent = match reply {
            Reply::Bytes(bytes) => stream.write_all(&bytes).and_then(|()| stream.flush()),
            Reply::Silence => loop {
                thread::park();
            },
            Reply::Close => return,
            Reply::Endless => {
                let head = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                head.and_then(|()| {
                    loop {
                        stream.write_all(&[b'x'; 64 << 10])?;
                    }
                })
            }
        };
        if sent.is_err() {
            return;
        }
    }
}

fn read(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut line = String::new();
    stream.read_line(&mut line).ok()?;
    let target = line.strip_prefix("POST ")?.strip_suffix(" HTTP/1.1\r\n")?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        match line.trim_end().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().unwrap(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((target, body))
}
