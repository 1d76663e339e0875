//! `challenge`: asks a worker on chain, with a bond, for bytes that it does not serve.

use crate::{
    amount::Amount,
    args::{Asked, ChallengeArgs},
    context::{ensure_funds, Context},
    error::CliError,
    files::{write_private, Existing},
    keys::parse_account,
    output::{fields, Answer, Report},
};
use ballast_chain::{calls::retrieval as calls, ss58, Chain, ChainError, Included};
use ballast_core::{
    limits::CHUNK_LEN,
    tree::verify_group,
    view::{AssignmentInfo, BlobInfo, EncodingInfo, EncodingStatus, RetrievalInfo, RetrievalState},
    BlockNumber, Group, Layout, RetrievalId, ShardIndex, WorkerId,
};
use serde::Serialize;
use std::path::PathBuf;

/// Exit code when the bytes were not had: another worker may have them.
const NOT_ANSWERED: u8 = 3;
/// Finalized blocks after the deadline within which a challenge must be over.
const GRACE_BLOCKS: BlockNumber = 200;

#[derive(Debug, Serialize)]
struct ChallengeReport {
    challenge: u64,
    encoding: u64,
    shard: u8,
    worker: String,
    /// First byte in the shard, and how many.
    start: u64,
    length: u64,
    bond: Amount,
    outcome: Outcome,
    /// Block of the outcome.
    at: BlockNumber,
    /// What of the worker's stake was taken.
    slashed: Amount,
    /// Where the bytes are.
    output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    Answered,
    Missed,
    Excused,
}

/// Whom and what to ask.
struct Plan {
    info: EncodingInfo,
    layout: Layout,
    shard: ShardIndex,
    worker: WorkerId,
    group: Group,
}

/// Asks, waits for the outcome, and keeps the bytes.
pub async fn run(args: &ChallengeArgs, context: &Context) -> Result<Answer, CliError> {
    if let Some(output) = args.output.as_ref().filter(|output| output.exists()) {
        return Err(CliError::usage(format!(
            "{} is there already; name another file",
            output.display()
        )));
    }
    let signer = context.signer()?;
    let chain = context.chain().await?;
    let plan = plan(args, chain.as_ref()).await?;
    let least = chain.least_bond(plan.worker, signer.account()).await?;
    let bond = bond(args.bond, Amount(least))?;
    let call = calls::challenge(plan.info.id, plan.shard, plan.group, bond.0);
    let fee = chain.fee(std::slice::from_ref(&call)).await?;
    ensure_funds(chain.as_ref(), signer.account(), bond, Amount(fee)).await?;
    let included = context.submit(chain.as_ref(), &signer, &[call]).await?;
    let id = challenge_of(&included)?;
    let ended = wait(chain.as_ref(), context, id).await?;
    let mut report = ChallengeReport::new(&ended)?;
    if let (Outcome::Answered, Some(output)) = (report.outcome, &args.output) {
        let bytes = bytes_of(chain.as_ref(), &plan, &ended).await?;
        write_private(output, &bytes, Existing::Keep)?;
        report.output = Some(output.clone());
    }
    let answer = Answer::new(&report);
    Ok(match report.outcome {
        Outcome::Answered => answer,
        Outcome::Missed | Outcome::Excused => answer.with_code(NOT_ANSWERED),
    })
}

async fn plan(args: &ChallengeArgs, chain: &dyn Chain) -> Result<Plan, CliError> {
    let info = encoding(args.asked, chain).await?;
    let layout = Layout::new(info.len, info.code)
        .map_err(|error| CliError::fatal(format!("encoding {}: {error}", info.id)))?;
    let wanted = match &args.worker {
        Some(account) => Some(WorkerId(parse_account(account)?)),
        None => None,
    };
    let held = layout.held_shards().zip(&info.assignments);
    let found = held
        .filter(|(_, to)| to.receipted)
        .find(|(shard, to)| is_asked(args, wanted, *shard, to));
    let (shard, worker) = found
        .map(|(shard, to)| (shard, to.worker))
        .ok_or_else(|| nobody(args, &info))?;
    let group = Group {
        start: args.chunk.saturating_mul(CHUNK_LEN),
        len: args.chunks.saturating_mul(CHUNK_LEN),
    };
    group
        .range(&layout, shard)
        .map_err(|error| CliError::usage(error.to_string()))?;
    Ok(Plan {
        info,
        layout,
        shard,
        worker,
        group,
    })
}

