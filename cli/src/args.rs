//! The command line.
//!
//! Goals: a mistyped call fails here, before anything is read or sent. No secret is an argument.

use crate::{
    amount::{Amount, ByteCount},
    error::EXIT_CODES,
    range::ByteRange,
    target::{parse_model_name, FileTarget, Target},
};
use ballast_core::{
    name::{check_licence, check_tag, ModelRef},
    Code,
};
use clap::{builder::BoolishValueParser, Args, Parser, Subcommand, ValueEnum};
use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

mod account;
mod attest;
mod gateway;
mod infer;
mod inference;
mod retrieval;
mod validator;
pub use account::{
    AccountVerb, JoinArgs, KeyInspectArgs, KeyNewArgs, KeyVerb, ProfileArgs, WorkerVerb,
};
pub use attest::{
    AttestVerb, GoldenArgs, GovernVerb, InspectArgs, KeyStatusArgs, QuoteArgs, SetGoldenArgs,
    SetGuestArgs, SubmitArgs,
};
pub use gateway::{GatewayArgs, GatewayServeArgs, GatewayVerb, TokenVerb};
pub use infer::{EmbedArgs, InferArgs, InferProxyArgs, PayArgs};
pub use inference::{ChannelVerb, NumbersArg, OfferArgs, OfferListArgs, OfferVerb, OpenArgs};
pub use retrieval::{Asked, ChallengeArgs};
pub use validator::{Commission, PayoutArgs, SetupArgs, ValidatorVerb};

/// Licence of a model whose publisher names none.
pub const DEFAULT_LICENCE: &str = "NOASSERTION";

/// Accounts that one call of the faucet gives to, in one transaction.
const MAX_FAUCET_ACCOUNTS: usize = 100;

/// Publish, fetch and manage AI models on a Ballast chain.
#[derive(Debug, Parser)]
#[command(name = "ballast", version, max_term_width = 110, after_help = EXIT_CODES)]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
}

/// Arguments of every verb.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Print one JSON document to standard output, also for errors
    #[arg(long, global = true)]
    pub json: bool,
    /// No progress and no log lines, errors only
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// WebSocket address of a node [default: ws://127.0.0.1:9944]
    #[arg(
        long,
        global = true,
        env = "BALLAST_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub url: Option<String>,
    /// Configuration file [default: ~/.config/ballast/config.toml]
    #[arg(long, global = true, env = "BALLAST_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keystore to sign with, as polkadot-js writes it; BALLAST_KEYSTORE may name it instead [default: ~/.config/ballast/key.json]
    #[arg(long, global = true, value_name = "FILE")]
    pub keystore: Option<PathBuf>,
    /// File whose first line is the keystore's password; BALLAST_PASSWORD may hold it instead
    #[arg(
        long,
        global = true,
        env = "BALLAST_PASSWORD_FILE",
        value_name = "FILE"
    )]
    pub password_file: Option<PathBuf>,
    /// Sign as a development account that everybody knows the key of, say alice
    #[arg(long, global = true, value_name = "NAME", conflicts_with = "keystore")]
    pub dev_account: Option<String>,
    /// Use workers on private and loopback addresses too, as local networks have them
    #[arg(
        long,
        global = true,
        env = "BALLAST_ALLOW_PRIVATE",
        value_parser = BoolishValueParser::new()
    )]
    pub allow_private: bool,
    /// Ask a node on another machine without TLS: anybody on the way can then lie about the chain
    #[arg(long, global = true)]
    pub insecure: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Store a folder's files and publish them as a version of a model
    Publish(PublishArgs),
    /// Fetch a model or a blob, checking every byte
    Fetch(FetchArgs),
    /// Write a blob, or a file of a model, to standard output
    Cat(CatArgs),
    /// Print the address of files: their BLAKE3, as b3sum does
    Hash(HashArgs),
    /// Compare a folder with the model it was fetched from, or with another
    Verify(VerifyArgs),
    /// Show how a blob or a model is stored
    Status(StatusArgs),
    /// Ask workers for random chunks: is a blob or a model there, without fetching it?
    Sample(SampleArgs),
    /// Ask a worker on chain, with a bond, for bytes that it does not serve: it shows them or loses the shard
    Challenge(ChallengeArgs),
    /// List models
    Ls(LsArgs),
    /// Show a model, its versions and tags
    Info(InfoArgs),
    /// List storage workers
    Workers(WorkersArgs),
    /// See who an account is, as somebody to deal with
    #[command(subcommand)]
    Account(AccountVerb),
    /// Show an account's balance
    Balance(BalanceArgs),
    /// Extend the lease of a blob, or of all blobs of a model
    Extend(ExtendArgs),
    /// Point a tag at a version, or remove it
    Tag(TagArgs),
    /// Give a model or a namespace to another account
    Transfer(TransferArgs),
    /// Advise against a model, or no longer
    Deprecate(DeprecateArgs),
    /// Run a storage worker's account: join, change, leave
    #[command(subcommand)]
    Worker(WorkerVerb),
    /// Offer inference with a model, or see who does
    #[command(subcommand)]
    Offer(OfferVerb),
    /// Open, fill, watch and close payment channels
    #[command(subcommand)]
    Channel(ChannelVerb),
    /// Ask a model for text, pay for it by a voucher, and check the signed answer
    Infer(Box<InferArgs>),
    /// Ask a model for vectors of texts, likewise
    Embed(Box<EmbedArgs>),
    /// Let programs that speak OpenAI's API talk to paid workers: OPENAI_BASE_URL
    InferProxy(Box<InferProxyArgs>),
    /// Run a validator's account: set up, look after, stop
    #[command(subcommand)]
    Validator(ValidatorVerb),
    /// Inspect and submit GPU evidence, show what it is worth, make golden sets
    #[command(subcommand)]
    Attest(AttestVerb),
    /// Make and inspect keys
    #[command(subcommand)]
    Key(KeyVerb),
    /// Send BAL from //Alice, on development networks
    Faucet(FaucetArgs),
    /// Serve models to Hugging Face clients: HF_ENDPOINT
    Gateway(GatewayArgs),
    /// Print a shell's completion script
    Completion(CompletionArgs),
}

