//! JSON bodies of the API. Unknown fields are ignored, so that a worker may say more than a client knows.

use ballast_core::{BlockIndex, EncodingId, ShardIndex, WorkerId};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// What `GET /v1/info` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerIdentity {
    /// Version of this API; 1.
    pub api: u32,
    /// Name and version of the program.
    pub program: String,
    /// Genesis hash of the chain it serves, in hex.
    #[serde(with = "hex_bytes")]
    pub genesis_hash: [u8; 32],
    /// Its account.
    pub worker: WorkerId,
    /// Public key that signs its receipts, in hex.
    #[serde(with = "hex_bytes")]
    pub receipt_key: [u8; 32],
    /// The finalized block it has followed the chain to.
    pub finalized: u32,
    /// Its disk.
    pub space: WorkerSpace,
}

/// Bytes a worker offers and has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerSpace {
    /// Bytes it offers.
    pub capacity: u64,
    /// Bytes of shards held and being received.
    pub used: u64,
}

/// What `GET …/state` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardState {
    /// The encoding.
    pub encoding: EncodingId,
    /// The shard.
    pub shard: ShardIndex,
    /// How far it is.
    pub status: ShardStatus,
    /// Column blocks of the shard.
    pub blocks: u32,
    /// Blocks that are missing, as ranges `[first, past the last)` in ascending order; empty once held.
    pub missing: Vec<(BlockIndex, BlockIndex)>,
    /// Whether the worker has the encoding's cell table.
    pub table: bool,
}

/// How far a shard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShardStatus {
    /// Blocks are missing.
    Receiving,
    /// All blocks are on disk; a receipt can be asked for.
    Held,
}

/// Body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A code that does not change between versions.
    pub code: ErrorCode,
    /// The same for people: what, expected, actual, what to do.
    pub message: String,
    /// With [`ErrorCode::Incomplete`]: the missing blocks, as in [`ShardState::missing`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<(BlockIndex, BlockIndex)>,
}

impl ErrorBody {
    /// An error without a list of blocks.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            error: ErrorDetail {
                code,
                message: message.into(),
                missing: Vec::new(),
            },
        }
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// Codes of errors. Each has one HTTP status; one that this version does not know is kept as text.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[$doc])* $name,)*
            /// A code of a later version.
            Other(String),
        }

        impl ErrorCode {
            /// The code as it is sent.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(code) => code,
                }
            }

            /// The HTTP status it is sent with.
            pub fn status(&self) -> u16 {
                match self {
                    $(Self::$name => $status,)*
                    Self::Other(_) => 500,
                }
            }

            fn parse(code: String) -> Self {
                match code.as_str() {
                    $($text => Self::$name,)*
                    _ => Self::Other(code),
                }
            }

            #[cfg(test)]
            const KNOWN: &[Self] = &[$(Self::$name,)*];
        }
    };
}

error_codes! {
    /// The request makes no sense: a path, a length or a range.
    BadRequest = "bad-request", 400;
    /// Bytes do not hash to what the chain says.
    WrongBytes = "wrong-bytes", 422;
    /// No such route, encoding, shard or block here.
    NotFound = "not-found", 404;
    /// The chain did not assign this shard to this worker.
    NotAssigned = "not-assigned", 403;
    /// The shard is not complete yet.
    Incomplete = "incomplete", 409;
    /// The body is larger than the route allows.
    TooLarge = "too-large", 413;
    /// The range lies outside the shard.
    BadRange = "bad-range", 416;
    /// Too many requests at once.
    Busy = "busy", 503;
    /// The worker, or the client's body, took too long.
    Timeout = "timeout", 503;
    /// The worker has not followed the chain far enough to know this encoding.
    NotSynced = "not-synced", 425;
    /// No room on the disk.
    NoSpace = "no-space", 507;
    /// The worker failed.
    Internal = "internal", 500;
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::parse)
    }
}

mod hex_bytes {
    use super::*;

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let mut bytes = [0; 32];
        let text = String::deserialize(deserializer)?;
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(&text), &mut bytes)
            .map_err(D::Error::custom)?;
        Ok(bytes)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_error_code_survives_json_and_has_an_error_status() {
        for code in ErrorCode::KNOWN {
            let json = serde_json::to_string(&ErrorBody::new(code.clone(), "why")).unwrap();
            assert!(json.contains(&format!("\"code\":\"{code}\"")), "{json}");
            assert_eq!(
                &serde_json::from_str::<ErrorBody>(&json).unwrap().error.code,
                code
            );
            assert!((400..600).contains(&code.status()));
        }
    }

    #[test]
    fn a_code_of_a_later_version_is_kept() {
        let body: ErrorBody =
            serde_json::from_str(r#"{"error": {"code": "on-strike", "message": "", "more": 1}}"#)
                .unwrap();
        assert_eq!(body.error.code, ErrorCode::Other("on-strike".into()));
    }

    #[test]
    fn shard_state_is_the_documented_json() {
        let state = ShardState {
            encoding: EncodingId(7),
            shard: ShardIndex(3),
            status: ShardStatus::Receiving,
            blocks: 5,
            missing: vec![(BlockIndex(1), BlockIndex(3))],
            table: false,
        };
        let json = serde_json::to_value(&state).unwrap();
        let expected = serde_json::json!({
            "encoding": 7, "shard": 3, "status": "receiving", "blocks": 5, "missing": [[1, 3]], "table": false
        });
        assert_eq!(json, expected);
        assert_eq!(
            serde_json::from_value::<ShardState>(expected).unwrap(),
            state
        );
    }
}
