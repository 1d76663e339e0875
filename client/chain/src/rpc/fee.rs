//! What transactions cost.

use super::{runtime::malformed, RpcChain};
use crate::{Call, ChainError, Signer};
use ballast_core::Balance;
use codec::{Compact, DecodeAll, Encode};
use subxt::config::substrate::H256;

const FEE_API: &str = "TransactionPaymentApi_query_info";

/// Nonces are encoded compactly; none takes more bytes than this one.
const LONGEST_NONCE: u64 = u32::MAX as u64;

/// `RuntimeDispatchInfo`: weight in time and in proof, class, fee.
type DispatchInfo = (Compact<u64>, Compact<u64>, u8, Balance);

impl RpcChain {
    /// The fee for calls in one transaction, at the finalized head. The runtime looks at the transaction's weight and
    /// length, not at who signed it: a key that everybody knows signs what is never sent.
    pub(super) async fn fee_of(&self, calls: &[Call]) -> Result<Balance, ChainError> {
        if calls.is_empty() {
            return Ok(0);
        }
        let at = self.at_head().await?;
        let call = at.runtime.join(calls)?;
        let anyone = Signer::from_dev("Alice").expect("it is a development account; qed");
        let transaction = at.runtime.signed(&call, &anyone, LONGEST_NONCE, at.block)?;
        let what = "a transaction's fee";
        let len = u32::try_from(transaction.bytes.len()).map_err(|error| malformed(what, error))?;
        let params = [transaction.bytes, len.encode()].concat();
        let answer = self
            .call(what, FEE_API, &params, H256(at.block.hash))
            .await?;
        let (_, _, _, fee) =
            DispatchInfo::decode_all(&mut &*answer).map_err(|error| malformed(what, error))?;
        Ok(fee)
    }
}
