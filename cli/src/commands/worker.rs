//! `worker`: verbs for a storage worker's account.

use super::{reachable, record::record, standing::Proofs, workers::WorkerReport};
use crate::{
    amount::{bytes_text, Amount},
    args::{BalanceArgs, JoinArgs, ProfileArgs, WorkerVerb},
    context::Context,
    error::CliError,
    keys::parse_account,
    output::{fields, Answer, Done, Report},
};
use ballast_chain::{
    calls::{workers as calls, WorkerProfile},
    Call, Chain, ChainError,
};
use ballast_core::{
    view::{RetrievalInfo, WorkerInfo},
    BlockNumber, OperatorId, WorkerId,
};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct StatusReport {
    #[serde(flatten)]
    worker: WorkerReport,
    /// `None` on a chain that asks for no proofs.
    proofs: Option<Proofs>,
    /// Open retrieval challenges, the highest bond first.
    challenges: Vec<OpenChallenge>,
    shards: Vec<ShardReport>,
}

/// What somebody asks this worker for on chain.
#[derive(Debug, Serialize)]
struct OpenChallenge {
    challenge: u64,
    encoding: u64,
    shard: u8,
    start: u64,
    length: u64,
    bond: Amount,
    deadline: BlockNumber,
}

#[derive(Debug, Serialize)]
struct ShardReport {
    encoding: u64,
    shard: u8,
    generation: u32,
}

/// Runs a verb for a worker.
pub async fn run(verb: &WorkerVerb, context: &Context) -> Result<Answer, CliError> {
    if let WorkerVerb::Status(BalanceArgs { account }) = verb {
        let worker = WorkerId(context.account(account.as_deref())?);
        return status(context.chain().await?.as_ref(), worker).await;
    }
    if let WorkerVerb::Record(BalanceArgs { account }) = verb {
        let worker = WorkerId(context.account(account.as_deref())?);
        return record(context.inference().await?.as_ref(), worker).await;
    }
    if let WorkerVerb::Check(BalanceArgs { account }) = verb {
        let worker = WorkerId(context.account(account.as_deref())?);
        let chain = context.chain().await?;
        let info = known(chain.as_ref(), worker).await?;
        return reachable::check(chain.as_ref(), &info, context).await;
    }
    let signer = context.signer()?;
    let account = signer.account();
    let chain = context.chain().await?;
    let call = call(verb, account, chain.as_ref()).await?;
    context.submit(chain.as_ref(), &signer, &[call]).await?;
    match verb {
        WorkerVerb::Withdraw => Ok(Answer::new(&Done {
            done: "the stake is free again and the worker is gone",
        })),
        WorkerVerb::Authorise { .. } => Ok(Answer::new(&Done {
            done: "the worker may name this account as its operator",
        })),
        WorkerVerb::Revoke { .. } => Ok(Answer::new(&Done {
            done: "the worker is its own operator now",
        })),
        _ => status(chain.as_ref(), WorkerId(account)).await,
    }
}

async fn call(verb: &WorkerVerb, account: [u8; 32], chain: &dyn Chain) -> Result<Call, CliError> {
    Ok(match verb {
        WorkerVerb::Join(args) => calls::join(&profile(args, account)?, args.stake.0),
        WorkerVerb::Update(args) => {
            calls::update(&changed(args, &known(chain, WorkerId(account)).await?)?)
        }
        WorkerVerb::AddStake { amount } => calls::add_stake(amount.0),
        WorkerVerb::Drain => calls::drain(),
        WorkerVerb::Resume => calls::resume(),
        WorkerVerb::Leave => calls::leave(),
        WorkerVerb::Withdraw => calls::withdraw(),
        WorkerVerb::Authorise { worker } => {
            calls::authorise_worker(WorkerId(parse_account(worker)?))
        }
        WorkerVerb::Revoke { worker } => calls::revoke_worker(WorkerId(parse_account(worker)?)),
        WorkerVerb::Status(_) | WorkerVerb::Record(_) | WorkerVerb::Check(_) => {
            return Err(CliError::fatal("status, record and check are no calls"))
        }
    })
}

fn profile(args: &JoinArgs, account: [u8; 32]) -> Result<WorkerProfile, CliError> {
    let operator = match &args.operator {
        Some(text) => parse_account(text)?,
        None => account,
    };
    Ok(WorkerProfile {
        operator: OperatorId(operator),
        endpoint: args.endpoint.clone(),
        receipt_key: parse_account(&args.receipt_key)?,
        capacity: args.capacity.0,
        ask_per_gib_epoch: args.ask.0,
    })
}

/// The worker's profile with what the arguments change.
fn changed(args: &ProfileArgs, info: &WorkerInfo) -> Result<WorkerProfile, CliError> {
    let endpoint = match &args.endpoint {
        Some(endpoint) => endpoint.clone(),
        None => String::from_utf8_lossy(&info.endpoint).into_owned(),
    };
    let receipt_key = match &args.receipt_key {
        Some(text) => parse_account(text)?,
        None => info.receipt_key,
    };
    let operator = match &args.operator {
        Some(text) => OperatorId(parse_account(text)?),
        None => info.operator,
    };
    let capacity = args.capacity.map_or(info.capacity, |capacity| capacity.0);
    let ask_per_gib_epoch = args.ask.map_or(info.ask_per_gib_epoch, |Amount(ask)| ask);
    Ok(WorkerProfile {
        operator,
        endpoint,
        receipt_key,
        capacity,
        ask_per_gib_epoch,
    })
}

