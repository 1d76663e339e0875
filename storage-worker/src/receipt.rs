//! Signing a receipt: only for a shard that is assigned to this worker, complete, durable and undamaged.

use crate::{
    assign::Assigned,
    facts::ShardKey,
    key::ReceiptKey,
    store::{ShardState, Store, StoreError},
};
use ballast_core::{
    receipt::{Receipt, ReceiptBody},
    BlockNumber, Fingerprint,
};
use std::ops::Range;

/// How far a shard is from a receipt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Durable {
    /// It is durable, in place and not damaged.
    Whole(Fingerprint),
    /// It is damaged.
    Damaged,
    /// Blocks are missing: how many, and the first runs of them; `None` when all are.
    Missing(Option<(u32, Vec<Range<u32>>)>),
}

/// Whether a receipt may be signed for a shard. Blocks.
pub fn durable(store: &Store, key: ShardKey) -> Result<Durable, StoreError> {
    Ok(match store.state(key)? {
        ShardState::Absent => Durable::Missing(None),
        ShardState::Receiving {
            received,
            total,
            missing,
        } => Durable::Missing(Some((total - received, missing))),
        ShardState::Held { damaged: true, .. } => Durable::Damaged,
        ShardState::Held { fingerprint, .. } if store.is_in_place(key)? => {
            Durable::Whole(fingerprint)
        }
        ShardState::Held { .. } => {
            store.mark_damaged(key)?;
            Durable::Damaged
        }
    })
}

/// The receipt for an assigned shard with this fingerprint, good for `max_age` blocks from `finalized` on.
pub fn issue(
    key: &ReceiptKey,
    genesis_hash: [u8; 32],
    assigned: &Assigned,
    fingerprint: Fingerprint,
    finalized: BlockNumber,
    max_age: BlockNumber,
) -> Receipt {
    let body = body(genesis_hash, assigned, fingerprint, finalized, max_age);
    let signature = key.sign(&body.signing_payload());
    Receipt::new(&body, signature)
}

/// What that receipt says.
pub fn body(
    genesis_hash: [u8; 32],
    assigned: &Assigned,
    fingerprint: Fingerprint,
    finalized: BlockNumber,
    max_age: BlockNumber,
) -> ReceiptBody {
    ReceiptBody {
        genesis_hash,
        encoding: assigned.spec.key.encoding,
        shard: assigned.spec.key.shard,
        generation: assigned.generation,
        fingerprint,
        // The block that takes it is later than `finalized`, so this is within the chain's limit there.
        expires: finalized.saturating_add(max_age),
    }
}
