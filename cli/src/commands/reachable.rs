//! `worker check`: what readers, publishers and other workers meet at a worker's endpoint, seen from where this program runs.
//!
//! Goals: each check has a name and says what was found; one that fails says what to change.
//! Non-goals: looking from somewhere else. A worker that is reached from its own machine alone passes there: run it on another one.

use crate::{
    amount::bytes_text,
    context::Context,
    error::CliError,
    output::{fields, printable, Answer, Report},
};
use ballast_chain::{ss58, Chain};
use ballast_core::{
    view::{WorkerInfo, WorkerStatus},
    BlockNumber,
};
use ballast_worker_api::{Connector, Timeouts, WorkerIdentity};
use serde::Serialize;
use std::time::Instant;

/// Exit code when something is not as it should be.
const FAILED: u8 = 4;
/// Blocks that a worker may be behind the node that is asked: a minute.
const LAG_MAX: BlockNumber = 20;

#[derive(Debug, Serialize)]
struct CheckReport {
    worker: String,
    endpoint: String,
    good: bool,
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Check {
    check: &'static str,
    good: bool,
    found: String,
}

/// Looks at the endpoint that the chain names for this worker.
pub async fn check(
    chain: &dyn Chain,
    info: &WorkerInfo,
    context: &Context,
) -> Result<Answer, CliError> {
    let connector = Connector::new(context.endpoint_policy()?, Timeouts::default())
        .map_err(|error| CliError::fatal(error.to_string()))?;
    let mut checks = vec![status(info)];
    match connector.client(&info.endpoint) {
        Err(error) => checks.push(Check::bad("endpoint", error)),
        Ok(client) => {
            checks.push(transport(client.endpoint()));
            let asked = Instant::now();
            match client.info().await {
                Err(error) => checks.push(Check::bad("answers", error)),
                Ok(identity) => {
                    let took = asked.elapsed().as_millis();
                    let found = format!("{} in {took} ms", printable(identity.program.as_bytes()));
                    checks.push(Check::good("answers", found));
                    let finalized = chain.finalized().await?.number;
                    checks.extend(same(&identity, info, chain.genesis_hash(), finalized));
                }
            }
        }
    }
    let good = checks.iter().all(|check| check.good);
    let answer = Answer::new(&CheckReport {
        worker: ss58::encode(&info.worker.0),
        endpoint: printable(&info.endpoint),
        good,
        checks,
    });
    Ok(match good {
        true => answer,
        false => answer.with_code(FAILED),
    })
}

fn status(info: &WorkerInfo) -> Check {
    match info.status {
        WorkerStatus::Active => Check::good("status", "active"),
        WorkerStatus::Draining => Check::good("status", "draining: it takes no new shards"),
        WorkerStatus::Leaving { .. } => Check::bad("status", "leaving: it is a worker no more"),
        WorkerStatus::Evicted => Check::bad(
            "status",
            "evicted: leave, withdraw and join again (docs/run-a-worker.md)",
        ),
    }
}

/// Bytes prove themselves, so plain HTTP is no fault; it shows everybody on the way what is read.
fn transport(endpoint: &str) -> Check {
    match endpoint.starts_with("https://") {
        true => Check::good("transport", "TLS"),
        false => Check::good(
            "transport",
            "plain HTTP: who is on the way sees what is read",
        ),
    }
}

/// What the worker says of itself, beside what the chain says of it.
fn same(
    identity: &WorkerIdentity,
    info: &WorkerInfo,
    genesis_hash: [u8; 32],
    finalized: BlockNumber,
) -> [Check; 5] {
    let equal = |check, theirs: [u8; 32], ours: [u8; 32], remedy: &str| match theirs == ours {
        true => Check::good(check, format!("0x{}", hex::encode(ours))),
        false => Check::bad(
            check,
            format!(
                "it has 0x{}, the chain 0x{}; {remedy}",
                hex::encode(theirs),
                hex::encode(ours)
            ),
        ),
    };
    let behind = finalized.saturating_sub(identity.finalized);
    let follows = format!(
        "it knows block {}, {finalized} is final",
        identity.finalized
    );
    let (offered, joined) = (identity.space.capacity, info.capacity);
    let room = format!(
        "{} offered, {} joined with",
        bytes_text(offered),
        bytes_text(joined)
    );
    [
        equal(
            "chain",
            identity.genesis_hash,
            genesis_hash,
            "its node is of another network: --chain-url",
        ),
        equal(
            "account",
            identity.worker.0,
            info.worker.0,
            "another worker answers here: --account, or the proxy",
        ),
        equal(
            "receipt key",
            identity.receipt_key,
            info.receipt_key,
            "its receipts are refused: `ballast worker update --receipt-key`",
        ),
        Check {
            check: "follows the chain",
            good: behind <= LAG_MAX,
            found: follows,
        },
        Check {
            check: "capacity",
            good: offered >= joined,
            found: room,
        },
    ]
}

impl Check {
    fn good(check: &'static str, found: impl ToString) -> Self {
        Self {
            check,
            good: true,
            found: found.to_string(),
        }
    }

    fn bad(check: &'static str, found: impl ToString) -> Self {
        Self {
            check,
            good: false,
            found: found.to_string(),
        }
    }
}

impl Report for CheckReport {
    fn text(&self) -> String {
        let mut lines = vec![
            ("worker", self.worker.clone()),
            ("endpoint", self.endpoint.clone()),
        ];
        lines.extend(self.checks.iter().map(|check| {
            let word = if check.good { "good" } else { "BAD " };
            (check.check, format!("{word}  {}", check.found))
        }));
        fields(&lines)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::commands::workers::tests::worker;
    use ballast_core::WorkerId;
    use ballast_worker_api::WorkerSpace;

    fn identity() -> WorkerIdentity {
        WorkerIdentity {
            api: 1,
            program: "ballast-storage-worker/0".into(),
            genesis_hash: [9; 32],
            worker: WorkerId([1; 32]),
            receipt_key: [3; 32],
            finalized: 100,
            space: WorkerSpace {
                capacity: 6,
                used: 0,
            },
        }
    }

    fn bad(identity: &WorkerIdentity) -> Vec<&'static str> {
        let checks = same(identity, &worker(WorkerStatus::Active), [9; 32], 105);
        let bad = checks.iter().filter(|check| !check.good);
        bad.map(|check| check.check).collect()
    }

    #[test]
    fn a_worker_that_is_what_the_chain_says_passes() {
        assert_eq!(bad(&identity()), Vec::<&str>::new());
    }

    #[test]
    fn each_difference_is_found_under_its_name() {
        type Change = fn(&mut WorkerIdentity);
        let cases: [(&str, Change); 5] = [
            ("chain", |it| it.genesis_hash = [0; 32]),
            ("account", |it| it.worker = WorkerId([2; 32])),
            ("receipt key", |it| it.receipt_key = [4; 32]),
            ("follows the chain", |it| it.finalized = 84),
            ("capacity", |it| it.space.capacity = 5),
        ];
        for (name, change) in cases {
            let mut changed = identity();
            change(&mut changed);
            assert_eq!(bad(&changed), [name]);
        }
    }

    #[test]
    fn an_evicted_worker_fails_and_plain_http_does_not() {
        assert!(!status(&worker(WorkerStatus::Evicted)).good);
        assert!(!status(&worker(WorkerStatus::Leaving { withdrawable_at: 3 })).good);
        assert!(status(&worker(WorkerStatus::Draining)).good);
        assert!(transport("http://w:1/").good);
        assert_eq!(transport("https://w/").found, "TLS");
    }
}
