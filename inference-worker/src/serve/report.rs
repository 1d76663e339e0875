//! `GET /v1/attestation/report?nonce=..`: evidence for whoever asks, made for its nonce.
//!
//! Goals: the evidence speaks for this worker's session key and for nothing else: the nonce that the GPUs sign is that of
//! a challenge (`ballast-attestation`) that names worker and key, with the caller's nonce in the place of the block's
//! hash and 0 as its number. So nobody can have the GPUs answer for another key through this address.
//! Non-goals: what the evidence is worth; the chain tells what it knows of the key.

use super::{app::App, error::ApiError};
use crate::attester::{Attester, AttesterError};
use axum::{
    extract::{Query, State},
    Json,
};
use ballast_attestation::Challenge;
use ballast_chain::EvidenceBundle;
use base64::{engine::general_purpose::STANDARD, Engine};
use serde::Deserialize;
use serde_json::{json, Value};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;

/// Longest time that the GPUs have.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Callers that wait for the GPUs, or are answered.
const CALLERS_MAX: usize = 4;

/// Makes evidence.
pub struct Reporter {
    /// Who answers.
    pub attester: Arc<dyn Attester>,
    /// The worker's account.
    pub worker: [u8; 32],
    /// Its session key.
    pub session_key: [u8; 32],
    /// The chain.
    pub genesis_hash: [u8; 32],
    callers: Semaphore,
    turn: tokio::sync::Mutex<()>,
}

impl Reporter {
    /// For this worker and key.
    pub fn new(
        attester: Arc<dyn Attester>,
        worker: [u8; 32],
        session_key: [u8; 32],
        genesis_hash: [u8; 32],
    ) -> Self {
        Self {
            attester,
            worker,
            session_key,
            genesis_hash,
            callers: Semaphore::new(CALLERS_MAX),
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn challenge(&self, nonce: [u8; 32]) -> Challenge {
        Challenge {
            genesis_hash: self.genesis_hash,
            worker: self.worker,
            session_key: self.session_key,
            block_number: 0,
            block_hash: nonce,
        }
    }

    async fn evidence(&self, challenge: Challenge) -> Result<EvidenceBundle, ApiError> {
        let busy = |_| ApiError::overloaded("others wait for evidence; try again", 2);
        let _caller = self.callers.try_acquire().map_err(busy)?;
        let _turn = self.turn.lock().await;
        let attester = self.attester.clone();
        let asked = tokio::task::spawn_blocking(move || attester.evidence(&challenge));
        match tokio::time::timeout(TIMEOUT, asked).await {
            Ok(Ok(answer)) => answer.map_err(|error: AttesterError| {
                let retry = error.is_retryable().then_some(5);
                ApiError::no_report(error.to_string(), retry)
            }),
            _ => Err(ApiError::no_report(
                "the GPUs gave no report in time",
                Some(5),
            )),
        }
    }
}

/// What is asked.
#[derive(Deserialize)]
pub struct Asked {
    nonce: Option<String>,
}

/// Answers with evidence.
pub async fn report(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let reporter = app.reporter.as_ref().ok_or_else(|| {
        ApiError::not_found("this worker attests nothing; its session key has tier T0 at most")
    })?;
    let nonce = asked.nonce.as_deref().and_then(parse).ok_or_else(|| {
        ApiError::in_field("nonce", "nonce has 64 hex digits that nobody could guess")
    })?;
    let challenge = reporter.challenge(nonce);
    let bundle = reporter.evidence(challenge.clone()).await?;
    let mut told = object(&challenge, &bundle, reporter.attester.is_development());
    // Signed by the key that the evidence speaks for.
    told["sealing"] = json!(app.sealing.public());
    Ok(Json(told))
}

fn parse(text: &str) -> Option<[u8; 32]> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok()?;
    bytes.try_into().ok()
}

fn object(challenge: &Challenge, bundle: &EvidenceBundle, development: bool) -> Value {
    let hex = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let gpus = bundle.gpus.iter().map(|(report, chain)| {
        let certificates = chain.iter().map(|certificate| STANDARD.encode(certificate));
        json!({ "report": STANDARD.encode(report), "certificates": certificates.collect::<Vec<_>>() })
    });
    let guest = bundle.guest.as_ref().map(|(quote, collateral)| {
        json!({ "quote": STANDARD.encode(quote), "collateral": STANDARD.encode(collateral) })
    });
    json!({
        "version": 1,
        "genesis_hash": hex(&challenge.genesis_hash),
        "worker": hex(&challenge.worker),
        "session_key": hex(&challenge.session_key),
        "nonce": hex(&challenge.block_hash),
        "report_nonce": hex(&challenge.nonce()),
        "development": development,
        "gpus": gpus.collect::<Vec<_>>(),
        "guest": guest,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::development::Development;
    use ballast_attestation::Report;

    #[tokio::test]
    async fn evidence_answers_the_nonce_and_names_the_key() {
        let attester = Arc::new(Development {
            gpus: 0..2,
            guest: true,
        });
        let reporter = Reporter::new(attester, [1; 32], [2; 32], [3; 32]);
        let challenge = reporter.challenge([4; 32]);
        let bundle = reporter.evidence(challenge.clone()).await.ok().unwrap();
        let told = object(&challenge, &bundle, true);
        assert_eq!(told["gpus"].as_array().unwrap().len(), 2);
        assert_eq!(told["nonce"], format!("0x{}", "04".repeat(32)));
        let report = STANDARD.decode(told["gpus"][0]["report"].as_str().unwrap());
        let found = Report::parse(&report.unwrap()).unwrap().nonce;
        assert_eq!(found, challenge.nonce());
        assert_ne!(
            found, [4; 32],
            "another key could be attested through this address"
        );
        assert!(told["guest"]["quote"].is_string());
    }
}
