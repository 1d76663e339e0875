//! Amounts of BAL and of bytes, as people write and read them.

use ballast_core::{
    price::{BAL, BAL_DECIMALS},
    Balance,
};
use serde::{Serialize, Serializer};
use std::{fmt, str::FromStr};

/// An amount of BAL. Text has BAL with decimals; JSON has a string of the smallest unit, since JSON numbers lose digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(pub Balance);

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / BAL, self.0 % BAL);
        let digits = format!("{rest:0width$}", width = usize::from(BAL_DECIMALS));
        match digits.trim_end_matches('0') {
            "" => write!(f, "{whole} BAL"),
            digits => write!(f, "{whole}.{digits} BAL"),
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "{text:?} is no amount of BAL; write 10 or 0.25, with at most {BAL_DECIMALS} decimals"
            )
        };
        let bare = text.strip_suffix("BAL").unwrap_or(text).trim();
        let (whole, decimals) = bare.split_once('.').unwrap_or((bare, ""));
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let fits = decimals.len() <= usize::from(BAL_DECIMALS)
            && !(whole.is_empty() && decimals.is_empty());
        if !fits || !is_number(whole) || !is_number(decimals) {
            return Err(wrong());
        }
        let digits = format!(
            "{whole}{decimals:0<width$}",
            width = usize::from(BAL_DECIMALS)
        );
        digits.parse().map(Self).map_err(|_| wrong())
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number of bytes on the command line: plain, or with a unit (kB, MB, GB, TB, KiB, MiB, GiB, TiB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteCount(pub u64);

const UNITS: [(&str, u64); 9] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("tb", 1_000_000_000_000),
    ("b", 1),
];

impl FromStr for ByteCount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.trim().to_ascii_lowercase();
        let (number, unit) = UNITS
            .iter()
            .find_map(|(name, unit)| Some((lower.strip_suffix(name)?, *unit)))
            .unwrap_or((&lower, 1));
        let number: Option<u64> = number.trim().parse().ok();
        number
            .and_then(|number| number.checked_mul(unit))
            .map(Self)
            .ok_or_else(|| format!("{text:?} is no number of bytes; write 500GB or 2TiB, say"))
    }
}

/// A number of things, for people.
pub fn count_text(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}

/// Bytes with a unit, for people.
pub fn bytes_text(bytes: u64) -> String {
    indicatif::HumanBytes(bytes).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_to_the_last_decimal() {
        let parse = |text: &str| text.parse::<Amount>().map(|amount| amount.0);
        assert_eq!(parse("1"), Ok(BAL));
        assert_eq!(parse("0.000000000001"), Ok(1));
        assert_eq!(parse("12.5 BAL"), Ok(12 * BAL + BAL / 2));
        assert_eq!(parse(".5"), Ok(BAL / 2));
        for wrong in [
            "",
            ".",
            "-1",
            "1e3",
            "1.0000000000001",
            "1,5",
            "x",
            "1.2.3",
            "9".repeat(40).as_str(),
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn amounts_are_printed_without_trailing_zeros() {
        assert_eq!(Amount(0).to_string(), "0 BAL");
        assert_eq!(Amount(BAL * 3 + BAL / 4).to_string(), "3.25 BAL");
        assert_eq!(Amount(1).to_string(), "0.000000000001 BAL");
        assert_eq!(
            serde_json::to_string(&Amount(u128::MAX)).unwrap(),
            format!("\"{}\"", u128::MAX)
        );
        for amount in [0, 1, BAL - 1, BAL, 123 * BAL + 456] {
            assert_eq!(Amount(amount).to_string().parse(), Ok(Amount(amount)));
        }
    }

    #[test]
    fn byte_counts_know_units() {
        let parse = |text: &str| text.parse::<ByteCount>().map(|count| count.0);
        assert_eq!(parse("12"), Ok(12));
        assert_eq!(parse("2GiB"), Ok(2 << 30));
        assert_eq!(parse("2 gb"), Ok(2_000_000_000));
        assert_eq!(parse("7B"), Ok(7));
        for wrong in ["", "GB", "1.5GB", "-1", "99999999TiB"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
