//! What a worker with an account does for checks: keeps transcripts, shows them to those who check it, and checks others.

use super::{
    app::{now, App, Asked as Request},
    engine::Engine,
    error::ApiError,
    limits::{RETRY_AFTER_S, SHOWN_AT_A_TIME, SHOW_BODY_LEN_MAX},
};
use crate::{
    transcript::{
        show::{ShowBody, ShowError, Showroom},
        store::Transcripts,
        sweep::{sweep, SWEEP_INTERVAL},
        Asked, Evidence, Transcript,
    },
    verify::{ask::Source, chain::Docket, journal::Journal, Verifier},
};
use axum::{
    extract::{Request as HttpRequest, State},
    http::header,
    response::{IntoResponse, Response},
};
use ballast_chain::Signer;
use ballast_core::{answer::Exchange, claim::ClaimLeaf, merkle, Address, ChannelId, WorkerId};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long a verifier may take to send its request, and the chain to say who it is.
const SHOW_TIMEOUT: Duration = Duration::from_secs(30);

/// What a worker with an account has for checks.
pub struct ChecksConfig {
    /// The account.
    pub worker: WorkerId,
    /// The chain.
    pub docket: Arc<dyn Docket>,
    /// Transcripts on disk.
    pub transcripts: Transcripts,
    /// Scores on disk.
    pub journal: Journal,
    /// Asks other executors.
    pub source: Arc<dyn Source>,
}

/// The same while it serves.
pub struct Checks {
    showroom: Showroom,
    shown: Semaphore,
    verifier: Arc<Verifier>,
}

impl Checks {
    /// For a model that is loaded.
    pub fn new(
        config: ChecksConfig,
        session_key: Signer,
        model: Address,
        engine: Arc<Engine>,
    ) -> Self {
        let ChecksConfig {
            worker,
            docket,
            transcripts,
            journal,
            source,
        } = config;
        let verifier = Verifier::new(
            docket.clone(),
            worker,
            session_key,
            (model, engine.about().numbers),
            journal,
            source,
            engine,
        );
        Self {
            showroom: Showroom {
                transcripts: Arc::new(transcripts),
                docket,
                worker,
            },
            shown: Semaphore::new(SHOWN_AT_A_TIME),
            verifier: Arc::new(verifier),
        }
    }

    /// Whether the transcripts of more answers can be kept.
    pub fn has_room(&self) -> bool {
        self.showroom.transcripts.has_room()
    }

    /// How much of the room for transcripts is taken: 1 is all of it.
    pub fn share_taken(&self) -> f64 {
        self.showroom.transcripts.share_taken()
    }

    /// Checks others, and removes transcripts that nobody can ask for, until it is told to stop.
    pub async fn run(&self, stop: &CancellationToken) {
        let sweeping = async {
            loop {
                let swept = sweep(
                    &self.showroom.transcripts,
                    self.showroom.docket.as_ref(),
                    now(),
                );
                match swept.await {
                    Ok(0) => {}
                    Ok(removed) => tracing::debug!(removed, "transcripts whose time is over"),
                    Err(error) => tracing::warn!(%error, "transcripts stay"),
                }
                tokio::time::sleep(SWEEP_INTERVAL).await;
            }
        };
        tokio::select! {
            () = self.verifier.clone().run(stop) => {}
            () = sweeping => {}
        }
    }
}

/// An answer that is complete.
pub struct Answered {
    /// What was asked for.
    pub asked: Asked,
    /// The request's body.
    pub request: Vec<u8>,
    /// The response's body, as far as it is signed.
    pub response: Vec<u8>,
    /// What the choices hung on.
    pub seed: u64,
    /// Tokens and digests; nothing for embeddings.
    pub evidence: Evidence,
    /// What the claim commits to.
    pub activation_root: merkle::Hash,
}

impl Answered {
    /// Of a request and its response.
    pub fn new(asked: Asked, request: &Request, response: Vec<u8>) -> Self {
        Self {
            asked,
            request: request.body.to_vec(),
            response,
            seed: 0,
            evidence: Evidence::default(),
            activation_root: merkle::Hash::default(),
        }
    }
}

impl App {
    /// Keeps the transcript of a paid answer. False if it could not be kept: the answer must then not be claimed, since
    /// nobody could check it.
    pub async fn keep(
        &self,
        answered: Answered,
        (channel, number): (ChannelId, u64),
        exchange: Exchange,
    ) -> bool {
        let Some(checks) = &self.checks else {
            return false;
        };
        // An answer that broke off has no tokens to show.
        if answered.evidence.tokens.len() as u64 != u64::from(exchange.tokens_out) {
            return false;
        }
        let digests = answered.evidence.digests.iter();
        let transcript = Transcript {
            asked: answered.asked,
            request: answered.request,
            response: answered.response,
            seed: answered.seed,
            tokens: answered.evidence.tokens,
            digests: digests.map(|digest| digest.to_bytes()).collect(),
            leaf: ClaimLeaf {
                number,
                exchange,
                activation_root: answered.activation_root,
            },
        };
        let transcripts = checks.showroom.transcripts.clone();
        let write = move || transcripts.keep(channel, &transcript, now());
        match tokio::task::spawn_blocking(write).await {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(channel = channel.0, number, %error, "an answer cannot be claimed: its transcript is not kept");
                false
            }
            Err(_) => false,
        }
    }
}

/// `POST /v1/transcript`.
pub async fn show(State(app): State<Arc<App>>, request: HttpRequest) -> Result<Response, ApiError> {
    let checks = app.checks.as_ref().ok_or_else(|| {
        ApiError::not_found("this worker is paid for nothing and keeps no transcripts")
    })?;
    let Ok(_place) = checks.shown.try_acquire() else {
        let message = "other verifiers are being answered; ask again";
        return Err(ApiError::overloaded(message, RETRY_AFTER_S));
    };
    let answer = async {
        let body = axum::body::to_bytes(request.into_body(), SHOW_BODY_LEN_MAX).await;
        let body = body.map_err(|_| ApiError::too_large(SHOW_BODY_LEN_MAX))?;
        let body: ShowBody = super::fields::parse(&body)?;
        checks.showroom.show(&body).await.map_err(ApiError::from)
    };
    let answer = tokio::time::timeout(SHOW_TIMEOUT, answer).await;
    let answer = answer.map_err(|_| ApiError::slow_body())??;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((kind, answer).into_response())
}

impl From<ShowError> for ApiError {
    fn from(error: ShowError) -> Self {
        match error {
            ShowError::Malformed(_) => Self::invalid(error.to_string()),
            ShowError::NotForYou(_) => Self::forbidden(error.to_string()),
            ShowError::Gone => Self::not_found(error.to_string()),
            ShowError::Chain(_) | ShowError::Store(_) | ShowError::Seal(_) => {
                tracing::warn!(%error, "a verifier is not shown a transcript");
                Self::overloaded(
                    "the transcript cannot be read now; ask again",
                    RETRY_AFTER_S,
                )
            }
        }
    }
}
