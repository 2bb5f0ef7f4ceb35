//! Where messages arrive: an HTTP server and a mail server that keep what they get.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// Keeps the bodies of requests and their idempotency keys, and answers 200.
#[derive(Debug)]
pub struct HookReceiver {
    /// Where it listens.
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<(String, Value)>>>,
}

/// Keeps mails.
#[derive(Debug)]
pub struct MailReceiver {
    /// Where it listens.
    pub address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
}

/// Serves each connection on a thread of its own; they end with the test.
fn listen(
    serve: impl Fn(TcpStream) -> std::io::Result<()> + Clone + Send + 'static,
) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = serve.clone();
            std::thread::spawn(move || serve(stream));
        }
    });
    Ok(address)
}

fn keep<T>(all: &Mutex<Vec<T>>, one: T) {
    all.lock().unwrap_or_else(PoisonError::into_inner).push(one);
}

impl HookReceiver {
    /// Starts it.
    pub fn start() -> anyhow::Result<Self> {
        let received: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let kept = Arc::clone(&received);
        let address = listen(move |stream| {
            let mut reader = BufReader::new(stream);
            let (mut length, mut key) = (0, String::new());
            loop {
                let mut line = String::new();
                reader.read_line(&mut line)?;
                let line = line.trim_end();
                let Some((name, value)) = line.split_once(':') else {
                    if line.is_empty() {
                        break;
                    }
                    continue;
                };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap_or(0);
                } else if name.eq_ignore_ascii_case("idempotency-key") {
                    key = value.trim().to_owned();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body)?;
            keep(&kept, (key, serde_json::from_slice(&body).unwrap_or(Value::Null)));
            reader.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
        })?;
        Ok(Self { address, received })
    }

    /// What came so far.
    pub fn bodies(&self) -> Vec<Value> {
        self.received().into_iter().map(|(_, body)| body).collect()
    }

    /// What came so far, each with its idempotency key.
    pub fn received(&self) -> Vec<(String, Value)> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl MailReceiver {
    /// Starts it.
    pub fn start() -> anyhow::Result<Self> {
        let mails: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&mails);
        let address = listen(move |stream| {
            let mut reader = BufReader::new(stream);
            reader.get_mut().write_all(b"220 receiver ESMTP\r\n")?;
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line)? == 0 {
                    return Ok(());
                }
                let answer = match line.to_ascii_uppercase().trim_end() {
                    "DATA" => {
                        reader.get_mut().write_all(b"354 go on\r\n")?;
                        keep(&kept, read_mail(&mut reader)?);
                        "250 taken"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                reader.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
            }
        })?;
        Ok(Self { address, mails })
    }

    /// What it took so far, headers and bodies as they came.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read_mail(reader: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim_end() == "." {
            return Ok(mail);
        }
        mail += &line;
    }
}
