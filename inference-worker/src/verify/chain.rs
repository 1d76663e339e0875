//! What checks need of the chain, so that tests can have one of their own.

use ballast_chain::{
    calls::inference::{commit_score, reveal_score, ModelVersion},
    Attestations, ChainError, Inference, Signer, SubmitError,
};
use ballast_core::{
    view::{ChannelInfo, CheckInfo, SettlementInfo},
    BlockNumber, ChannelId, SettlementId, Tier, WorkerId,
};
use futures::future::BoxFuture;
use std::{sync::Arc, time::Duration};

/// How long the chain may take to answer a question, or to bring a block.
pub const CHAIN_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a transaction may take until it is final.
pub const SUBMIT_TIMEOUT: Duration = Duration::from_secs(180);

/// The chain does not do what was asked of it.
#[derive(Debug, thiserror::Error)]
pub enum DocketError {
    /// It cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A transaction was not taken.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// It takes too long.
    #[error("the chain did not answer within {} s", .0.as_secs())]
    Slow(Duration),
}

/// The chain, as those who check and are checked see it.
pub trait Docket: Send + Sync {
    /// Hash of the chain's first block.
    fn genesis_hash(&self) -> [u8; 32];

    /// Number of the newest block.
    fn now(&self) -> BoxFuture<'_, Result<BlockNumber, DocketError>>;

    /// Waits for a finalized block after this one, and gives its number.
    fn next_block(&self, after: BlockNumber) -> BoxFuture<'_, Result<BlockNumber, DocketError>>;

    /// All checks that are not over.
    fn checks(&self) -> BoxFuture<'_, Result<Vec<CheckInfo>, DocketError>>;

    /// The check of a settlement.
    fn check(&self, id: SettlementId) -> BoxFuture<'_, Result<Option<CheckInfo>, DocketError>>;

    /// A settlement in its check window.
    fn settlement(
        &self,
        id: SettlementId,
    ) -> BoxFuture<'_, Result<Option<SettlementInfo>, DocketError>>;

    /// The settlements of a channel in their check windows.
    fn settlements_of(
        &self,
        channel: ChannelId,
    ) -> BoxFuture<'_, Result<Vec<SettlementInfo>, DocketError>>;

    /// A channel; none if it is over.
    fn channel(&self, id: ChannelId) -> BoxFuture<'_, Result<Option<ChannelInfo>, DocketError>>;

    /// Where a channel's payee answers.
    fn endpoint<'a>(
        &'a self,
        channel: &'a ChannelInfo,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, DocketError>>;

    /// The tier of a worker's session key; none if it is no key of that worker.
    fn tier(
        &self,
        worker: WorkerId,
        session_key: [u8; 32],
    ) -> BoxFuture<'_, Result<Option<Tier>, DocketError>>;

    /// Commits to a score, and waits until that is final.
    fn commit(
        &self,
        id: SettlementId,
        commitment: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>>;

    /// Reveals a score, and waits until that is final.
    fn reveal(
        &self,
        id: SettlementId,
        score: u16,
        salt: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>>;
}

/// The chain behind a node.
pub struct OnChain<C> {
    /// The chain.
    pub chain: Arc<C>,
    /// The worker's account, which commits and reveals; who only shows transcripts needs none.
    pub signer: Option<Signer>,
}

/// No answer of the chain is waited for without end.
async fn within<T, E>(
    bound: Duration,
    answer: impl std::future::Future<Output = Result<T, E>>,
) -> Result<T, DocketError>
where
    DocketError: From<E>,
{
    match tokio::time::timeout(bound, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(DocketError::Slow(bound)),
    }
}

impl<C: Inference + Attestations> OnChain<C> {
    async fn submit(&self, call: ballast_chain::Call) -> Result<(), DocketError> {
        let Some(signer) = &self.signer else {
            return Ok(());
        };
        let calls = [call];
        within(SUBMIT_TIMEOUT, self.chain.submit(&calls, signer))
            .await
            .map(drop)
    }
}

impl<C: Inference + Attestations> Docket for OnChain<C> {
    fn genesis_hash(&self) -> [u8; 32] {
        self.chain.genesis_hash()
    }

    fn now(&self) -> BoxFuture<'_, Result<BlockNumber, DocketError>> {
        Box::pin(async { Ok(within(CHAIN_TIMEOUT, self.chain.best()).await?.number) })
    }

    fn next_block(&self, after: BlockNumber) -> BoxFuture<'_, Result<BlockNumber, DocketError>> {
        Box::pin(async move {
            let block = within(CHAIN_TIMEOUT, self.chain.wait_finalized(after)).await?;
            Ok(block.number)
        })
    }

    fn checks(&self) -> BoxFuture<'_, Result<Vec<CheckInfo>, DocketError>> {
        Box::pin(within(CHAIN_TIMEOUT, self.chain.checks()))
    }

    fn check(&self, id: SettlementId) -> BoxFuture<'_, Result<Option<CheckInfo>, DocketError>> {
        Box::pin(within(CHAIN_TIMEOUT, self.chain.check(id)))
    }

    fn settlement(
        &self,
        id: SettlementId,
    ) -> BoxFuture<'_, Result<Option<SettlementInfo>, DocketError>> {
        Box::pin(within(CHAIN_TIMEOUT, self.chain.settlement(id)))
    }

    fn settlements_of(
        &self,
        channel: ChannelId,
    ) -> BoxFuture<'_, Result<Vec<SettlementInfo>, DocketError>> {
        Box::pin(within(CHAIN_TIMEOUT, self.chain.settlements_of(channel)))
    }

    fn channel(&self, id: ChannelId) -> BoxFuture<'_, Result<Option<ChannelInfo>, DocketError>> {
        Box::pin(within(CHAIN_TIMEOUT, self.chain.channel(id)))
    }

    fn endpoint<'a>(
        &'a self,
        channel: &'a ChannelInfo,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, DocketError>> {
        Box::pin(async move {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let model = ModelVersion {
                namespace: text(&channel.namespace),
                name: text(&channel.name),
                version: channel.version,
            };
            let offer = self.chain.offer(channel.payee, &model);
            let offer = within(CHAIN_TIMEOUT, offer).await?;
            Ok(offer.map(|offer| offer.endpoint))
        })
    }

    fn tier(
        &self,
        worker: WorkerId,
        session_key: [u8; 32],
    ) -> BoxFuture<'_, Result<Option<Tier>, DocketError>> {
        Box::pin(async move {
            let key = self.chain.session_key(worker.0, session_key);
            if let Some(tier) = within(CHAIN_TIMEOUT, key).await?.and_then(|key| key.tier) {
                return Ok(Some(tier));
            }
            let info = within(CHAIN_TIMEOUT, self.chain.worker(worker)).await?;
            let joined_with = info.is_some_and(|info| info.receipt_key == session_key);
            Ok(joined_with.then_some(Tier::T0))
        })
    }

    fn commit(
        &self,
        id: SettlementId,
        commitment: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>> {
        Box::pin(self.submit(commit_score(id, commitment)))
    }

    fn reveal(
        &self,
        id: SettlementId,
        score: u16,
        salt: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>> {
        Box::pin(self.submit(reveal_score(id, score, salt)))
    }
}
