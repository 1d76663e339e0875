//! Arguments of the verbs that ask a model: `infer`, `embed`, `infer-proxy`.

use super::{
    inference::{NumbersArg, TierArg},
    parse_account,
};
use crate::amount::Amount;
use ballast_core::name::ModelRef;
use clap::Args;
use std::net::SocketAddr;

/// How an answer is paid for.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Payment")]
pub struct PayArgs {
    /// Pay this worker only [default: that of an open channel, else the cheapest]
    #[arg(long, value_name = "ACCOUNT", value_parser = parse_account)]
    pub worker: Option<String>,
    /// Pay from this channel only
    #[arg(long, value_name = "ID")]
    pub channel: Option<u64>,
    /// Tier that the worker's session key must have
    #[arg(long, value_enum, default_value_t, ignore_case = true)]
    pub tier: TierArg,
    /// Numbers that the answers must be computed in [default: float32 where a channel or an offer has them, else bfloat16]
    #[arg(long, value_enum)]
    pub numbers: Option<NumbersArg>,
    /// Put so much into a channel when there is none, or too little in it, in BAL [default: open none]
    #[arg(long, value_name = "BAL")]
    pub deposit: Option<Amount>,
    /// Never have more than this put into a channel, in BAL [default: --deposit]
    #[arg(long, value_name = "BAL", requires = "deposit")]
    pub budget: Option<Amount>,
    /// Pay no more for a million tokens read, in BAL
    #[arg(long, value_name = "BAL", requires = "max_price_out")]
    pub max_price_in: Option<Amount>,
    /// Pay no more for a million tokens written, in BAL
    #[arg(long, value_name = "BAL", requires = "max_price_in")]
    pub max_price_out: Option<Amount>,
    /// Seal requests and answers below T2 too, so that nobody between here and the worker reads them; at T2 they always are
    #[arg(long)]
    pub sealed: bool,
    /// Seconds that an answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub timeout: u64,
}

/// Arguments of `infer`.
#[derive(Debug, Args)]
pub struct InferArgs {
    /// The model, as namespace/name, namespace/name@tag or namespace/name@3
    #[arg(long, value_name = "MODEL", value_parser = parse_model)]
    pub model: ModelRef,
    /// What to ask; - reads standard input
    #[arg(value_name = "PROMPT")]
    pub prompt: String,
    /// What the model is told first, if it converses
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// Most tokens of the answer [default: as many as the channel allows]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_tokens: Option<u32>,
    /// How freely tokens are chosen, from 0 to 2; 0 takes the most probable [default: 1]
    #[arg(long, value_name = "T")]
    pub temperature: Option<f32>,
    /// What the choices hang on
    #[arg(long = "seed", value_name = "N")]
    pub sampling_seed: Option<i64>,
    /// Text that ends the answer; may be given four times
    #[arg(long, value_name = "TEXT")]
    pub stop: Vec<String>,
    /// Payment.
    #[command(flatten)]
    pub pay: PayArgs,
}

/// Arguments of `embed`.
#[derive(Debug, Args)]
pub struct EmbedArgs {
    /// The model, as namespace/name, namespace/name@tag or namespace/name@3
    #[arg(long, value_name = "MODEL", value_parser = parse_model)]
    pub model: ModelRef,
    /// The texts; - alone reads one from each line of standard input
    #[arg(value_name = "TEXT", required = true)]
    pub texts: Vec<String>,
    /// Payment.
    #[command(flatten)]
    pub pay: PayArgs,
}

/// Arguments of `infer-proxy`.
#[derive(Debug, Args)]
pub struct InferProxyArgs {
    /// A model to serve, as namespace/name, namespace/name@tag or namespace/name@3; may be given several times
    #[arg(long, value_name = "MODEL", required = true, value_parser = parse_model)]
    pub model: Vec<ModelRef>,
    /// Address to serve on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8686")]
    pub listen: SocketAddr,
    /// Serve other machines too: whoever reaches the proxy spends from your channels
    #[arg(long)]
    pub allow_remote: bool,
    /// Connections at a time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub max_connections: u32,
    /// Payment.
    #[command(flatten)]
    pub pay: PayArgs,
}

fn parse_model(text: &str) -> Result<ModelRef, String> {
    text.parse().map_err(|error| format!("{error}"))
}
