//! What the chain answers, apart from what view functions return.

use crate::events::{BlobEvent, Event};
use ballast_core::{Balance, BlockNumber, EncodingId};

/// A block, by number and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId {
    /// Number.
    pub number: BlockNumber,
    /// Hash.
    pub hash: [u8; 32],
}

/// A finalized block and what happened to blobs in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finalized {
    /// Number.
    pub number: BlockNumber,
    /// Hash.
    pub hash: [u8; 32],
    /// Hash of the block before.
    pub parent: [u8; 32],
    /// Events of pallet Blobs, in order.
    pub events: Vec<BlobEvent>,
}

/// Where a transaction was included, finally, and what it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Included {
    /// The block.
    pub block: BlockId,
    /// Hash of the transaction.
    pub transaction: [u8; 32],
    /// All events of the transaction, in order.
    pub events: Vec<Event>,
}

impl Included {
    /// The events of pallet Blobs.
    pub fn blob_events(&self) -> impl Iterator<Item = BlobEvent> + '_ {
        self.events.iter().filter_map(Event::as_blob_event)
    }

    /// The encodings this transaction registered, in order.
    pub fn registered(&self) -> Vec<EncodingId> {
        self.blob_events()
            .filter_map(|event| match event {
                BlobEvent::Registered { encoding, .. } => Some(encoding),
                _ => None,
            })
            .collect()
    }
}

/// Balances and nonce of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountInfo {
    /// What the account can spend, apart from what is frozen.
    pub free: Balance,
    /// Deposits, leases and stake on hold.
    pub held: Balance,
    /// What votes and locks keep in the account, of `held` and `free` together.
    pub frozen: Balance,
    /// Transactions sent so far.
    pub nonce: u32,
}

impl AccountInfo {
    /// What can be spent. What is frozen is covered by what is held first: stake that votes freezes no other money.
    pub const fn spendable(&self) -> Balance {
        self.free
            .saturating_sub(self.frozen.saturating_sub(self.held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_frozen_is_covered_by_what_is_held_first() {
        let spendable = |free, held, frozen| {
            let account = AccountInfo {
                free,
                held,
                frozen,
                nonce: 0,
            };
            account.spendable()
        };
        assert_eq!(spendable(9, 0, 0), 9);
        assert_eq!(spendable(9, 50, 50), 9);
        assert_eq!(spendable(9, 50, 53), 6);
        assert_eq!(spendable(9, 0, 5), 4);
        assert_eq!(spendable(9, 0, 10), 0);
    }
}
