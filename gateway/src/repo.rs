//! What a client calls a repository and a revision, and what they are here.

use crate::{
    error::ApiError,
    limits::{REVISION_LEN, URI_LEN},
};
use ballast_core::{
    manifest::check_path,
    name::{check_model_name, check_namespace, check_tag},
    view::Selector,
    Address,
};
use std::fmt;

/// The namespace whose names are addresses. `ballast-core` keeps it free.
pub const ADDRESSES: &str = "b3";

/// Bytes of a commit: the first ones of a manifest's address.
const COMMIT_BYTES: usize = 20;

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Repo {
    /// A model of the chain.
    Model {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
    },
    /// One version, by the address of its manifest.
    Version(Address),
}

/// A version of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revision {
    /// What the chain resolves by itself.
    Selected(Selector),
    /// The version of this commit.
    Commit([u8; COMMIT_BYTES]),
    /// The version of this address.
    Address(Address),
}

impl Repo {
    /// The repository `namespace/name`.
    pub fn parse(namespace: &str, name: &str) -> Result<Self, ApiError> {
        if namespace == ADDRESSES {
            return parse_address(name).map(Self::Version);
        }
        check_namespace(namespace.as_bytes())
            .and_then(|()| check_model_name(name.as_bytes()))
            .map_err(|error| ApiError::no_repo(error.to_string()))?;
        Ok(Self::Model {
            namespace: namespace.into(),
            name: name.into(),
        })
    }
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model { namespace, name } => write!(f, "{namespace}/{name}"),
            Self::Version(address) => write!(f, "{ADDRESSES}/{address}"),
        }
    }
}

impl Revision {
    /// The branch `main`, a tag, a version number, a commit or an address.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let selected = |selector| Ok(Self::Selected(selector));
        if is_main(text) {
            return selected(Selector::Latest);
        }
        let is_hex = |len| text.len() == len && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut commit = [0; COMMIT_BYTES];
        if is_hex(2 * COMMIT_BYTES) && hex::decode_to_slice(text, &mut commit).is_ok() {
            return Ok(Self::Commit(commit));
        }
        if is_hex(2 * Address::LEN) {
            return parse_address(text).map(Self::Address);
        }
        if let Ok(number) = text.parse() {
            return selected(Selector::Version(number));
        }
        let tag = text.strip_prefix("refs/tags/").unwrap_or(text);
        match text.len() <= REVISION_LEN && check_tag(tag.as_bytes()).is_ok() {
            true => selected(Selector::Tag(tag.into())),
            false => Err(ApiError::no_revision(
                "a revision is main, a tag, a version number, a commit of 40 hex digits or an address of 64",
            )),
        }
    }

    /// Whether a manifest is the one that is meant.
    pub fn is(&self, manifest: &Address) -> bool {
        match self {
            Self::Selected(selector) => *selector == Selector::Latest,
            Self::Commit(commit) => manifest.as_bytes().starts_with(commit),
            Self::Address(address) => manifest == address,
        }
    }
}

/// Whether a revision is the only branch there is.
pub fn is_main(revision: &str) -> bool {
    matches!(revision, "main" | "HEAD" | "refs/heads/main")
}

/// The commit of a manifest: the first 20 bytes of its address, in hex.
pub fn commit_of(manifest: &Address) -> String {
    let bytes = manifest.as_bytes().get(..COMMIT_BYTES);
    hex::encode(bytes.unwrap_or_default())
}

/// An address as it stands in a URL: 64 hex digits, nothing before them.
pub fn parse_address(text: &str) -> Result<Address, ApiError> {
    let is_plain = text.len() == 2 * Address::LEN;
    let parsed = text.parse().ok().filter(|_| is_plain);
    parsed.ok_or_else(|| {
        let shown: String = text.chars().take(80).collect();
        ApiError::no_repo(format!(
            "{shown:?} is no address: expected 64 hex digits, as b3sum prints"
        ))
    })
}

/// Refuses what no manifest can have, before it is looked for.
pub fn checked_path(path: &str) -> Result<&str, ApiError> {
    check_path(path).map(|()| path).map_err(|error| {
        ApiError::bad_request(format!("the path is none that a model can have: {error}"))
    })
}

