//! The numbers that a model is computed in. Honest runs in the same lie far closer together than those in others.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{fmt, str::FromStr};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The numbers that a model is computed in, by the names that PyTorch and safetensors have for them.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Numbers {
    /// All in 32 bits, with the weights as they were published.
    #[codec(index = 0)]
    #[serde(rename = "float32")]
    Float32,
    /// The same with each weight rounded to 16 bits, 8 of them the exponent, so that a GPU holds them in half of the memory.
    #[codec(index = 1)]
    #[serde(rename = "bfloat16")]
    BFloat16,
}

impl Numbers {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Float32, Self::BFloat16];

    /// What people call them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::BFloat16 => "bfloat16",
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that names no numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the numbers of a model are float32 or bfloat16")]
pub struct NoNumbers;

impl FromStr for Numbers {
    type Err = NoNumbers;

    fn from_str(text: &str) -> Result<Self, NoNumbers> {
        Self::ALL
            .into_iter()
            .find(|numbers| numbers.name() == text)
            .ok_or(NoNumbers)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_everywhere() {
        for (numbers, index, name) in [
            (Numbers::Float32, 0, "float32"),
            (Numbers::BFloat16, 1, "bfloat16"),
        ] {
            assert_eq!(numbers.to_string(), name);
            assert_eq!(name.parse(), Ok(numbers));
            assert_eq!(serde_json::to_value(numbers).unwrap(), name);
            assert_eq!(numbers.encode(), [index]);
        }
        for other in ["", "Float32", "f32", "float16", "bfloat16 "] {
            assert_eq!(other.parse::<Numbers>(), Err(NoNumbers), "{other:?}");
        }
        assert!(Numbers::decode(&mut &[2u8][..]).is_err());
    }
}
