//! What client and worker send each other about payment: x402 (version 2, transport HTTP) with the scheme
//! `batch-settlement`, whose vouchers are those of `ballast-core`, and signed answers.
//!
//! Goals: both sides read and write the same objects; what does not parse is refused with a reason.
//! Non-goals: whether a voucher is good (the worker, by the chain) or an answer (`crate::answer`).

use ballast_core::{
    answer::{AnswerBody, Exchange},
    claim::{TokenLimits, TokenPrice},
    voucher::Voucher,
    Address, Balance, ChannelId, Numbers,
};
use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{de::DeserializeOwned, Deserialize, Serialize};

/// Version of x402.
pub const X402_VERSION: u32 = 2;
/// The scheme of x402: cumulative vouchers that are redeemed in batches.
pub const SCHEME: &str = "batch-settlement";
/// What is paid with.
pub const ASSET: &str = "BAL";
/// Header of an answer 402: base64 of a [`PaymentRequired`].
pub const REQUIRED_HEADER: &str = "payment-required";
/// Header of a request that is paid: base64 of a [`PaymentPayload`].
pub const PAYMENT_HEADER: &str = "payment-signature";
/// Header of an answer: its signature, JSON of a [`SignedAnswer`].
pub const ANSWER_HEADER: &str = "x-ballast-answer";
/// Event of a stream with the signature.
pub const ANSWER_EVENT: &str = "ballast.answer";
/// Longest header that is read.
pub const HEADER_LEN_MAX: usize = 4096;

/// Something on the wire is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WireError(pub String);

/// Answer 402: what a request costs at most, and how to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRequired {
    /// Version of x402.
    #[serde(rename = "x402Version")]
    pub version: u32,
    /// Why this request was not answered.
    pub error: String,
    /// What is paid for.
    pub resource: Resource,
    /// How to pay.
    pub accepts: Vec<Terms>,
}

/// What is paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// Its path at the worker.
    pub url: String,
    /// In words.
    pub description: String,
    /// Of the answer.
    pub mime_type: String,
}

/// One way to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Terms {
    /// [`SCHEME`].
    pub scheme: String,
    /// The chain, by CAIP-2: [`network`].
    pub network: String,
    /// What this request may cost at most, in planck.
    pub amount: String,
    /// [`ASSET`].
    pub asset: String,
    /// The worker's account, in SS58 form.
    pub pay_to: String,
    /// How long an answer may take.
    pub max_timeout_seconds: u64,
    /// What Ballast adds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// What Ballast adds to the terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
    /// Genesis hash of the chain.
    pub genesis_hash: String,
    /// The model version, by its manifest's address.
    pub model: String,
    /// What `ballast channel open` takes for it.
    pub offer: String,
    /// Price of a million tokens read, in planck.
    pub price_per_million_in: String,
    /// Price of a million tokens written, in planck.
    pub price_per_million_out: String,
    /// Most tokens read for one answer.
    pub max_tokens_in: u32,
    /// Most tokens written in one answer.
    pub max_tokens_out: u32,
    /// The highest tier that a channel may demand.
    pub tier: String,
    /// Numbers that the answer is computed in, `float32` or `bfloat16`.
    pub numbers: Numbers,
    /// Where the channel that was to pay stands, so that a client can see where its books differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_state: Option<ChannelState>,
}

/// Where a channel stands, by the worker's books.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChannelState {
    /// The channel.
    pub channel_id: u64,
    /// What was put into it, in planck.
    pub balance: String,
    /// What was drawn on chain, in planck.
    pub total_claimed: String,
    /// What the answers so far cost, in planck.
    pub charged_cumulative_amount: String,
    /// The greatest number that was answered.
    pub last_number: u64,
}

/// A payment: the voucher, and the terms that it is meant for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentPayload {
    /// Version of x402.
    #[serde(rename = "x402Version")]
    pub version: u32,
    /// The terms.
    pub accepted: Terms,
    /// The voucher.
    pub payload: VoucherPayload,
}

