//! Pays on when a channel is over: from another that is open, or from a new one where the caller allows that.
//!
//! Goals: who serves for long goes on by itself when a worker closes the channel or it ends; no more is put into a channel
//! than the caller allows; one channel at most is opened for a request, and one in [`RENEWAL_PAUSE`].
//! Non-goals: another version of the model; a channel that the caller named stays the only one.

use crate::{Answer, Funding, PayChain, PayError, Payer, Settings, Wanted};
use ballast_chain::Signer;
use ballast_core::Address;
use bytes::Bytes;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How soon after a channel was taken another one is: a worker that closes what it is given would else cost a fee with
/// every request.
pub const RENEWAL_PAUSE: Duration = Duration::from_secs(60);

/// Pays for a model from one channel after the other.
pub struct RenewingPayer {
    chain: Arc<dyn PayChain>,
    signer: Signer,
    wanted: Wanted,
    settings: Settings,
    model: Address,
    current: Mutex<Payer>,
    /// When a channel was taken after another one; held while one is looked for.
    renewed_at: tokio::sync::Mutex<Option<Instant>>,
}

impl RenewingPayer {
    /// Finds or opens the first channel.
    pub async fn open(
        chain: Arc<dyn PayChain>,
        signer: Signer,
        wanted: Wanted,
        settings: Settings,
    ) -> Result<Self, PayError> {
        let payer = Payer::open(chain.clone(), signer.clone(), &wanted, settings.clone()).await?;
        Ok(Self {
            chain,
            signer,
            wanted,
            settings,
            model: payer.model(),
            current: Mutex::new(payer),
            renewed_at: tokio::sync::Mutex::default(),
        })
    }

    /// Who pays now.
    pub fn current(&self) -> Payer {
        let current = self.current.lock();
        current.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The model's address.
    pub fn model(&self) -> Address {
        self.model
    }

    /// Asks, and pays; once more from another channel if this one is over.
    pub async fn ask(&self, path: &str, body: Bytes) -> Result<Answer, PayError> {
        let payer = self.current();
        match payer.ask(path, body.clone()).await {
            Err(PayError::NoChannel(reason)) => {
                let payer = self.renew(&payer, reason).await?;
                payer.ask(path, body).await
            }
            answered => answered,
        }
    }

    async fn renew(&self, over: &Payer, reason: String) -> Result<Payer, PayError> {
        let mut renewed_at = self.renewed_at.lock().await;
        let current = self.current();
        // Another request was quicker.
        if current.channel() != over.channel() {
            return Ok(current);
        }
        if self.wanted.channel.is_some() {
            return Err(PayError::NoChannel(format!(
                "{reason}, and no other one may pay; leave --channel out, or name another"
            )));
        }
        if renewed_at.is_some_and(|at| at.elapsed() < RENEWAL_PAUSE) {
            return Err(PayError::NoChannel(format!(
                "{reason}; it had followed another one less than {} s ago, so none is opened yet",
                RENEWAL_PAUSE.as_secs()
            )));
        }
        tracing::warn!(channel = over.channel().0, %reason, "another channel is looked for");
        let Funding { deposit, budget } = self.settings.funding;
        let opened = Payer::open(
            self.chain.clone(),
            self.signer.clone(),
            &self.wanted,
            self.settings.clone(),
        );
        let payer = match opened.await {
            Ok(payer) => payer,
            Err(error) => {
                // A transaction that failed has cost its fee.
                if let PayError::Submit(_) = error {
                    *renewed_at = Some(Instant::now());
                }
                return Err(error);
            }
        };
        *renewed_at = Some(Instant::now());
        tracing::info!(
            channel = payer.channel().0,
            instead_of = over.channel().0,
            worker = payer.endpoint(),
            deposit,
            budget,
            "paying from another channel"
        );
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        *current = payer.clone();
        Ok(payer)
    }
}