/// Refuses targets that are too long, or that aim at something else than they say.
pub fn check_target(uri: &axum::http::Uri) -> Result<(), ApiError> {
    let len = uri
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    if len > URI_LEN {
        let message = format!("a request's path and query may have {URI_LEN} bytes, got {len}");
        return Err(ApiError::new(axum::http::StatusCode::URI_TOO_LONG, message));
    }
    let decoded = decode(uri.path()).ok_or_else(|| {
        ApiError::bad_request("the path is not UTF-8 when it is percent-decoded; encode it anew")
    })?;
    if decoded.chars().any(|c| c.is_control() || c == '\\') {
        return Err(ApiError::bad_request(
            "the path has a control character or a backslash; leave it out",
        ));
    }
    match decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
    {
        true => Err(ApiError::bad_request(
            "the path has a segment \".\" or \"..\"; write where it leads",
        )),
        false => Ok(()),
    }
}

/// Percent-decodes; `None` for what is not UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let mut byte = [0];
        match (first, tail.get(..2)) {
            (b'%', Some(digits)) if hex::decode_to_slice(digits, &mut byte).is_ok() => {
                bytes.extend_from_slice(&byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_models_or_addresses() {
        let hex = "ab".repeat(32);
        assert_eq!(
            Repo::parse("b3", &hex).unwrap(),
            Repo::Version(Address([0xab; 32]))
        );
        assert_eq!(
            Repo::parse("acme", "tiny").unwrap().to_string(),
            "acme/tiny"
        );
        for (namespace, name) in [
            ("b3", "ab"),
            ("B3", "x"),
            ("a", "x.git"),
            ("-a", "x"),
            ("a", ".."),
            ("b3", "0x12"),
        ] {
            assert_eq!(
                Repo::parse(namespace, name).unwrap_err().status(),
                404,
                "{namespace}/{name}"
            );
        }
    }

    #[test]
    fn revisions_are_branch_tag_number_commit_or_address() {
        let latest = Revision::Selected(Selector::Latest);
        for text in ["main", "HEAD", "refs/heads/main"] {
            assert_eq!(Revision::parse(text).unwrap(), latest);
        }
        let tag = Revision::Selected(Selector::Tag(b"v1.0".to_vec()));
        assert_eq!(Revision::parse("v1.0").unwrap(), tag);
        assert_eq!(Revision::parse("refs/tags/v1.0").unwrap(), tag);
        assert_eq!(
            Revision::parse("3").unwrap(),
            Revision::Selected(Selector::Version(3))
        );
        assert_eq!(
            Revision::parse(&"0f".repeat(20)).unwrap(),
            Revision::Commit([0x0f; 20])
        );
        assert_eq!(
            Revision::parse(&"0F".repeat(32)).unwrap(),
            Revision::Address(Address([0x0f; 32]))
        );
        for text in [
            "",
            "refs/pr/1",
            "a b",
            "../x",
            &"9".repeat(30),
            &"x".repeat(500),
        ] {
            assert_eq!(Revision::parse(text).unwrap_err().status(), 404, "{text}");
        }
    }

    #[test]
    fn a_commit_is_the_beginning_of_the_address() {
        let address = Address([0x5a; 32]);
        let commit = commit_of(&address);
        assert_eq!(commit, "5a".repeat(20));
        assert!(Revision::parse(&commit).unwrap().is(&address));
        assert!(!Revision::parse(&commit).unwrap().is(&Address([1; 32])));
    }

    #[test]
    fn targets_that_aim_elsewhere_are_refused() {
        let status =
            |target: &str| check_target(&target.parse().unwrap()).map_err(|error| error.status());
        assert_eq!(status("/a/b/resolve/main/dir/file..txt"), Ok(()));
        assert_eq!(status("/a/b/resolve/main/dir%2Ffile%20name%C3%A4"), Ok(()));
        for target in [
            "/a/../b",
            "/a/%2e%2E/b",
            "/a/b%2F..%2Fc",
            "/a/%00",
            "/a/b%5Cc",
            "/a/%ff",
            "/a/%0d%0a",
        ] {
            assert_eq!(
                status(target),
                Err(axum::http::StatusCode::BAD_REQUEST),
                "{target}"
            );
        }
        let long = format!("/{}", "a".repeat(URI_LEN));
        assert_eq!(status(&long), Err(axum::http::StatusCode::URI_TOO_LONG));
    }
}
