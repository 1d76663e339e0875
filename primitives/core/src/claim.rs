//! Claims: what an inference worker demands pay for, one leaf for each answer, many in a batch.
//!
//! Goals: worker, client and runtime price a leaf, hash it and sum a batch alike; a batch is one root, signed by one
//! session key, under which each leaf can be shown alone. Numbers of leaves ascend in a channel for ever, so that none is
//! settled twice.
//! Non-goals: who may claim, and when (pallet-inference); what the activation digests are made of (the worker).

use crate::{
    answer::Exchange,
    ids::{Address, Balance, ChannelId},
    merkle,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// First bytes of what a session key signs of a batch. No other message of Ballast begins so.
pub const CLAIMS_DOMAIN: &[u8] = b"ballast/claims/v1";

/// BLAKE3 key derivation context of a leaf's hash.
pub const CLAIM_CONTEXT: &str = "ballast 2026-11-26 claim v1";

/// Tokens that a price is for.
pub const PRICED_TOKENS: Balance = 1_000_000;

/// Price of a million tokens, read and written.
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
pub struct TokenPrice {
    /// Of tokens read.
    pub per_million_in: Balance,
    /// Of tokens written.
    pub per_million_out: Balance,
}

impl TokenPrice {
    /// What one answer costs: both parts together, rounded up once. `None` if it exceeds the range of a balance.
    pub fn cost(&self, tokens_in: u32, tokens_out: u32) -> Option<Balance> {
        let read = self.per_million_in.checked_mul(tokens_in.into())?;
        let written = self.per_million_out.checked_mul(tokens_out.into())?;
        Some(read.checked_add(written)?.div_ceil(PRICED_TOKENS))
    }

    /// Whether nothing costs more than under `limit`.
    pub fn is_within(&self, limit: &TokenPrice) -> bool {
        self.per_million_in <= limit.per_million_in && self.per_million_out <= limit.per_million_out
    }
}

/// What one answer may count at most.
#[derive(
    Clone,
    Copy,
    Debug,
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
pub struct TokenLimits {
    /// Tokens read.
    pub tokens_in: u32,
    /// Tokens written.
    pub tokens_out: u32,
}

impl TokenLimits {
    /// Whether an answer stays within them.
    pub fn allow(&self, exchange: &Exchange) -> bool {
        exchange.tokens_in <= self.tokens_in && exchange.tokens_out <= self.tokens_out
    }
}

/// A claim as it is submitted: chain, channel and model follow from where it is submitted.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ClaimLeaf {
    /// Number of the request in the channel.
    pub number: u64,
    /// Request, response and their tokens.
    pub exchange: Exchange,
    /// Root of the tree over the digests of the activations ([`merkle`]).
    pub activation_root: [u8; 32],
}

/// What a leaf is hashed with.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Claim {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// The channel that pays.
    pub channel: ChannelId,
    /// Address of the model version that answered.
    pub model: Address,
    /// The rest.
    pub leaf: ClaimLeaf,
}

impl Claim {
    /// The leaf's hash.
    pub fn hash(&self) -> [u8; 32] {
        blake3::derive_key(CLAIM_CONTEXT, &self.encode())
    }
}

/// What all leaves of a batch have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchScope {
    /// Genesis hash of the chain.
    pub genesis_hash: [u8; 32],
    /// The channel that pays.
    pub channel: ChannelId,
    /// Address of the model version that answered.
    pub model: Address,
}

impl BatchScope {
    /// The hash of one leaf.
    pub fn leaf_hash(&self, leaf: &ClaimLeaf) -> [u8; 32] {
        let claim = Claim {
            genesis_hash: self.genesis_hash,
            channel: self.channel,
            model: self.model,
            leaf: leaf.clone(),
        };
        claim.hash()
    }

    /// The root over a batch. `None` if it is empty.
    pub fn root(&self, leaves: &[ClaimLeaf]) -> Option<[u8; 32]> {
        let hashes: Vec<_> = leaves.iter().map(|leaf| self.leaf_hash(leaf)).collect();
        merkle::root(&hashes)
    }

    /// The bytes that the session key signs for a batch.
    pub fn signing_payload(&self, root: [u8; 32], count: u32) -> Vec<u8> {
        let mut payload = CLAIMS_DOMAIN.to_vec();
        (self.genesis_hash, self.channel, self.model, root, count).encode_to(&mut payload);
        payload
    }
}

