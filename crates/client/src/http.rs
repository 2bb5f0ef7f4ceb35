//! One request: sent, tried again where that is safe, and its answer read within limits.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use crontopus_api::Problem;
use ureq::http::{HeaderMap, Method, Request, Response, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Body, Proxy, Timeout};

use crate::query::Target;
use crate::{BaseUrl, ClientError, ConfigError, Connection, Retry, Roots, TransportKind};

/// No answer is larger than this, in bytes, after decompression.
pub(crate) const ANSWER_LIMIT: u64 = 32 << 20;
/// A problem is never larger than this.
const PROBLEM_LIMIT: u64 = 1 << 20;

/// Connections to one server.
#[derive(Debug)]
pub(crate) struct Http {
    pub(crate) base_url: BaseUrl,
    agent: Agent,
    stream_silence: Duration,
    retry: Retry,
}

/// What is sent. Headers and body stay the same on every attempt.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) method: Method,
    pub(crate) target: &'a Target,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
    /// Whether sending it twice does no harm.
    pub(crate) repeatable: bool,
}

impl Outgoing<'_> {
    /// For messages.
    pub(crate) fn operation(&self) -> String {
        format!("{} {}", self.method, self.target.path())
    }
}

/// A whole answer, whatever its status.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Incoming {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// The answer itself if the status is a good one, else what went wrong.
    pub(crate) fn good(self, operation: &str) -> Result<Self, ClientError> {
        match self.status {
            200..=299 | 304 => Ok(self),
            300..=399 => {
                let location = self.header("location").unwrap_or("nowhere").to_owned();
                Err(ClientError::Redirected { location })
            }
            status => Err(match serde_json::from_slice::<Problem>(&self.body) {
                Ok(problem) => ClientError::Problem {
                    problem: Box::new(problem),
                    retry_after: retry_after(&self.headers),
                },
                Err(_) => ClientError::Unexpected {
                    operation: operation.to_owned(),
                    status,
                    text: String::from_utf8_lossy(&self.body).chars().take(300).collect(),
                },
            }),
        }
    }
}

impl Http {
    pub(crate) fn new(connection: Connection) -> Result<Self, ConfigError> {
        let Connection { base_url, user_agent, roots, timeouts, retry, proxy } = connection;
        let proxy = match proxy {
            Some(url) => Some(Proxy::new(&url).map_err(|source| ConfigError::Proxy { url, source })?),
            None => None,
        };
        // Loaded on the first TLS connection only; a loopback server over plain HTTP costs nothing.
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(root_certs(roots)?)
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
            .http_status_as_error(false)
            // A redirect is answered to the caller, who refuses it.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(user_agent)
            .timeout_resolve(Some(timeouts.connect))
            .timeout_connect(Some(timeouts.connect))
            .timeout_global(Some(timeouts.request))
            .build()
            .new_agent();
        Ok(Self { base_url, agent, stream_silence: timeouts.stream_silence, retry })
    }

    /// Sends and reads the whole answer.
    pub(crate) fn send(&self, outgoing: &Outgoing<'_>) -> Result<Incoming, ClientError> {
        let mut attempt = 1;
        loop {
            let pause = match self.send_once(outgoing) {
                Err(error) if outgoing.repeatable && connect_failed(&error) => {
                    if attempt >= self.retry.attempts {
                        return Err(error);
                    }
                    Duration::from_millis(100 << attempt.min(5))
                }
                Ok(answer) if outgoing.repeatable && answer.status == 503 => {
                    match retry_after(&answer.headers) {
                        Some(pause) if attempt < self.retry.attempts && pause <= self.retry.longest_pause => {
                            pause
                        }
                        _ => return Ok(answer),
                    }
                }
                done => return done,
            };
            std::thread::sleep(pause);
            attempt += 1;
        }
    }

