//! `channel`: payment channels, opened, filled, watched and closed.

mod contest;
pub use contest::folder;

use super::offer::version_of;
use crate::{
    amount::Amount,
    args::{ChannelVerb, NumbersArg, OpenArgs},
    context::{ensure_funds, Context},
    error::CliError,
    keys::parse_account,
    output::{fields, printable, table, Answer, Report},
};
use ballast_chain::{calls::inference as calls, ss58, Inference};
use ballast_core::{
    claim::TokenPrice,
    view::{ChannelInfo, ChannelState, CheckInfo, CheckStage, OfferInfo, SettlementInfo},
    Balance, ChannelId, Numbers, WorkerId,
};
use serde::Serialize;

/// A channel as it is printed.
#[derive(Debug, Serialize)]
struct ChannelReport {
    channel: u64,
    state: &'static str,
    client: String,
    worker: String,
    model: String,
    version: u32,
    price_per_million_in: Amount,
    price_per_million_out: Amount,
    tier: String,
    numbers: String,
    signer: String,
    deposited: Amount,
    drawn: Amount,
    left: Amount,
    in_check: Amount,
    last_number: u64,
    ends_at: u32,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct ChannelsReport {
    channels: Vec<ChannelReport>,
}

/// A channel with what of it is in its check window.
#[derive(Debug, Serialize)]
struct StatusReport {
    #[serde(flatten)]
    channel: ChannelReport,
    settlements: Vec<SettlementReport>,
}

#[derive(Debug, Serialize)]
struct SettlementReport {
    settlement: u64,
    claims: u32,
    amount: Amount,
    session_key: String,
    settled_at: u32,
    pays_at: u32,
    /// The check that it waits for, if one of its claims is being run again.
    check: Option<PanelReport>,
    /// Who found it good in a check that is over.
    verifiers: Vec<SeatReport>,
}

/// Who runs a claim again, and how far they are.
#[derive(Debug, Serialize)]
struct PanelReport {
    stage: &'static str,
    claim: Option<u32>,
    panel: Vec<SeatReport>,
    commit_until: u32,
    due: u32,
}

#[derive(Debug, Serialize)]
struct SeatReport {
    worker: String,
    committed: bool,
    score: Option<u16>,
}

/// What is left of a channel that is over.
#[derive(Debug, Serialize)]
struct Over {
    channel: u64,
    state: &'static str,
}

/// Runs a verb about channels.
pub async fn run(verb: &ChannelVerb, context: &Context) -> Result<Answer, CliError> {
    match verb {
        ChannelVerb::Open(args) => open(args, context).await,
        ChannelVerb::TopUp { channel, amount } => {
            let call = calls::top_up(ChannelId(*channel), amount.0);
            send(call, ChannelId(*channel), *amount, context).await
        }
        ChannelVerb::Close { channel } => {
            let call = calls::close(ChannelId(*channel));
            send(call, ChannelId(*channel), Amount(0), context).await
        }
        ChannelVerb::Status { channel } => {
            let chain = context.inference().await?;
            status(chain.as_ref(), ChannelId(*channel)).await
        }
        ChannelVerb::Check { channel, answers } => {
            contest::run(ChannelId(*channel), answers.as_deref(), false, context).await
        }
        ChannelVerb::Contest { channel, answers } => {
            contest::run(ChannelId(*channel), answers.as_deref(), true, context).await
        }
        ChannelVerb::List { account, paid } => {
            let account = context.account(account.as_deref())?;
            let chain = context.inference().await?;
            let found = match paid {
                true => chain.channels_to(WorkerId(account)).await?,
                false => chain.channels_of(account).await?,
            };
            let channels = found.iter().map(ChannelReport::from).collect();
            Ok(Answer::new(&ChannelsReport { channels }))
        }
    }
}

async fn open(args: &OpenArgs, context: &Context) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.inference().await?;
    let payee = WorkerId(parse_account(&args.worker)?);
    let model = version_of(chain.as_ref(), &args.model).await?;
    let Some(offer) = chain.offer(payee, &model).await? else {
        return Err(CliError::usage(format!(
            "{} does not offer {}; `ballast offer list {}` shows who does",
            args.worker, args.model, args.model
        )));
    };
    let voucher_key = match &args.signer {
        Some(text) => parse_account(text)?,
        None => signer.account(),
    };
    let opening = calls::Opening {
        payee,
        model,
        max_price: max_price(args, &offer)?,
        tier: args.tier.into(),
        numbers: numbers(args, &offer)?,
        signer: voucher_key,
        deposit: args.deposit.0,
    };
    let least = Amount(chain.inference_params().await?.min_deposit);
    if args.deposit < least {
        return Err(CliError::usage(format!(
            "a channel takes {least} at least, --deposit is {}",
            args.deposit
        )));
    }
    let call = [calls::open(&opening)];
    let fees = Amount(chain.fee(&call).await?);
    ensure_funds(chain.as_ref(), signer.account(), args.deposit, fees).await?;
    let included = context.submit(chain.as_ref(), &signer, &call).await?;
    let opened = included.opened_channel();
    let channel = opened.ok_or_else(|| {
        CliError::fatal(
            "the transaction is final, but names no channel; `ballast channel list` shows it",
        )
    })?;
    status(chain.as_ref(), channel).await
}

