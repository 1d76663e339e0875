//! Whom limits count as one.
//!
//! Goals: an IPv6 subscriber does not escape a limit by its many addresses, and clients behind a proxy on this machine
//! or network are told apart where the proxy says who they are.
//! Non-goals: who somebody is; addresses are cheap, so limits per peer only make it dearer to hold up everybody.

use axum::http::HeaderMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// Where a proxy says for whom it speaks. Each proxy appends the address it was called from.
const FORWARDED_FOR: &str = "x-forwarded-for";
/// Bits of an IPv6 address that stand for one subscriber (RFC 6177): a whole /64 is one peer.
const NETWORK_BITS: u32 = 64;

/// An IPv4 address or an IPv6 network. Every request has the one it comes from as an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Peer(IpAddr);

impl Peer {
    /// The peer with this address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(ip) if !is_local(IpAddr::V6(ip)) => {
                let network = u128::from(ip) & !(u128::MAX >> NETWORK_BITS);
                Self(IpAddr::V6(Ipv6Addr::from(network)))
            }
            other => Self(other),
        }
    }

    /// Its address; the first one of an IPv6 network.
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// Whether it is on this machine or its private network. Behind such an address may be a proxy that speaks for
    /// many, so limits per peer do not hold for it.
    pub fn is_local(self) -> bool {
        is_local(self.0)
    }

    /// The peer that a request is from: the one that a local proxy names, else this one. Nobody else is believed. Of
    /// several addresses the last counts: the proxy has written it, whatever the client wrote before.
    pub fn behind_proxy(self, headers: &HeaderMap) -> Self {
        if !self.is_local() {
            return self;
        }
        let named = headers.get_all(FORWARDED_FOR).iter().next_back();
        named
            .and_then(|list| parse(list.to_str().ok()?.rsplit(',').next()?.trim()))
            .map_or(self, Self::of)
    }
}

/// Some proxies write the port, too.
fn parse(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port)
}

fn is_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn peer(address: &str) -> Peer {
        Peer::of(address.parse().unwrap())
    }

    fn behind(socket: &str, named: &[&str]) -> Peer {
        let mut headers = HeaderMap::new();
        for name in named {
            headers.append(FORWARDED_FOR, name.parse().unwrap());
        }
        peer(socket).behind_proxy(&headers)
    }

    #[test]
    fn a_whole_ipv6_network_is_one_peer() {
        assert_eq!(peer("2001:db8:1:2::1"), peer("2001:db8:1:2:ffff::9"));
        assert_ne!(peer("2001:db8:1:2::1"), peer("2001:db8:1:3::1"));
        assert_ne!(peer("192.0.2.1"), peer("192.0.2.2"));
        assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    }

    #[test]
    fn loopback_and_private_addresses_are_local() {
        for local in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "::ffff:10.1.2.3",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(peer(local).is_local(), "{local}");
        }
        for public in ["192.0.2.1", "2001:db8::1", "100.64.0.1"] {
            assert!(!peer(public).is_local(), "{public}");
        }
    }

    #[test]
    fn a_local_proxy_names_the_peer_and_its_own_word_is_the_last() {
        let one = peer("192.0.2.1");
        assert_eq!(behind("127.0.0.1", &["192.0.2.1"]), one);
        assert_eq!(behind("127.0.0.1", &["198.51.100.7, 192.0.2.1"]), one);
        assert_eq!(behind("::1", &["198.51.100.7", " 192.0.2.1 "]), one);
        assert_eq!(behind("10.0.0.2", &["192.0.2.1:5123"]), one);
        let network = peer("2001:db8::1");
        assert_eq!(behind("127.0.0.1", &["[2001:db8::9]:443"]), network);
    }

    #[test]
    fn what_a_stranger_says_of_itself_is_not_believed_nor_what_is_no_address() {
        assert_eq!(behind("198.51.100.7", &["192.0.2.1"]), peer("198.51.100.7"));
        for nonsense in ["", "unknown", "192.0.2.1,", "_hidden"] {
            assert_eq!(behind("127.0.0.1", &[nonsense]), peer("127.0.0.1"));
        }
    }
}
