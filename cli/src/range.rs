//! Byte ranges on the command line, as HTTP writes them (RFC 9110, section 14.1.2): the last byte is part of the range.

use std::{fmt, ops::Range, str::FromStr};

/// Bytes of a blob or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// `a-b`: from byte a to byte b, both included.
    Between(u64, u64),
    /// `a-`: from byte a to the end.
    From(u64),
    /// `-n`: the last n bytes.
    Last(u64),
}

impl ByteRange {
    /// The range in something of this length, the end excluded. What is not all there is refused: a shorter answer
    /// than was asked for would go unnoticed.
    pub fn within(&self, len: u64) -> Result<Range<u64>, String> {
        let range = match *self {
            Self::Between(first, last) if last < len => first..last.saturating_add(1),
            Self::From(first) if first <= len => first..len,
            Self::Last(count) if count <= len => len.saturating_sub(count)..len,
            _ => {
                let rest = match len {
                    0 => "there are no bytes; leave --range out".to_string(),
                    1 => "there is one byte; ask for 0-0".to_string(),
                    len => format!("there are {len} bytes; ask for some of 0-{}", len - 1),
                };
                return Err(format!("--range {self}: {rest}"));
            }
        };
        Ok(range)
    }
}

impl FromStr for ByteRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || {
            format!("{text:?} is no range; write 0-499 for the first 500 bytes, 500- for all after them, -500 for the last 500")
        };
        let number = |digits: &str| match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse::<u64>().map_err(|_| refuse()),
            false => Err(refuse()),
        };
        match text.split_once('-').ok_or_else(refuse)? {
            ("", "") => Err(refuse()),
            ("", count) => number(count).map(Self::Last),
            (first, "") => number(first).map(Self::From),
            (first, last) => match (number(first)?, number(last)?) {
                (first, last) if first <= last => Ok(Self::Between(first, last)),
                _ => Err(format!(
                    "{text:?} ends before it starts; the smaller number comes first"
                )),
            },
        }
    }
}

impl fmt::Display for ByteRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between(first, last) => write!(f, "{first}-{last}"),
            Self::From(first) => write!(f, "{first}-"),
            Self::Last(count) => write!(f, "-{count}"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn within(text: &str, len: u64) -> Option<Range<u64>> {
        text.parse::<ByteRange>().unwrap().within(len).ok()
    }

    #[test]
    fn the_last_byte_is_part_of_the_range() {
        assert_eq!(within("0-0", 10), Some(0..1));
        assert_eq!(within("3-9", 10), Some(3..10));
        assert_eq!(within("3-", 10), Some(3..10));
        assert_eq!(within("-4", 10), Some(6..10));
        assert_eq!(within("-10", 10), Some(0..10));
        assert_eq!(within("10-", 10), Some(10..10));
    }

    #[test]
    fn what_is_not_all_there_is_refused_with_the_length() {
        for text in ["3-10", "10-10", "11-", "-11", "0-18446744073709551615"] {
            assert_eq!(within(text, 10), None, "{text}");
        }
        assert_eq!(within("0-0", 0), None);
        let error = "3-10".parse::<ByteRange>().unwrap().within(10).unwrap_err();
        assert!(
            error.contains("10 bytes") && error.contains("0-9"),
            "{error}"
        );
        for (len, remedy) in [(0, "leave --range out"), (1, "ask for 0-0")] {
            let error = "0-9".parse::<ByteRange>().unwrap().within(len).unwrap_err();
            assert!(error.contains(remedy), "{error}");
        }
    }

    #[test]
    fn only_ranges_are_ranges_and_are_written_as_they_were_read() {
        for text in [
            "",
            "-",
            "5",
            "a-b",
            "5-4",
            "1-2-3",
            "+1-2",
            "1 - 2",
            "-0x1",
            "99999999999999999999-",
        ] {
            assert!(text.parse::<ByteRange>().is_err(), "{text:?}");
        }
        for text in ["0-499", "500-", "-500"] {
            assert_eq!(text.parse::<ByteRange>().unwrap().to_string(), text);
        }
    }
}
