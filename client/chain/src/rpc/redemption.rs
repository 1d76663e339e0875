//! The claims of a settlement, out of the block that settled it: the chain itself keeps their root alone.
//!
//! The call may stand anywhere in a transaction. So it is found by how it begins, and that it is the one is shown by the
//! root over its claims.

use super::RpcChain;
use crate::{Call, ChainError};
use ballast_core::{
    claim::{BatchScope, ClaimLeaf},
    limits::MAX_CLAIMS,
    view::SettlementInfo,
    voucher::Voucher,
    Address,
};
use codec::{Decode, Encode};

impl RpcChain {
    pub(super) async fn claims_in_block(
        &self,
        settlement: &SettlementInfo,
        model: Address,
    ) -> Result<Option<Vec<ClaimLeaf>>, ChainError> {
        let hash = self.block_hash(settlement.settled_at).await?;
        let runtime = self.runtime(hash).await?;
        let voucher = Voucher {
            amount: 0,
            number: 0,
            signature: [0; 64],
        };
        let no_claims = Vec::<ClaimLeaf>::new();
        let arguments = (settlement.channel, voucher, [0u8; 32], no_claims, [0u8; 64]);
        let empty = Call {
            pallet: "Inference",
            call: "redeem",
            args: arguments.encode(),
        };
        // Indices of pallet and call, then the channel.
        let mut start = runtime.encode_call(&empty)?;
        start.truncate(2usize.saturating_add(settlement.channel.encoded_size()));
        let scope = BatchScope {
            genesis_hash: crate::Chain::genesis_hash(self),
            channel: settlement.channel,
            model,
        };
        let is_it = |claims: &[ClaimLeaf]| scope.root(claims) == Some(settlement.root);
        let body = self.body(hash).await?;
        let mut found = body
            .iter()
            .filter_map(|extrinsic| claims_in(extrinsic, &start, &is_it));
        Ok(found.next())
    }
}

/// The claims of the call that begins with `start`, if they are the right ones.
fn claims_in(
    extrinsic: &[u8],
    start: &[u8],
    is_it: &impl Fn(&[ClaimLeaf]) -> bool,
) -> Option<Vec<ClaimLeaf>> {
    let places = extrinsic.windows(start.len()).enumerate();
    let mut places = places.filter(|(_, found)| *found == start);
    places.find_map(|(place, _)| {
        let mut rest = extrinsic.get(place.saturating_add(start.len())..)?;
        let (_, _): (Voucher, [u8; 32]) = Decode::decode(&mut rest).ok()?;
        let claims = Vec::<ClaimLeaf>::decode(&mut rest).ok()?;
        (claims.len() <= MAX_CLAIMS as usize && is_it(&claims)).then_some(claims)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::answer::Exchange;

    fn claims(byte: u8) -> Vec<ClaimLeaf> {
        let leaf = |number| ClaimLeaf {
            number,
            exchange: Exchange {
                request_sha256: [byte; 32],
                response_sha256: [byte; 32],
                tokens_in: 1,
                tokens_out: 2,
            },
            activation_root: [byte; 32],
        };
        vec![leaf(1), leaf(2)]
    }

    fn call(start: &[u8], byte: u8) -> Vec<u8> {
        let voucher = Voucher {
            amount: 3,
            number: 4,
            signature: [5; 64],
        };
        [
            start,
            &(voucher, [6u8; 32], claims(byte), [7u8; 64]).encode(),
        ]
        .concat()
    }

    #[test]
    fn the_right_claims_are_found_wherever_the_call_stands() {
        let start = [30u8, 5, 7, 0, 0, 0, 0, 0, 0, 0];
        let batch = [
            &[1u8, 2, 3][..],
            &call(&start, 8),
            &call(&start, 9),
            &[4, 5],
        ]
        .concat();
        let of = |byte| claims_in(&batch, &start, &|found: &[ClaimLeaf]| found == claims(byte));
        assert_eq!(of(8), Some(claims(8)));
        assert_eq!(of(9), Some(claims(9)));
        assert_eq!(of(1), None);
        assert_eq!(claims_in(&start, &start, &|_: &[ClaimLeaf]| true), None);
    }
}
