//! `validator`: verbs for a validator's account and its node.
//!
//! Goals: `setup` and `leave` do what is missing and no more, so they can be run again after anything went wrong; each step
//! is explained before it is done; nothing is signed where the node could not use it.
//! Non-goals: running the node; nominating, which wallets do.

mod leave;
mod payout;
mod plan;
mod report;

use self::{
    leave::Due,
    plan::{plan, Step},
    report::StatusReport,
};
use crate::{
    amount::Amount,
    args::{BalanceArgs, SetupArgs, ValidatorVerb},
    context::{ensure_funds, Context},
    error::CliError,
    output::{Answer, Report},
};
use ballast_chain::{
    calls::{session, staking},
    Call, NewKeys, Signer, Validators,
};
use serde::Serialize;

/// Bytes of a runtime's session keys and of their proof, to tell the fee before there are any.
const KEYS_LEN: usize = 96;
const PROOF_LEN: usize = 192;
/// Records of slashes that an account has at most: one for each era of the longest bonding period, 28, and those at its ends.
const SLASHING_SPANS: u32 = 32;

/// What was done, or would be.
#[derive(Debug, Serialize)]
struct DoneReport {
    dry_run: bool,
    steps: Vec<String>,
    /// About.
    fees: Amount,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_keys: Option<String>,
    /// What to do or to wait for afterwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left: Vec<String>,
}

impl Report for DoneReport {
    fn text(&self) -> String {
        let mut lines = match (self.steps.is_empty(), self.dry_run) {
            (true, _) if !self.left.is_empty() => vec!["nothing is due now".to_string()],
            (true, _) => vec!["nothing is left to do".to_string()],
            (false, true) => vec!["this would be done, in one transaction:".to_string()],
            (false, false) => vec!["done, in one transaction:".to_string()],
        };
        lines.extend(self.steps.iter().map(|step| format!("- {step}")));
        if !self.steps.is_empty() {
            lines.push(format!("fees: about {}", self.fees));
        }
        lines.extend(
            self.session_keys
                .iter()
                .map(|keys| format!("session keys: {keys}")),
        );
        if !self.left.is_empty() {
            lines.push("what is left:".into());
        }
        lines.extend(self.left.iter().map(|left| format!("- {left}")));
        lines.join("\n")
    }
}

/// Runs a verb for a validator.
pub async fn run(verb: &ValidatorVerb, context: &Context) -> Result<Answer, CliError> {
    match verb {
        ValidatorVerb::Setup(args) => setup(args, context).await,
        ValidatorVerb::Status(args) => status(args, context).await,
        ValidatorVerb::RotateKeys { dry_run } => done(&[Step::SetKeys], *dry_run, context).await,
        ValidatorVerb::Payout(args) => payout::run(args, context).await,
        ValidatorVerb::Chill { dry_run } => done(&[Step::Chill], *dry_run, context).await,
        ValidatorVerb::Leave { dry_run } => leave(*dry_run, context).await,
    }
}

async fn setup(args: &SetupArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.validators().await?;
    let account = context.account(None)?;
    let info = chain.validator(account).await?;
    let has_keys = match &info.session_keys {
        Some(keys) => chain.has_session_keys(keys).await?,
        None => false,
    };
    let steps = plan(&info, has_keys, args)?;
    done(&steps, args.dry_run, context).await
}

/// Does what is due on the way out, and tells what is left and when.
async fn leave(dry_run: bool, context: &Context) -> Result<Answer, CliError> {
    let chain = context.validators().await?;
    let account = context.account(None)?;
    let info = chain.validator(account).await?;
    let steps = match leave::due(&info) {
        Due::PayOut => return payout::before_leaving(account, dry_run, context).await,
        Due::Steps(steps) => steps,
    };
    let mut report = change(&steps, dry_run, context).await?;
    report.left = match (steps.is_empty(), dry_run) {
        (true, _) => leave::left(&info),
        // What comes after a step is known when it is done.
        (false, true) => Vec::new(),
        (false, false) => leave::left(&chain.validator(account).await?),
    };
    Ok(Answer::new(&report))
}

