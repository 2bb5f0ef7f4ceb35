use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use crontopus_api::{Code, Problem};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::access::Row;
use crate::failure::Failure;

/// A JSON body. Refused with 413 above the operation's limit, 415 when it is of another type, 400 when it is
/// no JSON, 422 with JSON pointers when it is not what the operation takes.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

/// The text of a JSON body, for a handler that reads it in its own way. Refused with 413 and 415 as [`Json`] is.
#[derive(Debug)]
pub(crate) struct JsonText(Bytes);

impl JsonText {
    /// The bytes as they came.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What [`Json`] would make of it.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        parse(&self.0)
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            let detail = "send the body with `Content-Type: application/json`";
            return Err(Failure::new(Code::UnsupportedMediaType, detail));
        }
        let limit = request.extensions().get::<&'static Row>().map_or(64 << 10, |r| r.body_limit);
        let patience = request.extensions().get::<Patience>().copied().unwrap_or_default();
        body_bytes(request.into_body(), limit, patience).await.map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        JsonText::from_request(request, state).await?.parse().map(Self)
    }
}

/// How long a body may take to come in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(pub(crate) Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(Duration::from_secs(20))
    }
}

/// The whole body, refused with 413 above `limit` bytes, with 408 when it comes too slowly.
pub(crate) async fn body_bytes(body: Body, limit: usize, patience: Patience) -> Result<Bytes, Failure> {
    let whole = Limited::new(body, limit).collect();
    let Ok(read) = tokio::time::timeout(patience.0, whole).await else {
        return Err(Failure::new(Code::TooSlow, "the body did not come in time"));
    };
    match read {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Failure::new(Code::TooLarge, format!("the body has more than {limit} bytes")))
        }
        Err(_) => Err(Failure::new(Code::BadRequest, "the body ended before it was complete")),
    }
}

/// `T` of JSON text.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|e| {
        let (pointer, error) = (pointer(e.path()), e.into_inner());
        if error.is_data() {
            Failure::of(Problem::new(Code::Invalid).detail(plain(&error)).field(pointer, plain(&error)))
        } else {
            Failure::new(Code::BadRequest, format!("the body is not JSON: {error}"))
        }
    })?;
    match json.end() {
        Ok(()) => Ok(value),
        Err(e) => Err(Failure::new(Code::BadRequest, format!("the body is not JSON: {e}"))),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The message without its place in the text: the pointer says it better.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

/// The path as a JSON pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.clone()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    };
    let escaped = path.iter().filter_map(segment).map(|s| s.replace('~', "~0").replace('/', "~1"));
    escaped.map(|s| format!("/{s}")).collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        #[expect(dead_code, reason = "only whether it can be read matters")]
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    struct Item {
        #[expect(dead_code, reason = "only whether it can be read matters")]
        n: u8,
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let check = |text: &str, status: u16, pointer: Option<&str>| {
            let failure = parse::<Wanted>(text.as_bytes()).unwrap_err();
            let found = failure.problem.errors.first().map(|e| e.pointer.as_str());
            assert_eq!((failure.problem.status, found), (status, pointer), "{text}: {}", failure.problem);
        };
        check("", 400, None);
        check("{", 400, None);
        check("{\"items\":[]} x", 400, None);
        check(&"[".repeat(100_000), 422, Some("/0/0/0"));
        check(&format!("{{\"items\":{}1{}}}", "[".repeat(500), "]".repeat(500)), 422, Some("/items/0/0"));
        check("{\"items\":[{\"n\":1},{\"n\":-1}]}", 422, Some("/items/1/n"));
        check("{\"items\":[],\"a/b~\":1}", 422, Some("/a~1b~0"));
        check("{}", 422, Some(""));
    }
}
