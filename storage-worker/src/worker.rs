//! A running worker: store, server and follower, and how they stop.

use crate::{
    answer::answer,
    assign::Assignments,
    audit::{audit, SUSPECTS_MAX},
    chain::{ChainLink, ChainView, Connect},
    config::Config,
    denylist::{self, Denylist, DenylistError},
    dispute::{dispute, MISSES_MAX},
    follow::{follow, FollowError},
    gates::Gates,
    key::{KeyError, ReceiptKey},
    metrics::Metrics,
    prove::prove,
    repair::{repair, repairer},
    scrub::{scrub, Pace},
    serve::{self, App},
    store::{BindError, OpenError, Recovery, Store, StoreLimits, SMALL_SHARD_LEN},
};
use async_trait::async_trait;
use ballast_chain::{ChainError, ConnectOptions, RpcChain};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use std::{
    io,
    net::SocketAddr,
    num::NonZeroU64,
    path::Path,
    sync::{atomic::AtomicBool, Arc},
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch, Notify},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

/// How often blocks that wait for a flush are brought to disk.
const FLUSH_INTERVAL: Duration = Duration::from_secs(10);

/// The worker cannot start, or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The receipt key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The data directory.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The data directory is another account's.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The list of denied blobs.
    #[error(transparent)]
    Denylist(#[from] DenylistError),
    /// The address to serve on.
    #[error("cannot serve on {listen}: {source}; is another program using the address?")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// The system's word.
        source: io::Error,
    },
    /// The chain.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A part of the program ended where it should not.
    #[error("a part of the worker broke: {reason}; its log says more")]
    Broken {
        /// Its words.
        reason: String,
    },
}

/// A worker that serves.
pub struct Worker {
    app: Arc<App>,
    address: SocketAddr,
    stop: CancellationToken,
    server: JoinHandle<()>,
    follower: JoinHandle<Result<(), FollowError>>,
    /// What else goes on until it stops.
    tasks: Vec<JoinHandle<()>>,
}

/// Connects to a node.
pub struct RpcConnect {
    /// Its address.
    pub url: String,
    /// Whether a node on another machine may be asked without TLS.
    pub allow_insecure: bool,
}

#[async_trait]
impl Connect for RpcConnect {
    async fn connect(&self) -> Result<Arc<dyn ChainView>, ChainError> {
        let options = ConnectOptions {
            allow_insecure: self.allow_insecure,
            ..ConnectOptions::default()
        };
        Ok(Arc::new(RpcChain::connect(&self.url, options).await?))
    }
}

impl Worker {
    /// Opens the data directory and serves what is held; the chain is connected to in the background.
    pub async fn start(config: &Config, connect: Arc<dyn Connect>) -> Result<Self, WorkerError> {
        let started = Instant::now();
        let key = ReceiptKey::load(&config.data_dir)?;
        let store = open_store(config).await?;
        let listener = ballast_http_server::bind(config.listen).await;
        let listener = listener.map_err(|source| WorkerError::Listen {
            listen: config.listen,
            source,
        })?;
        let worker = Self::run(config, key, store, listener, connect)?;
        tracing::info!(
            address = %worker.address,
            receipt_key = %worker.app.key.public_hex(),
            startup_ms = started.elapsed().as_millis() as u64,
            "serving"
        );
        Ok(worker)
    }