fn is_asked(
    args: &ChallengeArgs,
    worker: Option<WorkerId>,
    shard: ShardIndex,
    to: &AssignmentInfo,
) -> bool {
    match worker {
        Some(worker) => to.worker == worker,
        None => args.shard == Some(shard.0),
    }
}

fn nobody(args: &ChallengeArgs, info: &EncodingInfo) -> CliError {
    let whom = match (&args.worker, args.shard) {
        (Some(worker), _) => format!("{worker} holds no shard"),
        (None, Some(shard)) => format!("nobody holds shard {shard}"),
        (None, None) => "nobody holds a shard".into(),
    };
    CliError::usage(format!(
        "{whom} of encoding {}; `ballast status {}` lists who holds what",
        info.id, info.address
    ))
}

/// The encoding that is asked for, of several the oldest that is certified.
async fn encoding(asked: Asked, chain: &dyn Chain) -> Result<EncodingInfo, CliError> {
    let is_certified =
        |info: &EncodingInfo| matches!(info.status, EncodingStatus::Certified { .. });
    let (found, what) = match asked {
        Asked::Encoding(id) => (chain.encoding(id).await?, format!("encoding {id}")),
        Asked::Address(address) => {
            let found = match chain.blob(address).await? {
                Some(BlobInfo::Inline { .. }) => {
                    return Err(CliError::usage(format!(
                        "{address} lies in chain state, no worker has to be asked; `ballast cat {address}` shows it"
                    )))
                }
                Some(BlobInfo::Encoded { encodings }) => encodings.into_iter().find(is_certified),
                None => None,
            };
            (found, format!("a certified encoding of {address}"))
        }
    };
    found.filter(is_certified).ok_or_else(|| {
        CliError::usage(format!(
            "{what} is not on this chain; only what is certified has to be shown"
        ))
    })
}

fn bond(offered: Option<Amount>, least: Amount) -> Result<Amount, CliError> {
    match offered {
        Some(offered) if offered.0 < least.0 => Err(CliError::usage(format!(
            "this worker has open challenges, so the least bond is {least}; offer that, or wait until some are over"
        ))),
        Some(offered) => Ok(offered),
        None => Ok(least),
    }
}

fn challenge_of(included: &Included) -> Result<RetrievalId, CliError> {
    let opened = included
        .events
        .iter()
        .find(|event| event.pallet == "Retrieval" && event.name == "Challenged");
    let id = opened.and_then(|event| id_in(&event.fields["id"]));
    id.ok_or_else(|| CliError::fatal("the transaction is final, but it opened no challenge"))
}

/// A number, or the only field of a type around it.
fn id_in(field: &serde_json::Value) -> Option<RetrievalId> {
    let number = field.as_u64().or_else(|| field.get(0)?.as_u64());
    number.map(RetrievalId)
}

async fn wait(
    chain: &dyn Chain,
    context: &Context,
    id: RetrievalId,
) -> Result<RetrievalInfo, CliError> {
    let _step = context.screen.step("waiting for the worker's answer");
    let mut head = chain.finalized().await?.number;
    loop {
        let info = chain
            .retrieval(id)
            .await?
            .ok_or_else(|| CliError::fatal(format!("the chain no longer knows challenge {id}")))?;
        if info.state != RetrievalState::Open {
            return Ok(info);
        }
        if head > info.deadline.saturating_add(GRACE_BLOCKS) {
            return Err(CliError::retryable(format!(
                "challenge {id} is not over {GRACE_BLOCKS} blocks after its deadline; the chain is overloaded"
            )));
        }
        head = match chain.wait_finalized(head).await {
            Ok(block) => block.number,
            Err(ChainError::Timeout { .. }) => head,
            Err(error) => return Err(error.into()),
        };
    }
}

