//! Server addresses.

use crontopus_client::{BaseUrl, BaseUrlError};

#[test]
fn addresses_have_one_form() {
    for (text, url, authority, host) in [
        ("https://Cron.Example", "https://cron.example", "cron.example", "cron.example"),
        (" https://cron.example:443/ ", "https://cron.example", "cron.example", "cron.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080", "::1"),
        ("http://localhost:80", "http://localhost", "localhost", "localhost"),
    ] {
        let base: BaseUrl = text.parse().unwrap();
        assert_eq!((base.to_string().as_str(), base.authority(), base.host()), (url, authority, host));
    }
}

#[test]
fn what_is_no_address_is_refused() {
    use BaseUrlError as E;
    type Fits = fn(&E) -> bool;
    let cases: [(&str, Fits); 10] = [
        ("", |e| matches!(e, E::NotAnAddress(_))),
        ("cron.example", |e| matches!(e, E::NotAnAddress(_))),
        ("https://", |e| matches!(e, E::NotAnAddress(_))),
        ("https://a:99999", |e| matches!(e, E::NotAnAddress(_))),
        ("ftp://a", |e| matches!(e, E::Scheme(_))),
        ("https://user:pw@a", |e| matches!(e, E::UserInfo)),
        ("https://a/api", |e| matches!(e, E::Path(_))),
        ("https://a/?x", |e| matches!(e, E::Path(_))),
        ("https://a\r\nx: y", |e| matches!(e, E::NotAnAddress(_))),
        ("https://a#b", |e| matches!(e, E::Path(_))),
    ];
    for (text, fits) in cases {
        let error = text.parse::<BaseUrl>().unwrap_err();
        assert!(fits(&error), "{text}: {error:?}");
    }
}

#[test]
fn loopback_is_known() {
    for (text, loopback) in [
        ("http://127.0.0.1:1", true),
        ("http://[::1]:1", true),
        ("http://localhost", true),
        ("http://10.0.0.1", false),
    ] {
        assert_eq!(text.parse::<BaseUrl>().unwrap().is_loopback(), loopback, "{text}");
    }
}
