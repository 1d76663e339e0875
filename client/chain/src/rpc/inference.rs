//! Pallet Inference behind a node.

use super::{views, RpcChain};
use crate::{calls::inference::ModelVersion, ChainError, Inference};
use async_trait::async_trait;
use ballast_core::{
    claim::ClaimLeaf,
    view::{
        ChannelInfo, ChannelTotals, CheckInfo, InferenceParams, OfferInfo, ServiceRecord,
        SettlementInfo,
    },
    Address, ChannelId, SettlementId, WorkerId,
};

#[async_trait]
impl Inference for RpcChain {
    async fn inference_params(&self) -> Result<InferenceParams, ChainError> {
        self.view(views::INFERENCE_PARAMETERS, ()).await
    }

    async fn offer(
        &self,
        worker: WorkerId,
        model: &ModelVersion,
    ) -> Result<Option<OfferInfo>, ChainError> {
        self.view(views::INFERENCE_OFFER, (worker, model)).await
    }

    async fn offers(&self, model: &ModelVersion) -> Result<Vec<OfferInfo>, ChainError> {
        self.pages(
            views::INFERENCE_OFFERS,
            |after: Option<WorkerId>, limit| (model, after, limit),
            |last: &OfferInfo| last.worker,
        )
        .await
    }

    async fn offers_of(&self, worker: WorkerId) -> Result<Vec<OfferInfo>, ChainError> {
        self.view(views::INFERENCE_OFFERS_OF, worker).await
    }

    async fn channel(&self, channel: ChannelId) -> Result<Option<ChannelInfo>, ChainError> {
        self.view(views::INFERENCE_CHANNEL, channel).await
    }

    async fn channels_of(&self, client: [u8; 32]) -> Result<Vec<ChannelInfo>, ChainError> {
        self.pages(
            views::INFERENCE_CHANNELS_OF,
            |after: Option<ChannelId>, limit| (client, after, limit),
            |last: &ChannelInfo| last.channel,
        )
        .await
    }

    async fn channels_to(&self, payee: WorkerId) -> Result<Vec<ChannelInfo>, ChainError> {
        self.pages(
            views::INFERENCE_CHANNELS_TO,
            |after: Option<ChannelId>, limit| (payee, after, limit),
            |last: &ChannelInfo| last.channel,
        )
        .await
    }

    async fn settlement(&self, id: SettlementId) -> Result<Option<SettlementInfo>, ChainError> {
        self.view(views::INFERENCE_SETTLEMENT, id).await
    }

    async fn claims(
        &self,
        settlement: &SettlementInfo,
        model: Address,
    ) -> Result<Option<Vec<ClaimLeaf>>, ChainError> {
        self.claims_in_block(settlement, model).await
    }

    async fn settlements_of(&self, channel: ChannelId) -> Result<Vec<SettlementInfo>, ChainError> {
        self.pages(
            views::INFERENCE_SETTLEMENTS_OF,
            |after: Option<SettlementId>, limit| (channel, after, limit),
            |last: &SettlementInfo| last.settlement,
        )
        .await
    }

    async fn check(&self, settlement: SettlementId) -> Result<Option<CheckInfo>, ChainError> {
        self.view(views::INFERENCE_CHECK, settlement).await
    }

    async fn checks(&self) -> Result<Vec<CheckInfo>, ChainError> {
        self.pages(
            views::INFERENCE_CHECKS,
            |after: Option<SettlementId>, limit| (after, limit),
            |last: &CheckInfo| last.settlement,
        )
        .await
    }

    async fn service_record(&self, worker: WorkerId) -> Result<ServiceRecord, ChainError> {
        self.view(views::INFERENCE_RECORD, worker).await
    }

    async fn channel_totals(&self) -> Result<ChannelTotals, ChainError> {
        self.view(views::INFERENCE_TOTALS, ()).await
    }

    async fn inference_treasury(&self) -> Result<[u8; 32], ChainError> {
        self.view(views::INFERENCE_TREASURY, ()).await
    }
}
