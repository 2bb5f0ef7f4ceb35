use axum::extract::Request;
use axum::http::header;
use crontopus_app::ingest::{Integration, Target};
use crontopus_app::secret;

use crate::dialects::pairs;

/// The project a request is for: its number, and the hash of the public key.
#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) number: u64,
    hash: String,
}

impl Project {
    /// The project of a number and a key as they were given; what is no number is nobody's.
    pub(super) fn new(number: &str, key: &str) -> Self {
        Self { number: number.parse().unwrap_or(u64::MAX), hash: secret::hash(key) }
    }

    /// What the project calls `slug`.
    pub(super) fn target(&self, slug: &str) -> Target {
        let kinds = &[Integration::Sentry];
        Target::Slug { hash: self.hash.clone(), kinds, project: Some(self.number), slug: slug.to_owned() }
    }
}

/// The public key in the `X-Sentry-Auth` or `Authorization` header or in the query.
pub(super) fn of_request(request: &Request) -> Option<String> {
    let own = request.headers().get("x-sentry-auth");
    let header = own.or_else(|| request.headers().get(header::AUTHORIZATION)).and_then(|v| v.to_str().ok());
    let in_header = header.and_then(of_header);
    let in_query =
        || pairs(request.uri().query()).into_iter().find(|(n, _)| n == "sentry_key").map(|(_, v)| v);
    in_header.or_else(in_query).filter(|key| !key.is_empty())
}

/// `Sentry sentry_key=<key>, sentry_version=7, …`.
fn of_header(text: &str) -> Option<String> {
    let rest = text.trim_start();
    let rest = rest.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("sentry ")).map(|_| &rest[7..])?;
    let fields = rest.split(',').filter_map(|field| field.split_once('='));
    let key = fields.map(|(n, v)| (n.trim(), v.trim())).find(|(name, _)| *name == "sentry_key");
    key.map(|(_, key)| key.to_owned())
}

/// The public key of a DSN: `https://<key>@host/<project>`.
pub(super) fn of_dsn(dsn: &str) -> Option<String> {
    let (_, rest) = dsn.split_once("://")?;
    let (user, _) = rest.split_once('@')?;
    let key = user.split(':').next().unwrap_or_default();
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_wherever_they_are() {
        let header = "Sentry sentry_key=abc, sentry_version=7, sentry_client=x/1";
        assert_eq!(of_header(header).as_deref(), Some("abc"));
        assert_eq!(of_header("sentry sentry_version=7,sentry_key=abc").as_deref(), Some("abc"));
        assert_eq!(of_header("Bearer ctp_x"), None);
        assert_eq!(of_header("é"), None);
        assert_eq!(of_dsn("https://abc@cron.example/42").as_deref(), Some("abc"));
        assert_eq!(of_dsn("https://abc:old@cron.example/42").as_deref(), Some("abc"));
        assert_eq!(of_dsn("https://cron.example/42"), None);
        let of_uri =
            |uri: &str| of_request(&Request::builder().uri(uri).body(axum::body::Body::empty()).unwrap());
        assert_eq!(of_uri("/x?sentry_version=7&sentry_key=abc").as_deref(), Some("abc"));
        assert_eq!(of_uri("/x?sentry_key="), None);
    }
}
