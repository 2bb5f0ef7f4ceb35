//! Receivers for tests, on this machine: an HTTP server that answers as it is told, and a mail server.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// One request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: String,
}

/// How a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Status, further header lines, body.
    Answer(u16, Vec<String>, String),
    /// Not at all; the connection stays open.
    Silence,
    /// The connection is closed.
    Hang,
}

/// An HTTP server that keeps what it gets.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    usual: Arc<OnceLock<Judge>>,
    count: watch::Receiver<usize>,
    _tasks: JoinSet<()>,
}

/// What a provider answers to a request.
struct Judge(Box<dyn Fn(&Seen) -> Reply + Send + Sync>);

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Judge")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seen {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

impl Receiver {
    /// A receiver on 127.0.0.1 that answers 200.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1").await
    }

    /// The same on another address of this machine.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start_at(host: &str) -> Self {
        let listener = TcpListener::bind((host, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (seen, replies, usual) = (Arc::default(), Arc::default(), Arc::default());
        let (told, count) = watch::channel(0);
        let mut tasks = JoinSet::new();
        let hall = Hall {
            seen: Arc::clone(&seen),
            replies: Arc::clone(&replies),
            usual: Arc::clone(&usual),
            count: told,
        };
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let hall = hall.clone();
                connections.spawn(async move { hall.serve(stream).await });
            }
        });
        Self { address, seen, replies, usual, count, _tasks: tasks }
    }

    /// `http://127.0.0.1:…` and the path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers the next request that has no answer yet like this; 200 after those.
    pub fn reply(&self, status: u16, headers: &[&str], body: &str) {
        let headers = headers.iter().map(|line| (*line).to_owned()).collect();
        self.reply_with(Reply::Answer(status, headers, body.to_owned()));
    }

    /// The same with any reply.
    pub fn reply_with(&self, reply: Reply) {
        lock(&self.replies).push_back(reply);
    }

    /// Answers every request that no other answer was given for as a provider does: by what it says.
    ///
    /// # Panics
    /// When that was said before.
    pub fn judge(&self, judge: impl Fn(&Seen) -> Reply + Send + Sync + 'static) {
        self.usual.set(Judge(Box::new(judge))).expect("a receiver is one provider");
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.seen).clone()
    }

    /// Waits until so many requests came.
    ///
    /// # Panics
    /// When the server ended.
    pub async fn wait_for(&mut self, count: usize) -> Vec<Seen> {
        self.count.wait_for(|seen| *seen >= count).await.expect("the receiver runs");
        self.seen()
    }
}

#[derive(Clone)]
struct Hall {
    seen: Arc<Mutex<Vec<Seen>>>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    usual: Arc<OnceLock<Judge>>,
    count: watch::Sender<usize>,
}

impl Hall {
    async fn serve(&self, stream: TcpStream) {
        let mut stream = BufReader::new(stream);
        let Some(request) = read_request(&mut stream).await else { return };
        let usual = self.usual.get().map(|judge| judge.0(&request));
        let total = {
            let mut seen = lock(&self.seen);
            seen.push(request);
            seen.len()
        };
        self.count.send_modify(|own| *own = total.max(*own));
        let reply = lock(&self.replies).pop_front().or(usual);
        match reply.unwrap_or(Reply::Answer(200, Vec::new(), "ok".to_owned())) {
            Reply::Hang => {}
            Reply::Silence => std::future::pending().await,
            Reply::Answer(status, headers, body) => {
                let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                // Whoever asked may have hung up.
                drop(stream.get_mut().write_all(text.as_bytes()).await);
            }
        }
    }
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, v)| v.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

/// A mail as the server took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenMail {
    /// `MAIL FROM`.
    pub from: String,
    /// `RCPT TO`.
    pub to: Vec<String>,
    /// Headers and body as they came.
    pub data: String,
    /// User and password, if it asked for them.
    pub login: Option<(String, String)>,
    /// Whether it came over TLS.
    pub tls: bool,
}

/// A mail server that keeps what it gets.
#[derive(Debug)]
pub struct MailReceiver {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<TakenMail>>>,
    replies: Arc<Mutex<VecDeque<String>>>,
    count: watch::Receiver<usize>,
    _tasks: JoinSet<()>,
}

/// How a mail server makes a connection safe.
#[derive(Clone)]
pub enum MailTls {
    /// Not.
    None,
    /// After `STARTTLS`.
    Starttls(Arc<rustls::ServerConfig>),
    /// From the first byte.
    Always(Arc<rustls::ServerConfig>),
}

