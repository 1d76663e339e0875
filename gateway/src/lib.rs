//! A Hugging Face compatible gateway: with `HF_ENDPOINT` pointing to it, the Hub's clients read models from the chain,
//! and publish to it with a token that the operator made.
//!
//! Goals: no byte is sent that was not checked against its address; nothing is buffered whole; every request, queue and
//! collection has a bound with a name ([`limits`], [`Limits`]); what is in the disk cache is served at the speed of the
//! disk, and is checked again.
//! Non-goals: TLS (a proxy's work), accounts of others, the Hub's pages.
//!
//! `routes` lists what is served and `router` joins it; `hub` reads and `write` publishes; `registry` knows names,
//! `content` bytes, `cache` the disk. Revisions: `main`, tags, version numbers, commits, addresses. A commit is the
//! first 20 bytes of a manifest's BLAKE3. `b3/<64 hex>` is a repository by its address.

mod app;
mod cache;
mod conditional;
mod content;
mod error;
mod flight;
mod health;
mod hub;
pub mod limits;
mod metrics;
mod rate;
mod registry;
mod repo;
mod router;
mod routes;
mod shared;
mod write;

pub use cache::CacheError;
pub use hub::status::OPENAPI;
pub use routes::Route;
pub use write::{Namespaces, NewToken, SpoolError, Token, TokenError, TokenFile, WriteConfig};

use app::App;
use ballast_blobs::Client;
use ballast_http_server::Service;
use cache::DiskCache;
use content::Content;
use health::Health;
use metrics::Metrics;
use rate::Rates;
use registry::Registry;
use std::{path::PathBuf, sync::Arc};
use tokio::{net::TcpListener, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use write::Writer;

/// JSON for a connection that is one too many.
const REFUSAL: &str = "{\"error\":\"too many connections are open; try again later\"}";

/// What an operator chooses.
pub struct Config {
    /// Folder of the disk cache.
    pub cache_dir: PathBuf,
    /// Bytes of the disk cache.
    pub cache_size: u64,
    /// Bounds on what is done at once.
    pub limits: Limits,
    /// What stands before paths in links; from the request's `Host` if it is not given.
    pub public_url: Option<String>,
    /// How uploads are taken; they are not if it is not given.
    pub write: Option<WriteConfig>,
}

/// Bounds on what is done at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections.
    pub connections: u32,
    /// Connections from one address that is not of this machine or its network.
    pub connections_per_peer: u32,
    /// Downloads. Each has up to 8 MiB of memory.
    pub streams: u32,
    /// Requests a second from one address, after a burst of ten seconds' worth; 0 for no limit.
    pub requests_per_second: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_peer: 64,
            streams: 64,
            requests_per_second: 200,
        }
    }
}

/// The gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its cache cannot be used.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// Its spool cannot be used.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// A gateway, ready to serve.
pub struct Gateway {
    app: Arc<App>,
    limits: Limits,
}

impl Gateway {
    /// A gateway to the client's chain and workers. Opens the cache, which is counted in the background.
    pub fn open(client: Client, config: Config) -> Result<Self, StartError> {
        let metrics = Arc::new(Metrics::default());
        let cache = DiskCache::open(&config.cache_dir, config.cache_size, metrics.clone())?;
        let cache = Arc::new(cache);
        let counted = cache.clone();
        tokio::task::spawn_blocking(move || counted.scan());
        let chain = client.chain().clone();
        let content = Content::new(Arc::new(client.clone()), cache, metrics.clone());
        let content = Arc::new(content);
        let open = |write| Writer::open(client, write, metrics.clone()).map(Arc::new);
        let writer = config.write.map(open).transpose()?;
        let limits = config.limits;
        let app = App {
            registry: Registry::new(chain.clone(), content.clone()),
            content,
            health: Health::new(chain),
            metrics,
            streams: Arc::new(Semaphore::new(limits.streams.max(1) as usize)),
            rates: Rates::new(limits.requests_per_second),
            public_url: config
                .public_url
                .map(|url| url.trim_end_matches('/').to_owned()),
            writer,
        };
        Ok(Self {
            app: Arc::new(app),
            limits,
        })
    }

    /// Serves until `stop`; then lets downloads end for a while, commits be published, and the cache be written.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let service = Service {
            router: router::router(self.app.clone()),
            limits: ballast_http_server::Limits {
                connections: self.limits.connections,
                connections_per_peer: self.limits.connections_per_peer,
            },
            refusal: REFUSAL,
            observer: self.app.metrics.clone(),
        };
        ballast_http_server::serve(listener, service, stop).await;
        if let Some(writer) = &self.app.writer {
            writer.finish().await;
        }
        self.app.content.settle().await;
    }
}
