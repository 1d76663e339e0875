//! Paying a validator and its nominators for past eras.
//!
//! Goals: an era with many nominators is paid to its last page; what was paid is read from the chain's own events.
//! Non-goals: where pay goes, which each account has set for itself.

use super::report::hex;
use crate::{
    amount::Amount,
    args::PayoutArgs,
    context::{ensure_funds, Context},
    error::CliError,
    output::{Answer, Report},
};
use ballast_chain::{calls::staking, ss58, Call, Event, Validators};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Eras paid in one transaction: of each a page, which is 64 nominators.
const ERAS_AT_ONCE: usize = 4;
/// Pages of an era at most: an election looks at 1,000 backers.
const MAX_PAGES: usize = 16;

/// What was paid, or would be.
#[derive(Debug, Serialize)]
pub struct PayoutReport {
    validator: String,
    dry_run: bool,
    eras: Vec<EraPay>,
    paid_to_validator: Amount,
    paid_to_nominators: Amount,
    /// About.
    fees: Amount,
    /// Eras that are not paid out, or not to their last page.
    unpaid_eras: Vec<u32>,
    /// What to do afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<&'static str>,
}

/// What an era brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct EraPay {
    era: u32,
    validator: Amount,
    nominators: Amount,
}

/// Pays out what is not paid yet, oldest first.
pub async fn run(args: &PayoutArgs, context: &Context) -> Result<Answer, CliError> {
    let chain = context.validators().await?;
    let account = context.account(args.account.as_deref())?;
    let report = pay(chain.as_ref(), account, args.dry_run, context).await?;
    Ok(Answer::new(&report))
}

/// Pays out before the stake is taken back, as no era can be paid to an account without any.
pub async fn before_leaving(
    account: [u8; 32],
    dry_run: bool,
    context: &Context,
) -> Result<Answer, CliError> {
    let chain = context.validators().await?;
    let mut report = pay(chain.as_ref(), account, dry_run, context).await?;
    report.left = Some(
        "pay comes before the stake, since it is lost with it; run `ballast validator leave` again for the stake",
    );
    Ok(Answer::new(&report))
}

async fn pay(
    chain: &dyn Validators,
    account: [u8; 32],
    dry_run: bool,
    context: &Context,
) -> Result<PayoutReport, CliError> {
    let mut unpaid = chain.validator(account).await?.unpaid_eras;
    let mut payouts = Payouts::new(account, &unpaid);
    let expected = expected_fees(chain, account, &unpaid).await?;
    // Who signs pays the fees, whoever's pay it is.
    if let Some(payer) = context.account_if_any()? {
        ensure_funds(chain, payer, Amount(0), expected).await?;
    }
    if dry_run || unpaid.is_empty() {
        return Ok(payouts.into_report(dry_run, expected));
    }
    let signer = context.signer()?;
    let mut fees = Amount(0);
    while let Some(eras) = payouts.next_eras(&unpaid) {
        let calls = calls(account, &eras);
        fees = sum(fees, Amount(chain.fee(&calls).await?));
        let included = context.submit(chain, &signer, &calls).await?;
        payouts.record(&included.events);
        unpaid = chain.validator(account).await?.unpaid_eras;
    }
    Ok(payouts.into_report(false, fees))
}

/// Of the first page of each era.
async fn expected_fees(
    chain: &dyn Validators,
    account: [u8; 32],
    eras: &[u32],
) -> Result<Amount, CliError> {
    let mut fees = Amount(0);
    for some in eras.chunks(ERAS_AT_ONCE) {
        fees = sum(fees, Amount(chain.fee(&calls(account, some)).await?));
    }
    Ok(fees)
}

fn calls(account: [u8; 32], eras: &[u32]) -> Vec<Call> {
    eras.iter()
        .map(|era| staking::payout_stakers(account, *era))
        .collect()
}

fn sum(one: Amount, other: Amount) -> Amount {
    Amount(one.0.saturating_add(other.0))
}

/// Which eras are paid next, and what was paid.
#[derive(Debug)]
struct Payouts {
    validator: [u8; 32],
    wanted: Vec<u32>,
    /// Transactions that there may still be.
    left: usize,
    paid: BTreeMap<u32, EraPay>,
}

impl Payouts {
    fn new(validator: [u8; 32], unpaid: &[u32]) -> Self {
        Self {
            validator,
            wanted: unpaid.to_vec(),
            left: unpaid.len().saturating_mul(MAX_PAGES),
            paid: BTreeMap::new(),
        }
    }

