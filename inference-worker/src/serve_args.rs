//! `serve`: its arguments, and what they come to.

use super::{stop_on_signal, AccountArgs, DataDir, Failure, GpuArgs, LogArgs};
use ballast_blobs::Client;
use ballast_chain::{Chain, ConnectOptions, ErrorClass, RpcChain, Signer};
use ballast_core::{limits::MAX_CLAIMS, Numbers};
use ballast_inference_worker::{
    pay::{redeem, Open, Till, TillError},
    serve::{
        model::{ModelError, Served, Target},
        Config, EngineCommand, EngineError, Reporter, Server,
    },
    session_key::SESSION_KEY,
    worker::Worker,
};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use clap::Args;
use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

/// Name of the engine's program, which lies beside the worker's.
const ENGINE: &str = "ballast-inference-engine";

#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub(super) dir: DataDir,
    /// The model: namespace/name, namespace/name@tag, namespace/name@3, or the address of its manifest
    #[arg(long, value_name = "MODEL", required_unless_present = "model_dir")]
    model: Option<Target>,
    /// Folder that `ballast fetch` made, instead of fetching; its address is worked out from its bytes
    #[arg(long, value_name = "DIR")]
    model_dir: Option<PathBuf>,
    /// Address to listen on; TLS is a proxy's work
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9966")]
    listen: SocketAddr,
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
    /// Hash of the chain's first block, which every answer is signed for, instead of asking a node
    #[arg(long, value_name = "HASH", value_parser = hash, requires = "model_dir", conflicts_with = "model")]
    genesis_hash: Option<[u8; 32]>,
    /// Fetch from workers at private and loopback addresses, too
    #[arg(long)]
    allow_private: bool,
    /// The engine's program [default: ballast-inference-engine beside this one]
    #[arg(long, value_name = "FILE")]
    engine: Option<PathBuf>,
    /// Where to compute: cpu, or cuda:N with an engine that was built for it
    #[arg(long, value_name = "DEVICE", default_value = "cpu")]
    device: String,
    /// Numbers to compute in, float32 or bfloat16, as the offer names them [default: float32]
    #[arg(long, value_name = "NUMBERS")]
    numbers: Option<Numbers>,
    /// Threads of the engine [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Texts that are written at a time; more wait. With 1, an answer never depends on what else is asked
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1024))]
    sequences: u16,
    /// Tokens of prompt and answer; the model may take less
    #[arg(long, value_name = "TOKENS", default_value_t = 8192, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    context: u32,
    /// Requests under way, waiting ones among them; more are told to come back
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=65536))]
    requests: u32,
    /// Connections at a time
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=65536))]
    connections: u32,
    /// Seconds that an answer may take, from the request on
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86400))]
    timeout: u64,
    /// Answer for free: no vouchers are taken
    #[arg(long)]
    free: bool,
    /// Redeem the claims of a channel when there are so many
    #[arg(long, value_name = "N", default_value_t = MAX_CLAIMS, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_CLAIMS)))]
    redeem_claims: u32,
    /// Redeem the claims of a channel when the oldest is so old, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..=86400))]
    redeem_after: u64,
    #[command(flatten)]
    account: AccountArgs,
    /// Attest for the session key while serving, as `attest` does, and show evidence at /v1/attestation/report
    #[arg(long)]
    attest: bool,
    #[command(flatten)]
    gpus: GpuArgs,
    #[command(flatten)]
    log: LogArgs,
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self {
            class: error.class(),
            message: error.to_string(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let class = match error {
            EngineError::Start { .. }
            | EngineError::Unfit { .. }
            | EngineError::OtherNumbers { .. } => ErrorClass::Usage,
            EngineError::Ended | EngineError::Slow | EngineError::Seal(_) => ErrorClass::Retryable,
        };
        Self {
            class,
            message: error.to_string(),
        }
    }
}

impl From<TillError> for Failure {
    fn from(error: TillError) -> Self {
        let class = match &error {
            TillError::Chain(error) => error.class(),
            TillError::Io(_) | TillError::NotWorker { .. } => ErrorClass::Usage,
        };
        Self {
            class,
            message: error.to_string(),
        }
    }
}

/// Serves until it is told to stop.
pub fn serve(args: &ServeArgs) -> Result<(), Failure> {
    args.log.start()?;
    let session_key = SESSION_KEY.load(&args.dir.data_dir)?;
    let account = args.worker_account()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::usage)?;
    runtime.block_on(async {
        let listener = ballast_http_server::bind(args.listen)
            .await
            .map_err(|error| {
                Failure::usage(format!("cannot listen on {}: {error}", args.listen))
            })?;
        let stop = stop_on_signal().map_err(Failure::usage)?;
        let (model, genesis_hash, chain) = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            found = args.model() => found?,
        };
        let checks = args.checks(account.as_ref(), chain.as_ref())?;
        let till = args.till(&model, &session_key, account.as_ref(), chain.as_ref());
        let till = till.await?;
        let key = session_key.account();
        let attesting = args.attesting(key, account, chain, genesis_hash);
        let (worker, reporter) = attesting.unzip();
        let config = Config {
            engine: args.engine(&model)?,
            model,
            session_key,
            genesis_hash,
            checks,
            till: till.clone(),
            reporter,
            requests: args.requests,
            connections: args.connections,
            timeout: Duration::from_secs(args.timeout),
        };
        let server = tokio::select! {
            () = stop.cancelled() => return Ok(()),
            opened = Server::open(config) => opened?,
        };
        let at = listener.local_addr().map_err(Failure::usage)?;
        let paid = till.is_some();
        tracing::info!(%at, model = server.told(), paid, "serving");
        let redeeming = till.map(|till| {
            let policy = redeem::Policy {
                claims: args.redeem_claims as usize,
                after: Duration::from_secs(args.redeem_after),
            };
            tokio::spawn(redeem::run(till, policy, stop.clone()))
        });
        let attesting = async {
            match worker {
                Some(worker) => worker.keep(&stop).await,
                None => std::future::pending().await,
            }
        };
        let mut serving = std::pin::pin!(server.serve(listener, stop.clone()));
        tokio::select! {
            () = &mut serving => {}
            ended = attesting => {
                // Told to stop, or there is no evidence: either way what is under way may end.
                stop.cancel();
                serving.await;
                ended?;
            }
        }
        if let Some(redeeming) = redeeming {
            let _ = redeeming.await;
        }
        Ok(())
    })
}

