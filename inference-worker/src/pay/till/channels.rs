//! Channels as the chain had them a moment ago, each with its account and its journal.

use super::{bounded, lock, Refusal, RefusalKind, Slot, State, Till};
use crate::pay::{
    journal::Journal,
    ledger::Ledger,
    limits::{CHANNELS_MAX, FRESH, STALE},
};
use ballast_chain::ChainError;
use ballast_core::{
    view::{ChannelInfo, ChannelState},
    ChannelId,
};
use std::{
    sync::{atomic::Ordering, Arc, Mutex},
    time::Instant,
};

impl Till {
    /// Reads a channel again. One that is over is forgotten.
    pub(in crate::pay) async fn refresh(&self, slot: &Arc<Slot>) -> Result<bool, ChainError> {
        let read = bounded("reading a channel", self.0.chain.channel(slot.id)).await?;
        let live = read.filter(|info| info.state != ChannelState::Ended);
        let Some(info) = live else {
            lock(&self.0.slots).remove(&slot.id);
            let mut state = lock(&slot.state);
            let lost = state.ledger.unsettled();
            self.forget(slot.id, lost, &mut state.journal);
            return Ok(false);
        };
        let mut state = lock(&slot.state);
        state.ledger.settle(&info);
        if let Err(error) = state.journal.settle(info.last_number) {
            tracing::warn!(%error, channel = slot.id.0, "settled claims stay on disk for now");
        }
        (state.info, state.read_at) = (info, Instant::now());
        Ok(true)
    }

    /// A channel, as the chain had it a moment ago.
    pub(super) async fn slot(&self, channel: ChannelId) -> Result<Arc<Slot>, Refusal> {
        let known = lock(&self.0.slots).get(&channel).cloned();
        let unknown = || {
            Refusal::plain(
                RefusalKind::Channel,
                format!("there is no channel {channel} on this chain, or it is over"),
            )
        };
        if let Some(slot) = known {
            let age = lock(&slot.state).read_at.elapsed();
            if age < FRESH {
                return Ok(slot);
            }
            return match self.refresh(&slot).await {
                Ok(true) => Ok(slot),
                Ok(false) => Err(unknown()),
                Err(error) if age < STALE => {
                    tracing::warn!(%error, "the chain cannot be asked; what it said a moment ago still counts");
                    Ok(slot)
                }
                Err(error) => Err(Refusal::chain(&error)),
            };
        }
        let read = bounded("reading a channel", self.0.chain.channel(channel)).await;
        let info = read.map_err(|error| Refusal::chain(&error))?;
        let info = info.ok_or_else(unknown)?;
        let journal = self.0.folder.channel(channel);
        let journal = journal.map_err(|error| self.disk(&error))?;
        self.insert(info, journal)
    }

    /// A new slot; idle ones make room.
    pub(super) fn insert(&self, info: ChannelInfo, journal: Journal) -> Result<Arc<Slot>, Refusal> {
        let mut slots = lock(&self.0.slots);
        if let Some(slot) = slots.get(&info.channel) {
            return Ok(slot.clone());
        }
        if slots.len() >= CHANNELS_MAX {
            slots.retain(|_, slot| {
                Arc::strong_count(slot) > 1 || !lock(&slot.state).ledger.is_idle()
            });
        }
        if slots.len() >= CHANNELS_MAX {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                format!("claims of {CHANNELS_MAX} channels wait for their redemption; try again"),
            ));
        }
        let claims = journal.records().map(|record| record.leaf.clone());
        let mut ledger = Ledger::restored(journal.newest().cloned(), claims.collect());
        ledger.settle(&info);
        let slot = Arc::new(Slot {
            id: info.channel,
            state: Mutex::new(State {
                ledger,
                journal,
                info,
                read_at: Instant::now(),
                is_sent: false,
                failures: 0,
                paused_until: None,
            }),
        });
        slots.insert(slot.id, slot.clone());
        Ok(slot)
    }

    /// A channel that was over when the worker started.
    pub(super) fn over(&self, channel: ChannelId, mut journal: Journal) {
        tracing::info!(
            channel = channel.0,
            "the channel is over; what is kept of it is removed"
        );
        self.forget(channel, 0, &mut journal);
    }

    fn forget(&self, channel: ChannelId, lost: usize, journal: &mut Journal) {
        if lost > 0 {
            self.0.counts.lost.fetch_add(lost as u64, Ordering::Relaxed);
            tracing::error!(
                channel = channel.0,
                claims = lost,
                "the channel is over, and these claims were not redeemed"
            );
        }
        let forgotten = journal
            .remove()
            .and_then(|()| self.0.answers.forget(channel));
        if let Err(error) = forgotten {
            tracing::warn!(%error, channel = channel.0, "files of a channel that is over stay");
        }
    }
}
