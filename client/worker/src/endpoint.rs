//! Where a client may connect to: URLs that workers publish are untrusted.
//!
//! Goals: a published URL cannot make a client or gateway talk to its own host or private network, whatever the name
//! resolves to, and however often that changes: the addresses that are checked are the ones that are connected to.
//! Non-goals: reachability, and which public hosts are good.

use ballast_core::limits::MAX_ENDPOINT_LEN;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};
use url::{Host, Url};

/// How long a name may take to resolve.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum EndpointPolicy {
    /// Only addresses of the public internet.
    #[default]
    PublicOnly,
    /// Private, link-local and loopback addresses too, for local networks.
    AllowPrivate,
}

/// An endpoint may not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL of a worker.
    #[error("{endpoint:?} is no worker's endpoint: {reason}; it must look like https://host:port")]
    Url {
        /// The start of what was published.
        endpoint: String,
        /// What is wrong.
        reason: String,
    },
    /// It leads into a private network.
    #[error("{host} is at {address}, which is not a public address; allow private addresses (--allow-private) if this network is yours")]
    NotPublic {
        /// Host of the URL.
        host: String,
        /// Where it leads.
        address: IpAddr,
    },
}

/// Parses a published endpoint and applies what can be said about it without asking anybody.
pub(crate) fn parse(endpoint: &[u8], policy: EndpointPolicy) -> Result<Url, EndpointError> {
    let refuse = |reason: &str| EndpointError::Url {
        endpoint: printable(endpoint),
        reason: reason.into(),
    };
    if endpoint.len() > MAX_ENDPOINT_LEN as usize {
        return Err(refuse("it is longer than 256 bytes"));
    }
    let text = std::str::from_utf8(endpoint).map_err(|_| refuse("it is not UTF-8"))?;
    let mut url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
    check_parts(&url).map_err(refuse)?;
    if let Some(ip) = literal(&url) {
        let host = url.host_str().unwrap_or_default();
        ensure_allowed(ip, host, policy)?;
    }
    // Routes are appended to the path, so it must end in one slash less.
    let path = url.path().trim_end_matches('/').to_string();
    url.set_path(&path);
    Ok(url)
}

fn check_parts(url: &Url) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are spoken");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it carries a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or fragment");
    }
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err("it names no host"),
    }
}

fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(ip) => Some(ip.into()),
        Host::Ipv6(ip) => Some(ip.into()),
        Host::Domain(_) => None,
    }
}

fn ensure_allowed(
    address: IpAddr,
    host: &str,
    policy: EndpointPolicy,
) -> Result<(), EndpointError> {
    let allowed = match policy {
        EndpointPolicy::PublicOnly => is_public(address),
        EndpointPolicy::AllowPrivate => !address.is_unspecified() && !address.is_multicast(),
    };
    match allowed {
        true => Ok(()),
        false => Err(EndpointError::NotPublic {
            host: host.into(),
            address,
        }),
    }
}

/// Whether an address is one of the public internet. What is not known to be public is not.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = matches!(
        (a, b, c),
        (0, _, _)                  // "this network"
            | (100, 64..=127, _)   // carrier-grade NAT
            | (192, 0, 0)          // IETF protocol assignments
            | (192, 88, 99)        // 6to4 relays
            | (198, 18..=19, _)    // benchmarking
            | (224..=255, _, _) // multicast, reserved, broadcast
    );
    !special
        && !ip.is_loopback()
        && !ip.is_private()
        && !ip.is_link_local()
        && !ip.is_documentation()
}

/// Global unicast is 2000::/3; inside it lie ranges that are special or carry an IPv4 address.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, third, ..] = ip.segments();
    if let Some(mapped) = ip.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    let special = matches!(
        (first, second),
        (0x2001, 0..=0x01ff)         // IETF protocol assignments, Teredo
            | (0x2001, 0x0db8)       // documentation
            | (0x3fff, 0..=0x0fff) // documentation
    );
    let six_to_four_is_private = first == 0x2002 && !is_public_v4(join(second, third));
    (0x2000..=0x3fff).contains(&first) && !special && !six_to_four_is_private
}

fn join(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

/// Resolves names for the HTTP client and hands on only addresses that the policy allows.
pub(crate) struct PolicyResolver(pub(crate) EndpointPolicy);

impl Resolve for PolicyResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let allowed = resolve(name.as_str(), 0, policy).await;
            let allowed = allowed.map_err(ResolveError::into_cause)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Where a URL leads, in the order in which to try: only addresses that the policy allows.
pub(crate) async fn addresses(
    url: &Url,
    policy: EndpointPolicy,
) -> Result<Vec<SocketAddr>, ResolveError> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    match literal(url) {
        Some(ip) => {
            ensure_allowed(ip, host, policy)?;
            Ok(vec![SocketAddr::new(ip, port)])
        }
        None => resolve(host, port, policy).await,
    }
}

