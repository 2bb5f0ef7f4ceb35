use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use crontopus_api::{Code, Problem};
use crontopus_app::{Cursor, Paging};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use crate::failure::Failure;

/// Parameters of the query; an unknown or unreadable one is a 422 that names it.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

/// Which page of a list.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// Rows on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
    /// `next_cursor` of the page before.
    pub(crate) cursor: Option<String>,
}

impl ListQuery {
    /// The page that is asked for.
    pub(crate) fn paging(&self) -> Result<Paging, Failure> {
        paging(self.limit, self.cursor.as_deref())
    }
}

/// The page of `limit` and `cursor`.
pub(crate) fn paging(limit: Option<u32>, cursor: Option<&str>) -> Result<Paging, Failure> {
    let limit = limit.unwrap_or(50);
    if !(1..=200).contains(&limit) {
        let problem = Problem::new(Code::Invalid).detail("a page has 1 to 200 rows");
        return Err(Failure::of(problem.field("?limit", "1 to 200")));
    }
    let unread = |_| Failure::new(Code::InvalidCursor, "the cursor was not made by this list");
    let after = cursor.map(|c| decode(c).ok_or(()).and_then(|t| t.parse::<Cursor>().map_err(|_| ())));
    Ok(Paging { limit, after: after.transpose().map_err(unread)? })
}

/// A cursor as clients see it.
pub(crate) fn encode_cursor(cursor: &Cursor) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(cursor.to_string())
}

fn decode(text: &str) -> Option<String> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).ok()?;
    String::from_utf8(bytes).ok()
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let text = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text.as_bytes()));
        serde_path_to_error::deserialize(pairs).map(Self).map_err(|e| {
            let (name, detail) = (e.path().to_string(), e.into_inner().to_string());
            let problem = Problem::new(Code::Invalid).detail(format!("query parameter `{name}`: {detail}"));
            Failure::of(problem.field(format!("?{name}"), detail))
        })
    }
}
