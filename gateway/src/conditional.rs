//! Conditions and ranges of a request, RFC 9110: what to send of something that has a strong ETag.

use axum::http::{header, HeaderMap, HeaderName, Method};
use ballast_http_server::range::{parse, Wanted};
use std::ops::Range;

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// All of it: 200.
    Whole,
    /// A run of bytes: 206.
    Part(Range<u64>),
    /// The client has it: 304.
    NotModified,
    /// The client asks about another version: 412.
    Changed,
    /// The range lies outside: 416.
    Outside,
}

/// Decides. `etag` is quoted. Several ranges at once are answered with the whole, as section 14.2 allows: nothing that
/// downloads models asks for them, and their answers grow beyond the file.
pub fn decide(method: &Method, headers: &HeaderMap, etag: &str, len: u64) -> Decision {
    if !matches(headers, header::IF_MATCH, etag, false).unwrap_or(true) {
        return Decision::Changed;
    }
    if matches(headers, header::IF_NONE_MATCH, etag, true).unwrap_or(false) {
        return Decision::NotModified;
    }
    // A range means something for GET alone, section 14.2.
    if *method != Method::GET || !range_holds(headers, etag) {
        return Decision::Whole;
    }
    match parse(text(headers, header::RANGE), len) {
        Wanted::Whole => Decision::Whole,
        Wanted::Part(range) => Decision::Part(range),
        Wanted::Nothing => Decision::Outside,
    }
}

/// Without `If-Range` a range holds; with one only if it names this version strongly. A date never does.
fn range_holds(headers: &HeaderMap, etag: &str) -> bool {
    match headers.get(header::IF_RANGE) {
        None => true,
        Some(value) => value.as_bytes().trim_ascii() == etag.as_bytes(),
    }
}

/// Whether a list of tags has this one; `None` without a list.
fn matches(headers: &HeaderMap, name: HeaderName, etag: &str, weak: bool) -> Option<bool> {
    headers.contains_key(&name).then(|| {
        let lists = headers.get_all(&name).into_iter();
        let mut tags = lists
            .filter_map(|list| list.to_str().ok())
            .flat_map(|list| list.split(','))
            .map(str::trim);
        tags.any(|tag| {
            let bare = if weak {
                tag.strip_prefix("W/").unwrap_or(tag)
            } else {
                tag
            };
            bare == "*" || bare == etag
        })
    })
}

/// Several `Range` fields are no range at all.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    match values.next() {
        None => first.to_str().ok(),
        Some(_) => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ETAG: &str = "\"abc\"";

    fn decided(method: Method, headers: &[(HeaderName, &str)]) -> Decision {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, value.parse().unwrap());
        }
        decide(&method, &map, ETAG, 100)
    }

    #[test]
    fn a_single_range_is_a_part_and_a_list_is_the_whole() {
        let range = |text| decided(Method::GET, &[(header::RANGE, text)]);
        assert_eq!(range("bytes=0-0"), Decision::Part(0..1));
        assert_eq!(range("bytes=90-"), Decision::Part(90..100));
        assert_eq!(range("bytes=100-"), Decision::Outside);
        assert_eq!(range("bytes=0-1,5-6"), Decision::Whole);
        assert_eq!(
            range(&format!("bytes={}", "0-0,".repeat(3000))),
            Decision::Whole
        );
        let twice = [(header::RANGE, "bytes=0-1"), (header::RANGE, "bytes=5-6")];
        assert_eq!(decided(Method::GET, &twice), Decision::Whole);
        assert_eq!(
            decided(Method::HEAD, &[(header::RANGE, "bytes=0-0")]),
            Decision::Whole
        );
    }

    #[test]
    fn a_range_of_another_version_is_the_whole_of_this_one() {
        let range = (header::RANGE, "bytes=0-0");
        let with = |value| decided(Method::GET, &[range.clone(), (header::IF_RANGE, value)]);
        assert_eq!(with(ETAG), Decision::Part(0..1));
        assert_eq!(with("\"other\""), Decision::Whole);
        assert_eq!(with("W/\"abc\""), Decision::Whole);
        assert_eq!(with("Sat, 29 Oct 1994 19:43:31 GMT"), Decision::Whole);
    }

    #[test]
    fn who_has_it_is_told_so() {
        let none_match = |value| decided(Method::GET, &[(header::IF_NONE_MATCH, value)]);
        assert_eq!(none_match(ETAG), Decision::NotModified);
        assert_eq!(none_match("\"x\", W/\"abc\""), Decision::NotModified);
        assert_eq!(none_match("*"), Decision::NotModified);
        assert_eq!(none_match("\"x\""), Decision::Whole);
    }

    #[test]
    fn who_wants_another_is_told_so() {
        let if_match = |value| decided(Method::GET, &[(header::IF_MATCH, value)]);
        assert_eq!(if_match("\"x\""), Decision::Changed);
        assert_eq!(if_match("W/\"abc\""), Decision::Changed);
        assert_eq!(if_match("\"x\", \"abc\""), Decision::Whole);
        assert_eq!(if_match("*"), Decision::Whole);
    }
}
