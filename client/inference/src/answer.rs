//! Whether a signed answer is one: for this request, these bytes, this channel and number, and no dearer than agreed.

use crate::wire::{SignedAnswer, WireError};
use ballast_core::{answer::AnswerBody, claim::TokenLimits, Address, ChannelId};

/// What was asked, and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The chain.
    pub genesis_hash: [u8; 32],
    /// The model version that is paid for.
    pub model: Address,
    /// The channel that pays.
    pub channel: ChannelId,
    /// The request's number.
    pub number: u64,
    /// SHA-256 of the request's body.
    pub request_sha256: [u8; 32],
    /// Most tokens of the answer.
    pub limits: TokenLimits,
}

/// An answer that was signed as it should be; whether the key is one, the chain tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The key that signed.
    pub session_key: [u8; 32],
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
}

/// The worker's word is not what it should be: it must not be paid any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// There is no signature.
    #[error("the worker's answer is not signed")]
    Unsigned,
    /// It does not parse.
    #[error("the worker's signed answer is malformed: {0}")]
    Malformed(#[from] WireError),
    /// It is about something else.
    #[error("the worker signed an answer with another {what} than this one has")]
    Other {
        /// What differs.
        what: &'static str,
    },
    /// It counts more than was agreed.
    #[error("the worker counts {tokens_in} tokens read and {tokens_out} written, the request allows {} and {}", .limits.tokens_in, .limits.tokens_out)]
    TooMany {
        /// Tokens read.
        tokens_in: u32,
        /// Tokens written.
        tokens_out: u32,
        /// What is allowed.
        limits: TokenLimits,
    },
    /// The signature is none.
    #[error("the signature of the worker's answer does not hold")]
    Signature,
    /// The key is not one of this worker, or its tier is too low.
    #[error(
        "the worker's answer is signed by a key that has {actual} on chain, {wanted} was agreed"
    )]
    Key {
        /// The tier it has.
        actual: String,
        /// The tier of the channel.
        wanted: String,
    },
}

/// Checks everything but the key. `response_sha256` is `None` where the bytes are not known, as after a restart.
pub fn check(
    signed: &SignedAnswer,
    asked: &Asked,
    response_sha256: Option<[u8; 32]>,
) -> Result<Checked, Distrust> {
    let body = signed.body()?;
    let (session_key, signature) = signed.key_and_signature()?;
    same(&body, asked, response_sha256)?;
    let exchange = &body.exchange;
    let (tokens_in, tokens_out) = (exchange.tokens_in, exchange.tokens_out);
    if !asked.limits.allow(exchange) {
        return Err(Distrust::TooMany {
            tokens_in,
            tokens_out,
            limits: asked.limits,
        });
    }
    match ballast_chain::verify(&session_key, &body.signing_payload(), &signature) {
        true => Ok(Checked {
            session_key,
            tokens_in,
            tokens_out,
        }),
        false => Err(Distrust::Signature),
    }
}

fn same(
    body: &AnswerBody,
    asked: &Asked,
    response_sha256: Option<[u8; 32]>,
) -> Result<(), Distrust> {
    let response = response_sha256.unwrap_or(body.exchange.response_sha256);
    let pairs = [
        (body.genesis_hash == asked.genesis_hash, "chain"),
        (body.model == asked.model, "model"),
        (body.channel == asked.channel, "channel"),
        (body.number == asked.number, "number"),
        (
            body.exchange.request_sha256 == asked.request_sha256,
            "request",
        ),
        (body.exchange.response_sha256 == response, "response"),
    ];
    match pairs.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(Distrust::Other { what }),
        None => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_chain::Signer;
    use ballast_core::answer::Exchange;

    fn asked() -> Asked {
        Asked {
            genesis_hash: [1; 32],
            model: Address([2; 32]),
            channel: ChannelId(3),
            number: 4,
            request_sha256: [5; 32],
            limits: TokenLimits {
                tokens_in: 10,
                tokens_out: 20,
            },
        }
    }

    fn signed(change: impl Fn(&mut AnswerBody)) -> SignedAnswer {
        let asked = asked();
        let mut body = AnswerBody {
            genesis_hash: asked.genesis_hash,
            model: asked.model,
            channel: asked.channel,
            number: asked.number,
            exchange: Exchange {
                request_sha256: asked.request_sha256,
                response_sha256: [6; 32],
                tokens_in: 10,
                tokens_out: 20,
            },
        };
        change(&mut body);
        let signer = Signer::from_dev("Alice").unwrap();
        SignedAnswer::new(
            &body,
            signer.account(),
            signer.sign(&body.signing_payload()),
        )
    }

    fn result(signed: &SignedAnswer) -> Result<Checked, Distrust> {
        check(signed, &asked(), Some([6; 32]))
    }

    #[test]
    fn a_true_answer_passes_also_where_its_bytes_are_not_known() {
        let found = result(&signed(|_| ())).unwrap();
        assert_eq!((found.tokens_in, found.tokens_out), (10, 20));
        assert_eq!(check(&signed(|_| ()), &asked(), None), Ok(found));
    }

    #[test]
    fn an_answer_to_anything_else_is_told_by_what_differs() {
        let other = |what| Err(Distrust::Other { what });
        assert_eq!(
            result(&signed(|body| body.genesis_hash = [9; 32])),
            other("chain")
        );
        assert_eq!(
            result(&signed(|body| body.model = Address([9; 32]))),
            other("model")
        );
        assert_eq!(
            result(&signed(|body| body.channel = ChannelId(9))),
            other("channel")
        );
        assert_eq!(result(&signed(|body| body.number = 9)), other("number"));
        assert_eq!(
            result(&signed(|body| body.exchange.request_sha256 = [9; 32])),
            other("request")
        );
        assert_eq!(
            result(&signed(|body| body.exchange.response_sha256 = [9; 32])),
            other("response")
        );
    }

    #[test]
    fn an_answer_that_counts_too_much_or_is_signed_by_another_is_refused() {
        assert!(matches!(
            result(&signed(|body| body.exchange.tokens_in = 11)),
            Err(Distrust::TooMany { .. })
        ));
        assert!(matches!(
            result(&signed(|body| body.exchange.tokens_out = 21)),
            Err(Distrust::TooMany { .. })
        ));
        let mut changed = signed(|_| ());
        changed.tokens_out = 19;
        assert_eq!(result(&changed), Err(Distrust::Signature));
        changed.signature = "0x12".into();
        assert!(matches!(result(&changed), Err(Distrust::Malformed(_))));
    }
}
