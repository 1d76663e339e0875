//! Ids and counters, each with a type of its own: index, count and length look alike and are not.
//!
//! Byte ids print and parse as lower-case hex (an [`Address`] prints as `b3sum` prints it), numbers as decimals; serde
//! uses the hex for bytes and plain numbers for numbers.

use alloc::string::String;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// Amount of the token, in its smallest part (BAL has 12 decimals).
pub type Balance = u128;

/// Number of a block of the chain.
pub type BlockNumber = u32;

/// A string is not the hex form of a byte id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {expected} hex digits, got {actual:?}; copy the whole id")]
pub struct ParseIdError {
    what: &'static str,
    expected: usize,
    actual: String,
}

macro_rules! byte_id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
            Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
        )]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// The bytes.
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }
        }

        impl From<[u8; $len]> for $name {
            fn from(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                write_hex(f, &self.0)?;
                f.write_str(")")
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            /// Parses hex of either case, with or without `0x`.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0; $len];
                hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
                    .map(|()| Self(bytes))
                    .map_err(|_| ParseIdError {
                        what: stringify!($name),
                        expected: 2 * $len,
                        actual: text.chars().take(80).collect(),
                    })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $number:ty) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
            Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
        )]
        #[serde(transparent)]
        pub struct $name(pub $number);

        impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = core::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

byte_id! {
    /// Address of a blob: the plain BLAKE3 of its bytes, what `b3sum` prints.
    Address, 32
}

byte_id! {
    /// Value of a subtree that is not the root of a blob: a cell value, shard root or group value.
    ChainingValue, 32
}

byte_id! {
    /// A worker, by its account.
    WorkerId, 32
}

byte_id! {
    /// Who runs a worker, by account.
    OperatorId, 32
}

byte_id! {
    /// Linear fingerprint of a shard, an element of GF(2^8)^16.
    Fingerprint, 16
}

number_id! {
    /// One way a blob is stored. Never reused.
    EncodingId, u64
}

number_id! {
    /// A retrieval challenge; never reused.
    RetrievalId, u64
}

number_id! {
    /// A payment channel. Never reused.
    ChannelId, u64
}

number_id! {
    /// A settled batch of claims. Never reused.
    SettlementId, u64
}

number_id! {
    /// A column of an encoding: below k a data shard, from k on a parity shard.
    ShardIndex, u8
}

number_id! {
    /// A stripe of an encoding.
    StripeIndex, u32
}

number_id! {
    /// A column block: bytes [1 MiB * i, 1 MiB * (i + 1)) of a column.
    BlockIndex, u32
}

number_id! {
    /// A chunk within a column: bytes [1 KiB * i, 1 KiB * (i + 1)) of the column.
    ChunkIndex, u64
}

number_id! {
    /// Number of a storage epoch, the unit of leases.
    StorageEpoch, u32
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn an_address_prints_as_b3sum_prints_it() {
        let address = Address(*blake3::hash(b"").as_bytes());
        let text = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";
        assert_eq!(address.to_string(), text);
        assert_eq!(text.parse(), Ok(address));
        assert_eq!(alloc::format!("0x{text}").parse(), Ok(address));
    }

    #[test]
    fn ids_survive_json() {
        let address = Address([0xab; 32]);
        let json = serde_json::to_string(&address).unwrap();
        assert_eq!(json, alloc::format!("\"{}\"", "ab".repeat(32)));
        assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
        assert_eq!(serde_json::to_string(&EncodingId(7)).unwrap(), "7");
    }

    #[test]
    fn a_short_or_foreign_string_is_no_id() {
        assert!("ab".parse::<Address>().is_err());
        assert!("zz".repeat(32).parse::<Address>().is_err());
        assert!("ab".repeat(33).parse::<Address>().is_err());
        let error = "é".repeat(500).parse::<WorkerId>().unwrap_err().to_string();
        assert!(error.starts_with("WorkerId must be 64 hex digits") && error.len() < 300);
    }

    #[test]
    fn ids_encode_as_their_plain_content() {
        assert_eq!(Address([1; 32]).encode(), [1; 32]);
        assert_eq!(EncodingId(5).encode(), 5u64.encode());
    }
}
