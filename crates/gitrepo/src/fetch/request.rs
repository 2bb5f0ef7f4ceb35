use std::io;

use super::Credentials;

/// One request of a fetch, as it goes out.
#[derive(Debug, Clone, Copy)]
pub struct RequestToSign<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// Host and, unless it is the scheme's own, port.
    pub authority: &'a str,
    /// Absolute path.
    pub path: &'a str,
    /// What follows `?`, if anything.
    pub query: Option<&'a str>,
    /// The whole body; empty for `GET`.
    pub body: &'a [u8],
}

/// Computes further headers of each request, such as a signature over it.
pub trait RequestHeaders: Send + Sync {
    /// Names and values to add.
    ///
    /// # Errors
    /// Whatever keeps it from signing; the fetch fails with it.
    fn headers(&self, request: &RequestToSign<'_>) -> io::Result<Vec<(String, String)>>;
}

impl Credentials {
    /// The headers these credentials put on a request to `url`.
    pub(super) fn headers(&self, method: &str, url: &str, body: &[u8]) -> io::Result<Vec<(String, String)>> {
        match self {
            Self::None | Self::Ssh { .. } => Ok(Vec::new()),
            Self::Basic { user, password } => {
                use base64::Engine as _;
                let pair = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                Ok(vec![("authorization".to_owned(), format!("Basic {pair}"))])
            }
            Self::Headers(signer) => {
                let (authority, path, query) = parts(url);
                signer.headers(&RequestToSign { method, authority, path, query, body })
            }
        }
    }
}

/// Authority (without the scheme's own port), path and query of a URL.
fn parts(url: &str) -> (&str, &str, Option<&str>) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
    let target = &rest[authority.len()..];
    let own_port = if scheme == "https" { ":443" } else { ":80" };
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    (authority.strip_suffix(own_port).unwrap_or(authority), path, query)
}
