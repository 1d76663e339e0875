//! Certificates: the receipts in hand are put on chain, without those that would spoil it.
//!
//! The chain refuses a certificate as a whole, so one worker could spoil it for all: with a wrong fingerprint, with
//! another receipt key before its receipt is on chain, by leaving. So the receipts are checked first, as the chain does
//! it; if they contradict each other, the right fingerprints are computed from the blob. After a refusal they are held
//! against the chain as it is then, and the certificate is made of those that still count.

use super::{
    campaign::Campaign,
    driver::{Delivery, Publisher},
    PublishError,
};
use crate::{coding, limits::CERTIFY_ATTEMPTS, workers};
use ballast_chain::{calls::blobs, Chain, ErrorClass, Refusal, SubmitError};
use ballast_core::{
    receipt::{fingerprint_point, Receipt},
    BlockNumber, EncodingId, Fingerprint, ShardIndex,
};
use ballast_erasure::{is_codeword, CodewordError};

const PALLET: &str = "Blobs";

/// Final blocks in which what made the chain refuse a certificate is looked for. Nodes refuse by their best block, which
/// is a few blocks ahead of the final one.
const REFUSAL_BLOCKS: u32 = 8;

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
        let mut attempt = 1;
        loop {
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
            // Fewer receipts are another certificate, and there are only so many to lose.
            attempt = match campaign.receipts() == receipts {
                true => attempt.saturating_add(1),
                false => 1,
            };
        }
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
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
        error: SubmitError,
        attempt: u32,
    ) -> Result<(), PublishError> {
        if attempt < CERTIFY_ATTEMPTS {
            if error.is_error(PALLET, "NotACodeword") {
                return self.drop_liars(delivery, campaign).await;
            }
            if is_about_receipts(&error) {
                return self.drop_refused(delivery, campaign).await;
            }
            if error.class() == ErrorClass::Retryable {
                tokio::time::sleep(self.client.limits.retry_pause).await;
                return Ok(());
            }
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

    /// Drops receipts that the chain no longer takes. What made it refuse may not be final yet, so it is looked for in
    /// some blocks.
    async fn drop_refused(
        &self,
        delivery: &mut Delivery<'_>,
        campaign: &mut Campaign,
    ) -> Result<(), PublishError> {
        let receipts = campaign.receipts();
        let mut now = self.client.chain.finalized().await?.number;
        for _ in 0..REFUSAL_BLOCKS {
            now = self.client.chain.wait_finalized(now).await?.number;
            self.refresh(delivery, campaign).await?;
            self.drop_untimely(campaign, now).await?;
            self.drop_disowned(delivery, campaign).await?;
            if campaign.receipts() != receipts {
                break;
            }
        }
        Ok(())
    }

    /// Drops receipts that are not valid at block `now`.
    async fn drop_untimely(
        &self,
        campaign: &mut Campaign,
        now: BlockNumber,
    ) -> Result<(), PublishError> {
        let max_age = self.client.chain.params().await?.receipt_max_age;
        let latest = now.saturating_add(max_age);
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

    /// Drops receipts of workers that have left, or that no longer stand by the key they signed with.
    async fn drop_disowned(
        &self,
        delivery: &Delivery<'_>,
        campaign: &mut Campaign,
    ) -> Result<(), PublishError> {
        let (client, encoding) = (self.client, delivery.info.id);
        let chain = client.chain.as_ref();
        let known = workers::look_up(chain, &client.connector, campaign.workers()).await?;
        for receipt in campaign.receipts() {
            let assigned = campaign.assignment(receipt.shard);
            let worker = assigned.and_then(|(worker, _)| known.get(&worker));
            let reason = match worker {
                None => "it is no worker any more",
                Some(worker) if !is_signed(chain, encoding, &receipt, &worker.info.receipt_key) => {
                    "it signed its receipt, then published another key"
                }
                Some(_) => continue,
            };
            tracing::warn!(%encoding, shard = %receipt.shard, reason, "receipt dropped");
            campaign.banned(receipt.shard, reason.into());
        }
        Ok(())
    }
}

/// Whether receipts may be the reason: by the error's name, or because the pool took a certificate and later found it
/// invalid, after which it refuses the same bytes for a while.
fn is_about_receipts(error: &SubmitError) -> bool {
    let is_named = ABOUT_RECEIPTS
        .iter()
        .any(|name| error.is_error(PALLET, name));
    let (dropped, banned) = (
        matches!(error, SubmitError::Dropped { .. }),
        matches!(
            error,
            SubmitError::Refused {
                reason: Refusal::Banned
            }
        ),
    );
    is_named || dropped || banned
}

/// Whether this key signed a receipt of an encoding, for this chain.
pub(super) fn is_signed(
    chain: &dyn Chain,
    encoding: EncodingId,
    receipt: &Receipt,
    key: &[u8; 32],
) -> bool {
    let body = receipt.body(chain.genesis_hash(), encoding);
    ballast_chain::verify(key, &body.signing_payload(), &receipt.signature)
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