/// The bytes of the answer, checked against the shard's root.
async fn bytes_of(
    chain: &dyn Chain,
    plan: &Plan,
    ended: &RetrievalInfo,
) -> Result<Vec<u8>, CliError> {
    let (RetrievalState::Answered { at }, id) = (ended.state, ended.id) else {
        return Ok(Vec::new());
    };
    let (bytes, proof) = chain.retrieved(id, at).await?.ok_or_else(|| {
        CliError::retryable(format!(
            "block {at} has no answer to challenge {id}; the node may not keep it any more"
        ))
    })?;
    let root = plan.info.roots.get(usize::from(plan.shard.0)).copied();
    let root = root
        .flatten()
        .ok_or_else(|| CliError::fatal("the shard has no root on chain"))?;
    verify_group(&plan.layout, plan.shard, plan.group, &bytes, &proof, &root)
        .map_err(|error| CliError::fatal(error.to_string()))?;
    Ok(bytes)
}

impl ChallengeReport {
    fn new(info: &RetrievalInfo) -> Result<Self, CliError> {
        let (outcome, at, slashed) = match info.state {
            RetrievalState::Answered { at } => (Outcome::Answered, at, 0),
            RetrievalState::Missed { at, slashed } => (Outcome::Missed, at, slashed),
            RetrievalState::Excused { at } => (Outcome::Excused, at, 0),
            RetrievalState::Open => return Err(CliError::fatal("the challenge is still open")),
        };
        Ok(Self {
            challenge: info.id.0,
            encoding: info.encoding.0,
            shard: info.shard.0,
            worker: ss58::encode(&info.worker.0),
            start: info.group.start,
            length: info.group.len,
            bond: Amount(info.bond),
            outcome,
            at,
            slashed: Amount(slashed),
            output: None,
        })
    }

    fn outcome_text(&self) -> String {
        let (at, bond) = (self.at, self.bond);
        match self.outcome {
            Outcome::Answered => format!("answered in block {at}; the bond of {bond} is spent"),
            Outcome::Missed => format!(
                "missed: in block {at} the worker lost the shard and {} of its stake; the bond of {bond} came back",
                self.slashed
            ),
            Outcome::Excused => format!(
                "excused in block {at}: the shard had moved or its lease had ended; the bond of {bond} came back"
            ),
        }
    }
}

impl Report for ChallengeReport {
    fn text(&self) -> String {
        let mut lines = vec![
            ("challenge", self.challenge.to_string()),
            (
                "asked for",
                format!(
                    "{} bytes from {} of shard {}/{}",
                    self.length, self.start, self.encoding, self.shard
                ),
            ),
            ("worker", self.worker.clone()),
            ("outcome", self.outcome_text()),
        ];
        let output = self.output.as_ref();
        lines.extend(output.map(|path| ("output", path.display().to_string())));
        fields(&lines)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn info(state: RetrievalState) -> RetrievalInfo {
        RetrievalInfo {
            id: RetrievalId(5),
            challenger: [1; 32],
            worker: WorkerId([2; 32]),
            encoding: 7u64.into(),
            shard: ShardIndex(3),
            group: Group {
                start: 2048,
                len: 1024,
            },
            bond: 1_000_000_000_000,
            opened_at: 4,
            deadline: 14,
            state,
        }
    }

    #[test]
    fn an_outcome_says_what_became_of_shard_and_bond() {
        let text = |state| ChallengeReport::new(&info(state)).unwrap().text();
        let answered = text(RetrievalState::Answered { at: 9 });
        assert!(
            answered.contains("block 9") && answered.contains("shard 7/3"),
            "{answered}"
        );
        let missed = text(RetrievalState::Missed {
            at: 15,
            slashed: 2_000_000_000_000,
        });
        assert!(missed.contains("lost the shard and 2 BAL"), "{missed}");
        let excused = text(RetrievalState::Excused { at: 15 });
        assert!(excused.contains("came back"), "{excused}");
        assert!(ChallengeReport::new(&info(RetrievalState::Open)).is_err());
    }

    #[test]
    fn a_bond_is_the_least_one_unless_more_is_offered() {
        assert_eq!(bond(None, Amount(8)).unwrap(), Amount(8));
        assert_eq!(bond(Some(Amount(9)), Amount(8)).unwrap(), Amount(9));
        assert_eq!(bond(Some(Amount(7)), Amount(8)).unwrap_err().code(), 2);
    }

    #[test]
    fn the_id_is_read_from_the_event_however_it_is_written() {
        assert_eq!(id_in(&json!(3)), Some(RetrievalId(3)));
        assert_eq!(id_in(&json!([3])), Some(RetrievalId(3)));
        assert_eq!(id_in(&json!("x")), None);
    }
}
