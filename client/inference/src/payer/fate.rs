//! What became of requests that broke off, by the worker's word.

use super::{lock, Payer, ATTEMPTS, BUSY_PAUSE};
use crate::{
    answer::{check, Asked, Distrust},
    wire::{SignedAnswer, WireError},
    PayError,
};

impl Payer {
    /// Asks the worker what became of requests that broke off, so that they count as what they cost.
    pub(super) async fn learn(&self) -> Result<(), PayError> {
        let unknown = lock(&self.0.journal).book().unknown();
        for entry in unknown {
            self.learn_one(entry.number).await?;
        }
        Ok(())
    }

    /// After a pause in which the worker may end what it is at.
    pub(super) fn learn_later(&self, number: u64) {
        let payer = self.clone();
        tokio::spawn(async move {
            for _ in 0..ATTEMPTS {
                tokio::time::sleep(BUSY_PAUSE).await;
                if let Err(error) = payer.learn_one(number).await {
                    tracing::debug!(%error, number, "the fate of a request is not known yet");
                }
                let unknown = lock(&payer.0.journal).book().unknown();
                if unknown.iter().all(|entry| entry.number != number) {
                    return;
                }
            }
        });
    }

    /// What became of a request. An answer that was signed counts as what it cost and can be had again; one that the
    /// worker knows nothing of costs nothing.
    pub(super) async fn learn_one(&self, number: u64) -> Result<(), PayError> {
        let unknown = lock(&self.0.journal).book().unknown();
        let Some(entry) = unknown.into_iter().find(|entry| entry.number == number) else {
            return Ok(());
        };
        let path = format!("/v1/signature/{}-{number}", self.0.id);
        let (status, body) = match self.question(&path).await {
            Ok(answer) => answer,
            Err(PayError::Worker(error)) => {
                tracing::debug!(%error, number, "the fate of a request is not known yet");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match status {
            200 => {
                let signed: SignedAnswer = serde_json::from_slice(&body)
                    .map_err(|error| Distrust::Malformed(WireError(error.to_string())))?;
                let limits = self.0.channel.lock().await.0.limits;
                let asked = Asked {
                    genesis_hash: self.0.chain.genesis_hash(),
                    model: self.0.model,
                    channel: self.0.id,
                    number,
                    request_sha256: entry.request_sha256,
                    limits,
                };
                let cost = self.cost(&check(&signed, &asked, None)?).await?;
                lock(&self.0.journal).change(|book| book.sign(number, cost))?;
            }
            404 => lock(&self.0.journal).change(|book| book.forget_idle(number))?,
            // So old that nobody knows: it counts as what it may have cost.
            410 => lock(&self.0.journal).change(|book| {
                book.sign(number, entry.max);
                book.forget_idle(number);
            })?,
            _ => {}
        }
        Ok(())
    }
}
