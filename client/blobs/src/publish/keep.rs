//! Blobs that are stored already and stay in use: their leases are to last as long as new ones.

use super::{
    facts::{self, BlobFacts},
    plan::stored_extension,
    register, PublishError,
};
use crate::{limits::CHAIN_READS, Client};
use ballast_chain::{calls::blobs, Call, Signer};
use ballast_core::{Address, Balance};
use futures::{StreamExt, TryStreamExt};

impl Client {
    /// Extends the leases of stored blobs so that each lasts `epochs` storage epochs from now, as one does that is
    /// published now. Blobs that last longer, have no lease or are not stored are left alone. Returns how many leases
    /// were extended.
    pub async fn keep(
        &self,
        addresses: &[Address],
        signer: &Signer,
        epochs: u32,
    ) -> Result<usize, PublishError> {
        let params = self.chain.params().await?;
        let account = signer.account();
        let facts: Vec<BlobFacts> = futures::stream::iter(addresses.iter().copied())
            .map(|address| facts::facts_of(self.chain.as_ref(), address, account))
            .buffered(CHAIN_READS)
            .try_collect()
            .await?;
        let mut calls: Vec<Call> = Vec::new();
        let mut cost: Balance = 0;
        for facts in &facts {
            if let Some(more) = stored_extension(facts, &params, epochs)? {
                let sum = cost.checked_add(more.cost);
                cost = sum.ok_or(PublishError::CostOverflow)?;
                calls.push(blobs::extend(more.encoding, more.epochs));
            }
        }
        let extended = calls.len();
        self.ensure_affordable(signer, cost).await?;
        register::submit(self, signer, calls, 0).await?;
        Ok(extended)
    }
}
