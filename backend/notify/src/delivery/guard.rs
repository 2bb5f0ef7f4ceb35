//! Which addresses may be spoken to: nobody reaches the provider's own network through a channel.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Which network addresses channels may speak to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Addresses {
    /// Those of the public Internet alone.
    #[default]
    Public,
    /// Those, and these besides.
    Also(Arc<[IpAddr]>),
    /// All of them.
    Any,
}

/// A host none of whose addresses may be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrivateAddress(pub(crate) String);

impl fmt::Display for PrivateAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, Self::WHY)
    }
}

impl Error for PrivateAddress {}

impl PrivateAddress {
    /// How its text ends.
    pub(crate) const WHY: &'static str =
        "has no address on the public Internet, and this server speaks to no others";
}

impl Addresses {
    /// Whether an address may be spoken to.
    pub(crate) fn allow(&self, address: IpAddr) -> bool {
        let named = match self {
            Self::Public => false,
            Self::Also(named) => named.contains(&address.to_canonical()),
            Self::Any => true,
        };
        named || is_public(address)
    }

    /// The addresses of a host that may be spoken to. What is connected to is one of these, so that a name that
    /// changes its mind between check and connection gains nothing.
    pub(crate) async fn resolve(
        &self,
        host: &str,
        port: u16,
    ) -> Result<Vec<SocketAddr>, Box<dyn Error + Send + Sync>> {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found: Vec<SocketAddr> = tokio::net::lookup_host((bare, port)).await?.collect();
        let allowed: Vec<SocketAddr> = found.into_iter().filter(|a| self.allow(a.ip())).collect();
        match allowed.is_empty() {
            true => Err(Box::new(PrivateAddress(host.to_owned()))),
            false => Ok(allowed),
        }
    }

    /// Refuses a URL whose host is an address that may not be spoken to; names are checked when they are looked up.
    pub(crate) fn check(&self, url: &Url) -> Result<(), PrivateAddress> {
        let host = url.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) if !self.allow(address) => Err(PrivateAddress(host.to_owned())),
            _ => Ok(()),
        }
    }
}

/// Looks names up for the HTTP client.
#[derive(Debug)]
pub(crate) struct Guard(pub(crate) Addresses);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = self.0.clone();
        Box::pin(async move {
            let found = addresses.resolve(name.as_str(), 0).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public Internet (the IANA registries of special-purpose addresses).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation();
    // This network, shared space of carriers, protocol assignments, 6to4 relays, benchmarks, the reserved rest.
    let reserved = matches!((a, b, c), (0 | 240.., _, _) | (100, 64..128, _) | (192, 0, 0) | (192, 88, 99));
    !(special || reserved || (a == 198 && (18..20).contains(&b)))
}

/// Only global unicast, 2000::/3, without what carries an IPv4 address or documents.
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(v4) = address.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [a, b, ..] = address.segments();
    let special = matches!((a, b), (0x2001, 0..0x0200 | 0x0db8) | (0x2002 | 0x3fff, _));
    (0x2000..0x4000).contains(&a) && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.0.8",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2001:db8::1",
            "2002:a00:1::",
        ] {
            assert!(!is_public(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["1.1.1.1", "8.8.8.8", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "::ffff:8.8.8.8"]
        {
            assert!(is_public(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn every_way_to_write_an_address_is_seen() {
        // What browsers and libc take for 127.0.0.1, the URL parser makes 127.0.0.1 of.
        for host in
            ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
        {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(Addresses::Public.check(&url).is_err(), "{host}");
            assert!(Addresses::Any.check(&url).is_ok(), "{host}");
        }
    }

    #[tokio::test]
    async fn names_of_this_machine_are_refused() {
        let error = Addresses::Public.resolve("localhost", 80).await.unwrap_err();
        assert!(error.downcast_ref::<PrivateAddress>().is_some(), "{error}");
        assert!(!Addresses::Any.resolve("localhost", 80).await.unwrap().is_empty());
        // Of several addresses only those that may be spoken to are left, and nothing else is connected to.
        let also = Addresses::Also(Arc::new([Ipv4Addr::LOCALHOST.into()]));
        let left = also.resolve("localhost", 80).await.unwrap();
        assert!(left.iter().all(|address| address.ip() == Ipv4Addr::LOCALHOST), "{left:?}");
    }
}