    /// The eras of the next transaction, of which each pays a page. An era is listed as unpaid until its last page is paid;
    /// those that end meanwhile wait for the next call.
    fn next_eras(&mut self, unpaid: &[u32]) -> Option<Vec<u32>> {
        self.wanted.retain(|era| unpaid.contains(era));
        self.left = self.left.checked_sub(1)?;
        let eras: Vec<u32> = self.wanted.iter().copied().take(ERAS_AT_ONCE).collect();
        (!eras.is_empty()).then_some(eras)
    }

    /// Adds what the events of a transaction say was paid: each `PayoutStarted` names the era of those that follow it.
    fn record(&mut self, events: &[Event]) {
        let mut era = None;
        for event in events.iter().filter(|event| event.pallet == "Staking") {
            let field = |name| event.fields.get(name);
            match event.name.as_str() {
                "PayoutStarted" => {
                    era = field("era_index").and_then(Value::as_u64);
                    if let Some(era) = era {
                        self.pay_of(era);
                    }
                }
                "Rewarded" => {
                    let amount = field("amount").and_then(amount).unwrap_or_default();
                    let is_own = field("stash").and_then(Value::as_str)
                        == Some(hex(&self.validator).as_str());
                    if let Some(pay) = era.and_then(|era| self.pay_of(era)) {
                        pay.add(amount, is_own);
                    }
                }
                _ => {}
            }
        }
    }

    fn pay_of(&mut self, era: u64) -> Option<&mut EraPay> {
        let era = u32::try_from(era).ok()?;
        Some(self.paid.entry(era).or_insert(EraPay {
            era,
            ..EraPay::default()
        }))
    }

    fn into_report(self, dry_run: bool, fees: Amount) -> PayoutReport {
        let eras: Vec<EraPay> = self.paid.into_values().collect();
        PayoutReport {
            validator: ss58::encode(&self.validator),
            dry_run,
            paid_to_validator: eras.iter().map(|pay| pay.validator).fold(Amount(0), sum),
            paid_to_nominators: eras.iter().map(|pay| pay.nominators).fold(Amount(0), sum),
            eras,
            fees,
            unpaid_eras: self.wanted,
            left: None,
        }
    }
}

/// A number of any length; those above 2^64 are text.
fn amount(value: &Value) -> Option<Amount> {
    let number = value.as_u64().map(u128::from);
    number.or_else(|| value.as_str()?.parse().ok()).map(Amount)
}

impl EraPay {
    fn add(&mut self, amount: Amount, is_own: bool) {
        let part = match is_own {
            true => &mut self.validator,
            false => &mut self.nominators,
        };
        *part = sum(*part, amount);
    }
}

