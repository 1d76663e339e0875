//! Signing a receipt: only for a shard that is assigned to this worker, complete, durable and undamaged.

use crate::{assign::Assigned, key::ReceiptKey};
use ballast_core::{
    receipt::{Receipt, ReceiptBody},
    BlockNumber, Fingerprint,
};

/// The receipt for an assigned shard with this fingerprint, good for `max_age` blocks from `finalized` on.
pub fn issue(
    key: &ReceiptKey,
    genesis_hash: [u8; 32],
    assigned: &Assigned,
    fingerprint: Fingerprint,
    finalized: BlockNumber,
    max_age: BlockNumber,
) -> Receipt {
    let body = ReceiptBody {
        genesis_hash,
        encoding: assigned.spec.key.encoding,
        shard: assigned.spec.key.shard,
        generation: assigned.generation,
        fingerprint,
        // The block that takes it is later than `finalized`, so this is within the chain's limit there.
        expires: finalized.saturating_add(max_age),
    };
    let signature = key.sign(&body.signing_payload());
    Receipt::new(&body, signature)
}
