use std::fmt;
use std::str::FromStr;

use ureq::http::Uri;

/// A server's address: scheme, host and port, nothing else. `https://cron.example`, `http://127.0.0.1:8080`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    scheme: &'static str,
    authority: String,
}

/// Why a text is no server address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaseUrlError {
    /// Not a URL with a host.
    #[error("`{0}` is no address of a server; write it as https://cron.example")]
    NotAnAddress(String),
    /// Neither `http` nor `https`.
    #[error("the scheme `{0}` is not spoken here; use https, or http on a trusted network")]
    Scheme(String),
    /// A user name or password stands in it.
    #[error("an address carries no user name or password; sign in instead")]
    UserInfo,
    /// A path, query or fragment follows the host.
    #[error("`{0}` has something after the host; the server answers at the root of its host")]
    Path(String),
}

impl BaseUrl {
    /// Host and, unless it is the scheme's own, port; lower case: what signatures cover as `@authority`.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Host without port and brackets.
    pub fn host(&self) -> &str {
        let bare = match self.authority.strip_prefix('[') {
            Some(rest) => rest.split(']').next(),
            None => self.authority.split(':').next(),
        };
        bare.unwrap_or_default()
    }

    /// Whether what is sent is encrypted.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Whether the server is on this very machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The address followed by `path_and_query`, which begins with a slash.
    pub fn join(&self, path_and_query: &str) -> String {
        format!("{self}{path_and_query}")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        let not_an_address = || BaseUrlError::NotAnAddress(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| not_an_address())?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(not_an_address());
        };
        let (scheme, own_port) = match scheme {
            "https" => ("https", 443),
            "http" => ("http", 80),
            other => return Err(BaseUrlError::Scheme(other.to_owned())),
        };
        if authority.as_str().contains('@') {
            return Err(BaseUrlError::UserInfo);
        }
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || text.contains('#') {
            return Err(BaseUrlError::Path(text.to_owned()));
        }
        let host = authority.host().to_ascii_lowercase();
        let authority = match authority.port_u16() {
            _ if host.is_empty() => return Err(not_an_address()),
            Some(port) if port != own_port => format!("{host}:{port}"),
            Some(_) => host,
            None if authority.as_str().len() > host.len() => return Err(not_an_address()),
            None => host,
        };
        Ok(Self { scheme, authority })
    }
}
