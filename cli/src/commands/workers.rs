//! `workers`.

use crate::{
    amount::{bytes_text, Amount},
    args::WorkersArgs,
    context::Context,
    error::CliError,
    output::{printable, table, Answer, Report},
};
use ballast_chain::ss58;
use ballast_core::view::{WorkerInfo, WorkerStatus};
use serde::Serialize;

/// A worker as it is printed.
#[derive(Debug, Serialize)]
pub struct WorkerReport {
    pub worker: String,
    pub operator: String,
    pub endpoint: String,
    pub receipt_key: String,
    pub stake: Amount,
    pub capacity: u64,
    pub assigned_bytes: u64,
    pub ask_per_gib_epoch: Amount,
    pub status: &'static str,
    pub withdrawable_at: Option<u32>,
    pub joined_at: u32,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct WorkersReport {
    workers: Vec<WorkerReport>,
}

/// Lists workers.
pub async fn run(args: &WorkersArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.chain().await?;
    let workers = chain.workers().await?;
    let wanted = |worker: &&WorkerInfo| !args.active || worker.status == WorkerStatus::Active;
    let workers = workers
        .iter()
        .filter(wanted)
        .map(WorkerReport::from)
        .collect();
    Ok(Answer::new(&WorkersReport { workers }))
}

/// Where a worker stands, in a word.
pub fn status_text(status: WorkerStatus) -> &'static str {
    match status {
        WorkerStatus::Active => "active",
        WorkerStatus::Draining => "draining",
        WorkerStatus::Leaving { .. } => "leaving",
        WorkerStatus::Evicted => "evicted",
    }
}

impl From<&WorkerInfo> for WorkerReport {
    fn from(info: &WorkerInfo) -> Self {
        let status = status_text(info.status);
        let withdrawable_at = match info.status {
            WorkerStatus::Leaving { withdrawable_at } => Some(withdrawable_at),
            _ => None,
        };
        Self {
            worker: ss58::encode(&info.worker.0),
            operator: ss58::encode(&info.operator.0),
            endpoint: printable(&info.endpoint),
            receipt_key: format!("0x{}", hex::encode(info.receipt_key)),
            stake: Amount(info.stake),
            capacity: info.capacity,
            assigned_bytes: info.assigned_bytes,
            ask_per_gib_epoch: Amount(info.ask_per_gib_epoch),
            status,
            withdrawable_at,
            joined_at: info.joined_at,
        }
    }
}

impl Report for WorkersReport {
    fn text(&self) -> String {
        let row = |worker: &WorkerReport| {
            vec![
                worker.worker.clone(),
                worker.status.into(),
                worker.stake.to_string(),
                bytes_text(worker.capacity),
                bytes_text(worker.assigned_bytes),
                worker.ask_per_gib_epoch.to_string(),
                worker.endpoint.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = self.workers.iter().map(row).collect();
        table(
            &[
                "WORKER", "STATUS", "STAKE", "CAPACITY", "ASSIGNED", "ASK", "ENDPOINT",
            ],
            &rows,
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub mod tests {
    use super::*;
    use ballast_core::{OperatorId, WorkerId};

    pub fn worker(status: WorkerStatus) -> WorkerInfo {
        WorkerInfo {
            worker: WorkerId([1; 32]),
            operator: OperatorId([2; 32]),
            endpoint: b"http://w\x1b:1".to_vec(),
            receipt_key: [3; 32],
            stake: 5,
            capacity: 6,
            assigned_bytes: 7,
            ask_per_gib_epoch: 8,
            status,
            joined_at: 9,
        }
    }

    #[test]
    fn json_is_a_list_of_flat_workers() {
        let info = worker(WorkerStatus::Leaving { withdrawable_at: 4 });
        let json = serde_json::to_value(WorkersReport {
            workers: vec![WorkerReport::from(&info)],
        })
        .unwrap();
        let expected = serde_json::json!([{
            "worker": ss58::encode(&[1; 32]), "operator": ss58::encode(&[2; 32]), "endpoint": "http://w\u{fffd}:1",
            "receipt_key": format!("0x{}", "03".repeat(32)), "stake": "5", "capacity": 6, "assigned_bytes": 7,
            "ask_per_gib_epoch": "8", "status": "leaving", "withdrawable_at": 4, "joined_at": 9,
        }]);
        assert_eq!(json, expected);
    }
}
