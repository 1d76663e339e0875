//! `balance` and `faucet`.

use crate::{
    amount::Amount,
    args::{BalanceArgs, FaucetArgs},
    context::Context,
    error::CliError,
    keys,
    output::{fields, Answer, Report},
};
use ballast_chain::{calls::balances, ss58, AccountInfo, Chain};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct BalanceReport {
    account: String,
    free: Amount,
    held: Amount,
    frozen: Amount,
    nonce: u32,
}

#[derive(Debug, Serialize)]
struct FaucetReport {
    accounts: Vec<BalanceReport>,
}

/// What an account has.
pub async fn balance(args: &BalanceArgs, context: &Context) -> Result<Answer, CliError> {
    let account = context.account(args.account.as_deref())?;
    let chain = context.chain().await?;
    Ok(Answer::new(&report(chain.as_ref(), &account).await?))
}

/// Sends BAL from //Alice, whose key everybody knows: worth nothing but on a development network.
pub async fn faucet(args: &FaucetArgs, context: &Context) -> Result<Answer, CliError> {
    let accounts = recipients(args, context)?;
    let alice = keys::development("alice")?;
    let chain = context.chain().await?;
    let transfer = |account: &[u8; 32]| balances::transfer_keep_alive(*account, args.amount.0);
    let calls: Vec<_> = accounts.iter().map(transfer).collect();
    let count = u128::try_from(accounts.len()).unwrap_or(u128::MAX);
    let total = args.amount.0.saturating_mul(count);
    let needed = total.saturating_add(chain.fee(&calls).await?);
    if chain.account(alice.account()).await?.free < needed {
        return Err(CliError::usage(format!(
            "//Alice has less than the {} that this takes with fees: it is no development network, or the faucet is empty",
            Amount(needed)
        )));
    }
    context.submit(chain.as_ref(), &alice, &calls).await?;
    let mut reports = Vec::with_capacity(accounts.len());
    for account in &accounts {
        reports.push(report(chain.as_ref(), account).await?);
    }
    Ok(Answer::new(&FaucetReport { accounts: reports }))
}

fn recipients(args: &FaucetArgs, context: &Context) -> Result<Vec<[u8; 32]>, CliError> {
    if args.accounts.is_empty() {
        return Ok(vec![context.account(None)?]);
    }
    args.accounts
        .iter()
        .map(|account| context.account(Some(account)))
        .collect()
}

async fn report(chain: &dyn Chain, account: &[u8; 32]) -> Result<BalanceReport, CliError> {
    let AccountInfo {
        free,
        held,
        frozen,
        nonce,
    } = chain.account(*account).await?;
    let (free, held, frozen) = (Amount(free), Amount(held), Amount(frozen));
    Ok(BalanceReport {
        account: ss58::encode(account),
        free,
        held,
        frozen,
        nonce,
    })
}

impl Report for BalanceReport {
    fn text(&self) -> String {
        fields(&[
            ("account", self.account.clone()),
            ("free", self.free.to_string()),
            ("held", self.held.to_string()),
            ("frozen", self.frozen.to_string()),
            ("transactions", self.nonce.to_string()),
        ])
    }
}

impl Report for FaucetReport {
    fn text(&self) -> String {
        let texts: Vec<_> = self.accounts.iter().map(Report::text).collect();
        texts.join("\n")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn json_has_amounts_as_strings_of_the_smallest_unit() {
        let report = BalanceReport {
            account: "5x".into(),
            free: Amount(u128::from(u64::MAX) + 1),
            held: Amount(2),
            frozen: Amount(0),
            nonce: 3,
        };
        let expected = serde_json::json!({
            "account": "5x", "free": "18446744073709551616", "held": "2", "frozen": "0", "nonce": 3,
        });
        assert_eq!(serde_json::to_value(&report).unwrap(), expected);
    }
}
