//! Which erasure codes are allowed, and which one a publisher gets by default.
//!
//! Goals: an invalid code cannot exist as a value, so nothing behind this module checks (k, n) again.
//! Non-goals: the arithmetic of the code (crate `ballast-erasure`).

use crate::limits::{MAX_DATA_SHARDS, MAX_SHARDS};
use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// A Reed-Solomon code: any k of n shards rebuild the blob.
///
/// k is a power of two from 2 to 64, so that a stripe is a subtree; 1.5 k <= n <= 4 k and n <= 255.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, MaxEncodedLen, TypeInfo,
)]
pub struct Code {
    k: u8,
    n: u8,
}

/// How many lost shards a publisher wants to survive.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Durability {
    /// n = 2 k.
    #[default]
    Standard,
    /// n = 3 k.
    High,
}

/// Why a pair (k, n) is no code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// k is not allowed.
    #[error("a code needs 2, 4, 8, 16, 32 or 64 data shards, got {k}; choose one of these")]
    DataShards {
        /// The data shards asked for.
        k: u8,
    },
    /// n is not allowed for this k.
    #[error("a code with {k} data shards needs {min} to {max} shards in all, got {n}; choose a number in that range")]
    TotalShards {
        /// The data shards asked for.
        k: u8,
        /// The total asked for.
        n: u8,
        /// Least total for this k.
        min: u8,
        /// Greatest total for this k.
        max: u8,
    },
    /// A string is not `k,n`.
    #[error("a code is written as \"k,n\", for example \"4,8\", got {text:?}")]
    Syntax {
        /// The start of what was given.
        text: String,
    },
}

impl Code {
    /// The code with `k` data shards among `n` in all.
    pub fn new(k: u8, n: u8) -> Result<Self, CodeError> {
        if !k.is_power_of_two() || !(2..=MAX_DATA_SHARDS).contains(&k) {
            return Err(CodeError::DataShards { k });
        }
        let (min, max) = total_range(k);
        if !(min..=max).contains(&n) {
            return Err(CodeError::TotalShards { k, n, min, max });
        }
        Ok(Self { k, n })
    }

    /// The widest code that leaves two active workers spare: k from 2 to 32. `None` with fewer workers than the
    /// smallest code and its spares need.
    pub fn choose(active_workers: u32, durability: Durability) -> Option<Self> {
        const SPARE_WORKERS: u32 = 2;
        let factor = match durability {
            Durability::Standard => 2u8,
            Durability::High => 3u8,
        };
        let shards = active_workers.checked_sub(SPARE_WORKERS)?;
        [32u8, 16, 8, 4, 2]
            .into_iter()
            .filter_map(|k| Self::new(k, k.checked_mul(factor)?).ok())
            .find(|code| u32::from(code.n) <= shards)
    }

    /// Data shards, k.
    pub const fn data_shards(self) -> u8 {
        self.k
    }

    /// Parity shards, n - k.
    pub const fn parity_shards(self) -> u8 {
        self.n.saturating_sub(self.k)
    }

    /// All shards, n.
    pub const fn total_shards(self) -> u8 {
        self.n
    }

    /// Shards that must have receipts before an encoding can be certified: k and half of the rest, rounded up.
    pub const fn quorum(self) -> u8 {
        self.k.saturating_add(self.parity_shards().div_ceil(2))
    }

    /// Shards of one encoding that may be reassigned while it is pending: a quarter, rounded up.
    pub const fn reassign_limit(self) -> u8 {
        self.n.div_ceil(4)
    }
}

fn total_range(k: u8) -> (u8, u8) {
    let (k, max) = (u32::from(k), MAX_SHARDS);
    let narrow = |n: u32| u8::try_from(n.min(max)).unwrap_or(u8::MAX);
    (
        narrow(k.saturating_mul(3).div_ceil(2)),
        narrow(k.saturating_mul(4)),
    )
}

impl Decode for Code {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        let (k, n) = <(u8, u8)>::decode(input)?;
        Self::new(k, n).map_err(|_| CodecError::from("not an allowed code (k, n)"))
    }
}

impl DecodeWithMemTracking for Code {}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({},{})", self.k, self.n)
    }
}

impl FromStr for Code {
    type Err = CodeError;

    /// Parses `k,n`, also in parentheses as [`Display`](fmt::Display) writes it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let syntax = || CodeError::Syntax {
            text: text.chars().take(40).collect(),
        };
        let bare = text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'))
            .unwrap_or(text);
        let (k, n) = bare.split_once(',').ok_or_else(syntax)?;
        let number = |part: &str| part.trim().parse::<u8>().map_err(|_| syntax());
        Self::new(number(k)?, number(n)?)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{},{}", self.k, self.n))
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn exactly_the_designed_codes_exist() {
        for k in 0..=u8::MAX {
            for n in 0..=u8::MAX {
                let designed = [2, 4, 8, 16, 32, 64].contains(&k)
                    && 2 * u32::from(n) >= 3 * u32::from(k)
                    && u32::from(n) <= 4 * u32::from(k);
                assert_eq!(Code::new(k, n).is_ok(), designed, "({k},{n})");
                assert_eq!(
                    Code::decode(&mut &[k, n][..]).is_ok(),
                    designed,
                    "({k},{n})"
                );
            }
        }
    }

    #[test]
    fn quorum_and_reassign_limit_are_the_designed_ones() {
        let code = Code::new(16, 32).unwrap();
        assert_eq!(
            (code.quorum(), code.reassign_limit(), code.parity_shards()),
            (24, 8, 16)
        );
        let odd = Code::new(2, 3).unwrap();
        assert_eq!((odd.quorum(), odd.reassign_limit()), (3, 1));
        let wide = Code::new(64, 255).unwrap();
        assert_eq!((wide.quorum(), wide.reassign_limit()), (160, 64));
    }

    #[test]
    fn the_default_leaves_two_workers_spare() {
        let standard =
            |workers| Code::choose(workers, Durability::Standard).map(|code| (code.k, code.n));
        let high = |workers| Code::choose(workers, Durability::High).map(|code| (code.k, code.n));
        assert_eq!(
            (standard(0), standard(5), standard(6)),
            (None, None, Some((2, 4)))
        );
        assert_eq!((standard(9), standard(10)), (Some((2, 4)), Some((4, 8))));
        assert_eq!(
            (standard(65), standard(66), standard(u32::MAX)),
            (Some((16, 32)), Some((32, 64)), Some((32, 64)))
        );
        assert_eq!(
            (high(7), high(8), high(98)),
            (None, Some((2, 6)), Some((32, 96)))
        );
    }

    #[test]
    fn text_and_json_forms_round_trip() {
        let code = Code::new(4, 8).unwrap();
        assert_eq!(code.to_string(), "(4,8)");
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!("4, 8".parse(), Ok(code));
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"4,8\"");
        assert_eq!(serde_json::from_str::<Code>("\"4,8\"").unwrap(), code);
        assert!(serde_json::from_str::<Code>("\"4,5\"").is_err());
        for text in ["", "4", "4,8,9", "4;8", "-4,8", "4,256"] {
            assert!(
                matches!(text.parse::<Code>(), Err(CodeError::Syntax { .. })),
                "{text}"
            );
        }
    }
}
