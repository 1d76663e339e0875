//! What the chain knows of offers, channels and settlements.

use crate::{calls::inference::ModelVersion, Chain, ChainError, Event, Included};
use async_trait::async_trait;
use ballast_core::{
    claim::ClaimLeaf,
    view::{
        ChannelInfo, ChannelTotals, CheckInfo, InferenceParams, OfferInfo, ServiceRecord,
        SettlementInfo,
    },
    Address, ChannelId, SettlementId, WorkerId,
};

/// Reads of pallet Inference, all of the latest finalized block.
#[async_trait]
pub trait Inference: Chain {
    /// Periods, bounds and shares.
    async fn inference_params(&self) -> Result<InferenceParams, ChainError>;

    /// The offer of a worker for a model version.
    async fn offer(
        &self,
        worker: WorkerId,
        model: &ModelVersion,
    ) -> Result<Option<OfferInfo>, ChainError>;

    /// All offers for a model version.
    async fn offers(&self, model: &ModelVersion) -> Result<Vec<OfferInfo>, ChainError>;

    /// All offers of a worker.
    async fn offers_of(&self, worker: WorkerId) -> Result<Vec<OfferInfo>, ChainError>;

    /// A channel; none if it is over.
    async fn channel(&self, channel: ChannelId) -> Result<Option<ChannelInfo>, ChainError>;

    /// All channels that an account pays from.
    async fn channels_of(&self, client: [u8; 32]) -> Result<Vec<ChannelInfo>, ChainError>;

    /// All channels that a worker is paid from.
    async fn channels_to(&self, payee: WorkerId) -> Result<Vec<ChannelInfo>, ChainError>;

    /// A settlement in its check window.
    async fn settlement(&self, id: SettlementId) -> Result<Option<SettlementInfo>, ChainError>;

    /// The claims of a settlement, out of the block that settled it; none if the node has them not. `model` is that of
    /// its channel.
    async fn claims(
        &self,
        settlement: &SettlementInfo,
        model: Address,
    ) -> Result<Option<Vec<ClaimLeaf>>, ChainError>;

    /// The settlements of a channel in their check windows.
    async fn settlements_of(&self, channel: ChannelId) -> Result<Vec<SettlementInfo>, ChainError>;

    /// The check of a settlement, if there is one.
    async fn check(&self, settlement: SettlementId) -> Result<Option<CheckInfo>, ChainError>;

    /// All checks that are not over.
    async fn checks(&self) -> Result<Vec<CheckInfo>, ChainError>;

    /// What became of a worker's claims.
    async fn service_record(&self, worker: WorkerId) -> Result<ServiceRecord, ChainError>;

    /// Money that went through channels, in all.
    async fn channel_totals(&self) -> Result<ChannelTotals, ChainError>;

    /// Account that the treasury's share goes to.
    async fn inference_treasury(&self) -> Result<[u8; 32], ChainError>;
}

impl Included {
    /// The channel that this transaction opened.
    pub fn opened_channel(&self) -> Option<ChannelId> {
        let opened = |event: &&Event| {
            (event.pallet.as_str(), event.name.as_str()) == ("Inference", "ChannelOpened")
        };
        let event = self.events.iter().find(opened)?;
        event.fields.get("channel")?.as_u64().map(ChannelId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BlockId;
    use serde_json::json;

    #[test]
    fn an_opening_tells_the_channel() {
        let event = |pallet: &str, name: &str| Event {
            pallet: pallet.into(),
            name: name.into(),
            fields: json!({ "channel": 7 }),
        };
        let included = |events: &[Event]| Included {
            block: BlockId {
                number: 1,
                hash: [0; 32],
            },
            transaction: [0; 32],
            events: events.to_vec(),
        };
        let opened = event("Inference", "ChannelOpened");
        let others = [
            event("Inference", "ChannelEnded"),
            event("Other", "ChannelOpened"),
        ];
        assert_eq!(included(&others).opened_channel(), None);
        let all = [others.to_vec(), vec![opened]].concat();
        assert_eq!(included(&all).opened_channel(), Some(ChannelId(7)));
    }
}
