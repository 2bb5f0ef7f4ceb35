use std::fmt;
use std::net::IpAddr;

/// An address of the web, as far as a request needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) tls: bool,
    /// Name or IP address, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Absolute, without a slash at its end; empty for the root.
    path: String,
    query: Option<String>,
}

impl Address {
    /// Reads `http://` and `https://` addresses.
    ///
    /// # Errors
    /// What is wrong; the text itself is not repeated, since keys are in it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| Err(format!("this is no address of a server: {what}"));
        if text.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return wrong("it has a character that no address has");
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let tls = match scheme {
            "https" => true,
            "http" => false,
            _ => return wrong("it does not begin with https:// or http://"),
        };
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if authority.contains('@') {
            return wrong("it has a user name");
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(inner) => match inner.split_once(']') {
                Some((host, port)) => (host, port.strip_prefix(':').or(port.is_empty().then_some(""))),
                None => return wrong("it has a bracket that does not end"),
            },
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, Some("")),
            },
        };
        let port = match port {
            Some("") => Some(if tls { 443 } else { 80 }),
            Some(port) => port.parse().ok().filter(|port| *port != 0),
            None => None,
        };
        let Some(port) = port else { return wrong("its port is no number") };
        if host.is_empty() {
            return wrong("it has no host");
        }
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned()).filter(|query| !query.is_empty())),
            None => (target, None),
        };
        let path = path.trim_end_matches('/').to_owned();
        Ok(Self { tls, host: host.to_owned(), port, path, query })
    }

    /// Whether it is this host itself, so that nobody listens on the way.
    pub(super) fn is_loopback(&self) -> bool {
        match self.host.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback(),
            Err(_) => self.host.eq_ignore_ascii_case("localhost"),
        }
    }

    /// The same server, `path` behind this path.
    pub(super) fn below(mut self, path: &str) -> Self {
        self.path.push_str(path);
        self
    }

    /// Path and query of a request, `suffix` behind the path and `query` behind the query.
    pub(super) fn target(&self, suffix: &str, query: &str) -> String {
        let query = self
            .query
            .as_deref()
            .into_iter()
            .chain([query])
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("&");
        let mark = if query.is_empty() { "" } else { "?" };
        format!(
            "{}{suffix}{mark}{query}",
            if self.path.is_empty() && suffix.is_empty() { "/" } else { &self.path }
        )
    }

    /// Host and, unless it is the scheme's own, port: what the `host` header says.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let own = if self.tls { 443 } else { 80 };
        if self.port == own { host } else { format!("{host}:{}", self.port) }
    }

    /// What may be shown: the path may hold a key.
    pub(super) fn server(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.authority())
    }
}

/// The whole address, key included.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.server(), self.target("", ""))
    }
}

/// `text` as a value in a query.
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_address() {
        for (text, server, target) in [
            ("https://a.test", "https://a.test", "/1?rid=x"),
            ("https://a.test/", "https://a.test", "/1?rid=x"),
            ("https://a.test:8443/in/k/", "https://a.test:8443", "/in/k/1?rid=x"),
            ("http://[::1]:80/in/k?create=1#top", "http://[::1]", "/in/k/1?create=1&rid=x"),
            ("http://127.0.0.1:8080?", "http://127.0.0.1:8080", "/1?rid=x"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.server().as_str(), address.target("/1", "rid=x").as_str()), (server, target));
            assert_eq!(Address::parse(&address.to_string()).unwrap(), address);
        }
    }

    #[test]
    fn what_is_no_address() {
        for text in [
            "",
            "a.test/in/k",
            "ftp://a.test",
            "https://",
            "https:///in/k",
            "https://me@a.test/",
            "https://a:0/",
            "https://a:x/",
            "https://a:99999/",
            "https://[::1/",
            "https://[::1]x/",
            "https://a/\r\nx: y",
            "https://a/b c",
            "https://\u{e9}.test",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn this_host() {
        for (text, own) in [
            ("http://127.0.0.1/", true),
            ("http://127.9.9.9:1/", true),
            ("http://[::1]/", true),
            ("http://LocalHost:8080/", true),
            ("http://localhost.evil.test/", false),
            ("http://10.0.0.1/", false),
        ] {
            assert_eq!(Address::parse(text).unwrap().is_loopback(), own, "{text}");
        }
    }

    #[test]
    fn values() {
        assert_eq!(encoded("a/b c&d=é~"), "a%2Fb%20c%26d%3D%C3%A9~");
    }
}
