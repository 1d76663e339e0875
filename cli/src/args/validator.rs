//! Arguments of the verbs for a validator's account.

use super::{parse_account, BalanceArgs};
use crate::amount::Amount;
use clap::{Args, Subcommand};
use std::str::FromStr;

/// Verbs for a validator's account, which signs them; `--url` is the validator's own node.
#[derive(Debug, Subcommand)]
pub enum ValidatorVerb {
    /// Stake, make session keys on the node, and offer to validate: what of it is not done yet
    Setup(SetupArgs),
    /// Show where a validator stands, and what is wrong
    Status(BalanceArgs),
    /// Make new session keys on the node and set them
    RotateKeys {
        /// Print what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Pay a validator and its nominators for the eras that nobody has paid out yet, oldest first
    Payout(PayoutArgs),
    /// Offer to validate no longer, from the next era on
    Chill {
        /// Print what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Leave for good, one step a call: stop and ask the stake back; after the bonding period take it, and the deposit of
    /// the keys
    Leave {
        /// Print what would be done, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

/// Arguments of `validator setup`.
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// The stake in all, in BAL; less is at stake already, or nothing [default: what is at stake]
    #[arg(long, value_name = "BAL")]
    pub stake: Option<Amount>,
    /// What the validator keeps of the pay before its nominators share, in percent [default: what it is, or 0]
    #[arg(long, value_name = "PERCENT")]
    pub commission: Option<Commission>,
    /// Print what would be done and what it costs, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Arguments of `validator payout`.
#[derive(Debug, Args)]
pub struct PayoutArgs {
    /// The validator, in SS58 form [default: the key's]
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub account: Option<String>,
    /// Print which eras would be paid out and what it costs, and do nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// A share, kept in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Commission(pub u32);

/// Billionths in a percent.
const PERCENT_PPB: u32 = 10_000_000;
const DECIMALS: usize = 7;

impl FromStr for Commission {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("{text:?} is no percentage; write 5 or 2.5, from 0 to 100");
        let bare = text.strip_suffix('%').unwrap_or(text).trim();
        let (whole, decimals) = bare.split_once('.').unwrap_or((bare, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || decimals.len() > DECIMALS {
            return Err(wrong());
        }
        let ppb: u64 = format!("{whole}{decimals:0<DECIMALS$}")
            .parse()
            .map_err(|_| wrong())?;
        match u32::try_from(ppb) {
            Ok(ppb) if ppb <= 100 * PERCENT_PPB => Ok(Self(ppb)),
            _ => Err(wrong()),
        }
    }
}

impl std::fmt::Display for Commission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / PERCENT_PPB, self.0 % PERCENT_PPB);
        let digits = format!("{rest:0DECIMALS$}");
        match digits.trim_end_matches('0') {
            "" => write!(f, "{whole} %"),
            digits => write!(f, "{whole}.{digits} %"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn commissions_are_percentages() {
        for (text, ppb, shown) in [
            ("0", 0, "0 %"),
            ("5", 50_000_000, "5 %"),
            ("2.5%", 25_000_000, "2.5 %"),
            ("100", 1_000_000_000, "100 %"),
            ("0.0000001", 1, "0.0000001 %"),
        ] {
            let commission: Commission = text.parse().unwrap();
            assert_eq!(commission, Commission(ppb), "{text}");
            assert_eq!(commission.to_string(), shown);
        }
        for bad in [
            "",
            "%",
            "-1",
            "101",
            "100.1",
            "5.",
            ".5",
            "1.00000001",
            "five",
        ] {
            assert!(bad.parse::<Commission>().is_err(), "{bad}");
        }
    }
}
