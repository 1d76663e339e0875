//! What an answer in text leaves behind for who runs it again: its tokens, and the greatest activations of each chunk.

use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{Deserialize, Serialize};

/// Bytes of an activation: its place, its value.
const ACTIVATION_LEN: usize = 6;

/// One of the greatest activations of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Number of the token in its chunk times the length of a hidden state, plus the place in that.
    pub index: u32,
    /// The bits of its value as bfloat16.
    pub value: u16,
}

/// The greatest activations of a chunk, by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activations(pub Vec<Activation>);

/// What an answer leaves behind.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The tokens of the answer, the one that ended it included.
    pub tokens: Vec<u32>,
    /// The greatest activations of every chunk of them.
    pub chunks: Vec<Activations>,
}

impl Activations {
    fn to_base64(&self) -> String {
        let bytes = self.0.iter().flat_map(|one| {
            let (index, value) = (one.index.to_le_bytes(), one.value.to_le_bytes());
            index.into_iter().chain(value)
        });
        STANDARD.encode(bytes.collect::<Vec<u8>>())
    }

    fn from_base64(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text).ok()?;
        let (all, rest) = bytes.as_chunks::<ACTIVATION_LEN>();
        let one = |[a, b, c, d, e, f]: &[u8; ACTIVATION_LEN]| Activation {
            index: u32::from_le_bytes([*a, *b, *c, *d]),
            value: u16::from_le_bytes([*e, *f]),
        };
        rest.is_empty().then(|| Self(all.iter().map(one).collect()))
    }
}

impl Serialize for Activations {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for Activations {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_base64(&text).ok_or_else(|| serde::de::Error::custom("no activations in base64"))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_arrives_as_it_was() {
        let activation = |index, value| Activation { index, value };
        let trace = Trace {
            tokens: vec![0, 7, u32::MAX],
            chunks: vec![
                Activations::default(),
                Activations(vec![activation(0, 1), activation(u32::MAX, 0xff7f)]),
            ],
        };
        let json = serde_json::to_string(&trace).unwrap();
        assert!(serde_json::from_str::<Trace>(&json).unwrap() == trace);
        for broken in ["\"AAAA\"", "\"?\"", "5"] {
            assert!(
                serde_json::from_str::<Activations>(broken).is_err(),
                "{broken}"
            );
        }
    }
}
