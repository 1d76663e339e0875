//! Which endpoint URLs a worker may publish.
//!
//! Goals: what the chain accepts, every HTTP client parses the same way; no credentials, queries or look-alike
//! characters in chain state.
//! Non-goals: whether the URL answers, or is public: clients refuse private targets themselves.

use frame_support::ensure;

/// Why a URL is refused as an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointError {
    /// It starts neither with `http://` nor with `https://`.
    Scheme,
    /// The host is missing, or is no name, IPv4 address or bracketed IPv6 address.
    Host,
    /// The port is no number from 1 to 65535.
    Port,
    /// The path has other characters than letters, digits and `-._~/%`.
    Path,
}

/// Checks that `url` is `http(s)://host[:port][/path]`, all in plain ASCII, the scheme in lower case.
pub fn check_endpoint(url: &[u8]) -> Result<(), EndpointError> {
    let rest = url
        .strip_prefix(b"https://")
        .or_else(|| url.strip_prefix(b"http://"))
        .ok_or(EndpointError::Scheme)?;
    let (authority, path) = split_before(rest, b'/');
    ensure!(path.iter().copied().all(is_path_byte), EndpointError::Path);
    let (host_ok, port) = match authority.strip_prefix(b"[") {
        Some(bracketed) => check_bracketed(bracketed),
        None => check_named(authority),
    };
    ensure!(host_ok, EndpointError::Host);
    check_port(port)
}

/// Whether what stands before `]` is an IPv6 address, and what follows.
fn check_bracketed(bracketed: &[u8]) -> (bool, &[u8]) {
    let (address, rest) = split_before(bracketed, b']');
    let parsed = core::str::from_utf8(address)
        .ok()
        .map(str::parse::<core::net::Ipv6Addr>);
    (
        matches!(parsed, Some(Ok(_))),
        rest.strip_prefix(b"]").unwrap_or(b"]"),
    )
}

/// Whether what stands before `:` is a host name or an IPv4 address, and what follows.
fn check_named(authority: &[u8]) -> (bool, &[u8]) {
    let (host, port) = split_before(authority, b':');
    let labels_ok = host
        .strip_suffix(b".")
        .unwrap_or(host)
        .split(|byte| *byte == b'.')
        .all(is_label);
    (labels_ok, port)
}

/// Nothing, or a colon and a port.
fn check_port(port: &[u8]) -> Result<(), EndpointError> {
    if port.is_empty() {
        return Ok(());
    }
    let digits = port.strip_prefix(b":").ok_or(EndpointError::Port)?;
    ensure!(digits.iter().all(u8::is_ascii_digit), EndpointError::Port);
    let number = core::str::from_utf8(digits)
        .ok()
        .and_then(|text| text.parse::<u16>().ok());
    ensure!(number.is_some_and(|number| number > 0), EndpointError::Port);
    Ok(())
}

/// A label of a host name: letters, digits and inner hyphens or underscores, 1 to 63 of them.
fn is_label(label: &[u8]) -> bool {
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let outer = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    label.len() <= 63 && outer(label.first()) && outer(label.last()) && label.iter().all(inner)
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)
}

/// What stands before the first `separator`, and the rest from it on.
fn split_before(bytes: &[u8], separator: u8) -> (&[u8], &[u8]) {
    let at = bytes
        .iter()
        .position(|byte| *byte == separator)
        .unwrap_or(bytes.len());
    bytes.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_urls_pass() {
        for url in [
            "http://a",
            "https://worker.example.org",
            "https://worker.example.org./v1/",
            "http://127.0.0.1:9001",
            "http://localhost:65535/a_b~c/%20",
            "https://[::1]:443/x",
            "https://[2001:db8::1]",
        ] {
            assert_eq!(check_endpoint(url.as_bytes()), Ok(()), "{url}");
        }
    }

    #[test]
    fn other_urls_fail_with_their_reason() {
        let cases: &[(&[u8], EndpointError)] = &[
            (b"", EndpointError::Scheme),
            (b"ftp://a", EndpointError::Scheme),
            (b"HTTP://a", EndpointError::Scheme),
            (b"a.example", EndpointError::Scheme),
            (b"http://", EndpointError::Host),
            (b"http:///path", EndpointError::Host),
            (b"http://:80", EndpointError::Host),
            (b"http://user:pw@host", EndpointError::Port),
            (b"http://user@host", EndpointError::Host),
            (b"http://a..b", EndpointError::Host),
            (b"http://-a", EndpointError::Host),
            (b"http://a b", EndpointError::Host),
            (b"http://h\xc3\xb6st", EndpointError::Host),
            (b"http://a?x=1", EndpointError::Host),
            (b"http://[::g]", EndpointError::Host),
            (b"http://[::1", EndpointError::Port),
            (b"http://[::1]x", EndpointError::Port),
            (b"http://a:", EndpointError::Port),
            (b"http://a:0", EndpointError::Port),
            (b"http://a:65536", EndpointError::Port),
            (b"http://a:+80", EndpointError::Port),
            (b"http://a/b?c", EndpointError::Path),
            (b"http://a/b#c", EndpointError::Path),
            (b"http://a/b\n", EndpointError::Path),
        ];
        for (url, error) in cases {
            let text = alloc::string::String::from_utf8_lossy(url);
            assert_eq!(check_endpoint(url), Err(*error), "{text}");
        }
    }

    #[test]
    fn a_label_of_64_bytes_fails() {
        let url = |len| [b"http://".as_slice(), &[b'a'; 64][..len]].concat();
        assert_eq!(check_endpoint(&url(63)), Ok(()));
        assert_eq!(check_endpoint(&url(64)), Err(EndpointError::Host));
    }
}