/// What the offer may cost at most; an offer above it is refused here, before anything is paid.
fn max_price(args: &OpenArgs, offer: &OfferInfo) -> Result<TokenPrice, CliError> {
    let given = |limit: Option<Amount>, asked: Balance| limit.map_or(asked, |Amount(limit)| limit);
    let limit = TokenPrice {
        per_million_in: given(args.max_price_in, offer.price.per_million_in),
        per_million_out: given(args.max_price_out, offer.price.per_million_out),
    };
    match offer.price.is_within(&limit) {
        true => Ok(limit),
        false => Err(CliError::usage(format!(
            "the offer asks {} for a million tokens read and {} for a million written, which is above the limits given",
            Amount(offer.price.per_million_in),
            Amount(offer.price.per_million_out)
        ))),
    }
}

/// The numbers that the offer names; an offer in others than are demanded is refused here.
fn numbers(args: &OpenArgs, offer: &OfferInfo) -> Result<Numbers, CliError> {
    let demanded = args.numbers;
    let demanded = demanded.map_or(offer.numbers, |named: NumbersArg| named.into());
    match demanded == offer.numbers {
        true => Ok(demanded),
        false => Err(CliError::usage(format!(
            "the offer is for answers in {}, --numbers is {demanded}; `ballast offer list {}` shows all",
            offer.numbers, args.model
        ))),
    }
}

/// Signs and submits a call about a channel, then shows it.
async fn send(
    call: ballast_chain::Call,
    channel: ChannelId,
    cost: Amount,
    context: &Context,
) -> Result<Answer, CliError> {
    let signer = context.signer()?;
    let chain = context.inference().await?;
    let calls = [call];
    let fees = Amount(chain.fee(&calls).await?);
    ensure_funds(chain.as_ref(), signer.account(), cost, fees).await?;
    context.submit(chain.as_ref(), &signer, &calls).await?;
    match chain.channel(channel).await? {
        Some(_) => status(chain.as_ref(), channel).await,
        None => Ok(Answer::new(&Over {
            channel: channel.0,
            state: "over",
        })),
    }
}

async fn status(chain: &dyn Inference, channel: ChannelId) -> Result<Answer, CliError> {
    let info = chain.channel(channel).await?.ok_or_else(|| {
        CliError::usage(format!(
            "there is no channel {channel}, or it is over; `ballast channel list` shows those of an account"
        ))
    })?;
    let settlements = chain.settlements_of(channel).await?;
    let checks = match settlements.is_empty() {
        true => Vec::new(),
        false => chain.checks().await?,
    };
    let report = |entry| SettlementReport::new(entry, &checks);
    Ok(Answer::new(&StatusReport {
        channel: ChannelReport::from(&info),
        settlements: settlements.iter().map(report).collect(),
    }))
}

impl From<&ChannelInfo> for ChannelReport {
    fn from(info: &ChannelInfo) -> Self {
        let (state, left) = match info.state {
            ChannelState::Open => ("open", info.deposited.saturating_sub(info.drawn)),
            ChannelState::Closing => ("closing", info.deposited.saturating_sub(info.drawn)),
            ChannelState::Ended => ("ended", 0),
        };
        Self {
            channel: info.channel.0,
            state,
            client: ss58::encode(&info.client),
            worker: ss58::encode(&info.payee.0),
            model: format!("{}/{}", printable(&info.namespace), printable(&info.name)),
            version: info.version,
            price_per_million_in: Amount(info.price.per_million_in),
            price_per_million_out: Amount(info.price.per_million_out),
            tier: info.tier.to_string(),
            numbers: info.numbers.to_string(),
            signer: format!("0x{}", hex::encode(info.signer)),
            deposited: Amount(info.deposited),
            drawn: Amount(info.drawn),
            left: Amount(left),
            in_check: Amount(info.pending),
            last_number: info.last_number,
            ends_at: info.ends_at,
        }
    }
}

