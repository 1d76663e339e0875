//! One attestation: a challenge of a recent block, evidence, a transaction. And the next one before the evidence expires.

use crate::{
    attester::{Attester, AttesterError},
    schedule,
};
use ballast_attestation::{view::KeyInfo, Challenge, TEST_ROOT};
use ballast_chain::{Attestations, BlockId, ChainError, ErrorClass, Signer, SubmitError};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Longest time that the GPUs have for their reports; each takes about a second.
const EVIDENCE_TIMEOUT: Duration = Duration::from_secs(60);

/// A worker that attests for one session key.
pub struct Worker {
    /// The chain.
    pub chain: Arc<dyn Attestations>,
    /// The worker's account.
    pub signer: Signer,
    /// Public half of the session key.
    pub session_key: [u8; 32],
    /// Who answers challenges.
    pub attester: Arc<dyn Attester>,
}

/// An attestation failed.
#[derive(Debug, thiserror::Error)]
pub enum AttestError {
    /// The chain could not be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// There is no evidence.
    #[error(transparent)]
    Attester(#[from] AttesterError),
    /// The GPUs do not answer.
    #[error("the GPUs gave no report within {} s; look into the driver's log", EVIDENCE_TIMEOUT.as_secs())]
    NoAnswer,
    /// Test evidence for a network that trusts no test root.
    #[error("this network does not trust the test root, so development evidence is worth nothing here; leave --dev out")]
    NotDevelopment,
    /// The chain refused the evidence.
    #[error("the evidence was not accepted: {0}")]
    Submit(#[from] SubmitError),
    /// The transaction is final, but the chain knows no such key.
    #[error(
        "the transaction is final but the key is not recorded; the node may serve another chain"
    )]
    NotRecorded,
}

impl AttestError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Submit(error) => error.class(),
            Self::Attester(error) if error.is_retryable() => ErrorClass::Retryable,
            Self::NoAnswer => ErrorClass::Retryable,
            Self::Attester(_) | Self::NotDevelopment => ErrorClass::Usage,
            Self::NotRecorded => ErrorClass::Fatal,
        }
    }
}

impl Worker {
    /// Attests once, and tells what the chain makes of it.
    pub async fn attest(&self) -> Result<KeyInfo, AttestError> {
        let trust = self.chain.trust().await?;
        if self.attester.is_development() && !trust.roots.contains(&TEST_ROOT) {
            return Err(AttestError::NotDevelopment);
        }
        let block = self.challenge_block().await?;
        let bundle = self.evidence(self.challenge(block)).await?;
        let calls = bundle.calls(self.session_key, block.number, &trust);
        self.chain.submit(&calls, &self.signer).await?;
        self.known().await?.ok_or(AttestError::NotRecorded)
    }

    /// Attests again and again until it is told to stop. The first attempt must succeed; later failures are logged and
    /// tried again, since chain, governance or hardware may come round.
    pub async fn keep(&self, stop: &CancellationToken) -> Result<(), AttestError> {
        let mut info = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            first = self.attest() => first?,
        };
        loop {
            log(&info);
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                renewed = self.renew(&info) => info = renewed,
            }
        }
    }

    /// Waits until the evidence is to be renewed, and renews it.
    async fn renew(&self, info: &KeyInfo) -> KeyInfo {
        let due = schedule::renewal_block(info);
        let mut failures = 0;
        loop {
            let renewed = match self.wait_for(due).await {
                Ok(()) => self.attest().await,
                Err(error) => Err(error.into()),
            };
            let error = match renewed {
                Ok(renewed) => return renewed,
                Err(error) => error,
            };
            failures += 1;
            let pause = schedule::pause(failures);
            tracing::warn!(%error, failures, pause_s = pause.as_secs(), expires = info.expires, "attesting again failed");
            tokio::time::sleep(pause).await;
        }
    }

    async fn wait_for(&self, due: u32) -> Result<(), ChainError> {
        let mut head = self.chain.finalized().await?;
        while head.number < due {
            head = self.chain.wait_finalized(head.number).await?;
        }
        Ok(())
    }

    /// The finalized head, once it is later than the block that the key's evidence answers.
    async fn challenge_block(&self) -> Result<BlockId, ChainError> {
        let head = self.chain.finalized().await?;
        match self.known().await? {
            Some(info) if head.number <= info.challenge_block => {
                self.chain.wait_finalized(info.challenge_block).await
            }
            _ => Ok(head),
        }
    }

    async fn known(&self) -> Result<Option<KeyInfo>, ChainError> {
        let account = self.signer.account();
        self.chain.session_key(account, self.session_key).await
    }

    fn challenge(&self, block: BlockId) -> Challenge {
        Challenge {
            genesis_hash: self.chain.genesis_hash(),
            worker: self.signer.account(),
            session_key: self.session_key,
            block_number: block.number,
            block_hash: block.hash,
        }
    }

    async fn evidence(
        &self,
        challenge: Challenge,
    ) -> Result<ballast_chain::EvidenceBundle, AttestError> {
        let attester = self.attester.clone();
        let asked = tokio::task::spawn_blocking(move || attester.evidence(&challenge));
        match tokio::time::timeout(EVIDENCE_TIMEOUT, asked).await {
            Ok(Ok(answer)) => Ok(answer?),
            // It was given up, or the thread ended without an answer.
            Ok(Err(_)) | Err(_) => Err(AttestError::NoAnswer),
        }
    }
}

fn log(info: &KeyInfo) {
    let tier = info.tier.map_or("none".into(), |tier| tier.to_string());
    let reasons: Vec<String> = info.reasons.iter().map(ToString::to_string).collect();
    tracing::info!(
        tier,
        no_higher_for = reasons.join("; "),
        expires = info.expires,
        renewal = schedule::renewal_block(info),
        gpus = info.devices.len(),
        "attested"
    );
}