impl Report for PayoutReport {
    fn text(&self) -> String {
        let shares = |validator: Amount, nominators: Amount| {
            format!("{validator} to the validator, {nominators} to its nominators")
        };
        let mut lines: Vec<String> = self
            .eras
            .iter()
            .map(|pay| {
                let shares = shares(pay.validator, pay.nominators);
                format!("era {} is paid out: {shares}", pay.era)
            })
            .collect();
        if self.eras.len() > 1 {
            let shares = shares(self.paid_to_validator, self.paid_to_nominators);
            lines.push(format!("in all: {shares}"));
        }
        let unpaid: Vec<String> = self.unpaid_eras.iter().map(u32::to_string).collect();
        let unpaid = unpaid.join(", ");
        match (self.unpaid_eras.is_empty(), self.dry_run) {
            (true, _) if self.eras.is_empty() => return "nothing is to be paid out".into(),
            (true, _) => lines.push(format!("fees: about {}", self.fees)),
            (false, true) => {
                lines.push(format!("would be paid out: eras {unpaid}"));
                lines.push(format!(
                    "fees: about {}, and more where an era has over 64 nominators",
                    self.fees
                ));
            }
            (false, false) => {
                lines.push(format!("fees: about {}", self.fees));
                lines.push(format!(
                    "not paid out to the end: eras {unpaid}; call it again"
                ));
            }
        }
        lines.extend(self.left.map(str::to_owned));
        lines.join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::price::BAL;
    use serde_json::json;

    const VALIDATOR: [u8; 32] = [7; 32];

    fn event(name: &str, fields: Value) -> Event {
        Event {
            pallet: "Staking".into(),
            name: name.into(),
            fields,
        }
    }

    fn started(era: u32) -> Event {
        event("PayoutStarted", json!({ "era_index": era, "page": 0 }))
    }

    fn rewarded(stash: [u8; 32], amount: Value) -> Event {
        let fields = json!({ "stash": hex(&stash), "dest": "Staked", "amount": amount });
        event("Rewarded", fields)
    }

    #[test]
    fn an_era_is_paid_page_by_page_until_it_is_listed_no_more() {
        let mut pages = BTreeMap::from([(1, 1), (2, 3), (3, 1), (4, 1), (5, 2)]);
        let unpaid = |pages: &BTreeMap<u32, u32>| -> Vec<u32> {
            let left = pages.iter().filter(|(_, left)| **left > 0);
            left.map(|(era, _)| *era).collect()
        };
        let mut payouts = Payouts::new(VALIDATOR, &unpaid(&pages));
        let mut transactions = Vec::new();
        while let Some(eras) = payouts.next_eras(&unpaid(&pages)) {
            for era in &eras {
                let left = pages.get_mut(era).unwrap();
                *left = left.checked_sub(1).unwrap();
            }
            transactions.push(eras);
        }
        assert_eq!(transactions, [vec![1, 2, 3, 4], vec![2, 5], vec![2, 5]]);
        let report = payouts.into_report(false, Amount(0));
        assert_eq!(report.unpaid_eras, Vec::<u32>::new());
    }

    #[test]
    fn an_era_that_never_ends_is_given_up_and_named() {
        let mut payouts = Payouts::new(VALIDATOR, &[9]);
        let rounds = (0..1_000).take_while(|_| payouts.next_eras(&[9]).is_some());
        assert_eq!(rounds.count(), MAX_PAGES);
        let report = payouts.into_report(false, Amount(0));
        assert_eq!(report.unpaid_eras, [9]);
        assert!(report.text().contains("eras 9; call it again"));
    }

    #[test]
    fn an_era_that_ends_meanwhile_waits_for_the_next_call() {
        let mut payouts = Payouts::new(VALIDATOR, &[1]);
        assert_eq!(payouts.next_eras(&[1, 2]), Some(vec![1]));
        assert_eq!(payouts.next_eras(&[2]), None);
    }

    #[test]
    fn what_was_paid_is_told_by_era_and_in_all() {
        let mut payouts = Payouts::new(VALIDATOR, &[1, 2]);
        let large = 20_000_000 * BAL;
        assert!(u64::try_from(large).is_err());
        payouts.record(&[
            rewarded([3; 32], json!(5)),
            started(1),
            rewarded(VALIDATOR, json!(2_500_000_000_000u64)),
            rewarded([1; 32], json!(1_000_000_000_000u64)),
            rewarded([2; 32], json!(1_000_000_000_000u64)),
            started(2),
            rewarded(VALIDATOR, json!(large.to_string())),
        ]);
        // A later page of the same era.
        payouts.record(&[started(1), rewarded(VALIDATOR, json!(500_000_000_000u64))]);
        payouts.next_eras(&[]);
        let report = payouts.into_report(false, Amount(BAL));
        let paid: Vec<_> = report
            .eras
            .iter()
            .map(|pay| (pay.era, pay.validator.0, pay.nominators.0))
            .collect();
        assert_eq!(paid, [(1, 3 * BAL, 2 * BAL), (2, large, 0)]);
        assert_eq!(report.paid_to_validator, Amount(large + 3 * BAL));
        assert_eq!(report.paid_to_nominators, Amount(2 * BAL));
        let text = report.text();
        let first = "era 1 is paid out: 3 BAL to the validator, 2 BAL to its nominators";
        assert!(text.starts_with(first), "{text}");
        assert!(text.contains("in all: 20000003 BAL to the validator"));
        assert!(text.ends_with("fees: about 1 BAL"), "{text}");
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["eras"][0]["validator"], (3 * BAL).to_string());
        assert_eq!(json["dry_run"], false);
    }

    #[test]
    fn a_dry_run_names_the_eras_and_nothing_as_paid() {
        let report = Payouts::new(VALIDATOR, &[4, 5]).into_report(true, Amount(BAL));
        let text = report.text();
        assert!(text.starts_with("would be paid out: eras 4, 5\n"), "{text}");
        assert!(!text.contains("is paid out"));
        let none = Payouts::new(VALIDATOR, &[]).into_report(false, Amount(0));
        assert_eq!(none.text(), "nothing is to be paid out");
    }
}