/// A host leads nowhere.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResolveError {
    /// It may not be connected to.
    #[error(transparent)]
    Refused(#[from] EndpointError),
    /// The name was not resolved.
    #[error(transparent)]
    Failed(#[from] std::io::Error),
}

impl ResolveError {
    /// As the HTTP client hands it on; whoever asks looks for an [`EndpointError`].
    fn into_cause(self) -> Box<dyn std::error::Error + Send + Sync> {
        match self {
            Self::Refused(error) => error.into(),
            Self::Failed(error) => error.into(),
        }
    }
}

async fn resolve(
    host: &str,
    port: u16,
    policy: EndpointPolicy,
) -> Result<Vec<SocketAddr>, ResolveError> {
    let lookup = tokio::net::lookup_host((host, port));
    let found = tokio::time::timeout(RESOLVE_TIMEOUT, lookup)
        .await
        .map_err(std::io::Error::from)??;
    Ok(filter(&found.collect::<Vec<_>>(), host, policy)?)
}

fn filter(
    found: &[SocketAddr],
    host: &str,
    policy: EndpointPolicy,
) -> Result<Vec<SocketAddr>, EndpointError> {
    let mut refused = None;
    let mut allowed = Vec::new();
    for address in found {
        match ensure_allowed(address.ip(), host, policy) {
            Ok(()) => allowed.push(*address),
            Err(error) => refused = Some(error),
        }
    }
    match refused {
        Some(error) if allowed.is_empty() => Err(error),
        _ => Ok(allowed),
    }
}

/// The start of untrusted bytes, fit for a terminal.
fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use EndpointPolicy::{AllowPrivate, PublicOnly};

    const PRIVATE: [&str; 26] = [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "2001:db8::1",
        "2002:7f00:1::",
    ];
    const PUBLIC: [&str; 6] = [
        "1.1.1.1",
        "100.128.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8",
    ];

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for text in PRIVATE {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in PUBLIC {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn a_url_with_a_private_address_is_refused_in_every_spelling() {
        for host in [
            "127.0.0.1",
            "127.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "[::1]",
            "[::ffff:7f00:1]",
        ] {
            let url = format!("http://{host}:8080");
            let refused = parse(url.as_bytes(), PublicOnly);
            assert!(
                matches!(refused, Err(EndpointError::NotPublic { .. })),
                "{url}: {refused:?}"
            );
            assert!(parse(url.as_bytes(), AllowPrivate).is_ok(), "{url}");
        }
    }

    #[test]
    fn nothing_connects_to_unspecified_or_multicast_addresses() {
        for url in [
            "http://0.0.0.0:1",
            "http://[::]:1",
            "http://224.0.0.1",
            "http://[ff02::1]",
        ] {
            assert!(parse(url.as_bytes(), AllowPrivate).is_err(), "{url}");
        }
    }

    #[test]
    fn only_plain_http_urls_are_endpoints() {
        let long = format!("https://example.org/{}", "x".repeat(256));
        for url in [
            "",
            "example.org",
            "ftp://example.org",
            "file:///etc/passwd",
            "https://",
            "https://user@example.org",
            "https://example.org?x=1",
            "https://example.org#x",
            "https://exa mple.org",
            &long,
        ] {
            assert!(
                matches!(
                    parse(url.as_bytes(), AllowPrivate),
                    Err(EndpointError::Url { .. })
                ),
                "{url}"
            );
        }
        assert!(parse(b"https://\xff\xfe.org", AllowPrivate).is_err());
        let message = parse(b"\x1b[2Jhttp", AllowPrivate).unwrap_err().to_string();
        assert!(!message.contains('\x1b'), "{message:?}");
    }

    #[test]
    fn routes_can_be_appended_to_a_parsed_endpoint() {
        for (endpoint, base) in [
            ("https://worker.example.org", "https://worker.example.org/"),
            (
                "https://worker.example.org:8443/",
                "https://worker.example.org:8443/",
            ),
            (
                "https://example.org/worker/7//",
                "https://example.org/worker/7",
            ),
        ] {
            assert_eq!(
                parse(endpoint.as_bytes(), PublicOnly).unwrap().as_str(),
                base
            );
        }
    }

    #[test]
    fn a_name_leads_only_to_its_public_addresses() {
        let addresses = |list: &[&str]| {
            list.iter()
                .map(|a| SocketAddr::new(a.parse().unwrap(), 0))
                .collect::<Vec<_>>()
        };
        let mixed = addresses(&["10.0.0.1", "1.1.1.1"]);
        assert_eq!(
            filter(&mixed, "w.example", PublicOnly).unwrap(),
            addresses(&["1.1.1.1"])
        );
        assert_eq!(filter(&mixed, "w.example", AllowPrivate).unwrap(), mixed);
        let error = filter(&addresses(&["127.0.0.1"]), "w.example", PublicOnly).unwrap_err();
        assert!(matches!(error, EndpointError::NotPublic { host, .. } if host == "w.example"));
    }

    #[tokio::test]
    async fn localhost_is_not_public() {
        let name = || "localhost".parse::<Name>().unwrap();
        assert!(PolicyResolver(PublicOnly).resolve(name()).await.is_err());
        assert!(
            PolicyResolver(AllowPrivate)
                .resolve(name())
                .await
                .unwrap()
                .count()
                > 0
        );
    }
}
