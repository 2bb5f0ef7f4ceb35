use std::net::SocketAddr;
use std::time::Duration;

use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{Addresses, Outcome};

/// So long a mail server has to take the connection.
const PATIENCE: Duration = Duration::from_secs(20);
/// And so long for the whole mail.
const WHOLE: Duration = Duration::from_secs(60);

/// A mail as channels write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Sender; the mail server's own when absent.
    pub from: Option<String>,
    /// Recipients.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// `Message-ID` without the host: the same however often it is sent.
    pub id: String,
    /// Of the first mail about the same thing, likewise; mail programs show them as one conversation.
    pub thread: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// Where mails are handed in.
#[derive(Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is made safe.
    pub security: Security,
    /// User and password.
    pub login: Option<(String, String)>,
    /// Who writes.
    pub from: String,
    /// Certificates to trust besides the public ones, PEM.
    pub extra_roots: Option<Vec<u8>>,
}

impl std::fmt::Debug for MailServer {
    /// Never the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { host, port, security, from, .. } = self;
        write!(f, "MailServer({security:?} {host}:{port} as {from})")
    }
}

/// How a connection to a mail server is made safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte, as on port 465.
    Tls,
    /// TLS after `STARTTLS`, without which nothing is said, as on port 587.
    Starttls,
    /// None. Only for a server on the same machine.
    None,
}

/// Why a mail server would take no mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoMail {
    /// It does not answer, or not now.
    Away(String),
    /// It answers, and will not until the settings are mended.
    Wrong(String),
}

impl MailServer {
    /// Speaks to the server up to the point where a mail would follow: the connection, `EHLO`, TLS and the login as they
    /// are set. No mail is sent. At most `patience` for all of it.
    ///
    /// # Errors
    /// What the server, or the way to it, has against it.
    pub async fn greet(&self, patience: Duration) -> Result<(), NoMail> {
        let late = |_| NoMail::Away(format!("it said nothing useful within {} s", patience.as_secs()));
        tokio::time::timeout(patience, self.try_greet()).await.map_err(late)?
    }

    async fn try_greet(&self) -> Result<(), NoMail> {
        let found = Addresses::Any.resolve(&self.host, self.port).await;
        let found = found.map_err(|error| NoMail::Away(format!("it cannot be looked up: {error}")))?;
        let mut last = NoMail::Away("it has no address".to_owned());
        for address in found {
            let transport = transport(self, address)
                .map_err(|error| NoMail::Wrong(format!("TLS cannot be set up: {error}")))?;
            match transport.test_connection().await {
                Ok(true) => return Ok(()),
                Ok(false) => last = NoMail::Away("it hung up".to_owned()),
                // Without TLS there is nothing to wait for: a certificate or an offer does not change by itself.
                Err(error) if error.is_tls() || error.is_client() => return Err(NoMail::Wrong(told(&error))),
                Err(error) => match judge(&error) {
                    Outcome::Broken { answer } | Outcome::Refused { answer } => {
                        return Err(NoMail::Wrong(answer));
                    }
                    other => last = NoMail::Away(other.answer().to_owned()),
                },
            }
        }
        Err(last)
    }
}

/// Hands a mail in, at the first of the server's addresses that may be spoken to.
pub(super) async fn send(mail: &Mail, server: &MailServer, addresses: Addresses) -> Outcome {
    // The library waits for ever for the words of a server that took the connection.
    let handed_in = tokio::time::timeout(WHOLE, hand_in(mail, server, addresses)).await;
    handed_in.unwrap_or_else(|_| Outcome::later(format!("no answer within {} s", WHOLE.as_secs())))
}

async fn hand_in(mail: &Mail, server: &MailServer, addresses: Addresses) -> Outcome {
    let message = match compose(mail, server) {
        Ok(message) => message,
        Err(outcome) => return outcome,
    };
    let found = match addresses.resolve(&server.host, server.port).await {
        Ok(found) => found,
        Err(error) if error.is::<super::guard::PrivateAddress>() => {
            return Outcome::broken(error.to_string());
        }
        Err(error) => return Outcome::later(format!("{} cannot be looked up: {error}", server.host)),
    };
    let mut last = Outcome::later("the mail server has no address");
    for address in found {
        let transport = match transport(server, address) {
            Ok(transport) => transport,
            Err(error) => return Outcome::broken(format!("TLS cannot be set up: {error}")),
        };
        match transport.send(message.clone()).await {
            Ok(answer) => return Outcome::Sent { answer: said(&answer), reference: None },
            Err(error) if mail.to.len() > 1 && may_concern_one(&error) => {
                return one_by_one(&transport, &message).await;
            }
            Err(error) => last = judge(&error),
        }
        // Whoever answered will not answer otherwise at another address.
        if !matches!(&last, Outcome::Later { answer, .. } if answer.starts_with(UNREACHED)) {
            break;
        }
    }
    last
}

