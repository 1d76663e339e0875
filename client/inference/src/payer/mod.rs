//! A client that pays: requests go out with a voucher, answers come back checked, and the book is right at any moment.
//!
//! Goals: the number is on disk before the request is sent, the cost before the caller sees the end of the answer; a whole
//! answer is read to its end also when the caller has gone, a stream is given up, and what was written of it counts.
//! Non-goals: choosing another worker for a request that was begun.
//!
//! `send` sends a request until it is answered, `receive` checks and books the answer, `funds` looks after the channel,
//! `fate` learns what became of requests that broke off.

mod fate;
mod funds;
mod receive;
mod send;

use crate::{
    cost,
    journal::Journal,
    keys::Keys,
    select::{hold, Funding, Held, PayChain, Wanted},
    wire::{self, SignedAnswer, Terms},
    PayError,
};
use ballast_chain::{ss58, Signer};
use ballast_core::{claim::TokenLimits, view::ChannelInfo, Address, Balance, ChannelId, WorkerId};
use ballast_worker_api::{Connector, InferenceApi};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::mpsc;

/// Longest answer.
pub const ANSWER_LEN_MAX: usize = 64 << 20;
/// How long what the chain said of a channel is taken for true.
const FRESH: Duration = Duration::from_secs(30);
/// How often a request is sent when no answer comes.
const ATTEMPTS: u32 = 3;
/// Pause before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(500);
/// Pause while the worker is still at it.
const BUSY_PAUSE: Duration = Duration::from_secs(1);
/// For small questions to the worker.
const QUESTION_LEN_MAX: usize = 64 << 10;

/// How to pay.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where journals lie.
    pub folder: PathBuf,
    /// Which workers may be connected to.
    pub connector: Connector,
    /// How long an answer may take.
    pub timeout: Duration,
    /// What may be put into channels.
    pub funding: Funding,
    /// Whether requests are sealed below T2 too. At T2 they always are.
    pub sealed: bool,
}

/// Pays one worker from one channel. Cheap to clone.
#[derive(Clone)]
pub struct Payer(Arc<Inner>);

struct Inner {
    chain: Arc<dyn PayChain>,
    signer: Signer,
    settings: Settings,
    api: InferenceApi,
    keys: Keys,
    journal: Mutex<Journal>,
    channel: tokio::sync::Mutex<(ChannelInfo, Instant)>,
    /// What requests are sealed to, once it was read.
    sealing: Mutex<Option<send::Recipient>>,
    terms: Terms,
    id: ChannelId,
    model: Address,
    payee: WorkerId,
}

/// What came of a request.
pub enum Answer {
    /// The answer in one piece, checked and paid.
    Whole {
        /// Its bytes.
        body: Bytes,
        /// The worker's signature.
        signed: Box<SignedAnswer>,
        /// What it cost.
        cost: Balance,
    },
    /// A stream, of which each piece is yet to come.
    Stream(PaidStream),
    /// The worker refused, which costs nothing.
    Refused {
        /// The HTTP status.
        status: u16,
        /// When to come back, if it says so.
        retry_after: Option<String>,
        /// Its words, as OpenAI's errors are.
        body: Bytes,
    },
}

/// A stream of server-sent events. It ends with `[DONE]` if all of it was signed, and with an error if not.
pub struct PaidStream {
    pieces: mpsc::UnboundedReceiver<Result<Bytes, PayError>>,
    settled: Arc<Mutex<Option<(SignedAnswer, Balance)>>>,
}

impl PaidStream {
    /// The next piece.
    pub async fn next(&mut self) -> Option<Result<Bytes, PayError>> {
        self.pieces.recv().await
    }

    /// The signature and what it cost, once the stream has ended well.
    pub fn signed(&self) -> Option<(SignedAnswer, Balance)> {
        lock(&self.settled).clone()
    }
}

impl Payer {
    /// Finds or opens the channel, and learns what became of requests that broke off.
    pub async fn open(
        chain: Arc<dyn PayChain>,
        signer: Signer,
        wanted: &Wanted,
        settings: Settings,
    ) -> Result<Self, PayError> {
        let held = hold(
            chain.as_ref(),
            &signer,
            wanted,
            &settings.funding,
            &settings.folder,
        )
        .await?;
        let Held { info, journal } = held;
        let offer = chain.offer(info.payee, &wanted.model).await?;
        let offer = offer.ok_or_else(|| {
            PayError::NoOffer(format!(
                "the worker of channel {} offers this model no longer, so nobody knows where it answers; close the channel",
                info.channel
            ))
        })?;
        let worker = settings.connector.client(&offer.endpoint)?;
        let terms = Terms {
            scheme: wire::SCHEME.into(),
            network: wire::network(&chain.genesis_hash()),
            amount: String::new(),
            asset: wire::ASSET.into(),
            pay_to: ss58::encode(&info.payee.0),
            max_timeout_seconds: settings.timeout.as_secs(),
            extra: None,
        };
        let payer = Self(Arc::new(Inner {
            api: worker.inference(settings.timeout),
            signer,
            settings,
            keys: Keys::default(),
            journal: Mutex::new(journal),
            sealing: Mutex::default(),
            terms,
            id: info.channel,
            model: info.model,
            payee: info.payee,
            channel: tokio::sync::Mutex::new((info, Instant::now())),
            chain,
        }));
        payer.check_drawn(&payer.info().await?)?;
        payer.learn().await?;
        Ok(payer)
    }

    /// The channel that pays.
    pub fn channel(&self) -> ChannelId {
        self.0.id
    }

    /// Where the worker answers.
    pub fn endpoint(&self) -> &str {
        self.0.api.endpoint()
    }

    /// The model's address.
    pub fn model(&self) -> Address {
        self.0.model
    }

    /// The worker.
    pub fn worker(&self) -> WorkerId {
        self.0.payee
    }

    /// What signed answers cost so far, in all.
    pub fn spent(&self) -> Balance {
        lock(&self.0.journal).book().spent()
    }

    /// A small question that costs nothing, say `/v1/models`: status and answer.
    pub async fn question(&self, path: &str) -> Result<(u16, Bytes), PayError> {
        let reply = self.0.api.send(path, &[], None, QUESTION_LEN_MAX).await?;
        Ok((reply.status(), reply.body().await?))
    }

    /// Asks, and pays.
    pub async fn ask(&self, path: &str, body: Bytes) -> Result<Answer, PayError> {
        let info = self.info().await?;
        let sha256: [u8; 32] = Sha256::digest(&body).into();
        // An answer that was begun before can still be had.
        if !lock(&self.0.journal).book().is_known(sha256) {
            self.check_open(&info)?;
        }
        let recipient = self.recipient(&info).await?;
        let wanted_out = cost::wanted_out(path, &body);
        let max = cost::ceiling(&info.price, &info.limits, wanted_out)
            .ok_or(crate::book::BookError::Overflow)?;
        self.ensure_funds(&info, sha256, max).await?;
        let begun = lock(&self.0.journal).change(|book| book.begin(sha256, max))??;
        let limits = TokenLimits {
            tokens_out: cost::tokens_out(&info.limits, wanted_out),
            ..info.limits
        };
        let request = send::Request {
            path: path.into(),
            body,
            sha256,
            limits,
            max,
            begun,
            recipient,
        };
        // On a task of its own: what was begun is brought to an end whoever waits for it.
        let payer = self.clone();
        let task = tokio::spawn(async move { payer.run(request).await });
        task.await.unwrap_or(Err(PayError::BrokeOff))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
