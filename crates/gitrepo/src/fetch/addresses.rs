use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

use super::FetchError;

/// Which network addresses may be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addresses {
    /// All of them.
    Any,
    /// Only those of the public Internet: a tenant must not reach the provider's own network through the
    /// server. The address is checked after the name was looked up, and just that address is connected to.
    Public,
}

/// Whether an address belongs to the public Internet (the IANA registries of special-purpose addresses).
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
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

/// Looks names up and leaves out what may not be spoken to.
#[derive(Debug)]
pub(super) struct Guard(pub(super) Addresses);

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        if self.0 == Addresses::Any {
            return Ok(found);
        }
        let mut allowed = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            allowed.push(*address);
        }
        if allowed.is_empty() {
            let host = uri.host().unwrap_or_default().to_owned();
            return Err(ureq::Error::Other(Box::new(FetchError::PrivateAddress(host))));
        }
        Ok(allowed)
    }
}

/// The address an SSH host has, if one of its addresses may be spoken to.
pub(super) fn pin(host: &str, port: u16, addresses: Addresses) -> Result<Option<IpAddr>, FetchError> {
    if addresses == Addresses::Any {
        return Ok(None);
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let mut found =
        (bare, port).to_socket_addrs().map_err(|e| FetchError::Unreachable(format!("{host}: {e}")))?;
    let public = found.find(|address| is_public(address.ip()));
    public.map(|a| Some(a.ip())).ok_or_else(|| FetchError::PrivateAddress(host.to_owned()))
}
