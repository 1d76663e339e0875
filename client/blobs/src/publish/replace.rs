//! Other workers for the shards of silent ones.

use super::{
    campaign::Campaign,
    driver::{Delivery, Publisher},
    PublishError,
};
use ballast_chain::{calls::blobs, SubmitError};
use ballast_core::{BlockNumber, ShardIndex};

/// Blocks to wait when the chain wants to give workers more time; doubled each time.
const FIRST_WAIT_BLOCKS: BlockNumber = 8;

/// Times to wait: 8 + 16 + ... + 512 blocks, near an hour.
const MAX_WAITS: u32 = 7;

/// Errors that time mends.
const LATER: [&str; 3] = ["GracePeriod", "DrawPending", "DrawQueueFull"];

impl Publisher<'_> {
    /// Asks the chain to replace the workers of `shards` and waits for the draw. Where it is too early, waits and lets
    /// the campaign try the same workers once more.
    pub(super) async fn replace(
        &self,
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
        shards: &[ShardIndex],
        attempt: u32,
    ) -> Result<(), PublishError> {
        let id = delivery.info.id;
        let before: Vec<_> = shards
            .iter()
            .map(|shard| campaign.assignment(*shard))
            .collect();
        match self
            .client
            .chain
            .submit(&[blobs::reassign(id, shards)], self.signer)
            .await
        {
            Ok(_) => {
                tracing::info!(encoding = %id, shards = shards.len(), "asked for other workers");
                self.wait_replaced(delivery, campaign, shards, &before)
                    .await
            }
            Err(error) if attempt < MAX_WAITS && is_early(&error) => {
                tracing::info!(encoding = %id, %error, "workers cannot be replaced yet");
                self.wait_blocks(FIRST_WAIT_BLOCKS << attempt).await?;
                self.refresh(delivery, campaign).await?;
                campaign.try_again();
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn wait_replaced(
        &self,
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
        shards: &[ShardIndex],
        before: &[Option<(ballast_core::WorkerId, u32)>],
    ) -> Result<(), PublishError> {
        let limit = self.client.limits.placement_wait;
        let (encoding, address) = (delivery.info.id, delivery.info.address);
        let waiting = async {
            let mut head = self.client.chain.finalized().await?;
            loop {
                self.refresh(delivery, campaign).await?;
                if shards
                    .iter()
                    .zip(before)
                    .all(|(shard, before)| campaign.assignment(*shard) != *before)
                {
                    return Ok(());
                }
                head = self.client.chain.wait_finalized(head.number).await?;
            }
        };
        match tokio::time::timeout(limit, waiting).await {
            Ok(replaced) => replaced,
            Err(_) => Err(PublishError::NotPlaced {
                encoding,
                address,
                after: limit,
            }),
        }
    }

    async fn wait_blocks(&self, blocks: BlockNumber) -> Result<(), PublishError> {
        let mut now = self.client.chain.finalized().await?.number;
        let until = now.saturating_add(blocks);
        while now < until {
            now = self.client.chain.wait_finalized(now).await?.number;
        }
        Ok(())
    }
}

fn is_early(error: &SubmitError) -> bool {
    LATER.iter().any(|name| error.is_error("Blobs", name))
}
