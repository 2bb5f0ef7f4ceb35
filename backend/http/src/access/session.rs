use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};

/// Name of the session cookie.
const NAME: &str = "crontopus_session";

/// The secret in the session cookie, if there is one.
pub(crate) fn cookie_token(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == NAME && value.len() <= 128 && !value.is_empty()).then_some(value))
}

/// Sets or ends the session cookie of an answer.
#[derive(Debug)]
pub(crate) struct SessionCookie(HeaderValue);

/// The cookie that carries `secret` for `max_age` seconds; none ends it. `secure` when the public address is
/// HTTPS: on plain HTTP a browser would throw a `Secure` cookie away.
pub(crate) fn cookie(secret: Option<&str>, max_age: i64, secure: bool) -> SessionCookie {
    let (value, age) = secret.map_or(("", 0), |s| (s, max_age));
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{NAME}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    SessionCookie(HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("")))
}

impl IntoResponseParts for SessionCookie {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        parts.headers_mut().append(header::SET_COOKIE, self.0);
        Ok(parts)
    }
}

impl IntoResponse for SessionCookie {
    fn into_response(self) -> Response {
        (self, ()).into_response()
    }
}