/// What a batch costs: the sum of its leaves' costs, each rounded by itself. `None` if it exceeds the range of a balance.
pub fn batch_cost(leaves: &[ClaimLeaf], price: &TokenPrice) -> Option<Balance> {
    leaves.iter().try_fold(0, |sum: Balance, leaf| {
        let (tokens_in, tokens_out) = (leaf.exchange.tokens_in, leaf.exchange.tokens_out);
        sum.checked_add(price.cost(tokens_in, tokens_out)?)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;
    use crate::answer::tests::exchange;
    use proptest::prelude::*;

    fn scope() -> BatchScope {
        BatchScope {
            genesis_hash: [1; 32],
            channel: ChannelId(2),
            model: Address([3; 32]),
        }
    }

    fn leaf(number: u64) -> ClaimLeaf {
        ClaimLeaf {
            number,
            exchange: exchange(),
            activation_root: [4; 32],
        }
    }

    #[test]
    fn an_answer_is_rounded_up_once() {
        let price = TokenPrice {
            per_million_in: 1,
            per_million_out: 1,
        };
        assert_eq!(price.cost(0, 0), Some(0));
        assert_eq!(price.cost(1, 1), Some(1), "not a planck for each part");
        assert_eq!(price.cost(1_000_000, 0), Some(1));
        assert_eq!(price.cost(1_000_000, 1), Some(2));
        let dear = TokenPrice {
            per_million_in: u128::MAX,
            per_million_out: 1,
        };
        assert_eq!(dear.cost(1, 0), Some(u128::MAX.div_ceil(1_000_000)));
        assert_eq!(dear.cost(1, 1), None);
        assert_eq!(dear.cost(2, 0), None);
    }

    #[test]
    fn every_field_changes_the_hash_of_a_leaf() {
        let base = scope().leaf_hash(&leaf(5));
        let scopes = [
            BatchScope {
                genesis_hash: [9; 32],
                ..scope()
            },
            BatchScope {
                channel: ChannelId(9),
                ..scope()
            },
            BatchScope {
                model: Address([9; 32]),
                ..scope()
            },
        ];
        let mut tokens = leaf(5);
        tokens.exchange.tokens_in = 9;
        let mut digests = leaf(5);
        digests.activation_root = [9; 32];
        for other in scopes.map(|scope| scope.leaf_hash(&leaf(5))) {
            assert_ne!(other, base);
        }
        for other in [leaf(6), tokens, digests] {
            assert_ne!(scope().leaf_hash(&other), base);
        }
    }

    #[test]
    fn a_batch_binds_its_length_and_model() {
        let payload = scope().signing_payload([5; 32], 6);
        assert_eq!(payload.len(), 17 + 32 + 8 + 32 + 32 + 4);
        assert_ne!(scope().signing_payload([5; 32], 7), payload);
        let other = BatchScope {
            model: Address([9; 32]),
            ..scope()
        };
        assert_ne!(other.signing_payload([5; 32], 6), payload);
        assert_eq!(scope().root(&[]), None);
    }

    #[test]
    fn limits_hold_for_each_kind_of_token() {
        let limits = TokenLimits {
            tokens_in: 3,
            tokens_out: 4,
        };
        assert!(limits.allow(&exchange()));
        for (tokens_in, tokens_out) in [(4, 4), (3, 5)] {
            let exchange = Exchange {
                tokens_in,
                tokens_out,
                ..exchange()
            };
            assert!(!limits.allow(&exchange));
        }
    }

    proptest! {
        #[test]
        fn a_cost_is_less_than_a_planck_above_the_exact_one(
            tokens_in: u32, tokens_out: u32, per_million_in in 0u128..1 << 60, per_million_out in 0u128..1 << 60,
        ) {
            let price = TokenPrice { per_million_in, per_million_out };
            let exact = u128::from(tokens_in) * per_million_in + u128::from(tokens_out) * per_million_out;
            let cost = price.cost(tokens_in, tokens_out).unwrap();
            prop_assert!(cost * PRICED_TOKENS >= exact && cost * PRICED_TOKENS < exact + PRICED_TOKENS);
        }

        #[test]
        fn a_batch_costs_what_its_leaves_cost(counts in prop::collection::vec((0u32..5_000, 0u32..5_000), 0..40)) {
            let price = TokenPrice { per_million_in: 1_234_567, per_million_out: 7_654_321 };
            let leaves: Vec<_> = counts.iter().map(|(tokens_in, tokens_out)| {
                let exchange = Exchange { tokens_in: *tokens_in, tokens_out: *tokens_out, ..exchange() };
                ClaimLeaf { exchange, ..leaf(1) }
            }).collect();
            let sum: Balance = counts.iter().map(|(read, written)| price.cost(*read, *written).unwrap()).sum();
            prop_assert_eq!(batch_cost(&leaves, &price), Some(sum));
        }

        #[test]
        fn every_leaf_is_shown_alone(count in 1u32..50, at: u32) {
            let leaves: Vec<_> = (0..u64::from(count)).map(leaf).collect();
            let hashes: Vec<_> = leaves.iter().map(|leaf| scope().leaf_hash(leaf)).collect();
            let index = at % count;
            let path = merkle::siblings(&hashes, index).unwrap();
            let hash = scope().leaf_hash(&leaves[index as usize]);
            prop_assert_eq!(merkle::root_from(hash, index, count, &path), scope().root(&leaves));
        }

        #[test]
        fn a_leaf_survives_its_encoding(number: u64, request_sha256: [u8; 32], tokens_in: u32, tokens_out: u32) {
            let exchange = Exchange { request_sha256, tokens_in, tokens_out, ..exchange() };
            let leaf = ClaimLeaf { number, exchange, activation_root: request_sha256 };
            prop_assert_eq!(ClaimLeaf::decode(&mut &leaf.encode()[..]), Ok(leaf.clone()));
            prop_assert_eq!(leaf.encode().len(), ClaimLeaf::max_encoded_len());
        }
    }
}
