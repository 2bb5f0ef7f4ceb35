//! A request of one's own: the facts as JSON, or what a template makes of them, signed as Standard Webhooks says.
//!
//! <https://www.standardwebhooks.com>

mod facts;
mod template;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::form::{FieldProblem, check_key, check_url};
use super::{Earlier, Endpoints, Kind};
use crate::delivery::{Call, Method, Parcel};
use crate::message::Message;

/// Headers that are the courier's own.
const TAKEN: &[&str] = &[
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
    "expect",
    "idempotency-key",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
];

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The address.
    url: String,
    /// `POST`, `PUT` or `PATCH`.
    #[serde(default)]
    method: Verb,
    /// Further headers, such as `Authorization`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    /// A Jinja template for the body; JSON with all facts when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    /// `Content-Type` of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    /// What the body is signed with (HMAC-SHA256); `whsec_` and base64, or any text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing_secret: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Verb {
    #[default]
    Post,
    Put,
    Patch,
}

impl Kind for Settings {
    const SECRETS: &'static [&'static str] = &["headers", "signing_secret"];

    fn check(&self) -> Vec<FieldProblem> {
        let mut problems: Vec<_> = check_url("url", &self.url, false).into_iter().collect();
        if self.headers.len() > 30 {
            problems.push(FieldProblem::new("headers", "at most 30 headers"));
        }
        for (name, value) in &self.headers {
            let valid = reqwest::header::HeaderName::from_bytes(name.as_bytes()).is_ok()
                && reqwest::header::HeaderValue::from_str(value).is_ok();
            if !valid {
                problems.push(FieldProblem::new(
                    "headers",
                    format!("`{name}` is no header, or its value cannot be one"),
                ));
            } else if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
                problems.push(FieldProblem::new("headers", format!("`{name}` is set by the service itself")));
            }
        }
        problems.extend(self.body.as_ref().and_then(|body| template::check(body).err()));
        problems.extend(self.content_type.as_ref().and_then(|kind| {
            let valid = reqwest::header::HeaderValue::from_str(kind).is_ok() && kind.contains('/');
            (!valid).then(|| FieldProblem::new("content_type", "this is no media type"))
        }));
        problems.extend(self.signing_secret.as_ref().and_then(|s| check_key("signing_secret", s, 16..=500)));
        problems
    }

    fn parcel(&self, message: &Message, _: Option<Earlier<'_>>, _: &Endpoints) -> Parcel {
        let (body, content_type) = match &self.body {
            None => (facts::json(message).to_string(), "application/json; charset=utf-8"),
            Some(template) => (template::render(template, message), "application/json; charset=utf-8"),
        };
        let content_type = self.content_type.as_deref().unwrap_or(content_type);
        let mut headers: Vec<(String, String)> = vec![
            ("content-type".to_owned(), content_type.to_owned()),
            ("idempotency-key".to_owned(), message.id.clone()),
            ("webhook-id".to_owned(), message.id.clone()),
            ("webhook-timestamp".to_owned(), message.at.as_second().to_string()),
        ];
        if let Some(secret) = &self.signing_secret {
            headers.push(("webhook-signature".to_owned(), sign(secret, message, &body)));
        }
        let own = |name: &str| self.headers.keys().any(|own| own.eq_ignore_ascii_case(name));
        headers.retain(|(name, _)| !own(name));
        headers.extend(self.headers.clone());
        let method = match self.method {
            Verb::Post => Method::Post,
            Verb::Put => Method::Put,
            Verb::Patch => Method::Patch,
        };
        Parcel::Http(vec![Call {
            method,
            url: self.url.clone(),
            headers,
            body,
            follows: true,
            optional: false,
        }])
    }
}

/// `v1,` and the signature of `id.timestamp.body`.
fn sign(secret: &str, message: &Message, body: &str) -> String {
    let decoded = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
    let key = decoded.unwrap_or_else(|| secret.as_bytes().to_vec());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(format!("{}.{}.{body}", message.id, message.at.as_second()).as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_signature_is_the_standards() {
        let message = Message {
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            at: jiff::Timestamp::from_second(1_614_265_330).unwrap(),
            occasion: crate::Occasion::Opened,
            tenant: String::new(),
            zone: jiff::tz::TimeZone::UTC,
            subjects: Vec::new(),
            links: crate::Links::default(),
        };
        let signed = sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &message, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
