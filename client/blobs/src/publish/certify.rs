//! Certificates: the receipts in hand are put on chain, without those that would spoil it.
//!
//! A worker can sign a wrong fingerprint, and the chain then refuses the whole certificate. So the receipts are checked
//! first, as the chain does it; if they contradict each other, the right fingerprints are computed from the blob.

use super::{
    campaign::Campaign,
    driver::{Delivery, Publisher},
    PublishError,
};
use crate::{coding, limits::CERTIFY_ATTEMPTS};
use ballast_chain::{calls::blobs, SubmitError};
use ballast_core::{
    receipt::{fingerprint_point, Receipt},
    Fingerprint, ShardIndex,
};
use ballast_erasure::{is_codeword, CodewordError};

const PALLET: &str = "Blobs";

/// Errors that say that receipts are no longer, or not yet, good: with a fresh look at the chain the rest may be.
const ABOUT_RECEIPTS: [&str; 6] = [
    "WrongGeneration",
    "AlreadyReceipted",
    "ReceiptExpired",
    "ReceiptTooLong",
    "UnknownWorker",
    "BadSignature",
];

impl Publisher<'_> {
    /// Puts the receipts of a campaign on chain. Without enough good ones it returns, and the campaign says what next.
    pub(super) async fn certify(
        &self,
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
    ) -> Result<(), PublishError> {
        if contradict(delivery, &campaign.receipts()) {
            self.drop_liars(delivery, campaign).await?;
        }
        for attempt in 1..=CERTIFY_ATTEMPTS {
            let receipts = campaign.receipts();
            if receipts.is_empty() || !campaign.has_quorum() {
                return Ok(());
            }
            let call = blobs::certify(delivery.info.id, &receipts);
            let Err(error) = self.client.chain.submit_feeless(&call).await else {
                return self.refresh(delivery, campaign).await;
            };
            tracing::debug!(encoding = %delivery.info.id, %error, attempt, "certificate refused");
            self.refresh(delivery, campaign).await?;
            if campaign.is_certified() && campaign.receipts().is_empty() {
                // Somebody else was faster.
                return Ok(());
            }
            self.mend(delivery, campaign, error, attempt).await?;
        }
        Ok(())
    }

    /// Takes over what the chain says now.
    pub(super) async fn refresh(
        &self,
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
    ) -> Result<(), PublishError> {
        let info = self.client.chain.encoding(delivery.info.id).await?;
        delivery.info = info.ok_or_else(|| delivery.gone())?;
        campaign.refresh(&delivery.info);
        Ok(())
    }

    /// Removes what made the chain refuse, or gives up.
    async fn mend(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
        error: SubmitError,
        attempt: u32,
    ) -> Result<(), PublishError> {
        let is_last = attempt == CERTIFY_ATTEMPTS;
        if !is_last && error.is_error(PALLET, "NotACodeword") {
            return self.drop_liars(delivery, campaign).await;
        }
        if !is_last
            && ABOUT_RECEIPTS
                .iter()
                .any(|name| error.is_error(PALLET, name))
        {
            return self.drop_untimely(campaign).await;
        }
        if !is_last && error.class() == ballast_chain::ErrorClass::Retryable {
            tokio::time::sleep(self.client.limits.retry_pause).await;
            return Ok(());
        }
        let (encoding, address) = (delivery.info.id, delivery.info.address);
        Err(PublishError::Certify {
            encoding,
            address,
            source: error,
        })
    }

    /// Drops receipts whose fingerprint is not the shard's.
    async fn drop_liars(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
    ) -> Result<(), PublishError> {
        let (Some(point), layout) = (point(delivery), delivery.prepared.layout) else {
            return Ok(());
        };
        let source = &delivery.blob.source;
        let right = coding::fingerprints(source, layout, point, &self.client.limits).await?;
        for receipt in campaign.receipts() {
            if right.get(usize::from(receipt.shard.0)) != Some(&receipt.fingerprint) {
                tracing::warn!(encoding = %delivery.info.id, shard = %receipt.shard, "receipt with a wrong fingerprint");
                campaign.banned(receipt.shard, "it signed a wrong fingerprint".into());
            }
        }
        Ok(())
    }

    /// Drops receipts that are not valid at the present block, after a new one came.
    async fn drop_untimely(&self, campaign: &mut Campaign) -> Result<(), PublishError> {
        let chain = &self.client.chain;
        let head = chain.finalized().await?;
        let now = chain.wait_finalized(head.number).await?.number;
        let latest = now.saturating_add(chain.params().await?.receipt_max_age);
        for receipt in campaign.receipts() {
            if !(now..=latest).contains(&receipt.expires) {
                campaign.failed(
                    receipt.shard,
                    format!("its receipt expires at block {}", receipt.expires),
                );
            }
        }
        Ok(())
    }
}

/// Whether receipts are not on one codeword. Too few to tell do not contradict.
fn contradict(delivery: &Delivery<'_>, receipts: &[Receipt]) -> bool {
    let layout = &delivery.prepared.layout;
    let empty = layout
        .shard_indices()
        .filter(|shard| layout.is_empty_shard(*shard));
    let zeros = empty.map(|shard| (shard, Fingerprint::default()));
    let signed = receipts
        .iter()
        .map(|receipt| (receipt.shard, receipt.fingerprint));
    let fingerprints: Vec<(ShardIndex, Fingerprint)> = zeros.chain(signed).collect();
    matches!(
        is_codeword(layout.code(), &fingerprints),
        Err(CodewordError::OffTheCode { .. })
    )
}

fn point(delivery: &Delivery<'_>) -> Option<[u8; 16]> {
    delivery
        .info
        .seed
        .map(|seed| fingerprint_point(&seed, &delivery.info.roots))
}