/// A voucher with its channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoucherPayload {
    /// The channel.
    pub channel_id: u64,
    /// What may have been drawn in all, in planck.
    pub amount: String,
    /// Number of the request.
    pub number: u64,
    /// sr25519 signature by the channel's signer, in hex after 0x.
    pub signature: String,
}

impl VoucherPayload {
    /// For a voucher.
    pub fn new(channel: ChannelId, voucher: &Voucher) -> Self {
        Self {
            channel_id: channel.0,
            amount: voucher.amount.to_string(),
            number: voucher.number,
            signature: hex0x(&voucher.signature),
        }
    }

    /// The voucher.
    pub fn voucher(&self) -> Result<Voucher, WireError> {
        Ok(Voucher {
            amount: amount(&self.amount)?,
            number: self.number,
            signature: bytes(&self.signature)?,
        })
    }
}

impl Extra {
    /// The price.
    pub fn price(&self) -> Result<TokenPrice, WireError> {
        Ok(TokenPrice {
            per_million_in: amount(&self.price_per_million_in)?,
            per_million_out: amount(&self.price_per_million_out)?,
        })
    }

    /// The limits.
    pub fn limits(&self) -> TokenLimits {
        TokenLimits {
            tokens_in: self.max_tokens_in,
            tokens_out: self.max_tokens_out,
        }
    }
}

/// A signed answer as workers give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedAnswer {
    /// Form of this object, and of what is signed.
    pub version: u32,
    /// Chain that the answer is for.
    pub genesis_hash: String,
    /// Model version that answered: the address of its manifest.
    pub model: String,
    /// Channel that pays; 0 for none.
    pub channel: u64,
    /// Number of the request in the channel; 0 for none.
    pub number: u64,
    /// SHA-256 of the request's body.
    pub request_sha256: String,
    /// SHA-256 of the response's body; of a stream, of all its bytes before the signature's event.
    pub response_sha256: String,
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
    /// Public session key.
    pub session_key: String,
    /// sr25519 signature.
    pub signature: String,
}

impl SignedAnswer {
    /// Form of this object.
    pub const VERSION: u32 = 1;

    /// With this content.
    pub fn new(body: &AnswerBody, session_key: [u8; 32], signature: [u8; 64]) -> Self {
        Self {
            version: Self::VERSION,
            genesis_hash: hex0x(&body.genesis_hash),
            model: body.model.to_string(),
            channel: body.channel.0,
            number: body.number,
            request_sha256: hex::encode(body.exchange.request_sha256),
            response_sha256: hex::encode(body.exchange.response_sha256),
            tokens_in: body.exchange.tokens_in,
            tokens_out: body.exchange.tokens_out,
            session_key: hex0x(&session_key),
            signature: hex0x(&signature),
        }
    }

    /// What is signed.
    pub fn body(&self) -> Result<AnswerBody, WireError> {
        if self.version != Self::VERSION {
            return Err(WireError(format!(
                "the signed answer has version {}, {} is known here; use a newer program",
                self.version,
                Self::VERSION
            )));
        }
        let model: Result<Address, _> = self.model.parse();
        Ok(AnswerBody {
            genesis_hash: bytes(&self.genesis_hash)?,
            model: model
                .map_err(|_| WireError(format!("{:?} is no model's address", self.model)))?,
            channel: ChannelId(self.channel),
            number: self.number,
            exchange: Exchange {
                request_sha256: bytes(&self.request_sha256)?,
                response_sha256: bytes(&self.response_sha256)?,
                tokens_in: self.tokens_in,
                tokens_out: self.tokens_out,
            },
        })
    }

    /// Key and signature.
    pub fn key_and_signature(&self) -> Result<([u8; 32], [u8; 64]), WireError> {
        Ok((bytes(&self.session_key)?, bytes(&self.signature)?))
    }
}

/// The chain's name by CAIP-2: the first 32 hex digits of its genesis hash.
pub fn network(genesis_hash: &[u8; 32]) -> String {
    let (start, _) = genesis_hash.split_at(16);
    format!("polkadot:{}", hex::encode(start))
}