impl MailReceiver {
    /// A mail server on 127.0.0.1.
    ///
    /// # Panics
    /// When no port can be had.
    pub async fn start(tls: MailTls) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (taken, replies) = (Arc::default(), Arc::default());
        let (told, count) = watch::channel(0);
        let mut tasks = JoinSet::new();
        let desk = Desk { taken: Arc::clone(&taken), replies: Arc::clone(&replies), count: told };
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (desk, tls) = (desk.clone(), tls.clone());
                connections.spawn(async move { desk.talk(stream, tls).await.unwrap_or_default() });
            }
        });
        Self { address, taken, replies, count, _tasks: tasks }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers the next mail with this line instead of taking it.
    pub fn refuse(&self, line: &str) {
        lock(&self.replies).push_back(line.to_owned());
    }

    /// What it took so far.
    pub fn taken(&self) -> Vec<TakenMail> {
        lock(&self.taken).clone()
    }

    /// Waits until it took so many mails.
    ///
    /// # Panics
    /// When the server ended.
    pub async fn wait_for(&mut self, count: usize) -> Vec<TakenMail> {
        self.count.wait_for(|taken| *taken >= count).await.expect("the receiver runs");
        self.taken()
    }
}

#[derive(Clone)]
struct Desk {
    taken: Arc<Mutex<Vec<TakenMail>>>,
    replies: Arc<Mutex<VecDeque<String>>>,
    count: watch::Sender<usize>,
}

trait Line: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

impl Desk {
    async fn talk(&self, stream: TcpStream, tls: MailTls) -> std::io::Result<()> {
        let mut stream: Box<dyn Line> = Box::new(stream);
        let mut is_tls = false;
        if let MailTls::Always(config) = &tls {
            stream = Box::new(tokio_rustls::TlsAcceptor::from(config.clone()).accept(stream).await?);
            is_tls = true;
        }
        stream.write_all(b"220 receiver.example ESMTP\r\n").await?;
        loop {
            match self.conversation(&mut stream, &tls, is_tls).await? {
                Some(config) => {
                    stream = Box::new(tokio_rustls::TlsAcceptor::from(config).accept(stream).await?);
                    is_tls = true;
                }
                None => return Ok(()),
            }
        }
    }

    /// Talks until the end, or until TLS is to begin.
    async fn conversation(
        &self,
        stream: &mut Box<dyn Line>,
        tls: &MailTls,
        is_tls: bool,
    ) -> std::io::Result<Option<Arc<rustls::ServerConfig>>> {
        let mut mail =
            TakenMail { from: String::new(), to: Vec::new(), data: String::new(), login: None, tls: is_tls };
        loop {
            let line = read_line(stream).await?;
            let upper = line.to_ascii_uppercase();
            let answer = match upper.split_whitespace().next().unwrap_or_default() {
                "EHLO" => match (tls, is_tls) {
                    (MailTls::Starttls(_), false) => "250-receiver.example\r\n250 STARTTLS".to_owned(),
                    _ => "250-receiver.example\r\n250 AUTH PLAIN".to_owned(),
                },
                "STARTTLS" => {
                    if let MailTls::Starttls(config) = tls {
                        stream.write_all(b"220 go\r\n").await?;
                        return Ok(Some(config.clone()));
                    }
                    "502 no".to_owned()
                }
                "AUTH" => {
                    mail.login = login(line.rsplit(' ').next().unwrap_or_default());
                    match &mail.login {
                        Some((_, password)) if password != "wrong" => "235 in".to_owned(),
                        _ => "535 5.7.8 authentication failed".to_owned(),
                    }
                }
                "MAIL" => {
                    mail.from = between(&line);
                    mail.to.clear();
                    "250 ok".to_owned()
                }
                "RCPT" if upper.contains("NOBODY@") => "550 5.1.1 no such user".to_owned(),
                "RCPT" if upper.contains("FULL@") => "452 4.2.2 mailbox full".to_owned(),
                "RCPT" => {
                    mail.to.push(between(&line));
                    "250 ok".to_owned()
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    mail.data = read_data(stream).await?;
                    let refusal = lock(&self.replies).pop_front();
                    refusal.unwrap_or_else(|| self.keep(&mail))
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(None);
                }
                "" => return Ok(None),
                _ => "250 ok".to_owned(),
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }

    fn keep(&self, mail: &TakenMail) -> String {
        let total = {
            let mut taken = lock(&self.taken);
            taken.push(mail.clone());
            taken.len()
        };
        self.count.send_modify(|own| *own = total.max(*own));
        format!("250 queued as {total}")
    }
}

fn between(line: &str) -> String {
    line.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or("", |(inside, _)| inside)
        .to_owned()
}

/// `AUTH PLAIN`: base64 of NUL, user, NUL, password.
fn login(text: &str) -> Option<(String, String)> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('\0').skip(1);
    Some((parts.next()?.to_owned(), parts.next()?.to_owned()))
}

async fn read_line(stream: &mut Box<dyn Line>) -> std::io::Result<String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        if stream.read(&mut byte).await? == 0 {
            break;
        }
        line.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

async fn read_data(stream: &mut Box<dyn Line>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let line = read_line(stream).await?;
        if line == "." {
            return Ok(data);
        }
        data += line.strip_prefix('.').unwrap_or(&line);
        data.push('\n');
    }
}
