use axum::http::{HeaderMap, Method, header};
use crontopus_api::Code;

use crate::failure::Failure;

/// Refuses a change that a page of another site asks a browser for. `Sec-Fetch-Site` decides where the
/// browser sends it, else `Origin` against the host that was asked and the public address; a client that
/// sends neither is no browser (OWASP, cross-site request forgery prevention).
pub(crate) fn same_site(
    method: &Method,
    headers: &HeaderMap,
    public_hosts: &[String],
) -> Result<(), Failure> {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok());
    let refused =
        || Err(Failure::new(Code::CrossSite, "a session is taken from this server's own pages alone"));
    if let Some(site) = headers.get("sec-fetch-site") {
        return if site == "same-origin" || site == "none" { Ok(()) } else { refused() };
    }
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    let Some((_, host)) = origin.split_once("://") else { return refused() };
    let asked = text(header::HOST).unwrap_or_default();
    let own = host.eq_ignore_ascii_case(asked) || public_hosts.iter().any(|h| h.eq_ignore_ascii_case(host));
    if own { Ok(()) } else { refused() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_sites_are_refused() {
        let hosts = ["cron.example".to_owned()];
        let check = |method: Method, pairs: &[(&'static str, &str)], taken: bool| {
            let pair = |(n, v): &(&'static str, &str)| (n.parse().unwrap(), v.parse().unwrap());
            let headers = HeaderMap::from_iter(pairs.iter().map(pair));
            assert_eq!(same_site(&method, &headers, &hosts).is_ok(), taken, "{method} {pairs:?}");
        };
        check(Method::POST, &[], true);
        check(Method::POST, &[("sec-fetch-site", "same-origin")], true);
        check(Method::POST, &[("sec-fetch-site", "same-site")], false);
        check(Method::POST, &[("sec-fetch-site", "cross-site"), ("origin", "https://cron.example")], false);
        check(Method::GET, &[("sec-fetch-site", "cross-site")], true);
        check(Method::DELETE, &[("origin", "https://cron.example")], true);
        check(Method::DELETE, &[("origin", "https://CRON.example")], true);
        check(Method::POST, &[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")], true);
        check(Method::POST, &[("origin", "https://evil.example"), ("host", "cron.example")], false);
        check(Method::POST, &[("origin", "null")], false);
        check(Method::POST, &[("origin", "https://cron.example.evil.example")], false);
    }
}
