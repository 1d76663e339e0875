//! `channel`: payment channels, opened, filled, watched and closed.

mod contest;
pub use contest::folder;

use super::offer::version_of;
use crate::{
    amount::Amount,
    args::{ChannelVerb, OpenArgs},
    context::{ensure_funds, Context},
    error::CliError,
    keys::parse_account,
    output::{fields, printable, table, Answer, Report},
};
use ballast_chain::{calls::inference as calls, ss58, Inference};
use ballast_core::{
    claim::TokenPrice,
    view::{ChannelInfo, ChannelState, OfferInfo, SettlementInfo},
    Balance, ChannelId, WorkerId,
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
    Ok(Answer::new(&StatusReport {
        channel: ChannelReport::from(&info),
        settlements: settlements.iter().map(SettlementReport::from).collect(),
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

impl From<&SettlementInfo> for SettlementReport {
    fn from(info: &SettlementInfo) -> Self {
        Self {
            settlement: info.settlement.0,
            claims: info.leaves,
            amount: Amount(info.amount),
            session_key: format!("0x{}", hex::encode(info.session_key)),
            settled_at: info.settled_at,
            pays_at: info.pays_at,
        }
    }
}

impl Report for ChannelsReport {
    fn text(&self) -> String {
        let row = |channel: &ChannelReport| {
            vec![
                channel.channel.to_string(),
                channel.state.into(),
                format!("{}@{}", channel.model, channel.version),
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
                "CHANNEL", "STATE", "MODEL", "LEFT", "DRAWN", "IN CHECK", "ENDS AT", "CLIENT",
                "WORKER",
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
            ("vouchers by", channel.signer.clone()),
            ("deposited", channel.deposited.to_string()),
            ("drawn", channel.drawn.to_string()),
            ("left", channel.left.to_string()),
            ("in check", channel.in_check.to_string()),
            ("last claim", channel.last_number.to_string()),
        ];
        lines.extend(self.settlements.iter().map(|entry| {
            let text = format!(
                "{}: {} claims, {}, paid from block {}",
                entry.settlement, entry.claims, entry.amount, entry.pays_at
            );
            ("settlement", text)
        }));
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
    use ballast_core::{price::BAL, SettlementId};

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
            max_price_in,
            max_price_out: None,
            signer: None,
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
            settled_at: 50,
            pays_at: 90,
        };
        let report = StatusReport {
            channel: ChannelReport::from(&channel(ChannelState::Open)),
            settlements: vec![SettlementReport::from(&settlement)],
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
}
