//! Publishing: from a scan to certified blobs and a model's version.
//!
//! Goals: an interrupted publish goes on where it stopped when it is called again: blobs that are certified cost
//! nothing, one's own pending encodings are taken up, and each worker is asked which blocks it has. What decides is
//! pure (`plan`, `campaign`); what acts is thin (`driver`, `register`, `round`, `certify`).
//! Non-goals: taking namespaces, which needs a secret that outlives the program.

mod campaign;
mod certify;
mod deposits;
mod driver;
mod error;
mod facts;
mod feed;
mod fees;
mod keep;
mod lane;
mod memo;
mod missing;
mod model;
mod plan;
mod register;
mod replace;
mod round;

pub(crate) use memo::Memo;

pub use deposits::NameDeposits;
pub use error::PublishError;
pub use model::{ModelTarget, Released};
pub use plan::{BlobStep, Extension, PlannedBlob, PublishOptions, PublishPlan};

use crate::{Client, Scan};
use ballast_chain::{ErrorClass, Signer};
use ballast_core::{Address, Balance, BlockNumber, EncodingId, ShardIndex};
use serde::Serialize;

/// What was published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Address of the manifest.
    pub manifest: Address,
    /// What became of the blobs that were not stored before.
    pub blobs: Vec<PublishedBlob>,
}

/// An encoding that was certified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublishedBlob {
    /// The blob.
    pub address: Address,
    /// Its encoding.
    pub encoding: EncodingId,
    /// Shards that count as held.
    pub held: u8,
    /// Shards without a receipt, each with the reason.
    pub missing: Vec<(ShardIndex, String)>,
}

/// Blocks to wait for transactions of an earlier call: as long as they may be included.
const SETTLE_BLOCKS: BlockNumber = 64;

impl Client {
    /// Waits until what an account sent before is final, so that the next plan does not repeat it: a call that was killed
    /// may have left transactions in the node's pool.
    pub async fn settle(&self, account: [u8; 32]) -> Result<(), PublishError> {
        let mut head = self.chain.finalized().await?.number;
        let until = head.saturating_add(SETTLE_BLOCKS);
        loop {
            let next = self.chain.next_nonce(account).await?;
            let done = u64::from(self.chain.account(account).await?.nonce);
            if done >= next || head >= until {
                return Ok(());
            }
            let waiting = next.saturating_sub(done);
            tracing::info!(waiting, "waiting until earlier transactions are final");
            head = self.chain.wait_finalized(head).await?.number;
        }
    }

    /// What publishing would do, upload and cost. Changes nothing.
    pub async fn plan(
        &self,
        scan: &Scan,
        publisher: [u8; 32],
        options: &PublishOptions,
    ) -> Result<PublishPlan, PublishError> {
        let params = self.chain.params().await?;
        let facts = facts::gather(self.chain.as_ref(), scan, publisher).await?;
        plan::plan(scan, &facts, &params, options)
    }

    /// Stores all blobs of a scan, the manifest among them. Returns once each has a certificate or is in chain state.
    pub async fn publish(
        &self,
        scan: &Scan,
        signer: &Signer,
        options: &PublishOptions,
    ) -> Result<Published, PublishError> {
        let plan = self.plan(scan, signer.account(), options).await?;
        self.ensure_affordable(signer, plan.cost()?).await?;
        driver::publish(self, scan, &plan, signer, options).await
    }

    async fn ensure_affordable(
        &self,
        signer: &Signer,
        needed: Balance,
    ) -> Result<(), PublishError> {
        let account = self.chain.account(signer.account()).await?;
        let free = account.spendable();
        match free >= needed {
            true => Ok(()),
            false => Err(PublishError::Funds {
                account: signer.address(),
                needed,
                free,
            }),
        }
    }
}

impl PublishError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Submit(error) | Self::Certify { source: error, .. } => error.class(),
            Self::Source(error) => error.class(),
            Self::NotPlaced { .. } | Self::TooFewReceipts { .. } | Self::Gone { .. } => {
                ErrorClass::Retryable
            }
            Self::NotRegistered { .. } => ErrorClass::Fatal,
            Self::NoCode { .. }
            | Self::TooFewWorkers { .. }
            | Self::BeyondHorizon { .. }
            | Self::CostOverflow
            | Self::Funds { .. }
            | Self::Namespace { .. }
            | Self::NotOwner { .. }
            | Self::BaseMissing { .. }
            | Self::TooManyTags { .. }
            | Self::Name(_) => ErrorClass::Usage,
        }
    }
}
