//! The answer to a retrieval challenge, out of the block that has it.
//!
//! A transaction without a signer ends with its call. So the answer is found by how its call begins, and by that the rest is
//! just its arguments; whoever reads it checks the bytes against the shard's root.

use super::RpcChain;
use crate::{Call, ChainError};
use ballast_core::{BlockNumber, GroupProof, RetrievalId};
use codec::{DecodeAll, Encode};

impl RpcChain {
    pub(super) async fn answer_of(
        &self,
        id: RetrievalId,
        at: BlockNumber,
    ) -> Result<Option<(Vec<u8>, GroupProof)>, ChainError> {
        let hash = self.block_hash(at).await?;
        let runtime = self.runtime(hash).await?;
        let empty = Call {
            pallet: "Retrieval",
            call: "answer",
            args: (id, Vec::<u8>::new(), GroupProof::default()).encode(),
        };
        // Indices of pallet and call, then the id.
        let mut start = runtime.encode_call(&empty)?;
        start.truncate(2usize.saturating_add(id.encoded_size()));
        let body = self.body(hash).await?;
        Ok(body
            .iter()
            .find_map(|extrinsic| answer_in(extrinsic, &start)))
    }
}

/// The arguments of the call that a transaction ends with, if it begins with `start`.
fn answer_in(extrinsic: &[u8], start: &[u8]) -> Option<(Vec<u8>, GroupProof)> {
    let places = extrinsic.windows(start.len()).enumerate();
    let mut places = places.filter(|(_, found)| *found == start);
    places.find_map(|(place, _)| {
        let rest = extrinsic.get(place.saturating_add(start.len())..)?;
        <(Vec<u8>, GroupProof)>::decode_all(&mut &*rest).ok()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::ChainingValue;

    fn answer(byte: u8) -> (Vec<u8>, GroupProof) {
        let siblings = vec![ChainingValue([byte; 32]); 3];
        (vec![byte; 1_024], GroupProof { siblings })
    }

    #[test]
    fn the_call_at_the_end_of_a_transaction_is_found() {
        let start = [26u8, 1, 7, 0, 0, 0, 0, 0, 0, 0];
        let extensions = [0x45u8, 0, 0, 0, 0];
        let extrinsic = [&extensions[..], &start, &answer(9).encode()].concat();
        assert_eq!(answer_in(&extrinsic, &start), Some(answer(9)));
        // The same bytes further ahead are none.
        let misleading = [&start[..], &extensions, &start, &answer(5).encode()].concat();
        assert_eq!(answer_in(&misleading, &start), Some(answer(5)));
    }

    #[test]
    fn other_transactions_have_none() {
        let start = [26u8, 1, 7, 0, 0, 0, 0, 0, 0, 0];
        let other = [26u8, 1, 8, 0, 0, 0, 0, 0, 0, 0];
        let extrinsic = [&other[..], &answer(9).encode()].concat();
        assert_eq!(answer_in(&extrinsic, &start), None);
        let longer = [&start[..], &answer(9).encode(), &[0]].concat();
        assert_eq!(answer_in(&longer, &start), None);
        assert_eq!(answer_in(&[], &start), None);
    }
}