/// How much loss an encoding survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum DurabilityArg {
    /// Twice the bytes
    #[default]
    Standard,
    /// Three times the bytes
    High,
}

/// How much of the line and of the workers to take.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Send and fetch no more than this a second on average, say 10MB
    #[arg(long, value_name = "BYTES", value_parser = parse_rate)]
    pub bwlimit: Option<NonZeroU64>,
    /// Talk to no more than this many workers at a time
    #[arg(long, value_name = "N")]
    pub max_workers: Option<NonZeroUsize>,
}

/// Arguments of `publish`.
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// The folder
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The model, as namespace/name; a free namespace is taken
    #[arg(long, value_name = "NS/NAME", value_parser = parse_model_name)]
    pub name: ModelRef,
    /// Tag for the new version; may be given several times
    #[arg(long, value_name = "TAG", value_parser = parse_tag)]
    pub tag: Vec<String>,
    /// Erasure code as k,n: any k of n shards rebuild a blob [default: by the number of workers]
    #[arg(long, value_name = "K,N", conflicts_with = "durability", value_parser = parse_code)]
    pub code: Option<Code>,
    /// How much loss to survive, where --code is not given
    #[arg(long, value_enum, default_value_t)]
    pub durability: DurabilityArg,
    /// How long to store it, in storage epochs
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: u32,
    /// Licence of a new model, as SPDX expression
    #[arg(long, value_name = "SPDX", default_value = DEFAULT_LICENCE, value_parser = parse_licence)]
    pub licence: String,
    /// Model that a new model derives from
    #[arg(long, value_name = "NS/NAME", value_parser = parse_model_name)]
    pub base: Option<ModelRef>,
    /// Share of the income of a new model, and of those derived from it, that its owner asks for, in thousandths
    #[arg(long, value_name = "PERMILLE", default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub royalty: u16,
    /// Print sizes, cost and what is stored already, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Line and workers.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub struct FetchArgs {
    /// An address, or namespace/name, namespace/name@tag, namespace/name@3
    #[arg(value_name = "ADDRESS|MODEL")]
    pub target: Target,
    /// Where to put it [default: the model's name, or the address]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Only files whose path matches, say '*.json'; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub include: Vec<String>,
    /// Keep the bytes as one file, even if they are a model's manifest
    #[arg(long, conflicts_with = "include")]
    pub raw: bool,
    /// Replace files that have other content
    #[arg(long)]
    pub overwrite: bool,
    /// Only these bytes of a blob, the last one included: 0-499, 500- or -500 [default output: the address and the range]
    #[arg(long, value_name = "A-B", allow_hyphen_values = true, conflicts_with_all = ["include", "raw"])]
    pub range: Option<ByteRange>,
    /// Line and workers.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `cat`.
