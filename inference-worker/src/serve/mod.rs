//! Serves one model over an API that programs already speak, and signs every answer.
//!
//! Goals: requests have their bounds and are refused in the form that OpenAI's clients know; what is not done is refused
//! rather than left out; a client that goes away costs nothing more; no prompt and no answer is in any log or on disk.
//! Non-goals: keeping claims and redeeming them (`crate::pay`). TLS is a proxy's work.
//!
//! `router` lists what is served; `text`, `fields` and `embeddings` read requests, `payment` takes vouchers, `generation`
//! and `shape` make answers, `answers` signs them, `sealed` opens requests and seals answers, `engine` runs the model, [`model`] finds it, `report` shows evidence.

mod about;
pub mod again;
mod answers;
mod app;
mod checks;
mod embeddings;
mod engine;
mod error;
mod fields;
mod generation;
pub mod limits;
mod metrics;
pub mod model;
mod payment;
mod places;
mod report;
mod router;
mod sealed;
mod shape;
mod text;

pub use answers::SignedAnswer;
pub use checks::ChecksConfig;
pub use engine::{EngineCommand, EngineError};
pub use generation::ANSWER_EVENT;
pub use report::Reporter;

use crate::pay::Till;
use answers::Answers;
use app::App;
use ballast_chain::Signer;
use ballast_core::Numbers;
use ballast_http_server::{Limits, Service};
use ballast_inference::seal::SealingPair;
use checks::Checks;
use engine::Engine;
use metrics::Metrics;
use model::Served;
use places::Places;
use std::{sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// JSON for a connection that is one too many.
const REFUSAL: &str = "{\"error\":{\"message\":\"too many connections are open; try again\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"overloaded\"}}";

/// What an operator chooses.
pub struct Config {
    /// The model.
    pub model: Served,
    /// How its engine is started.
    pub engine: EngineCommand,
    /// Signs answers.
    pub session_key: Signer,
    /// What it has for checks, if it has an account.
    pub checks: Option<ChecksConfig>,
    /// Chain that answers are for.
    pub genesis_hash: [u8; 32],
    /// Requests under way at a time; more are told to come back.
    pub requests: u32,
    /// Connections at a time.
    pub connections: u32,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Takes vouchers; without it answers are free.
    pub till: Option<Till>,
    /// Makes evidence for whoever asks.
    pub reporter: Option<Reporter>,
}

/// A worker that is ready to serve.
pub struct Server {
    app: Arc<App>,
    connections: u32,
}

impl Server {
    /// Loads the model. Refuses to serve it in other numbers than the worker offers.
    pub async fn open(config: Config) -> Result<Self, EngineError> {
        let sealing = SealingPair::new(config.genesis_hash, &config.session_key)?;
        let metrics = Arc::new(Metrics::default());
        let (command, counted) = (config.engine, metrics.clone());
        let started = tokio::task::spawn_blocking(move || Engine::start(command, counted)).await;
        let engine = started.map_err(|_| EngineError::Ended)??;
        let engine = Arc::new(engine);
        let numbers = engine.about().numbers;
        if let Some(error) = config
            .till
            .as_ref()
            .and_then(|till| offered_otherwise(till, numbers))
        {
            let _ = tokio::task::spawn_blocking(move || engine.stop()).await;
            return Err(error);
        }
        let (session_key, model) = (config.session_key.clone(), config.model.address);
        let checks = config
            .checks
            .map(|checks| Checks::new(checks, session_key, model, engine.clone()));
        let answers = Answers::new(
            config.session_key,
            config.genesis_hash,
            config.model.address,
        );
        let app = App {
            sealing,
            genesis_hash: config.genesis_hash,
            engine,
            checks,
            model: config.model,
            answers,
            metrics,
            places: Arc::new(Places::new(config.requests)),
            timeout: config.timeout,
            started: app::now(),
            till: config.till,
            reporter: config.reporter,
        };
        Ok(Self {
            app: Arc::new(app),
            connections: config.connections,
        })
    }

    /// What is served, in a line.
    pub fn told(&self) -> String {
        let about = self.app.engine.about();
        format!(
            "{} ({:?}, {} tokens, {}, {})",
            self.app.model.name(),
            about.task,
            about.context_tokens,
            about.device,
            about.numbers
        )
    }

    /// Serves until `stop`, lets requests end for a while, then ends the engine.
    pub async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        let service = Service {
            router: router::router(self.app.clone()),
            limits: Limits {
                connections: self.connections,
                connections_per_peer: self.connections.div_ceil(limits::PEER_SHARE),
            },
            refusal: REFUSAL,
            observer: self.app.metrics.clone(),
        };
        let (app, stopped) = (self.app.clone(), stop.clone());
        let checking = tokio::spawn(async move {
            if let Some(checks) = &app.checks {
                checks.run(&stopped).await;
            }
        });
        ballast_http_server::serve(listener, service, stop).await;
        checking.abort();
        let engine = self.app.engine.clone();
        if tokio::task::spawn_blocking(move || engine.stop())
            .await
            .is_err()
        {
            tracing::warn!("the engine may still run");
        }
    }
}

/// Why a worker must not serve in these numbers: its offer names others.
fn offered_otherwise(till: &Till, computed: Numbers) -> Option<EngineError> {
    let (model, offered) = till.offered()?;
    (offered != computed).then_some(EngineError::OtherNumbers {
        model,
        offered,
        computed,
    })
}
