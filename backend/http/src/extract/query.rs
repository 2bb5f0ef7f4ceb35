use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use crontopus_api::{Code, Problem};
use crontopus_app::{Cursor, Paging};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::IntoParams;

use super::pairs::Pairs;
use crate::failure::Failure;

/// Parameters of the query; an unknown or unreadable one, or one that is given twice where one is wanted, is a
/// 422 that names it.
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
        return Err(Failure::invalid("?limit", "a page has 1 to 200 rows"));
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
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Failure> {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(query.as_bytes()).collect();
    if let Some((name, _)) = pairs.iter().find(|(n, v)| n.contains('\0') || v.contains('\0')) {
        let pointer = format!("?{}", name.replace('\0', ""));
        return Err(Failure::invalid(pointer, "a parameter holds no NUL"));
    }
    serde_path_to_error::deserialize(Pairs::of(pairs)).map_err(|e| {
        let (path, error) = (e.path().to_string(), e.into_inner());
        // An unknown or a missing parameter has no path yet; its name is in the text.
        let path =
            if path == "." { error.to_string().split('`').nth(1).unwrap_or_default().into() } else { path };
        let name = path.split('[').next().unwrap_or_default().to_owned();
        let problem = Problem::new(Code::Invalid).detail(format!("query parameter `{name}`: {error}"));
        Failure::of(problem.field(format!("?{name}"), error.to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Good,
        Bad,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Wanted {
        limit: Option<u32>,
        status: Option<Word>,
        label: Vec<String>,
        q: Option<String>,
        flag: Option<bool>,
    }

    #[test]
    fn what_is_given_is_read() {
        let labels = vec!["a=1".to_owned(), "b=2".to_owned()];
        let found: Wanted = parse("label=a%3D1&status=bad&label=b%3D2&limit=7&q=+x+&flag=true").unwrap();
        let wanted = Wanted {
            limit: Some(7),
            status: Some(Word::Bad),
            label: labels,
            q: Some(" x ".into()),
            flag: Some(true),
        };
        assert_eq!(found, wanted);
        assert_eq!(parse::<Wanted>("").unwrap(), Wanted::default());
    }

    #[test]
    fn nothing_is_passed_over() {
        for (query, pointer) in [
            ("status=worse", "?status"),
            ("status=", "?status"),
            ("status=good&status=bad", "?status"),
            ("limit=-1", "?limit"),
            ("limit=1&limit=2", "?limit"),
            ("limit=99999999999", "?limit"),
            ("flag=yes", "?flag"),
            ("colour=red", "?colour"),
            ("q=a%00b", "?q"),
        ] {
            let problem = parse::<Wanted>(query).unwrap_err().problem;
            assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, pointer), "{query}");
        }
    }
}