/// Hands a mail in for each recipient by itself, so that one whose mailbox is gone keeps it from nobody else. It is sent
/// when one of them has it: tried again, those would get it twice.
async fn one_by_one(transport: &AsyncSmtpTransport<Tokio1Executor>, message: &Message) -> Outcome {
    let (raw, envelope) = (message.formatted(), message.envelope());
    let (mut taken, mut refused) = (None, Vec::new());
    for to in envelope.to() {
        let outcome = match Envelope::new(envelope.from().cloned(), vec![to.clone()]) {
            Ok(alone) => transport.send_raw(&alone, &raw).await.map_err(|error| judge(&error)),
            Err(error) => Err(Outcome::broken(error.to_string())),
        };
        match outcome {
            Ok(answer) => taken = Some(said(&answer)),
            Err(outcome) => refused.push((to, outcome)),
        }
    }
    let Some(answer) = taken else {
        let hope = |outcome: &Outcome| match outcome {
            Outcome::Later { .. } => 2,
            Outcome::Refused { .. } => 1,
            _ => 0,
        };
        let most_hopeful = refused.into_iter().map(|(_, outcome)| outcome).max_by_key(hope);
        return most_hopeful.unwrap_or_else(|| Outcome::broken("the mail has no recipient"));
    };
    let not_for: String =
        refused.iter().map(|(to, outcome)| format!("; not for {to}: {}", outcome.answer())).collect();
    Outcome::Sent { answer: crate::clip::chars(&format!("{answer}{not_for}"), 500), reference: None }
}

/// Whether it may be just one of several recipients that the server has something against: any refusal for good but that
/// of the login, and a mailbox that is full or switched off (RFC 3463 3.3).
fn may_concern_one(error: &lettre::transport::smtp::Error) -> bool {
    match error.status().map(u16::from) {
        Some(530 | 534 | 535 | 538) | None => false,
        Some(code) => code >= 500 || told(error).starts_with("4.2."),
    }
}

/// What the server said when it took a mail.
fn said(answer: &Response) -> String {
    let said = answer.message().collect::<Vec<_>>().join(" ");
    format!("{} {}", answer.code(), crate::clip::chars(&said, 200))
}

/// How an answer begins when the server did not say a word.
const UNREACHED: &str = "cannot be reached";

fn compose(mail: &Mail, server: &MailServer) -> Result<Message, Outcome> {
    let mailbox = |text: &str| {
        text.parse::<Mailbox>().map_err(|e| Outcome::broken(format!("`{text}` is no mail address: {e}")))
    };
    let from = mailbox(mail.from.as_deref().unwrap_or(&server.from))?;
    let domain = from.email.domain().to_owned();
    let mut builder = Message::builder().from(from).subject(&mail.subject);
    builder = builder.message_id(Some(format!("<{}@{domain}>", mail.id)));
    if let Some(thread) = mail.thread.as_ref().filter(|thread| **thread != mail.id) {
        builder =
            builder.in_reply_to(format!("<{thread}@{domain}>")).references(format!("<{thread}@{domain}>"));
    }
    for to in &mail.to {
        builder = builder.to(mailbox(to)?);
    }
    let part = |kind, text: &str| SinglePart::builder().header(kind).body(text.to_owned());
    let parts = MultiPart::alternative()
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.html));
    let message = builder.multipart(parts);
    let mut message = message.map_err(|e| Outcome::broken(format!("no mail can be made of it: {e}")))?;
    for (name, value) in &mail.headers {
        let wrong = |_| Outcome::broken(format!("`{name}` is no header"));
        let name = HeaderName::new_from_ascii(name.clone()).map_err(wrong)?;
        message.headers_mut().insert_raw(HeaderValue::new(name, value.clone()));
    }
    Ok(message)
}

/// A connection to just this address; certificates are held against the name.
fn transport(
    server: &MailServer,
    address: SocketAddr,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let parameters = || {
        let mut tls =
            TlsParameters::builder(server.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
        if let Some(pem) = &server.extra_roots {
            tls = tls.add_root_certificate(lettre::transport::smtp::client::Certificate::from_pem(pem)?);
        }
        tls.build_rustls()
    };
    let tls = match server.security {
        Security::Tls => Tls::Wrapper(parameters()?),
        Security::Starttls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
        .port(address.port())
        .hello_name(ClientId::Domain(domain_of(&server.from)))
        .timeout(Some(PATIENCE))
        .tls(tls);
    if let Some((user, password)) = &server.login {
        builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
    }
    Ok(builder.build())
}

/// The host after the `@`, without the bracket of `Name <user@host>`.
fn domain_of(address: &str) -> String {
    address.rsplit_once('@').map_or("localhost", |(_, host)| host.trim_end_matches('>')).to_owned()
}

/// The innermost cause: what the server or the library really said.
fn told(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    crate::clip::chars(&text.replace(['\r', '\n'], " "), 200)
}

/// What a mail server's refusal means (RFC 5321 4.2, RFC 3463).
fn judge(error: &lettre::transport::smtp::Error) -> Outcome {
    let text = told(error);
    let code = error.status().map(u16::from);
    match code {
        // The login, or the sender or recipient: nothing gets through until somebody mends the settings.
        Some(code @ (530 | 534 | 535 | 538 | 550 | 551 | 553)) => Outcome::broken(format!("{code} {text}")),
        Some(code) if code >= 500 => Outcome::Refused { answer: format!("{code} {text}") },
        Some(code) => Outcome::later(format!("{code} {text}")),
        None if error.is_timeout() => Outcome::later(format!("no answer within {} s", PATIENCE.as_secs())),
        None if error.is_tls() => Outcome::later(format!("TLS failed: {text}")),
        None if error.is_client() => Outcome::broken(text),
        None => Outcome::later(format!("{UNREACHED}: {text}")),
    }
}
