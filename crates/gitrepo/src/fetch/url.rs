use std::{fmt, path::PathBuf, str::FromStr};

/// Where a remote repository is. Holds no credentials, so it can be shown and logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemoteUrl {
    /// `https://` or `http://`.
    Http(String),
    /// `ssh://`; `git@host:path` is read as `ssh://git@host/path`.
    Ssh(SshAddress),
    /// An absolute path on this machine.
    Path(PathBuf),
}

/// An address of an SSH remote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshAddress {
    /// Whom to sign in as; the remote's default when `None`.
    pub user: Option<String>,
    /// Name or address of the host.
    pub host: String,
    /// Port; 22 when `None`.
    pub port: Option<u16>,
    /// Path from the root, with its slash.
    pub path: String,
}

/// Why a text is no address of a remote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Another scheme, or none.
    #[error("an address begins with `https://`, `ssh://` or `/`")]
    Scheme,
    /// A user name or password where none may be.
    #[error("the address holds credentials; give them separately, where they are kept encrypted")]
    Credentials,
    /// No host, or one with characters no host has.
    #[error("the host in the address is missing or malformed")]
    Host,
    /// A path that is missing, not absolute, or goes upwards.
    #[error("the path in the address is missing or malformed")]
    Path,
    /// Spaces, control characters, or too long.
    #[error("the address has spaces or control characters, or is longer than 2048 bytes")]
    Characters,
}

impl RemoteUrl {
    /// Host, without port; `None` for a path.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Http(url) => {
                let authority = url.split_once("://")?.1.split('/').next()?;
                Some(split_port(authority).0)
            }
            Self::Ssh(address) => Some(&address.host),
            Self::Path(_) => None,
        }
    }

    /// Whether what is sent can be read on the way.
    pub fn is_plain_http(&self) -> bool {
        matches!(self, Self::Http(url) if url.starts_with("http://"))
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http(url) => f.write_str(url),
            Self::Ssh(SshAddress { user, host, port, path }) => {
                f.write_str("ssh://")?;
                user.iter().try_for_each(|user| write!(f, "{user}@"))?;
                f.write_str(host)?;
                port.iter().try_for_each(|port| write!(f, ":{port}"))?;
                f.write_str(path)
            }
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

impl FromStr for RemoteUrl {
    type Err = UrlError;

    fn from_str(text: &str) -> Result<Self, UrlError> {
        if text.len() > 2048 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(UrlError::Characters);
        }
        if text.starts_with('/') {
            let upwards = text.split('/').any(|part| part == "..");
            return if upwards { Err(UrlError::Path) } else { Ok(Self::Path(text.into())) };
        }
        if let Some(rest) = text.strip_prefix("ssh://") {
            return ssh(rest).map(Self::Ssh);
        }
        if let Some((scheme @ ("https" | "http"), rest)) = text.split_once("://") {
            return http(scheme, rest).map(Self::Http);
        }
        match text.split_once(':') {
            Some((host, path)) if host.contains('@') && !path.starts_with("//") => {
                ssh(&format!("{host}/{}", path.trim_start_matches('/'))).map(Self::Ssh)
            }
            _ => Err(UrlError::Scheme),
        }
    }
}

fn http(scheme: &str, rest: &str) -> Result<String, UrlError> {
    let (authority, path) = rest.split_once('/').ok_or(UrlError::Path)?;
    if authority.contains('@') {
        return Err(UrlError::Credentials);
    }
    check_authority(authority)?;
    if path.is_empty() || path.contains(['?', '#']) {
        return Err(UrlError::Path);
    }
    Ok(format!("{scheme}://{}/{}", authority.to_ascii_lowercase(), path.trim_end_matches('/')))
}

fn ssh(rest: &str) -> Result<SshAddress, UrlError> {
    let (authority, path) = rest.split_once('/').ok_or(UrlError::Path)?;
    let (user, authority) = match authority.split_once('@') {
        Some((user, _)) if user.contains(':') => return Err(UrlError::Credentials),
        Some((user, authority)) => (Some(user), authority),
        None => (None, authority),
    };
    let plain = |user: &str| user.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    if user.is_some_and(|user| user.is_empty() || user.starts_with('-') || !plain(user)) {
        return Err(UrlError::Host);
    }
    check_authority(authority)?;
    if path.is_empty() || path.contains(['\'', '"', '\\', '`', '$']) {
        return Err(UrlError::Path);
    }
    let (host, port) = split_port(authority);
    let port = port.map(str::parse).transpose().map_err(|_| UrlError::Host)?;
    let (user, host) = (user.map(str::to_owned), host.to_ascii_lowercase());
    Ok(SshAddress { user, host, port, path: format!("/{path}") })
}

/// A host name, an IPv4 address or a bracketed IPv6 one, and perhaps a port.
fn check_authority(authority: &str) -> Result<(), UrlError> {
    let (host, port) = split_port(authority);
    let inner = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
    let valid = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty()
                && host.len() <= 253
                && !host.starts_with(['-', '.'])
                && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        }
    };
    let port_valid = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    if valid && port_valid { Ok(()) } else { Err(UrlError::Host) }
}

fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}
