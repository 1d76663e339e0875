//! The Hub's API, written: uploads and commits, for tokens that the operator made.
//!
//! Goals: nothing reaches the chain before a commit is here whole; what is uploaded is bounded on disk and checked
//! against its SHA-256; one commit at a time is published, with the operator's key, to its end even if its client goes.
//! Non-goals: accounts of others, pull requests, branches.

mod apply;
mod commit;
mod lfs;
mod operations;
mod repos;
mod spool;
mod tickets;
mod tokens;

pub use commit::commit;
pub use lfs::{batch, complete, put, put_part, verify};
pub use repos::{create, preupload, validate_yaml, whoami};
pub use spool::SpoolError;
pub use tokens::{NewToken, Token, TokenError, TokenFile};

use crate::{error::ApiError, limits::WAITING_COMMITS, metrics::Metrics};
use async_trait::async_trait;
use axum::http::{header, HeaderMap};
use ballast_blobs::{Client, PublishOptions};
use ballast_chain::Signer;
use spool::Spool;
use std::{path::PathBuf, sync::Arc};
use tickets::Tickets;
use tokens::Tokens;
use tokio::sync::{Mutex, Semaphore};
use tokio_util::task::TaskTracker;

/// Makes a namespace the operator's: it takes a secret that outlives the program, so whoever keeps those does it.
#[async_trait]
pub trait Namespaces: Send + Sync {
    /// Takes a namespace unless it is the signer's already. An error says why not.
    async fn ensure(&self, namespace: &str) -> Result<(), String>;
}

/// How uploads are taken and published.
pub struct WriteConfig {
    /// Where uploads wait for their commit.
    pub spool: PathBuf,
    /// Bytes of them.
    pub spool_size: u64,
    /// The file of tokens.
    pub tokens: PathBuf,
    /// The operator's key.
    pub signer: Signer,
    /// Code, durability and lease of what is published.
    pub options: PublishOptions,
    /// Licence of models that are created, as SPDX expression.
    pub licence: String,
    /// Takes namespaces.
    pub namespaces: Arc<dyn Namespaces>,
}

/// Takes uploads and publishes commits.
pub struct Writer {
    client: Client,
    spool: Spool,
    tickets: Tickets,
    tokens: Tokens,
    signer: Signer,
    options: PublishOptions,
    licence: String,
    namespaces: Arc<dyn Namespaces>,
    metrics: Arc<Metrics>,
    /// Whose turn it is to publish.
    turn: Mutex<()>,
    /// Commits that may wait for it.
    waiting: Arc<Semaphore>,
    /// Commits under way, which a stop waits for.
    publishing: TaskTracker,
}

impl Writer {
    /// Opens the spool. What a former run left unfinished in it is deleted.
    pub fn open(
        client: Client,
        config: WriteConfig,
        metrics: Arc<Metrics>,
    ) -> Result<Self, SpoolError> {
        Ok(Self {
            client,
            spool: Spool::open(&config.spool, config.spool_size)?,
            tickets: Tickets::default(),
            tokens: Tokens::new(config.tokens),
            signer: config.signer,
            options: config.options,
            licence: config.licence,
            namespaces: config.namespaces,
            metrics,
            turn: Mutex::default(),
            waiting: Arc::new(Semaphore::new(WAITING_COMMITS)),
            publishing: TaskTracker::new(),
        })
    }

    /// Whose token a request carries.
    pub fn caller(&self, headers: &HeaderMap) -> Result<Token, ApiError> {
        let value = headers.get(header::AUTHORIZATION);
        let value = value.ok_or_else(|| {
            ApiError::unauthorized(
                "a token is needed; the operator makes one: ballast gateway token new",
            )
        })?;
        let bearer = value.to_str().ok().and_then(|value| {
            let (scheme, token) = value.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then_some(token.trim())
        });
        let found = bearer.map(|token| self.tokens.find(token)).transpose();
        match found.map_err(|error| ApiError::internal(&error))?.flatten() {
            Some(token) => Ok(token),
            None => {
                self.metrics.unauthorized.increment();
                let message = "this gateway does not know the token; its operator makes one: ballast gateway token new";
                Err(ApiError::unauthorized(message))
            }
        }
    }

    /// Waits for the commits under way.
    pub async fn finish(&self) {
        self.publishing.close();
        self.publishing.wait().await;
    }
}