    /// Sends and leaves the answer's body to be read as it comes. A bad status is an error already.
    pub(crate) fn open(&self, outgoing: &Outgoing<'_>) -> Result<Response<Body>, ClientError> {
        let request = self.request(outgoing, ())?;
        let request = self
            .agent
            .configure_request(request)
            .timeout_global(None)
            .timeout_recv_response(Some(self.stream_silence))
            .timeout_per_read(Some(self.stream_silence))
            .build();
        let response = self.agent.run(request).map_err(|e| self.failed(outgoing, e))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let answer = self.read(outgoing, response, PROBLEM_LIMIT)?;
        let status = answer.status;
        match answer.good(&outgoing.operation()) {
            Err(error) => Err(error),
            Ok(_) => {
                Err(ClientError::Unexpected { operation: outgoing.operation(), status, text: String::new() })
            }
        }
    }

    fn send_once(&self, outgoing: &Outgoing<'_>) -> Result<Incoming, ClientError> {
        let response = match &outgoing.body {
            Some(body) => self.agent.run(self.request(outgoing, body)?),
            None => self.agent.run(self.request(outgoing, ())?),
        };
        self.read(outgoing, response.map_err(|e| self.failed(outgoing, e))?, ANSWER_LIMIT)
    }

    fn request<B>(&self, outgoing: &Outgoing<'_>, body: B) -> Result<Request<B>, ClientError> {
        let mut request = Request::builder()
            .method(outgoing.method.clone())
            .uri(self.base_url.join(outgoing.target.as_str()));
        for (name, value) in &outgoing.headers {
            request = request.header(*name, value);
        }
        request.body(body).map_err(|e| self.failed(outgoing, ureq::Error::Http(e)))
    }

    fn read(
        &self,
        outgoing: &Outgoing<'_>,
        response: Response<Body>,
        limit: u64,
    ) -> Result<Incoming, ClientError> {
        let (parts, body) = response.into_parts();
        let mut bytes = Vec::new();
        let mut reader = body.into_with_config().limit(limit).reader();
        match reader.read_to_end(&mut bytes) {
            Ok(_) => Ok(Incoming { status: parts.status.as_u16(), headers: parts.headers, body: bytes }),
            Err(error) => Err(self.failed(outgoing, ureq::Error::from(error))),
        }
    }

    pub(crate) fn failed(&self, outgoing: &Outgoing<'_>, error: ureq::Error) -> ClientError {
        let server = self.base_url.to_string();
        if let ureq::Error::BodyExceedsLimit(limit) = error {
            return ClientError::TooLarge { operation: outgoing.operation(), limit };
        }
        ClientError::Transport { server, kind: kind(&error), source: Box::new(error) }
    }
}

fn kind(error: &ureq::Error) -> TransportKind {
    use std::io::ErrorKind;
    match error {
        ureq::Error::HostNotFound | ureq::Error::Timeout(Timeout::Resolve) => TransportKind::Name,
        ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::Timeout(Timeout::Connect) => TransportKind::Connect,
        ureq::Error::Timeout(_) => TransportKind::Timeout,
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) | ureq::Error::TlsRequired => {
            TransportKind::Tls
        }
        ureq::Error::Io(io) => match io.kind() {
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::AddrNotAvailable
            | ErrorKind::PermissionDenied => TransportKind::Connect,
            // rustls reports a failed handshake this way.
            ErrorKind::InvalidData => TransportKind::Tls,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => TransportKind::Timeout,
            _ => TransportKind::Broken,
        },
        _ => TransportKind::Protocol,
    }
}

fn connect_failed(error: &ClientError) -> bool {
    matches!(error, ClientError::Transport { kind: TransportKind::Name | TransportKind::Connect, .. })
}

/// Only whole seconds: that is what a Crontopus server sends.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn root_certs(roots: Roots) -> Result<RootCerts, ConfigError> {
    let pem = match roots {
        Roots::Mozilla => return Ok(RootCerts::WebPki),
        Roots::Pem(pem) => pem,
    };
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(ConfigError::Roots(error.to_string())),
        }
    }
    if certificates.is_empty() {
        return Err(ConfigError::Roots("there is no certificate in the text".into()));
    }
    Ok(RootCerts::from(certificates))
}