impl ServeArgs {
    /// The account that is paid and attests; none where answers are free and nothing is attested.
    fn worker_account(&self) -> Result<Option<Signer>, Failure> {
        if self.free && !self.attest {
            return Ok(None);
        }
        let none = || {
            Failure::usage("which account is paid? name its keystore by --keystore, or on a development network --dev-account; --free answers for free")
        };
        let offline = self.genesis_hash.is_some();
        if offline {
            return Err(Failure::usage(
                "with --genesis-hash no node is asked, so nobody can be paid or attest; say --free, or leave it out",
            ));
        }
        let account = self.account.account().ok_or_else(none)?;
        Ok(Some(account.signer()?))
    }

    /// What takes vouchers, unless answers are free.
    async fn till(
        &self,
        model: &Served,
        session_key: &Signer,
        account: Option<&Signer>,
        chain: Option<&Arc<RpcChain>>,
    ) -> Result<Option<Till>, Failure> {
        let (Some(account), Some(chain), false) = (account, chain, self.free) else {
            return Ok(None);
        };
        let till = Till::open(Open {
            chain: chain.clone(),
            account: account.clone(),
            session_key: session_key.clone(),
            model: model.address,
            data_dir: &self.dir.data_dir,
            timeout: Duration::from_secs(self.timeout),
        })
        .await?;
        if till.offered().is_none() {
            tracing::warn!(worker = account.address(), model = %model.address, "this account does not offer this model, so nobody can open a channel; `ballast offer set` offers it");
        }
        Ok(Some(till))
    }

    /// Who attests, and who shows evidence, if that is wanted.
    fn attesting(
        &self,
        session_key: [u8; 32],
        account: Option<Signer>,
        chain: Option<Arc<RpcChain>>,
        genesis_hash: [u8; 32],
    ) -> Option<(Worker, Reporter)> {
        let (signer, chain) = account.zip(chain).filter(|_| self.attest)?;
        let attester = self.gpus.attester();
        let account = signer.account();
        let reporter = Reporter::new(attester.clone(), account, session_key, genesis_hash);
        let worker = Worker {
            chain,
            signer,
            session_key,
            attester,
        };
        Some((worker, reporter))
    }

    /// The model, the chain that its answers are for, and who was asked.
    async fn model(&self) -> Result<(Served, [u8; 32], Option<Arc<RpcChain>>), Failure> {
        if let (Some(dir), Some(genesis_hash)) = (&self.model_dir, self.genesis_hash) {
            return Ok((Served::in_folder(dir, None).await?, genesis_hash, None));
        }
        let options = ConnectOptions {
            allow_insecure: self.allow_insecure_chain,
            ..ConnectOptions::default()
        };
        let node = Arc::new(RpcChain::connect(&self.chain_url, options).await?);
        let chain: Arc<dyn Chain> = node.clone();
        let genesis_hash = chain.genesis_hash();
        let model = match (&self.model_dir, self.model.clone()) {
            (Some(dir), target) => {
                let target = target.map(|target| (target, chain.clone()));
                Served::in_folder(dir, target).await?
            }
            (None, Some(target)) => {
                let client = Client::new(chain, self.connector()?);
                Served::fetched(&client, target, &self.dir.data_dir.join("models")).await?
            }
            (None, None) => return Err(Failure::usage("name a model by --model or --model-dir")),
        };
        Ok((model, genesis_hash, Some(node)))
    }

    pub(super) fn connector(&self) -> Result<Connector, Failure> {
        let policy = match self.allow_private {
            true => EndpointPolicy::AllowPrivate,
            false => EndpointPolicy::PublicOnly,
        };
        Connector::new(policy, Timeouts::default()).map_err(Failure::usage)
    }

    fn engine(&self, model: &Served) -> Result<EngineCommand, Failure> {
        let beside = || Ok::<_, std::io::Error>(std::env::current_exe()?.with_file_name(ENGINE));
        let program = match &self.engine {
            Some(program) => program.clone(),
            None => beside().map_err(Failure::usage)?,
        };
        Ok(EngineCommand {
            program,
            model_dir: model.dir.clone(),
            device: self.device.clone(),
            numbers: self.numbers,
            sequences: self.sequences,
            context: self.context,
            threads: self.threads,
        })
    }
}

fn hash(text: &str) -> Result<[u8; 32], String> {
    let bytes = hex::decode(text.strip_prefix("0x").unwrap_or(text)).ok();
    let hash = bytes.and_then(|bytes| bytes.try_into().ok());
    hash.ok_or_else(|| format!("{text:?} is no hash; it has 64 hex digits"))
}