async fn known(chain: &dyn Chain, worker: WorkerId) -> Result<WorkerInfo, CliError> {
    chain.worker(worker).await?.ok_or_else(|| {
        let account = ballast_chain::ss58::encode(&worker.0);
        CliError::usage(format!(
            "{account} is no worker on this chain; `ballast worker join` makes it one"
        ))
    })
}

async fn status(chain: &dyn Chain, worker: WorkerId) -> Result<Answer, CliError> {
    let info = known(chain, worker).await?;
    let shards = chain.encodings_by_worker(worker).await?;
    let shard = |(encoding, shard, generation): &(
        ballast_core::EncodingId,
        ballast_core::ShardIndex,
        u32,
    )| {
        ShardReport {
            encoding: encoding.0,
            shard: shard.0,
            generation: *generation,
        }
    };
    let shards = shards.iter().map(shard).collect();
    Ok(Answer::new(&StatusReport {
        worker: WorkerReport::from(&info),
        proofs: Proofs::read(chain, worker).await?,
        challenges: challenges(chain, worker).await?,
        shards,
    }))
}

/// None on a chain without retrieval challenges.
async fn challenges(chain: &dyn Chain, worker: WorkerId) -> Result<Vec<OpenChallenge>, CliError> {
    let open = match chain.open_retrievals(worker).await {
        Ok(open) => open,
        Err(ChainError::Incompatible { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let challenge = |info: &RetrievalInfo| OpenChallenge {
        challenge: info.id.0,
        encoding: info.encoding.0,
        shard: info.shard.0,
        start: info.group.start,
        length: info.group.len,
        bond: Amount(info.bond),
        deadline: info.deadline,
    };
    Ok(open.iter().map(challenge).collect())
}

impl OpenChallenge {
    fn text(&self) -> String {
        format!(
            "{}: {} bytes from {} of shard {}/{}, until block {}, bond {}",
            self.challenge,
            self.length,
            self.start,
            self.encoding,
            self.shard,
            self.deadline,
            self.bond
        )
    }
}

impl Report for StatusReport {
    fn text(&self) -> String {
        let worker = &self.worker;
        let mut lines = vec![
            ("worker", worker.worker.clone()),
            ("status", worker.status.into()),
            ("operator", worker.operator.clone()),
            ("endpoint", worker.endpoint.clone()),
            ("receipt key", worker.receipt_key.clone()),
            ("stake", worker.stake.to_string()),
            ("capacity", bytes_text(worker.capacity)),
            (
                "assigned",
                format!(
                    "{} in {} shards",
                    bytes_text(worker.assigned_bytes),
                    self.shards.len()
                ),
            ),
            (
                "ask",
                format!("{} per GiB and storage epoch", worker.ask_per_gib_epoch),
            ),
            ("joined at", format!("block {}", worker.joined_at)),
        ];
        lines.extend(
            worker
                .withdrawable_at
                .map(|block| ("stake free at", format!("block {block}"))),
        );
        lines.extend(self.proofs.iter().flat_map(Proofs::lines));
        let challenges = self.challenges.iter();
        lines.extend(challenges.map(|open| ("open challenge", open.text())));
        fields(&lines)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::workers::tests::worker, *};
    use crate::amount::ByteCount;
    use ballast_core::view::WorkerStatus;

    #[test]
    fn an_update_changes_only_what_is_named() {
        let info = WorkerInfo {
            endpoint: b"http://old:1".to_vec(),
            ..worker(WorkerStatus::Active)
        };
        let none = ProfileArgs {
            endpoint: None,
            receipt_key: None,
            capacity: None,
            ask: None,
            operator: None,
        };
        let same = changed(&none, &info).unwrap();
        assert_eq!(same.endpoint, "http://old:1");
        assert_eq!(
            (
                same.operator,
                same.receipt_key,
                same.capacity,
                same.ask_per_gib_epoch
            ),
            (info.operator, [3; 32], 6, 8)
        );
        let some = ProfileArgs {
            capacity: Some(ByteCount(60)),
            endpoint: Some("https://new".into()),
            ..none
        };
        let other = changed(&some, &info).unwrap();
        assert_eq!(
            (
                other.endpoint.as_str(),
                other.capacity,
                other.ask_per_gib_epoch
            ),
            ("https://new", 60, 8)
        );
    }

    #[test]
    fn the_operator_is_the_signer_unless_named() {
        let args = JoinArgs {
            endpoint: "http://h:1".into(),
            receipt_key: format!("0x{}", "07".repeat(32)),
            capacity: ByteCount(1),
            ask: Amount(2),
            stake: Amount(3),
            operator: None,
        };
        assert_eq!(
            profile(&args, [9; 32]).unwrap().operator,
            OperatorId([9; 32])
        );
        assert_eq!(profile(&args, [9; 32]).unwrap().receipt_key, [7; 32]);
    }
}
