//! The channel on chain: what it holds, what was drawn from it, and more money where that is allowed.

use super::{lock, Payer, FRESH};
use crate::{select::Funding, PayError};
use ballast_chain::calls::inference as calls;
use ballast_core::{
    view::{ChannelInfo, ChannelState},
    Balance,
};
use std::time::{Duration, Instant};

impl Payer {
    /// What the chain says of the channel, not older than [`FRESH`].
    pub(super) async fn info(&self) -> Result<ChannelInfo, PayError> {
        self.info_within(FRESH).await
    }

    /// The same, not older than `age`.
    pub(super) async fn info_within(&self, age: Duration) -> Result<ChannelInfo, PayError> {
        let mut known = self.0.channel.lock().await;
        if known.1.elapsed() >= age {
            *known = (self.read().await?, Instant::now());
            self.check_drawn(&known.0)?;
        }
        Ok(known.0.clone())
    }

    /// A channel that is being closed pays for nothing new.
    pub(super) fn check_open(&self, info: &ChannelInfo) -> Result<(), PayError> {
        match info.state {
            ChannelState::Open => Ok(()),
            _ => Err(PayError::NoChannel(format!(
                "channel {} is closed",
                self.0.id
            ))),
        }
    }

    async fn read(&self) -> Result<ChannelInfo, PayError> {
        let info = self.0.chain.channel(self.0.id).await?;
        info.ok_or_else(|| PayError::NoChannel(format!("channel {} is over", self.0.id)))
    }

    /// The worker has drawn no more than vouchers allowed.
    pub(super) fn check_drawn(&self, info: &ChannelInfo) -> Result<(), PayError> {
        let mut journal = lock(&self.0.journal);
        let (spent, ceiling) = (journal.book().spent(), journal.book().ceiling());
        let ceiling = ceiling.unwrap_or(Balance::MAX);
        if info.drawn > ceiling {
            return Err(PayError::Overdrawn {
                channel: info.channel,
                drawn: info.drawn,
                spent,
                ceiling,
            });
        }
        journal.touch(|book| book.raise(info.drawn));
        Ok(())
    }

    /// Makes sure that the channel holds what a request may cost, and puts more in if that is allowed.
    pub(super) async fn ensure_funds(
        &self,
        info: &ChannelInfo,
        sha256: [u8; 32],
        max: Balance,
    ) -> Result<(), PayError> {
        let short = |info: &ChannelInfo| {
            let journal = lock(&self.0.journal);
            let book = journal.book();
            let ceiling = book.ceiling().unwrap_or(Balance::MAX);
            let needed = ceiling.saturating_add(book.needs(sha256, max));
            needed.saturating_sub(info.deposited)
        };
        if short(info) == 0 {
            return Ok(());
        }
        self.learn().await?;
        // One at a time, so that two requests do not both put more in.
        let mut known = self.0.channel.lock().await;
        let missing = short(&known.0);
        if missing == 0 {
            return Ok(());
        }
        let Funding { deposit, budget } = self.0.settings.funding;
        let add = deposit.unwrap_or_default().max(missing);
        let add = add.min(budget.saturating_sub(known.0.deposited));
        if deposit.is_none() || add < missing {
            let left = max.saturating_sub(missing);
            return Err(PayError::TooLittle {
                channel: self.0.id,
                left,
                needed: max,
            });
        }
        tracing::info!(
            channel = self.0.id.0,
            planck = add,
            "putting more into the channel"
        );
        let call = calls::top_up(self.0.id, add);
        self.0.chain.submit(&[call], &self.0.signer).await?;
        *known = (self.read().await?, Instant::now());
        Ok(())
    }
}
