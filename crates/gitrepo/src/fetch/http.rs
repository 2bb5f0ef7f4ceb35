//! The smart HTTP protocol: Git's side by `gix`, the requests by `ureq`.

use std::{
    any::Any,
    error::Error as _,
    io::{self, BufReader, Cursor, Read, Write},
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    time::Duration,
};

use gix::{error::ErrorExt, protocol::transport::Protocol, remote::fetch::Shallow};
use gix_transport::client::blocking_io::http::{
    GetResponse, Http, PostBodyDataKind, PostResponse, Transport,
};
use ureq::{
    http::Response,
    tls::{PemItem, RootCerts, TlsConfig},
    unversioned::transport::DefaultConnector,
};

use super::{Credentials, FetchError, FetchOptions, Remote, addresses::Guard};
use crate::{Branch, Repo};

/// Fetches what `refspec` names. `branch` is what to name when the remote has it not.
pub(super) fn fetch(
    repo: &Repo,
    remote: &Remote,
    branch: &Branch,
    refspec: &str,
    options: &FetchOptions,
) -> Result<(), FetchError> {
    if matches!(remote.credentials, Credentials::Ssh { .. }) {
        return Err(FetchError::Credentials);
    }
    let client = Client {
        agent: agent(options)?,
        credentials: remote.credentials.clone(),
        answer_bytes: options.answer_bytes,
        failure: Failure::default(),
    };
    let failure = client.failure.clone();
    receive(repo, &remote.url.to_string(), refspec, options, client).map_err(|error| {
        let text = chain(&error);
        // Only the transport knows the status of an answer; the layers above it make text of it.
        failure.take().unwrap_or(if text.contains("matched any of") || text.contains("not our ref") {
            FetchError::NoBranch(branch.clone())
        } else {
            FetchError::Protocol(text)
        })
    })
}

fn receive(repo: &Repo, url: &str, refspec: &str, options: &FetchOptions, client: Client) -> gix::Result<()> {
    let remote = repo
        .git
        .remote_at_without_url_rewrite(url)?
        .with_fetch_tags(gix::remote::fetch::Tags::None)
        .with_refspecs([refspec], gix::remote::Direction::Fetch)?;
    let parsed = gix::url::parse(url)?;
    let transport = Transport::new_http(client, parsed, Protocol::V2, false);
    let shallow = options.depth.map_or(Shallow::NoChange, Shallow::DepthAtRemote);
    remote
        .to_connection_with_transport(transport)
        .prepare_fetch(gix::progress::Discard, gix::remote::ref_map::Options::default())?
        .with_shallow(shallow)
        .receive(gix::progress::Discard, &AtomicBool::new(false))?;
    Ok(())
}

/// What this layer says, and all below it.
fn chain(error: &gix::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text.chars().take(1000).collect()
}

fn agent(options: &FetchOptions) -> Result<ureq::Agent, FetchError> {
    let roots = match &options.roots {
        None => RootCerts::WebPki,
        Some(pem) => {
            let found = ureq::tls::parse_pem(pem).filter_map(|item| match item {
                Ok(PemItem::Certificate(certificate)) => Some(certificate),
                _ => None,
            });
            RootCerts::Specific(Arc::new(found.collect()))
        }
    };
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(roots)
        .build();
    let config = ureq::Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(concat!("crontopus/", env!("CARGO_PKG_VERSION")))
        .timeout_global(Some(options.timeout))
        .timeout_connect(Some(Duration::from_secs(15).min(options.timeout)))
        .proxy(None)
        .build();
    Ok(ureq::Agent::with_parts(config, DefaultConnector::default(), Guard(options.addresses)))
}

/// The reason a request failed, kept for the end of the fetch.
#[derive(Clone, Default)]
struct Failure(Arc<Mutex<Option<FetchError>>>);

impl Failure {
    fn take(&self) -> Option<FetchError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Remembers the reason and makes an error for the layers above of it.
    fn fail(&self, error: FetchError) -> io::Error {
        let kind = match &error {
            FetchError::Refused => io::ErrorKind::PermissionDenied,
            _ => io::ErrorKind::Other,
        };
        let text = error.to_string();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        io::Error::new(kind, text)
    }
}

#[derive(Clone)]
struct Client {
    agent: ureq::Agent,
    credentials: Credentials,
    answer_bytes: u64,
    failure: Failure,
}

