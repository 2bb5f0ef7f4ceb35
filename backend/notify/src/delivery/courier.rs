use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};

use super::guard::{Guard, PrivateAddress};
use super::mail::{self, Mail, MailServer};
use super::{Addresses, Answer, Call, Method, Outcome, Parcel};
use crate::channels::Channel;

/// So long a provider has for one request, with connection and body.
const PATIENCE: Duration = Duration::from_secs(20);

/// More of an answer is not read.
const MOST: usize = 64 << 10;

/// So many redirects are followed where they are.
const HOPS: usize = 3;

/// Carries parcels out. One for the whole service: it keeps connections open.
#[derive(Debug, Clone)]
pub struct Courier {
    client: Client,
    addresses: Addresses,
    mail: Option<MailServer>,
}

impl Courier {
    /// A courier that speaks to `addresses` alone, with the service's own mail server if it has one.
    ///
    /// # Panics
    /// When the TLS library refuses its own defaults.
    pub fn new(addresses: Addresses, mail: Option<MailServer>) -> Self {
        let roots = rustls::RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring supports the default versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(Arc::new(Guard(addresses.clone())))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(PATIENCE)
            .connect_timeout(PATIENCE / 2)
            .pool_idle_timeout(Duration::from_secs(60))
            .user_agent(concat!("crontopus/", env!("CARGO_PKG_VERSION")))
            .build()
            .expect("a client of these parts can be made");
        Self { client, addresses, mail }
    }

    /// Whether mails can be sent without a channel's own server.
    pub fn has_mail(&self) -> bool {
        self.mail.is_some()
    }

    /// Sends what `channel` made of a message.
    pub async fn send(&self, channel: &Channel, parcel: &Parcel) -> Outcome {
        match parcel {
            Parcel::Nothing => Outcome::Sent { answer: "nothing to say here".to_owned(), reference: None },
            Parcel::Mail(mail) => match channel.mail_server().or(self.mail.as_ref()) {
                Some(server) => mail::send(mail, server, self.addresses_of(server)).await,
                None => Outcome::broken("this server has no mail server; give the channel one of its own"),
            },
            Parcel::Http(calls) => self.send_all(channel, calls).await,
        }
    }

    /// Sends a mail of the service's own, through its own mail server.
    pub async fn mail(&self, mail: &Mail) -> Outcome {
        match &self.mail {
            Some(server) => mail::send(mail, server, Addresses::Any).await,
            None => Outcome::broken("this server has no mail server"),
        }
    }

    /// The operator's own mail server may be anywhere; a tenant's may not.
    fn addresses_of(&self, server: &MailServer) -> Addresses {
        match &self.mail {
            Some(own) if std::ptr::eq(own, server) => Addresses::Any,
            _ => self.addresses.clone(),
        }
    }

    async fn send_all(&self, channel: &Channel, calls: &[Call]) -> Outcome {
        let (mut reference, mut last) = (None, String::new());
        for call in calls {
            let outcome = match self.call(call).await {
                Ok(answer) => channel.judge(&answer),
                Err(outcome) => outcome,
            };
            match outcome {
                Outcome::Sent { answer, reference: own } => {
                    last = answer;
                    reference = reference.or(own);
                }
                Outcome::Refused { .. } | Outcome::Broken { .. } if call.optional => {}
                other => return other,
            }
        }
        Outcome::Sent { answer: last, reference }
    }

    /// One request and its answer; the outcome when there is none.
    async fn call(&self, call: &Call) -> Result<Answer, Outcome> {
        let headers = headers(call)?;
        let mut url =
            Url::parse(&call.url).map_err(|e| Outcome::broken(format!("the address is not valid: {e}")))?;
        for _ in 0..=HOPS {
            self.addresses.check(&url).map_err(|e| Outcome::broken(e.to_string()))?;
            let method = match call.method {
                Method::Post => reqwest::Method::POST,
                Method::Put => reqwest::Method::PUT,
                Method::Patch => reqwest::Method::PATCH,
            };
            let request = self.client.request(method, url.clone()).headers(headers.clone());
            let response = request.body(call.body.clone()).send().await.map_err(|e| failed(&e))?;
            match next_hop(call, &response) {
                Some(next) => url = next,
                None => return read(response).await,
            }
        }
        Err(Outcome::broken(format!("more than {HOPS} redirects")))
    }
}

/// Where a redirect leads that keeps method and body, and stays with the scheme's safety.
fn next_hop(call: &Call, response: &Response) -> Option<Url> {
    let keeps = matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
    let location = response.headers().get(LOCATION)?.to_str().ok()?;
    let next = response.url().join(location).ok().filter(|_| keeps && call.follows)?;
    let safe = next.scheme() == "https" || next.scheme() == response.url().scheme();
    safe.then_some(next)
}

fn headers(call: &Call) -> Result<HeaderMap, Outcome> {
    let mut headers = HeaderMap::new();
    for (name, value) in &call.headers {
        let wrong = || Outcome::broken(format!("`{name}` is no header, or its value cannot be one"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        headers.append(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
    }
    Ok(headers)
}

async fn read(mut response: Response) -> Result<Answer, Outcome> {
    let status = response.status().as_u16();
    let text = |name| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    let asked = text(RETRY_AFTER).and_then(|asked| wait(&asked, text(DATE).as_deref()));
    let location = text(LOCATION).filter(|_| (300..400).contains(&status));
    let mut body = Vec::new();
    // What was answered counts, even when its body breaks off.
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk[..chunk.len().min(MOST - body.len())]);
        if body.len() == MOST {
            break;
        }
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Answer { status, retry_after: asked, location, body })
}

/// `Retry-After` (RFC 9110 10.2.3): seconds, or a date, which is read by the clock of whoever answers: that of their
/// own `Date`.
fn wait(asked: &str, now: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = asked.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = |text: &str| jiff::fmt::rfc2822::parse(text.trim()).ok().map(|at| at.timestamp());
    // What is past already is no wait.
    Duration::try_from(moment(asked)?.duration_since(moment(now?)?)).ok()
}

/// An error and what caused it.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |e| (**e).source())
}

/// What it means that there was no answer: nearly always, that there may be one later.
fn failed(error: &reqwest::Error) -> Outcome {
    let causes = || causes(error);
    // The client puts the resolver's error into boxes of its own; its words are all that is left of its type.
    if let Some(private) = causes().map(ToString::to_string).find(|text| text.ends_with(PrivateAddress::WHY))
    {
        return Outcome::broken(private);
    }
    if error.is_builder() {
        return Outcome::broken("the address is not valid");
    }
    if error.is_timeout() {
        return Outcome::later(format!("no answer within {} s", PATIENCE.as_secs()));
    }
    // The first lines of the chain name the URL, which may hold a secret.
    let cause = causes().last().map(ToString::to_string).unwrap_or_default();
    Outcome::later(match error.is_connect() {
        true => format!("cannot be reached: {cause}"),
        false => format!("the connection broke: {cause}"),
    })
}