impl SettlementReport {
    fn new(info: &SettlementInfo, checks: &[CheckInfo]) -> Self {
        let check = checks
            .iter()
            .find(|check| check.settlement == info.settlement);
        let verifier = |(worker, score): &([u8; 32], u16)| SeatReport {
            worker: ss58::encode(worker),
            committed: true,
            score: Some(*score),
        };
        Self {
            check: check.map(PanelReport::from),
            verifiers: info.verifiers.iter().map(verifier).collect(),
            settlement: info.settlement.0,
            claims: info.leaves,
            amount: Amount(info.amount),
            session_key: format!("0x{}", hex::encode(info.session_key)),
            settled_at: info.settled_at,
            pays_at: info.pays_at,
        }
    }
}

impl From<&CheckInfo> for PanelReport {
    fn from(check: &CheckInfo) -> Self {
        let seats = check.panel.iter().map(|seat| SeatReport {
            worker: ss58::encode(&seat.worker.0),
            committed: seat.committed,
            score: seat.score,
        });
        Self {
            stage: match check.stage {
                CheckStage::Pair => "pair",
                CheckStage::Committee => "committee",
                CheckStage::Condemned => "condemned",
                CheckStage::Appeal => "appeal",
            },
            claim: check.claim,
            panel: seats.collect(),
            commit_until: check.commit_until,
            due: check.due,
        }
    }
}

impl SeatReport {
    fn text(&self) -> String {
        let said = match (self.committed, self.score) {
            (_, Some(score)) => score.to_string(),
            (true, None) => "committed".into(),
            (false, None) => "waits".into(),
        };
        format!("{} {said}", self.worker)
    }
}

impl SettlementReport {
    fn lines(&self) -> Vec<(&'static str, String)> {
        let seats = |seats: &[SeatReport]| {
            let texts: Vec<_> = seats.iter().map(SeatReport::text).collect();
            texts.join(", ")
        };
        let text = format!(
            "{}: {} claims, {}, paid from block {}",
            self.settlement, self.claims, self.amount, self.pays_at
        );
        let mut lines = vec![("settlement", text)];
        if let Some(check) = &self.check {
            let claim = check
                .claim
                .map_or("a claim".into(), |claim| format!("claim {claim}"));
            let text = format!(
                "{}: {} for {claim}, next step at block {}; {}",
                self.settlement,
                check.stage,
                check.due,
                seats(&check.panel)
            );
            lines.push(("check", text));
        }
        if !self.verifiers.is_empty() {
            let text = format!(
                "{}: found good by {}",
                self.settlement,
                seats(&self.verifiers)
            );
            lines.push(("checked", text));
        }
        lines
    }
}

impl Report for ChannelsReport {
    fn text(&self) -> String {
        let row = |channel: &ChannelReport| {
            vec![
                channel.channel.to_string(),
                channel.state.into(),
                format!("{}@{}", channel.model, channel.version),
                channel.numbers.clone(),
                channel.left.to_string(),
                channel.drawn.to_string(),
                channel.in_check.to_string(),
                channel.ends_at.to_string(),
                channel.client.clone(),
                channel.worker.clone(),
            ]
        };
        let rows: Vec<Vec<String>> = self.channels.iter().map(row).collect();
        table(
            &[
                "CHANNEL", "STATE", "MODEL", "NUMBERS", "LEFT", "DRAWN", "IN CHECK", "ENDS AT",
                "CLIENT", "WORKER",
            ],
            &rows,
        )
    }
}

impl Report for StatusReport {
    fn text(&self) -> String {
        let channel = &self.channel;
        let state = match channel.state {
            "ended" => "ended".into(),
            state => format!("{state} until block {}", channel.ends_at),
        };
        let mut lines = vec![
            ("channel", channel.channel.to_string()),
            ("state", state),
            ("client", channel.client.clone()),
            ("worker", channel.worker.clone()),
            ("model", format!("{}@{}", channel.model, channel.version)),
            (
                "price",
                format!(
                    "{} for a million tokens read, {} written",
                    channel.price_per_million_in, channel.price_per_million_out
                ),
            ),
            ("tier", channel.tier.clone()),
            ("computed in", channel.numbers.clone()),
            ("vouchers by", channel.signer.clone()),
            ("deposited", channel.deposited.to_string()),
            ("drawn", channel.drawn.to_string()),
            ("left", channel.left.to_string()),
            ("in check", channel.in_check.to_string()),
            ("last claim", channel.last_number.to_string()),
        ];
        lines.extend(self.settlements.iter().flat_map(SettlementReport::lines));
        fields(&lines)
    }
}

