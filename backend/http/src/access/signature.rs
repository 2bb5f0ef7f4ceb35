use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use crontopus_api::Code;
use crontopus_api::signature::{Covered, PublicKey, Received, Refusal, SEQ_HEADER, verify};
use crontopus_app::agents::{AgentIdentity, CandidateKey, Seen};

use super::AgentCaller;
use crate::extract::body_bytes;
use crate::failure::Failure;
use crate::serving::Serving;

/// What of a request a signature covers, as text.
struct Parts {
    method: String,
    authority: String,
    path: String,
    query: String,
    digest: String,
    seq: String,
    input: String,
    signature: String,
}

/// The agent that signed the request, whose body is read for its digest and put back.
pub(crate) async fn verified(
    serving: &Serving,
    request: Request,
    body_limit: usize,
) -> Result<(AgentCaller, Request), Failure> {
    let parts = Parts::of(serving, &request)?;
    let keyid = parts.received().params().map_err(refused)?.keyid;
    let keys = serving.app().candidate_keys(&keyid).await?;
    let (head, body) = request.into_parts();
    let body = body_bytes(body, body_limit, serving.patience()).await?;
    let identity = admitted(serving, &parts, &keyid, &keys, Some(&body))?;
    Ok((AgentCaller(identity), Request::from_parts(head, Body::from(body))))
}

fn admitted(
    serving: &Serving,
    parts: &Parts,
    keyid: &str,
    keys: &[CandidateKey],
    body: Option<&[u8]>,
) -> Result<AgentIdentity, Failure> {
    let now = serving.app().clock().now();
    let mut worst = Refusal::Signature;
    for key in keys {
        let Ok(public) = PublicKey::from_base64(&key.public_key) else { continue };
        match verify(&parts.received(), &public, body, now.as_second()) {
            Ok(verified) => {
                return Ok(serving.app().admit(keyid, key, Seen { seq: verified.seq })?);
            }
            Err(Refusal::Signature) => {}
            Err(refusal) => worst = refusal,
        }
    }
    match worst {
        Refusal::Clock => Err(crontopus_app::Error::ClockSkew { now }.into()),
        refusal => Err(refused(refusal)),
    }
}

fn refused(refusal: Refusal) -> Failure {
    Failure::new(Code::InvalidSignature, refusal.to_string())
}

impl Parts {
    /// The parts of a request whose `Host` is one of ours: a request signed for another server is no good
    /// here, whoever passes it on.
    fn of(serving: &Serving, request: &Request) -> Result<Self, Failure> {
        let headers = request.headers();
        let authority = one(headers, "host")?.to_ascii_lowercase();
        if !serving.is_own_host(&authority) {
            let detail = format!("the request was signed for `{authority}`, which is not this server");
            return Err(Failure::new(Code::InvalidSignature, detail));
        }
        Ok(Self {
            method: request.method().as_str().to_owned(),
            authority,
            path: request.uri().path().to_owned(),
            query: format!("?{}", request.uri().query().unwrap_or_default()),
            digest: one(headers, "content-digest")?.to_owned(),
            seq: one(headers, SEQ_HEADER)?.to_owned(),
            input: one(headers, "signature-input")?.to_owned(),
            signature: one(headers, "signature")?.to_owned(),
        })
    }

    fn received(&self) -> Received<'_> {
        Received {
            covered: Covered {
                method: &self.method,
                authority: &self.authority,
                path: &self.path,
                query: &self.query,
                content_digest: &self.digest,
                seq: &self.seq,
            },
            signature_input: &self.input,
            signature: &self.signature,
        }
    }
}

/// The value of a header that is there just once.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Failure> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(|v| v.to_str()), values.next()) {
        (Some(Ok(value)), None) => Ok(value),
        _ => Err(Failure::new(Code::InvalidSignature, format!("`{name}` is missing, doubled or unreadable"))),
    }
}

/// The agent that signed the request, where no row of the table stands before it.
pub(crate) async fn agent_of(
    serving: &Serving,
    request: Request,
    body_limit: usize,
) -> Result<(AgentIdentity, Request), Failure> {
    let (AgentCaller(agent), request) = verified(serving, request, body_limit).await?;
    Ok((agent, request))
}