/// An object as the value of a header.
pub fn to_header(object: &impl Serialize) -> String {
    STANDARD.encode(serde_json::to_vec(object).unwrap_or_default())
}

/// An object out of the value of a header.
pub fn from_header<T: DeserializeOwned>(value: &str) -> Result<T, WireError> {
    if value.len() > HEADER_LEN_MAX {
        return Err(WireError(format!(
            "the header has {} bytes, {HEADER_LEN_MAX} are the most",
            value.len()
        )));
    }
    let json = STANDARD
        .decode(value.trim())
        .map_err(|_| WireError("the header is no base64".into()))?;
    serde_json::from_slice(&json)
        .map_err(|error| WireError(format!("the header has the wrong form: {error}")))
}

/// An amount in planck.
pub fn amount(text: &str) -> Result<Balance, WireError> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = digits.then(|| text.parse().ok()).flatten();
    parsed.ok_or_else(|| WireError(format!("{text:?} is no amount in planck; write its digits")))
}

pub(crate) fn hex0x(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

pub(crate) fn bytes<const LEN: usize>(text: &str) -> Result<[u8; LEN], WireError> {
    let decoded = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    decoded
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| WireError(format!("{text:?} has not {} hex digits", LEN * 2)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms() -> Terms {
        Terms {
            scheme: SCHEME.into(),
            network: network(&[0xab; 32]),
            amount: "7".into(),
            asset: ASSET.into(),
            pay_to: "5F".into(),
            max_timeout_seconds: 60,
            extra: None,
        }
    }

    #[test]
    fn field_names_are_those_of_x402() {
        let voucher = Voucher {
            amount: u128::MAX,
            number: 3,
            signature: [4; 64],
        };
        let payload = PaymentPayload {
            version: X402_VERSION,
            accepted: terms(),
            payload: VoucherPayload::new(ChannelId(9), &voucher),
        };
        let json = serde_json::to_value(&payload).unwrap();
        assert_eq!(json["x402Version"], 2);
        assert_eq!(json["accepted"]["payTo"], "5F");
        assert_eq!(json["accepted"]["maxTimeoutSeconds"], 60);
        assert_eq!(
            json["accepted"]["network"],
            "polkadot:abababababababababababababababab"
        );
        assert_eq!(json["payload"]["amount"], u128::MAX.to_string());
        let read: PaymentPayload = from_header(&to_header(&payload)).unwrap();
        assert_eq!(read.payload.voucher().unwrap(), voucher);
        assert_eq!(read, payload);
    }

    #[test]
    fn what_is_no_payment_is_told() {
        for (header, word) in [
            ("%", "base64"),
            ("e30=", "x402Version"),
            (&"A".repeat(HEADER_LEN_MAX + 1), "bytes"),
        ] {
            let error = from_header::<PaymentPayload>(header).unwrap_err();
            assert!(error.to_string().contains(word), "{error}");
        }
        for text in ["", "-1", "+1", "1.5", "0x1", &"9".repeat(40)] {
            assert!(amount(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_signed_answer_gives_back_what_is_signed(
            hashes: [[u8; 32]; 4], channel: u64, number: u64, tokens: (u32, u32), key: [u8; 32]
        ) {
            let body = AnswerBody {
                genesis_hash: hashes[0],
                model: Address(hashes[1]),
                channel: ChannelId(channel),
                number,
                exchange: Exchange {
                    request_sha256: hashes[2],
                    response_sha256: hashes[3],
                    tokens_in: tokens.0,
                    tokens_out: tokens.1,
                },
            };
            let signed = SignedAnswer::new(&body, key, [8; 64]);
            let json = serde_json::to_string(&signed).unwrap();
            let read: SignedAnswer = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(read.body().unwrap(), body);
            prop_assert_eq!(read.key_and_signature().unwrap(), (key, [8; 64]));
        }
    }
}
