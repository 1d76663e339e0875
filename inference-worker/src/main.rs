//! The program `ballast-inference-worker`: arguments, logging, signals and exit codes.
//!
//! Exit codes: 0 done, 2 the call or this machine has to change, 3 the same call may succeed later, 4 neither helps.

mod checks_args;
mod serve_args;

use ballast_attestation::{limits::MAX_GPUS, view::KeyInfo};
use ballast_chain::{key_file::KeyError, ChainError, ConnectOptions, ErrorClass, RpcChain};
use ballast_inference_worker::{
    account::{Account, AccountError},
    attester::Attester,
    development::Development,
    nvml::NvmlGpus,
    session_key::SESSION_KEY,
    worker::{AttestError, Worker},
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serve_args::ServeArgs;
use std::{path::PathBuf, process::ExitCode, sync::Arc};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{filter::EnvFilter, fmt};

/// Serves inference for a Ballast chain, and attests its GPUs
#[derive(Parser)]
#[command(name = "ballast-inference-worker", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make the data directory and its session key, and print the public key
    Init(DataDir),
    /// Print the public session key
    Key(DataDir),
    /// Attest the GPUs for the session key, and again before the evidence expires
    Attest(Box<AttestArgs>),
    /// Serve a model over an API like OpenAI's, and sign every answer
    Serve(Box<ServeArgs>),
}

#[derive(Args)]
struct DataDir {
    /// Directory of the session key
    #[arg(long, value_name = "DIR", env = "BALLAST_INFERENCE_DATA_DIR")]
    data_dir: PathBuf,
}

#[derive(Args)]
struct AttestArgs {
    #[command(flatten)]
    dir: DataDir,
    /// WebSocket address of a node
    #[arg(
        long,
        value_name = "URL",
        env = "BALLAST_URL",
        default_value = "ws://127.0.0.1:9944"
    )]
    chain_url: String,
    /// Ask a node on another machine without TLS: anybody on the way can then lie about the chain
    #[arg(long)]
    allow_insecure_chain: bool,
    /// Attest once and end
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    log: LogArgs,
    #[command(flatten)]
    account: AccountArgs,
    #[command(flatten)]
    gpus: GpuArgs,
}

/// What is logged, and how. Never keys, prompts or answers.
#[derive(Args)]
struct LogArgs {
    /// Which events to log, as in RUST_LOG; never prompts or answers
    #[arg(
        long,
        value_name = "FILTER",
        env = "BALLAST_INFERENCE_LOG",
        default_value = "info"
    )]
    log: String,
    /// How log events are written
    #[arg(
        long,
        value_name = "FORMAT",
        env = "BALLAST_INFERENCE_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: LogFormat,
}

/// How log events are written.
#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Args)]
struct AccountArgs {
    /// Keystore of the worker's account, as `ballast key new` makes it; BALLAST_PASSWORD has its password
    #[arg(
        long,
        value_name = "FILE",
        env = "BALLAST_KEYSTORE",
        conflicts_with = "dev_account"
    )]
    keystore: Option<PathBuf>,
    /// File whose first line is the keystore's password
    #[arg(
        long,
        value_name = "FILE",
        env = "BALLAST_PASSWORD_FILE",
        requires = "keystore"
    )]
    password_file: Option<PathBuf>,
    /// Sign as a development account that everybody knows the key of, say Alice
    #[arg(long, value_name = "NAME")]
    dev_account: Option<String>,
}

#[derive(Args)]
struct GpuArgs {
    /// Use only this GPU, counted from 0; may be given several times [default: all]
    #[arg(long, value_name = "N", conflicts_with = "dev")]
    gpu: Vec<u32>,
    /// NVIDIA's management library [default: libnvidia-ml.so.1, as the loader finds it]
    #[arg(long, value_name = "FILE", conflicts_with = "dev")]
    nvml: Option<PathBuf>,
    /// Make evidence up that development networks trust, instead of asking GPUs
    #[arg(long)]
    dev: bool,
    /// How many development GPUs
    #[arg(long, value_name = "N", requires = "dev", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_GPUS)))]
    dev_gpus: u32,
    /// Number of the first development GPU; workers need different ones
    #[arg(long, value_name = "N", requires = "dev", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    dev_first_gpu: u32,
    /// With the quote of a development guest
    #[arg(long, requires = "dev")]
    dev_guest: bool,
}

