//! Addresses of remotes, and which network addresses are public.

use crontopus_gitrepo::fetch::{RemoteUrl, UrlError, is_public};

#[test]
fn addresses_are_read() {
    let shown =
        |text: &str| text.parse::<RemoteUrl>().map(|url| (url.to_string(), url.host().map(str::to_owned)));
    for (text, url, host) in [
        (
            "https://Git.example.org/acme/jobs.git",
            "https://git.example.org/acme/jobs.git",
            Some("git.example.org"),
        ),
        ("https://git.example.org:8443/a/b/", "https://git.example.org:8443/a/b", Some("git.example.org")),
        ("http://[::1]:3000/a", "http://[::1]:3000/a", Some("[::1]")),
        (
            "ssh://git@git.example.org:2222/a.git",
            "ssh://git@git.example.org:2222/a.git",
            Some("git.example.org"),
        ),
        (
            "git@git.example.org:acme/jobs.git",
            "ssh://git@git.example.org/acme/jobs.git",
            Some("git.example.org"),
        ),
        ("/srv/git/jobs.git", "/srv/git/jobs.git", None),
    ] {
        assert_eq!(shown(text), Ok((url.to_owned(), host.map(str::to_owned))), "{text}");
    }
    for (text, error) in [
        ("", UrlError::Scheme),
        ("jobs.git", UrlError::Scheme),
        ("file:///etc", UrlError::Scheme),
        ("ext::sh -c x", UrlError::Characters),
        ("ext::sh", UrlError::Scheme),
        ("git://example.org/x", UrlError::Scheme),
        ("https://user:secret@example.org/x", UrlError::Credentials),
        ("https://token@example.org/x", UrlError::Credentials),
        ("ssh://git:secret@example.org/x", UrlError::Credentials),
        ("https://example.org", UrlError::Path),
        ("https://example.org/", UrlError::Path),
        ("https:///x", UrlError::Host),
        ("https://exa$mple/x", UrlError::Host),
        ("https://example.org:99999/x", UrlError::Host),
        ("https://example.org/x?y=1", UrlError::Path),
        ("ssh://-oProxyCommand=evil/x", UrlError::Host),
        ("ssh://-o@host/x", UrlError::Host),
        ("-o@host:x", UrlError::Host),
        ("ssh://host/$(evil)", UrlError::Path),
        ("ssh://host/a'b", UrlError::Path),
        ("/srv/../etc", UrlError::Path),
        ("/srv/with space", UrlError::Characters),
        ("https://example.org/a\nb", UrlError::Characters),
    ] {
        assert_eq!(text.parse::<RemoteUrl>(), Err(error), "{text}");
    }
}

#[test]
fn private_addresses_are_known() {
    for private in [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "2001::1",
        "::127.0.0.1",
    ] {
        assert!(!is_public(private.parse().unwrap()), "{private}");
    }
    for public in [
        "1.1.1.1",
        "93.184.216.34",
        "172.32.0.1",
        "100.128.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:1.1.1.1",
    ] {
        assert!(is_public(public.parse().unwrap()), "{public}");
    }
}
