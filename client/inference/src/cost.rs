//! What a request may cost at most. Client and worker work it out alike, so the client signs enough, and no more than it
//! must.

use ballast_core::{
    claim::{TokenLimits, TokenPrice},
    Balance,
};
use serde::Deserialize;

/// Where embeddings are asked for; nothing is written there.
pub const EMBEDDINGS: &str = "/v1/embeddings";

/// What an answer costs if it reads as much as it may and writes `wanted_out`, or as much as it may where nothing is
/// said. `None` if it exceeds the range of a balance.
pub fn ceiling(
    price: &TokenPrice,
    limits: &TokenLimits,
    wanted_out: Option<u32>,
) -> Option<Balance> {
    price.cost(limits.tokens_in, tokens_out(limits, wanted_out))
}

/// Tokens that an answer may write.
pub fn tokens_out(limits: &TokenLimits, wanted: Option<u32>) -> u32 {
    wanted.map_or(limits.tokens_out, |wanted| wanted.min(limits.tokens_out))
}

#[derive(Deserialize, Default)]
struct Asked {
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
}

/// How many tokens a request lets its answer write; `None` where it does not say, or is no request.
pub fn wanted_out(path: &str, body: &[u8]) -> Option<u32> {
    if path == EMBEDDINGS {
        return Some(0);
    }
    let asked: Asked = serde_json::from_slice(body).unwrap_or_default();
    asked.max_completion_tokens.or(asked.max_tokens)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const PRICE: TokenPrice = TokenPrice {
        per_million_in: 1_000_000,
        per_million_out: 3_000_000,
    };
    const LIMITS: TokenLimits = TokenLimits {
        tokens_in: 10,
        tokens_out: 20,
    };

    #[test]
    fn a_request_costs_what_it_may_read_and_asks_to_be_written() {
        let of = |wanted| ceiling(&PRICE, &LIMITS, wanted).unwrap();
        assert_eq!(of(Some(0)), 10);
        assert_eq!(of(Some(5)), 25);
        assert_eq!(of(Some(21)), 70);
        assert_eq!(of(None), 70);
    }

    #[test]
    fn the_newer_field_counts_and_embeddings_write_nothing() {
        let both = br#"{"max_tokens": 3, "max_completion_tokens": 4}"#;
        assert_eq!(wanted_out("/v1/chat/completions", both), Some(4));
        assert_eq!(wanted_out(EMBEDDINGS, both), Some(0));
        assert_eq!(wanted_out("/v1/completions", b"{}"), None);
        assert_eq!(wanted_out("/v1/completions", b"no json"), None);
    }
}