/// What ends the program, with its class.
struct Failure {
    class: ErrorClass,
    message: String,
}

impl Failure {
    fn usage(error: impl ToString) -> Self {
        Self {
            class: ErrorClass::Usage,
            message: error.to_string(),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::usage(error)
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        Self::usage(error)
    }
}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Self {
        AttestError::from(error).into()
    }
}

impl From<AttestError> for Failure {
    fn from(error: AttestError) -> Self {
        Self {
            class: error.class(),
            message: error.to_string(),
        }
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            ExitCode::from(match failure.class {
                ErrorClass::Usage => 2,
                ErrorClass::Retryable => 3,
                ErrorClass::Fatal => 4,
            })
        }
    }
}

fn run(verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::Init(DataDir { data_dir }) => {
            let (key, made) = SESSION_KEY.init(&data_dir)?;
            if !made {
                eprintln!("{} has a session key already; it stays", data_dir.display());
            }
            println!("0x{}", hex::encode(key.account()));
            Ok(())
        }
        Verb::Key(DataDir { data_dir }) => {
            println!("0x{}", hex::encode(SESSION_KEY.load(&data_dir)?.account()));
            Ok(())
        }
        Verb::Attest(args) => attest(&args),
        Verb::Serve(args) => serve_args::serve(&args),
    }
}

fn attest(args: &AttestArgs) -> Result<(), Failure> {
    args.log.start()?;
    let session_key = SESSION_KEY.load(&args.dir.data_dir)?.account();
    let signer = args.account.required()?.signer()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::usage)?;
    runtime.block_on(async {
        let options = ConnectOptions {
            allow_insecure: args.allow_insecure_chain,
            ..ConnectOptions::default()
        };
        let worker = Worker {
            chain: Arc::new(RpcChain::connect(&args.chain_url, options).await?),
            signer,
            session_key,
            attester: args.gpus.attester(),
        };
        if args.once {
            println!("{}", told(&worker.attest().await?));
            return Ok(());
        }
        let stop = stop_on_signal().map_err(Failure::usage)?;
        Ok(worker.keep(&stop).await?)
    })
}

impl AccountArgs {
    /// The account, if one is named.
    fn account(&self) -> Option<Account> {
        let development = || self.dev_account.clone().map(Account::Development);
        let keystore = self.keystore.clone().map(|path| Account::Keystore {
            path,
            password_file: self.password_file.clone(),
        });
        keystore.or_else(development)
    }

    fn required(&self) -> Result<Account, Failure> {
        self.account().ok_or_else(|| {
            Failure::usage("which account is the worker's? name its keystore by --keystore, or on a development network --dev-account")
        })
    }
}

impl GpuArgs {
    fn attester(&self) -> Arc<dyn Attester> {
        if self.dev {
            let first = self.dev_first_gpu;
            return Arc::new(Development {
                gpus: first..first.saturating_add(self.dev_gpus),
                guest: self.dev_guest,
            });
        }
        Arc::new(NvmlGpus {
            library: self.nvml.clone(),
            gpus: self.gpu.clone(),
        })
    }
}

fn told(info: &KeyInfo) -> String {
    let tier = info.tier.map_or("none".into(), |tier| tier.to_string());
    let reasons: Vec<String> = info.reasons.iter().map(ToString::to_string).collect();
    match reasons.as_slice() {
        [] => format!("{tier} until block {}", info.expires),
        some => format!(
            "{tier} until block {}; no higher, for {}",
            info.expires,
            some.join("; ")
        ),
    }
}

impl LogArgs {
    fn start(&self) -> Result<(), Failure> {
        let filter = EnvFilter::try_new(&self.log).map_err(|error| {
            Failure::usage(format!(
                "{:?} is no filter of log events: {error}",
                self.log
            ))
        })?;
        let events = fmt().with_env_filter(filter).with_writer(std::io::stderr);
        match self.log_format {
            LogFormat::Text => events.init(),
            LogFormat::Json => events.json().flatten_event(true).init(),
        }
        Ok(())
    }
}

/// Stops when it can; a second signal ends the program at once.
fn stop_on_signal() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{signal, SignalKind};
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if told.is_cancelled() {
                std::process::exit(1);
            }
            told.cancel();
        }
    });
    Ok(stop)
}
