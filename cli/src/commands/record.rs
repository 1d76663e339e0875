//! `worker record`: what became of a worker's claims for answers, and what it earned by checking others.

use crate::{
    amount::Amount,
    error::CliError,
    output::{fields, Answer, Report},
};
use ballast_chain::{ss58, Inference};
use ballast_core::{view::ServiceRecord, WorkerId};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct RecordReport {
    worker: String,
    claims: u64,
    settled: Amount,
    reversed: Amount,
    reversals: u32,
    verified: u32,
    earned: Amount,
}

/// Reads a worker's record. One that never claimed nor checked anything has zeros.
pub async fn record(chain: &dyn Inference, worker: WorkerId) -> Result<Answer, CliError> {
    let record = chain.service_record(worker).await?;
    Ok(Answer::new(&RecordReport::new(worker, &record)))
}

impl RecordReport {
    fn new(worker: WorkerId, record: &ServiceRecord) -> Self {
        Self {
            worker: ss58::encode(&worker.0),
            claims: record.claims,
            settled: Amount(record.settled),
            reversed: Amount(record.reversed),
            reversals: record.reversals,
            verified: record.verified,
            earned: Amount(record.earned),
        }
    }
}

impl Report for RecordReport {
    fn text(&self) -> String {
        fields(&[
            ("worker", self.worker.clone()),
            ("claims", format!("{} for {}", self.claims, self.settled)),
            (
                "reversed",
                format!("{} batches for {}", self.reversals, self.reversed),
            ),
            (
                "checks",
                format!("agreed with {} outcomes for {}", self.verified, self.earned),
            ),
        ])
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::price::BAL;

    #[test]
    fn a_record_tells_claims_and_checks_apart() {
        let record = ServiceRecord {
            claims: 7,
            settled: 2 * BAL,
            reversed: BAL,
            reversals: 1,
            verified: 3,
            earned: BAL / 2,
        };
        let report = RecordReport::new(WorkerId([7; 32]), &record);
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(
            (&json["verified"], &json["earned"]),
            (&3.into(), &"500000000000".into())
        );
        let text = report.text();
        for told in [
            "7 for 2 BAL",
            "1 batches for 1 BAL",
            "agreed with 3 outcomes for 0.5 BAL",
        ] {
            assert!(text.contains(told), "{told} in {text}");
        }
    }
}
