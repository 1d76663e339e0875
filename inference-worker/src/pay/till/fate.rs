//! What became of a request, for clients that lost its answer.

use super::{lock, Refusal, RefusalKind, Till};
use ballast_core::{
    answer::{AnswerBody, Exchange},
    ChannelId,
};
use ballast_inference::wire::SignedAnswer;

/// What became of a request.
pub enum Fate {
    /// It was answered, and this was signed.
    Signed(Box<SignedAnswer>),
    /// It is being answered.
    UnderWay,
    /// It was not answered, and cost nothing.
    Unknown,
    /// It is so old that nobody knows.
    Forgotten,
}

impl Till {
    /// What became of a channel's number.
    pub async fn fate(&self, channel: ChannelId, number: u64) -> Result<Fate, Refusal> {
        let slot = match self.slot(channel).await {
            Ok(slot) => slot,
            Err(refusal) if refusal.kind == RefusalKind::Channel => return Ok(Fate::Unknown),
            Err(refusal) => return Err(refusal),
        };
        let state = lock(&slot.state);
        if state.ledger.is_under_way(number) {
            return Ok(Fate::UnderWay);
        }
        if let Some(record) = state.journal.record(number) {
            let body = self.body(channel, number, record.leaf.exchange.clone());
            let signed = SignedAnswer::new(&body, record.session_key, record.signature);
            return Ok(Fate::Signed(Box::new(signed)));
        }
        let forgotten = number <= state.info.last_number && state.journal.has_forgotten(number);
        Ok(match forgotten {
            true => Fate::Forgotten,
            false => Fate::Unknown,
        })
    }

    pub(super) fn body(&self, channel: ChannelId, number: u64, exchange: Exchange) -> AnswerBody {
        AnswerBody {
            genesis_hash: self.0.genesis_hash,
            model: self.0.model,
            channel,
            number,
            exchange,
        }
    }
}