impl Report for Over {
    fn text(&self) -> String {
        format!(
            "channel {} is over; what was left in it is released",
            self.channel
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{super::offer::tests::offer, *};
    use ballast_core::{price::BAL, view::SeatInfo, SettlementId};

    fn channel(state: ChannelState) -> ChannelInfo {
        let offer = offer();
        ChannelInfo {
            channel: ChannelId(7),
            client: [3; 32],
            signer: [4; 32],
            payee: offer.worker,
            namespace: offer.namespace,
            name: offer.name,
            version: offer.version,
            model: offer.model,
            price: offer.price,
            limits: offer.limits,
            tier: offer.tier,
            numbers: offer.numbers,
            deposited: 5 * BAL,
            drawn: 2 * BAL,
            pending: BAL,
            last_number: 9,
            state,
            ends_at: 100,
        }
    }

    fn args(max_price_in: Option<Amount>) -> OpenArgs {
        OpenArgs {
            model: "ada/tiny".parse().unwrap(),
            worker: ss58::encode(&[1; 32]),
            deposit: Amount(BAL),
            tier: Default::default(),
            numbers: None,
            max_price_in,
            max_price_out: None,
            signer: None,
        }
    }

    fn check() -> CheckInfo {
        CheckInfo {
            settlement: SettlementId(8),
            claim: Some(3),
            stage: CheckStage::Pair,
            vacant: 0,
            panel: vec![SeatInfo {
                worker: WorkerId([7; 32]),
                committed: true,
                score: Some(12),
            }],
            commit_until: 55,
            due: 60,
            bond: 0,
        }
    }

    #[test]
    fn json_is_flat_and_has_settlements() {
        let settlement = SettlementInfo {
            settlement: SettlementId(8),
            channel: ChannelId(7),
            session_key: [5; 32],
            root: [6; 32],
            leaves: 10,
            amount: BAL,
            treasury_permille: 20,
            royalties: vec![],
            verifier_permille: 500,
            verifiers: vec![([7; 32], 998)],
            settled_at: 50,
            pays_at: 90,
        };
        let report = StatusReport {
            channel: ChannelReport::from(&channel(ChannelState::Open)),
            settlements: vec![SettlementReport::new(&settlement, &[check()])],
        };
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["channel"], 7);
        assert_eq!(json["state"], "open");
        assert_eq!(json["left"], "3000000000000");
        assert_eq!(json["in_check"], "1000000000000");
        assert_eq!(json["settlements"][0]["claims"], 10);
        assert_eq!(json["settlements"][0]["pays_at"], 90);
        let text = report.text();
        assert!(text.contains("open until block 100"), "{text}");
        assert!(
            text.contains("8: 10 claims, 1 BAL, paid from block 90"),
            "{text}"
        );
        let panel = &json["settlements"][0]["check"]["panel"];
        assert_eq!(
            (&panel[0]["committed"], &panel[0]["score"]),
            (&true.into(), &12.into())
        );
        assert_eq!(json["settlements"][0]["verifiers"][0]["score"], 998);
        let verifier = ss58::encode(&[7; 32]);
        for told in [
            format!("8: pair for claim 3, next step at block 60; {verifier} 12"),
            format!("8: found good by {verifier} 998"),
        ] {
            assert!(text.contains(&told), "{told} in {text}");
        }
    }

    #[test]
    fn nothing_is_left_in_an_ended_channel() {
        let report = ChannelReport::from(&channel(ChannelState::Ended));
        assert_eq!((report.state, report.left), ("ended", Amount(0)));
        let report = ChannelReport::from(&channel(ChannelState::Closing));
        assert_eq!((report.state, report.left), ("closing", Amount(3 * BAL)));
    }

    #[test]
    fn a_channel_is_opened_at_the_price_that_was_read_or_below_a_limit() {
        assert_eq!(max_price(&args(None), &offer()).unwrap(), offer().price);
        let higher = max_price(&args(Some(Amount(3 * BAL))), &offer()).unwrap();
        assert_eq!(higher.per_million_in, 3 * BAL);
        let refused = max_price(&args(Some(Amount(BAL - 1))), &offer()).unwrap_err();
        assert!(refused.to_string().contains("asks 1 BAL"), "{refused}");
    }

    #[test]
    fn a_channel_is_opened_in_the_numbers_that_were_read_unless_others_are_demanded() {
        let demanded = |demanded| {
            let args = OpenArgs {
                numbers: demanded,
                ..args(None)
            };
            numbers(&args, &offer()).map_err(|error| error.to_string())
        };
        assert_eq!(demanded(None), Ok(Numbers::BFloat16));
        assert_eq!(demanded(Some(NumbersArg::BFloat16)), Ok(Numbers::BFloat16));
        let refused = demanded(Some(NumbersArg::Float32)).unwrap_err();
        assert!(
            refused.contains("in bfloat16, --numbers is float32"),
            "{refused}"
        );
        let report = StatusReport {
            channel: ChannelReport::from(&channel(ChannelState::Open)),
            settlements: vec![],
        };
        assert_eq!(
            serde_json::to_value(&report).unwrap()["numbers"],
            "bfloat16"
        );
        assert!(report.text().contains("bfloat16"));
    }
}