    fn run(
        config: &Config,
        key: ReceiptKey,
        store: Arc<Store>,
        listener: TcpListener,
        connect: Arc<dyn Connect>,
    ) -> Result<Self, WorkerError> {
        let address = listener
            .local_addr()
            .map_err(|source| WorkerError::Listen {
                listen: config.listen,
                source,
            })?;
        let connector = connector(config)?;
        let denied = Arc::new(Denylist::open(config.denylist.as_deref())?);
        let link = Arc::new(ChainLink::default());
        let app = Arc::new(App {
            store,
            assignments: Assignments::new(link.clone(), config.account),
            link,
            damage: Notify::new(),
            assigned: watch::Sender::default(),
            key,
            worker: config.account,
            metrics: Metrics::default(),
            gates: Gates::new(&config.limits),
            denied: denied.clone(),
            is_registered: AtomicBool::new(false),
        });
        let stop = CancellationToken::new();
        let server = tokio::spawn(ballast_http_server::serve(
            listener,
            serve::service(app.clone(), &config.limits),
            stop.clone(),
        ));
        let follower = tokio::spawn(follow(
            app.clone(),
            connect,
            config.drop_grace_blocks,
            stop.clone(),
        ));
        let rate = NonZeroU64::new(config.repair_rate);
        let repairer = repairer(&app, connector, rate);
        let (suspects, suspected) = mpsc::channel(SUSPECTS_MAX);
        let (misses, missed) = mpsc::channel(MISSES_MAX);
        let audits = NonZeroU64::new(config.audit_interval.into());
        let mut tasks = vec![
            tokio::spawn(denylist::watch(denied, stop.clone())),
            tokio::spawn(flush_regularly(app.store.clone(), stop.clone())),
            tokio::spawn(repair(
                app.clone(),
                repairer.clone(),
                suspects,
                misses,
                stop.clone(),
            )),
            tokio::spawn(dispute(app.clone(), repairer.clone(), missed, stop.clone())),
            tokio::spawn(audit(
                app.clone(),
                repairer,
                suspected,
                audits.map(|seconds| Duration::from_secs(seconds.get())),
                stop.clone(),
            )),
            tokio::spawn(prove(app.clone(), stop.clone())),
            tokio::spawn(answer(app.clone(), stop.clone())),
        ];
        if let Some(rate) = NonZeroU64::new(config.scrub_rate) {
            let interval = config.scrub_interval.into();
            let pace = Pace { rate, interval };
            tasks.push(tokio::spawn(scrub(app.clone(), pace, stop.clone())));
        }
        Ok(Self {
            app,
            address,
            stop,
            server,
            follower,
            tasks,
        })
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What requests share, for tests and embedders.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Asks it to stop.
    pub fn stop_token(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Waits until it was asked to stop, or has to; lets requests end and brings everything to disk.
    pub async fn join(mut self) -> Result<(), WorkerError> {
        let ended = tokio::select! {
            () = self.stop.cancelled() => flatten((&mut self.follower).await),
            ended = &mut self.follower => flatten(ended),
        };
        self.stop.cancel();
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the server broke");
        }
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the worker broke");
            }
        }
        let store = self.app.store.clone();
        match tokio::task::spawn_blocking(move || store.flush()).await {
            Ok(Ok(())) => tracing::info!("stopped"),
            Ok(Err(error)) => {
                tracing::warn!(%error, "blocks of unfinished shards could not be flushed")
            }
            Err(error) => tracing::error!(%error, "the last flush broke"),
        }
        ended
    }
}

/// What other workers are asked with.
fn connector(config: &Config) -> Result<Connector, WorkerError> {
    let policy = match config.allow_private {
        true => EndpointPolicy::AllowPrivate,
        false => EndpointPolicy::PublicOnly,
    };
    Connector::new(policy, Timeouts::default()).map_err(|error| WorkerError::Broken {
        reason: error.to_string(),
    })
}

fn flatten(
    ended: Result<Result<(), FollowError>, tokio::task::JoinError>,
) -> Result<(), WorkerError> {
    match ended {
        Ok(ended) => Ok(ended?),
        Err(error) => Err(WorkerError::Broken {
            reason: error.to_string(),
        }),
    }
}

async fn open_store(config: &Config) -> Result<Arc<Store>, WorkerError> {
    let (root, account) = (config.data_dir.clone(), config.account.0);
    let limits = StoreLimits {
        capacity: config.capacity,
        reserve: config.reserve,
        small_shard_len: SMALL_SHARD_LEN,
    };
    let opened = tokio::task::spawn_blocking(move || open_and_bind(&root, limits, account)).await;
    opened.map_err(|error| WorkerError::Broken {
        reason: error.to_string(),
    })?
}

fn open_and_bind(
    root: &Path,
    limits: StoreLimits,
    account: [u8; 32],
) -> Result<Arc<Store>, WorkerError> {
    let (store, recovery) = Store::open(root, limits)?;
    store.bind_account(account)?;
    let Recovery {
        held,
        receiving,
        finished,
        deleted,
        strays,
        unknown,
        used_bytes,
    } = recovery;
    tracing::info!(
        held,
        receiving,
        finished,
        deleted,
        strays,
        used_bytes,
        "data directory opened"
    );
    if unknown > 0 {
        tracing::error!(
            unknown,
            "there are files of shards that the index does not know: it has lost rows. What this worker has receipts for is \
             rebuilt from others; `ballast-storage-worker check` names the files"
        );
    }
    if used_bytes > limits.capacity {
        tracing::warn!(
            used_bytes,
            capacity = limits.capacity,
            "more is held than the configured capacity"
        );
    }
    Ok(Arc::new(store))
}

async fn flush_regularly(store: Arc<Store>, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(FLUSH_INTERVAL) => {}
        }
        let store = store.clone();
        match tokio::task::spawn_blocking(move || store.flush()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "blocks of unfinished shards could not be flushed")
            }
            Err(error) => tracing::error!(%error, "a flush broke"),
        }
    }
}