async fn done(steps: &[Step], dry_run: bool, context: &Context) -> Result<Answer, CliError> {
    Ok(Answer::new(&change(steps, dry_run, context).await?))
}

/// Does steps, or tells them.
async fn change(steps: &[Step], dry_run: bool, context: &Context) -> Result<DoneReport, CliError> {
    let chain = context.validators().await?;
    let account = context.account(None)?;
    let makes_keys = steps.contains(&Step::SetKeys);
    if makes_keys {
        ensure_validator_node(chain.as_ref()).await?;
    }
    let info = chain.validator(account).await?;
    let expected = NewKeys {
        keys: vec![0; KEYS_LEN],
        proof: vec![0; PROOF_LEN],
    };
    let fees = match steps {
        [] => Amount(0),
        steps => Amount(chain.fee(&calls(steps, &expected)).await?),
    };
    let held = if makes_keys && info.session_keys.is_none() {
        info.key_deposit
    } else {
        0
    };
    let cost = steps
        .iter()
        .fold(held, |cost, step| cost.saturating_add(step.cost().0));
    ensure_funds(chain.as_ref(), account, Amount(cost), fees).await?;
    let mut report = DoneReport {
        dry_run,
        steps: steps.iter().map(|step| step.explain(held)).collect(),
        fees,
        session_keys: None,
        left: Vec::new(),
    };
    if !dry_run && !steps.is_empty() {
        // The key that signs is asked for before the node is asked to make any.
        let signer = context.signer()?;
        report.session_keys = submit(steps, context, chain.as_ref(), &signer).await?;
    }
    Ok(report)
}

async fn submit(
    steps: &[Step],
    context: &Context,
    chain: &dyn Validators,
    signer: &Signer,
) -> Result<Option<String>, CliError> {
    let made = match steps.contains(&Step::SetKeys) {
        true => Some(chain.new_session_keys(signer.account()).await?),
        false => None,
    };
    let none = NewKeys {
        keys: Vec::new(),
        proof: Vec::new(),
    };
    let calls = calls(steps, made.as_ref().unwrap_or(&none));
    let _step = context
        .screen
        .step("waiting until the transaction is final");
    chain.submit(&calls, signer).await?;
    Ok(made.map(|made| report::hex(&made.keys)))
}

fn calls(steps: &[Step], keys: &NewKeys) -> Vec<Call> {
    let call = |step: &Step| match step {
        Step::Bond(amount) => staking::bond(amount.0),
        Step::BondExtra(amount) => staking::bond_extra(amount.0),
        Step::SetKeys => session::set_keys(&keys.keys, &keys.proof),
        Step::Validate(commission) => staking::validate(commission.0),
        Step::Chill => staking::chill(),
        Step::PayToAccount => staking::set_payee_to_account(),
        Step::Unbond(amount) => staking::unbond(amount.0),
        Step::Withdraw(_) => staking::withdraw_unbonded(SLASHING_SPANS),
        Step::PurgeKeys(_) => session::purge_keys(),
    };
    steps.iter().map(call).collect()
}

async fn ensure_validator_node(chain: &dyn Validators) -> Result<(), CliError> {
    match chain.node_state().await?.validator {
        true => Ok(()),
        false => Err(CliError::usage(
            "the node was not started with --validator, so it would never use the keys; start it so, or pass --url with \
             the address of the validator's own node",
        )),
    }
}

async fn status(args: &BalanceArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.validators().await?;
    let account = context.account(args.account.as_deref())?;
    let info = chain.validator(account).await?;
    let node = chain.node_state().await?;
    // Nodes answer this on their own machine alone; elsewhere it stays unknown.
    let has_keys = match &info.session_keys {
        Some(keys) => chain.has_session_keys(keys).await.ok(),
        None => None,
    };
    Ok(Answer::new(&StatusReport::new(
        account, &info, node, has_keys,
    )))
}