impl Client {
    /// Sends one request whose body is known as a whole: what is asked for is small, what is sent back is not.
    fn send(&self, url: &str, headers: &[(String, String)], body: Option<&[u8]>) -> io::Result<Answer> {
        let method = if body.is_some() { "POST" } else { "GET" };
        let extra = self.credentials.headers(method, url, body.unwrap_or_default()).map_err(|e| {
            self.failure.fail(FetchError::Protocol(format!("the request could not be signed: {e}")))
        })?;
        let all = headers.iter().chain(&extra);
        let answer = match body {
            None => all.fold(self.agent.get(url), |r, (k, v)| r.header(k, v)).call(),
            Some(body) => all.fold(self.agent.post(url), |r, (k, v)| r.header(k, v)).send(body),
        };
        let answer = answer.map_err(|e| self.failure.fail(failed(e)))?;
        self.check(&answer)?;
        let headers = answer.headers().iter();
        let headers = headers.map(|(k, v)| format!("{k}: {}\n", v.to_str().unwrap_or_default())).collect();
        let reader = answer.into_body().into_with_config().limit(u64::MAX).reader();
        let left = self.answer_bytes;
        Ok(Answer { headers, body: Bounded { reader: Box::new(reader), left, client: self.clone() } })
    }

    fn check(&self, answer: &Response<ureq::Body>) -> io::Result<()> {
        let location = answer.headers().get("location").and_then(|l| l.to_str().ok());
        Err(self.failure.fail(match answer.status().as_u16() {
            200 => return Ok(()),
            401 | 403 => FetchError::Refused,
            404 | 410 => FetchError::NotFound,
            300..=399 => FetchError::Moved(location.unwrap_or("elsewhere").chars().take(300).collect()),
            status @ (429 | 500..=599) => FetchError::Unreachable(format!("it answers with status {status}")),
            status => FetchError::Protocol(format!("it answers with status {status}")),
        }))
    }
}

fn failed(error: ureq::Error) -> FetchError {
    match error {
        ureq::Error::Other(cause) => match cause.downcast::<FetchError>() {
            Ok(known) => *known,
            Err(cause) => FetchError::Unreachable(cause.to_string()),
        },
        other => FetchError::Unreachable(other.to_string()),
    }
}

struct Answer {
    headers: String,
    body: Bounded,
}

/// A body that fails when it is longer than allowed.
struct Bounded {
    reader: Box<dyn Read + Send>,
    left: u64,
    client: Client,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer).map_err(|e| {
            self.client.failure.fail(FetchError::Unreachable(format!("the answer broke off: {e}")))
        })?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| self.client.failure.fail(FetchError::TooLarge(self.client.answer_bytes)))?;
        Ok(read)
    }
}

/// Collects a request's body.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<u8>>>);

impl Write for Collected {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The body of an answer; for a `POST` the request is sent when the answer is first read.
enum Body {
    Waiting { client: Client, url: String, headers: Vec<(String, String)>, body: Collected },
    Answered(Bounded),
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Self::Waiting { client, url, headers, body } = self {
            let body = std::mem::take(&mut *body.0.lock().unwrap_or_else(PoisonError::into_inner));
            let answer = client.send(url, headers, Some(&body))?;
            *self = Self::Answered(answer.body);
        }
        match self {
            Self::Answered(answer) => answer.read(buffer),
            Self::Waiting { .. } => Ok(0),
        }
    }
}

impl Http for Client {
    type Headers = Cursor<Vec<u8>>;
    type ResponseBody = BufReader<Body>;
    type PostBody = Collected;

    fn get(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> gix::Result<GetResponse<Self::Headers, Self::ResponseBody>> {
        let answer = self.send(url, &split(headers), None).map_err(|e| e.raise_erased())?;
        Ok(GetResponse {
            headers: Cursor::new(answer.headers.into_bytes()),
            body: BufReader::new(Body::Answered(answer.body)),
        })
    }

    fn post(
        &mut self,
        url: &str,
        _base_url: &str,
        headers: impl IntoIterator<Item = impl AsRef<str>>,
        _kind: PostBodyDataKind,
    ) -> gix::Result<PostResponse<Self::Headers, Self::ResponseBody, Self::PostBody>> {
        let body = Collected::default();
        let service = url.rsplit('/').next().unwrap_or_default();
        // The type is checked before the request can be sent; a wrong body fails as a protocol error.
        let expected = format!("content-type: application/x-{service}-result\n");
        let (client, url, headers) = (self.clone(), url.to_owned(), split(headers));
        let waiting = Body::Waiting { client, url, headers, body: body.clone() };
        Ok(PostResponse {
            post_body: body,
            headers: Cursor::new(expected.into_bytes()),
            body: BufReader::new(waiting),
        })
    }

    fn configure(&mut self, _config: &dyn Any) -> gix::Result {
        Ok(())
    }
}

/// `Name: value` lines; a user agent is set for all requests already.
fn split(headers: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<(String, String)> {
    let pairs = headers.into_iter().filter_map(|line| {
        let (name, value) = line.as_ref().split_once(':')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    });
    pairs.filter(|(name, _)| !name.eq_ignore_ascii_case("user-agent")).collect()
}
