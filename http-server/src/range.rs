//! The `Range` header: one run of bytes, or everything.

use std::ops::Range;

/// What a request wants of a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All of it: no range, or one that is not understood, which RFC 9110 has a server ignore.
    Whole,
    /// A run of bytes.
    Part(Range<u64>),
    /// A run outside of it.
    Nothing,
}

/// Reads a `Range` header for something of `len` bytes.
pub fn parse(header: Option<&str>, len: u64) -> Wanted {
    match header.and_then(|text| text.trim().strip_prefix("bytes=")) {
        Some(spec) => parse_spec(spec.trim(), len).unwrap_or(Wanted::Whole),
        None => Wanted::Whole,
    }
}

fn parse_spec(spec: &str, len: u64) -> Option<Wanted> {
    let (first, last) = spec.split_once('-')?;
    let range = match (first, last) {
        ("", suffix) => len.saturating_sub(number(suffix)?)..len,
        (first, "") => number(first)?..len,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..last.saturating_add(1).min(len)
        }
    };
    Some(if range.start >= range.end {
        Wanted::Nothing
    } else {
        Wanted::Part(range)
    })
}

/// Digits only: `parse` alone would take a sign.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    // A number that does not fit lies behind every end.
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_at_the_end() {
        let part = |text| parse(Some(text), 100);
        assert_eq!(part("bytes=0-9"), Wanted::Part(0..10));
        assert_eq!(part("bytes=90-200"), Wanted::Part(90..100));
        assert_eq!(part("bytes=99-"), Wanted::Part(99..100));
        assert_eq!(part("bytes=-5"), Wanted::Part(95..100));
        assert_eq!(part("bytes=-500"), Wanted::Part(0..100));
        assert_eq!(part("bytes=0-18446744073709551615"), Wanted::Part(0..100));
        assert_eq!(
            part("bytes=0-99999999999999999999999"),
            Wanted::Part(0..100)
        );
    }

    #[test]
    fn a_range_outside_wants_nothing() {
        for text in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(parse(Some(text), 100), Wanted::Nothing, "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_wants_everything() {
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=9-5",
            "bytes=1-2,4-5",
            "chunks=1-2",
            "bytes=+1-2",
            "bytes=a-",
        ] {
            assert_eq!(parse(Some(text), 100), Wanted::Whole, "{text}");
        }
        assert_eq!(parse(None, 100), Wanted::Whole);
    }
}
