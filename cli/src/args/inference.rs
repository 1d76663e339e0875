//! Arguments of the verbs about offers and payment channels.

use super::parse_account;
use crate::amount::Amount;
use ballast_core::{name::ModelRef, Numbers, Tier};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Verbs about what a worker offers.
#[derive(Debug, Subcommand)]
pub enum OfferVerb {
    /// Offer a model version, or change the offer; channels that are open keep their terms
    Set(OfferArgs),
    /// List who offers a model version, or what a worker offers
    List(OfferListArgs),
    /// Withdraw an offer; its deposit is released
    Remove {
        /// The model, as namespace/name, namespace/name@tag or namespace/name@3
        #[arg(value_name = "MODEL", value_parser = parse_model)]
        model: ModelRef,
    },
}

/// How much evidence must stand behind a session key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TierArg {
    /// A worker's stake alone
    #[default]
    T0,
    /// Genuine GPUs
    T1,
    /// Genuine GPUs and a confidential guest
    T2,
}

impl From<TierArg> for Tier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::T0 => Self::T0,
            TierArg::T1 => Self::T1,
            TierArg::T2 => Self::T2,
        }
    }
}

/// The numbers that a model is computed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum NumbersArg {
    /// The weights as they were published
    #[default]
    Float32,
    /// Weights rounded to bfloat16, which take half of a GPU's memory
    #[value(name = "bfloat16")]
    BFloat16,
}

impl From<NumbersArg> for Numbers {
    fn from(numbers: NumbersArg) -> Self {
        match numbers {
            NumbersArg::Float32 => Self::Float32,
            NumbersArg::BFloat16 => Self::BFloat16,
        }
    }
}

/// Arguments of `offer set`.
#[derive(Debug, Args)]
pub struct OfferArgs {
    /// The model, as namespace/name, namespace/name@tag or namespace/name@3
    #[arg(value_name = "MODEL", value_parser = parse_model)]
    pub model: ModelRef,
    /// URL at which the worker answers
    #[arg(long, value_name = "URL", value_parser = super::account::parse_endpoint)]
    pub endpoint: String,
    /// Price of a million tokens read, in BAL
    #[arg(long, value_name = "BAL")]
    pub price_in: Amount,
    /// Price of a million tokens written, in BAL
    #[arg(long, value_name = "BAL", default_value = "0")]
    pub price_out: Amount,
    /// Most tokens read for one answer
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_in: u32,
    /// Most tokens written in one answer; none for embeddings
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub max_out: u32,
    /// The highest tier that a client may demand
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub tier: TierArg,
    /// Numbers that the worker's engine computes the model in: what it says when it starts
    #[arg(long, value_enum, default_value_t)]
    pub numbers: NumbersArg,
}

/// Arguments of `offer list`.
#[derive(Debug, Args)]
pub struct OfferListArgs {
    /// The model [default: what a worker offers]
    #[arg(value_name = "MODEL", value_parser = parse_model, conflicts_with = "worker")]
    pub model: Option<ModelRef>,
    /// What this worker offers [default: the key's account]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub worker: Option<String>,
}

/// Verbs about payment channels.
#[derive(Debug, Subcommand)]
pub enum ChannelVerb {
    /// Open a channel on a worker's offer
    Open(OpenArgs),
    /// Put more into a channel; it lasts as long as a new one from then on
    TopUp {
        /// The channel
        #[arg(value_name = "ID")]
        channel: u64,
        /// How much, in BAL; 0 only makes it last
        #[arg(value_name = "BAL")]
        amount: Amount,
    },
    /// Show a channel, and what of it is in its check window
    Status {
        /// The channel
        #[arg(value_name = "ID")]
        channel: u64,
    },
    /// Close a channel: as client with a grace for the worker, as worker at once
    Close {
        /// The channel
        #[arg(value_name = "ID")]
        channel: u64,
    },
    /// Hold what the worker claimed, in batches that can still be reversed, against the answers that it signed
    Check {
        /// The channel
        #[arg(value_name = "ID")]
        channel: u64,
        /// File with a signed answer on each line [default: those that were kept when they came]
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
    },
    /// Check, and have every batch reversed that contradicts a signed answer
    Contest {
        /// The channel
        #[arg(value_name = "ID")]
        channel: u64,
        /// File with a signed answer on each line [default: those that were kept when they came]
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
    },
    /// List the channels that an account pays from
    List {
        /// The account [default: the key's]
        #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
        account: Option<String>,
        /// The channels that it is paid from, instead
        #[arg(long)]
        paid: bool,
    },
}

/// Arguments of `channel open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    /// The model, as namespace/name, namespace/name@tag or namespace/name@3
    #[arg(value_name = "MODEL", value_parser = parse_model)]
    pub model: ModelRef,
    /// The worker, as `ballast offer list MODEL` names it
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub worker: String,
    /// How much to put in, in BAL
    #[arg(long, value_name = "BAL")]
    pub deposit: Amount,
    /// Tier that the worker's session key must have
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub tier: TierArg,
    /// Refuse an offer in other numbers [default: what it names now]
    #[arg(long, value_enum)]
    pub numbers: Option<NumbersArg>,
    /// Refuse an offer that asks more for a million tokens read [default: what it asks now]
    #[arg(long, value_name = "BAL")]
    pub max_price_in: Option<Amount>,
    /// Refuse an offer that asks more for a million tokens written [default: what it asks now]
    #[arg(long, value_name = "BAL")]
    pub max_price_out: Option<Amount>,
    /// sr25519 key that signs vouchers [default: the account's]
    #[arg(long, value_name = "HEX|SS58", value_parser = parse_account)]
    pub signer: Option<String>,
}

fn parse_model(text: &str) -> Result<ModelRef, String> {
    text.parse().map_err(|error| format!("{error}"))
}