#[derive(Debug, Args)]
pub struct CatArgs {
    /// An address, or a file as namespace/name/path or namespace/name@tag/path
    #[arg(value_name = "ADDRESS|MODEL/PATH")]
    pub target: FileTarget,
    /// Only these bytes, the last one included: 0-499, 500- or -500
    #[arg(long, value_name = "A-B", allow_hyphen_values = true)]
    pub range: Option<ByteRange>,
    /// Line and workers.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `hash`.
#[derive(Debug, Args)]
pub struct HashArgs {
    /// The files; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The folder, or a file that was fetched by its address
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// What it should be [default: what it was fetched from on this machine]
    #[arg(value_name = "ADDRESS|MODEL")]
    pub target: Option<Target>,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// An address, or a model
    #[arg(value_name = "ADDRESS|MODEL")]
    pub target: Target,
}

/// Arguments of `sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// An address, or namespace/name, namespace/name@tag, namespace/name@3
    #[arg(value_name = "ADDRESS|MODEL")]
    pub target: Target,
    /// Confidence to reach that it can be read, above 0 and below 1
    #[arg(long, value_name = "P", default_value = "0.999999", value_parser = parse_confidence)]
    pub confidence: f64,
    /// Chunks of one encoding to ask for at most
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub max_samples: u32,
    /// Read the chain as a light client of this specification, so that no node has to be trusted
    #[arg(long, env = "BALLAST_CHAIN_SPEC", value_name = "FILE")]
    pub chain_spec: Option<PathBuf>,
    /// Peer to begin with, beside those of the specification; may be given several times
    #[arg(long, value_name = "MULTIADDR", requires = "chain_spec")]
    pub bootnode: Vec<String>,
    /// Line and workers.
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// Arguments of `ls`.
#[derive(Debug, Args)]
pub struct LsArgs {
    /// Only models of this namespace
    #[arg(value_name = "NAMESPACE")]
    pub namespace: Option<String>,
}

/// Arguments of `info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The model
    #[arg(value_name = "NS/NAME", value_parser = parse_model_name)]
    pub model: ModelRef,
}

/// Arguments of `workers`.
#[derive(Debug, Args)]
pub struct WorkersArgs {
    /// Only those that take new shards
    #[arg(long)]
    pub active: bool,
}

/// Arguments of `balance`.
#[derive(Debug, Args)]
pub struct BalanceArgs {
    /// The account, in SS58 form [default: the key's]
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub account: Option<String>,
}

/// Arguments of `extend`.
#[derive(Debug, Args)]
pub struct ExtendArgs {
    /// An address, or a model
    #[arg(value_name = "ADDRESS|MODEL")]
    pub target: Target,
    /// By how many storage epochs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: u32,
}

/// Arguments of `tag`.
#[derive(Debug, Args)]
pub struct TagArgs {
    /// The model
    #[arg(value_name = "NS/NAME", value_parser = parse_model_name)]
    pub model: ModelRef,
    /// The tag
    #[arg(value_name = "TAG", value_parser = parse_tag)]
    pub tag: String,
    /// The version [default: the latest]
    #[arg(value_name = "VERSION", conflicts_with = "remove")]
    pub version: Option<u32>,
    /// Remove the tag
    #[arg(long)]
    pub remove: bool,
}

/// Arguments of `transfer`.
#[derive(Debug, Args)]
pub struct TransferArgs {
    /// namespace/name for a model, or a namespace
    #[arg(value_name = "NS/NAME|NAMESPACE")]
    pub what: String,
    /// The new owner, in SS58 form
    #[arg(value_name = "ACCOUNT", value_parser = parse_account)]
    pub to: String,
}

/// Arguments of `deprecate`.
#[derive(Debug, Args)]
pub struct DeprecateArgs {
    /// The model
    #[arg(value_name = "NS/NAME", value_parser = parse_model_name)]
    pub model: ModelRef,
    /// Take it back
    #[arg(long)]
    pub undo: bool,
}

/// Arguments of `faucet`.
#[derive(Debug, Args)]
pub struct FaucetArgs {
    /// Who gets it, in SS58 form; several get as much each [default: the key's account]
    #[arg(value_name = "ACCOUNT", num_args = 0..=MAX_FAUCET_ACCOUNTS, value_parser = parse_account)]
    pub accounts: Vec<String>,
    /// How much, in BAL
    #[arg(long, value_name = "BAL", default_value = "1000")]
    pub amount: Amount,
    /// Say that this is a development network
    #[arg(long, required = true)]
    pub dev: bool,
}

/// Arguments of `completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// The text of an account, checked. So a mistyped one is refused before the chain is asked.
fn parse_account(text: &str) -> Result<String, String> {
    crate::keys::parse_account(text)
        .map(|_| text.into())
        .map_err(|error| error.to_string())
}

fn parse_tag(text: &str) -> Result<String, String> {
    check_tag(text.as_bytes())
        .map(|()| text.into())
        .map_err(|error| error.to_string())
}

fn parse_rate(text: &str) -> Result<NonZeroU64, String> {
    let ByteCount(bytes) = text.parse()?;
    NonZeroU64::new(bytes)
        .ok_or_else(|| "nothing would ever arrive; leave the limit out for none".into())
}

fn parse_confidence(text: &str) -> Result<f64, String> {
    let confidence: f64 = text
        .parse()
        .map_err(|_| format!("{text:?} is no number; say 0.999"))?;
    match confidence > 0.0 && confidence < 1.0 {
        true => Ok(confidence),
        false => Err("it must be above 0 and below 1; samples never make certain".into()),
    }
}

fn parse_licence(text: &str) -> Result<String, String> {
    check_licence(text.as_bytes())
        .map(|()| text.into())
        .map_err(|error| error.to_string())
}

fn parse_code(text: &str) -> Result<Code, String> {
    text.parse().map_err(|error| format!("{error}"))
}

#[cfg(test)]
mod tests;
