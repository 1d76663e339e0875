//! The program `ballast-storage-worker`: arguments, logging, signals and exit codes.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 3 `check` found damage.

use ballast_storage_worker::{
    check::{self, Report},
    config::{Config, ConfigError, LogFormat, RunArgs},
    key::ReceiptKey,
    store::{index_path, Store, StoreLimits, SMALL_SHARD_LEN},
    worker::{RpcConnect, Worker},
};
use clap::{Args, Parser, Subcommand};
use fdlimit::Outcome;
use std::{error::Error, path::PathBuf, process::ExitCode, sync::Arc};
use tokio::signal::unix::{signal, Signal, SignalKind};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::{filter::EnvFilter, fmt};

const DAMAGE_FOUND: u8 = 3;
const USAGE: u8 = 2;
/// Blocking threads beyond those for uploads and reads: sweeps, flushes, answers about the store.
const SPARE_THREADS: usize = 16;
/// Files that the store may have open, with room to spare: 512 of the index, 256 of shards that are being received.
const STORE_FILES: u64 = 1024;

/// Holds shards of models for a Ballast chain and serves them
#[derive(Parser)]
#[command(name = "ballast-storage-worker", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make the data directory and its receipt key, and print the public key
    Init(DataDir),
    /// Print the public receipt key
    Key(DataDir),
    /// Serve shards and receive those the chain assigns
    Run(Box<RunArgs>),
    /// Read everything that is held and compare it with what was stored (the worker must not run)
    Check(CheckArgs),
}

#[derive(Args)]
struct DataDir {
    /// Directory of key, index and shards
    #[arg(long, value_name = "DIR", env = "BALLAST_WORKER_DATA_DIR")]
    data_dir: PathBuf,
}

#[derive(Args)]
struct CheckArgs {
    #[command(flatten)]
    dir: DataDir,
    /// Give damaged blocks up, so that their shards wait for them again
    #[arg(long)]
    repair: bool,
    /// Keep what can be read of a damaged index first, then give up whatever does not agree with the disk
    #[arg(long)]
    salvage: bool,
}

fn main() -> ExitCode {
    match run(Cli::parse().verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<ExitCode, Box<dyn Error>> {
    match verb {
        Verb::Init(DataDir { data_dir }) => {
            let (key, made) = ReceiptKey::init(&data_dir)?;
            if !made {
                eprintln!("{} has a receipt key already; it stays", data_dir.display());
            }
            println!("{}", key.public_hex());
            Ok(ExitCode::SUCCESS)
        }
        Verb::Key(DataDir { data_dir }) => {
            println!("{}", ReceiptKey::load(&data_dir)?.public_hex());
            Ok(ExitCode::SUCCESS)
        }
        Verb::Run(args) => match args.resolve().and_then(with_logging) {
            Ok(config) => run_worker(&config),
            Err(error) => {
                eprintln!("error: {error}");
                Ok(ExitCode::from(USAGE))
            }
        },
        Verb::Check(args) => run_check(&args),
    }
}

fn run_worker(config: &Config) -> Result<ExitCode, Box<dyn Error>> {
    raise_file_limit(config);
    let blocking = config.limits.uploads as usize + config.limits.reads as usize + SPARE_THREADS;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(blocking)
        .build()?;
    runtime.block_on(async {
        let connect = Arc::new(RpcConnect {
            url: config.chain_url.clone(),
            allow_insecure: config.allow_insecure_chain,
        });
        // Before it serves: whoever sees it serve may stop it.
        let signals = Signals::take()?;
        let worker = Worker::start(config, connect).await?;
        signals.stop(worker.stop_token());
        worker.join().await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Connections and files need a descriptor each; the usual limit of a shell or a service is below what the defaults
/// may use.
fn raise_file_limit(config: &Config) {
    let needed =
        u64::from(config.limits.connections) + u64::from(config.limits.reads) + STORE_FILES;
    match fdlimit::raise_fd_limit() {
        Ok(Outcome::LimitRaised { to, .. }) if to < needed => tracing::warn!(
            limit = to,
            needed,
            "the system allows fewer open files than may be needed; raise the limit or lower max_connections"
        ),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the limit of open files could not be raised"),
    }
}

/// Begins to log as the settings say.
fn with_logging(config: Config) -> Result<Config, ConfigError> {
    let filter = EnvFilter::try_new(&config.log).map_err(|error| ConfigError::Invalid {
        key: "log",
        reason: format!("{:?} is no filter of log events: {error}", config.log),
    })?;
    let events = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => events.init(),
        LogFormat::Json => events.json().flatten_event(true).init(),
    }
    Ok(config)
}

/// The signals that stop the program, which from now on do not end it by themselves.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn take() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The first signal lets requests end; a second one ends the program at once.
    fn stop(self, stop: CancellationToken) {
        let Self {
            mut terminate,
            mut interrupt,
        } = self;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                if stop.is_cancelled() {
                    std::process::exit(1);
                }
                tracing::info!("stopping");
                stop.cancel();
            }
        });
    }
}

fn run_check(args: &CheckArgs) -> Result<ExitCode, Box<dyn Error>> {
    // Nothing is written here but marks of damage, so none of the bounds matters.
    let limits = StoreLimits {
        capacity: u64::MAX,
        reserve: 0,
        small_shard_len: SMALL_SHARD_LEN,
    };
    let data_dir = &args.dir.data_dir;
    if !index_path(data_dir).is_dir() {
        return Err(format!(
            "{} has no index: no worker ever ran there",
            data_dir.display()
        )
        .into());
    }
    if args.salvage {
        Store::salvage(data_dir)?;
    }
    let gives_up = args.repair || args.salvage;
    let (store, _) = Store::open(data_dir, limits)?;
    let report = check::check(&store, |key, damage| {
        for block in &damage.blocks {
            println!("shard {key}: block {block} has changed or cannot be read");
        }
        for what in &damage.other {
            println!("shard {key}: {what}");
        }
    })?;
    check::mark(&store, &report)?;
    if gives_up {
        check::repair(&store, &report)?;
    }
    print_report(&report, gives_up);
    Ok(if report.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DAMAGE_FOUND)
    })
}

fn print_report(report: &Report, repaired: bool) {
    for path in &report.strays {
        println!("{}: belongs to no shard; move it away", path.display());
    }
    let Report {
        shards,
        bytes,
        receiving,
        damaged,
        ..
    } = report;
    println!(
        "{shards} shards held, {bytes} bytes, {} damaged; {receiving} being received",
        damaged.len()
    );
    if repaired && !damaged.is_empty() {
        println!("damaged blocks were given up; the worker rebuilds what it has receipts for, and waits for the rest");
    }
}
