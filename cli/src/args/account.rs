//! Arguments of the verbs about a worker's account and about keys.

use super::{parse_account, BalanceArgs};
use crate::amount::{Amount, ByteCount};
use ballast_core::limits::MAX_ENDPOINT_LEN;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Verbs for a worker's account, which signs them.
#[derive(Debug, Subcommand)]
pub enum WorkerVerb {
    /// Join with a bonded stake
    Join(JoinArgs),
    /// Change endpoint, capacity, price, operator or receipt key
    Update(ProfileArgs),
    /// Bond more
    AddStake {
        /// How much, in BAL
        #[arg(value_name = "BAL")]
        amount: Amount,
    },
    /// Take no new shards
    Drain,
    /// Take new shards again
    Resume,
    /// Leave: the stake unbonds; only without shards
    Leave,
    /// Take the stake back after unbonding
    Withdraw,
    /// Let a worker name the signing account as its operator
    Authorise {
        /// The worker, in SS58 form
        #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
        worker: String,
    },
    /// Take that back
    Revoke {
        /// The worker, in SS58 form
        #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
        worker: String,
    },
    /// Show a worker and what it is assigned
    Status(BalanceArgs),
    /// Connect to a worker's endpoint as readers do, and compare what answers with what the chain says
    Check(BalanceArgs),
}

/// Arguments of `worker join`.
#[derive(Debug, Args)]
pub struct JoinArgs {
    /// URL of the worker's HTTP API
    #[arg(long, value_name = "URL", value_parser = parse_endpoint)]
    pub endpoint: String,
    /// Public key that signs receipts, as ballast-storage-worker init prints it
    #[arg(long, value_name = "HEX|SS58", value_parser = parse_account)]
    pub receipt_key: String,
    /// What it offers, say 2TB
    #[arg(long, value_name = "SIZE")]
    pub capacity: ByteCount,
    /// What it asks for a GiB in a storage epoch, in BAL
    #[arg(long, value_name = "BAL")]
    pub ask: Amount,
    /// The stake, in BAL
    #[arg(long, value_name = "BAL")]
    pub stake: Amount,
    /// Account of who runs it, which must have authorised this worker [default: the signing account]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub operator: Option<String>,
}

/// Arguments of `worker update`: what is left out stays.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct ProfileArgs {
    /// URL of the worker's HTTP API
    #[arg(long, value_name = "URL", value_parser = parse_endpoint)]
    pub endpoint: Option<String>,
    /// Public key that signs receipts
    #[arg(long, value_name = "HEX|SS58", value_parser = parse_account)]
    pub receipt_key: Option<String>,
    /// What it offers
    #[arg(long, value_name = "SIZE")]
    pub capacity: Option<ByteCount>,
    /// What it asks for a GiB in a storage epoch, in BAL
    #[arg(long, value_name = "BAL")]
    pub ask: Option<Amount>,
    /// Account of who runs it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub operator: Option<String>,
}

/// Verbs about any account.
#[derive(Debug, Subcommand)]
pub enum AccountVerb {
    /// Show an account's name, where it answers, and what its dealings came to
    Show(BalanceArgs),
}

/// Verbs about keys.
#[derive(Debug, Subcommand)]
pub enum KeyVerb {
    /// Make a key and write it to an encrypted keystore
    New(KeyNewArgs),
    /// Show a keystore's account, or an account in its forms
    Inspect(KeyInspectArgs),
}

/// Arguments of `key new`.
#[derive(Debug, Args)]
pub struct KeyNewArgs {
    /// Keystore to write; an existing file stays [default: --keystore, then ~/.config/ballast/key.json]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// A name to know it by
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Use a phrase or seed that exists, from BALLAST_SECRET or a prompt
    #[arg(long, conflicts_with = "show_phrase")]
    pub import: bool,
    /// Print the new phrase, once, to keep on paper
    #[arg(long)]
    pub show_phrase: bool,
}

/// Arguments of `key inspect`.
#[derive(Debug, Args)]
pub struct KeyInspectArgs {
    /// An account in SS58 form or as hex after 0x [default: the key's]
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub account: Option<String>,
    /// Check that the password opens the keystore
    #[arg(long, conflicts_with = "account")]
    pub unlock: bool,
}

/// The chain takes any bytes; clients use nothing else than this.
pub(super) fn parse_endpoint(endpoint: &str) -> Result<String, String> {
    let is_url = ["http://", "https://"].iter().any(|scheme| {
        endpoint
            .strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['/', ':']))
    });
    let fits = u32::try_from(endpoint.len()).is_ok_and(|len| len <= MAX_ENDPOINT_LEN);
    let clean =
        endpoint.bytes().all(|byte| byte.is_ascii_graphic()) && !endpoint.contains(['?', '#', '@']);
    match is_url && fits && clean {
        true => Ok(endpoint.into()),
        false => Err(format!(
            "write http://host:port or https://host:port, at most {MAX_ENDPOINT_LEN} bytes of ASCII, without user name, \
             query or fragment"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_plain_web_addresses() {
        for good in [
            "http://127.0.0.1:8080",
            "https://worker.example/ballast",
            "http://[::1]:1",
        ] {
            assert!(parse_endpoint(good).is_ok(), "{good}");
        }
        let long = format!("http://{}", "a".repeat(300));
        for bad in [
            "",
            "http://",
            "http:///x",
            "ftp://x",
            "x:1",
            "http://a b",
            "http://é",
            "http://u@h",
            "http://h?q",
            &long,
        ] {
            assert!(parse_endpoint(bad).is_err(), "{bad}");
        }
    }
}
