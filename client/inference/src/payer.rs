//! A client that pays: requests go out with a voucher, answers come back checked, and the book is right at any moment.
//!
//! Goals: the number is on disk before the request is sent, the cost before the caller sees the end of the answer; an
//! answer is read to its end also when the caller has gone, since it is paid.
//! Non-goals: choosing another worker for a request that was begun.

use crate::{
    answer::{check, Asked, Checked, Distrust},
    book::Begun,
    cost,
    events::Events,
    journal::Journal,
    keys::Keys,
    select::{hold, Funding, Held, PayChain, Wanted},
    wire::{self, PaymentPayload, SignedAnswer, Terms, VoucherPayload, X402_VERSION},
    PayError,
};
use ballast_chain::{calls::inference as calls, ss58, Signer};
use ballast_core::{
    claim::TokenLimits,
    view::ChannelInfo,
    voucher::{Voucher, VoucherBody},
    Balance, ChannelId,
};
use ballast_worker_api::{Connector, InferenceApi, Reply};
use bytes::Bytes;
use serde_json::Value;
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
    terms: Terms,
    id: ChannelId,
    model: ballast_core::Address,
    payee: ballast_core::WorkerId,
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

/// A request on its way.
#[derive(Clone)]
struct Request {
    path: String,
    body: Bytes,
    sha256: [u8; 32],
    limits: TokenLimits,
    max: Balance,
    begun: Begun,
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
    pub fn model(&self) -> ballast_core::Address {
        self.0.model
    }

    /// The worker.
    pub fn worker(&self) -> ballast_core::WorkerId {
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
        let wanted_out = cost::wanted_out(path, &body);
        let max = cost::ceiling(&info.price, &info.limits, wanted_out)
            .ok_or(crate::book::BookError::Overflow)?;
        self.ensure_funds(&info, sha256, max).await?;
        let begun = lock(&self.0.journal).change(|book| book.begin(sha256, max))??;
        let limits = TokenLimits {
            tokens_out: cost::tokens_out(&info.limits, wanted_out),
            ..info.limits
        };
        let request = Request {
            path: path.into(),
            body,
            sha256,
            limits,
            max,
            begun,
        };
        // On a task of its own: what was begun is brought to an end whoever waits for it.
        let payer = self.clone();
        let task = tokio::spawn(async move { payer.run(request).await });
        task.await.unwrap_or(Err(PayError::BrokeOff))
    }

    async fn run(&self, request: Request) -> Result<Answer, PayError> {
        let number = request.begun.number;
        let reply = match self.send(&request).await {
            Ok(reply) => reply,
            Err(error) => {
                self.pause(number);
                return Err(error);
            }
        };
        if reply.status() != 200 {
            return self.refused(number, reply).await;
        }
        let is_stream = reply
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/event-stream"));
        match is_stream {
            true => Ok(Answer::Stream(self.stream(request, reply))),
            false => self.whole(&request, reply).await.inspect_err(|error| {
                self.not_had(number, error);
            }),
        }
    }

    /// Sends until an answer begins. The number makes it the same request each time.
    async fn send(&self, request: &Request) -> Result<Reply, PayError> {
        let deadline = Instant::now() + self.0.settings.timeout;
        let (mut attempt, mut pause) = (1, PAUSE);
        let header = self.payment(request);
        let headers = [
            ("content-type", "application/json"),
            (wire::PAYMENT_HEADER, header.as_str()),
        ];
        loop {
            let body = Some(request.body.clone());
            let sent = self
                .0
                .api
                .send(&request.path, &headers, body, ANSWER_LEN_MAX)
                .await;
            match sent {
                Ok(reply) if reply.status() == 409 && Instant::now() < deadline => {
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                Ok(reply) => return Ok(reply),
                Err(error) if attempt < ATTEMPTS && Instant::now() < deadline => {
                    tracing::warn!(%error, attempt, "sending the request again, under the same number");
                    tokio::time::sleep(pause).await;
                    (attempt, pause) = (attempt.saturating_add(1), pause.saturating_mul(2));
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The voucher for a request, as its header.
    fn payment(&self, request: &Request) -> String {
        let begun = &request.begun;
        let body = VoucherBody {
            genesis_hash: self.0.chain.genesis_hash(),
            channel: self.0.id,
            amount: begun.amount,
            number: begun.number,
        };
        let signature = self.0.signer.sign(&body.signing_payload());
        let voucher = Voucher::new(&body, signature);
        wire::to_header(&PaymentPayload {
            version: X402_VERSION,
            accepted: Terms {
                amount: request.max.to_string(),
                ..self.0.terms.clone()
            },
            payload: VoucherPayload::new(self.0.id, &voucher),
        })
    }

    async fn refused(&self, number: u64, reply: Reply) -> Result<Answer, PayError> {
        let status = reply.status();
        let retry_after = reply.header("retry-after").map(str::to_string);
        let body = reply.body().await.unwrap_or_default();
        let error: Value = serde_json::from_slice(&body).unwrap_or_default();
        let code = error["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_string();
        match code.as_str() {
            // It may still be answered, and then costs.
            "answer_in_progress" => self.pause(number),
            // It was answered and paid, and nobody has it any more.
            "answer_gone" => {
                self.pause(number);
                self.learn_one(number).await?;
                lock(&self.0.journal).change(|book| book.forget_idle(number))?;
            }
            _ => lock(&self.0.journal).change(|book| book.forget(number))?,
        }
        Ok(Answer::Refused {
            status,
            retry_after,
            body,
        })
    }

    async fn whole(&self, request: &Request, reply: Reply) -> Result<Answer, PayError> {
        let header = reply.header(wire::ANSWER_HEADER).map(str::to_string);
        let body = reply.body().await?;
        let signed: SignedAnswer = match header.as_deref().map(serde_json::from_str) {
            None => return Err(Distrust::Unsigned.into()),
            Some(parsed) => {
                parsed.map_err(|error| Distrust::Malformed(wire::WireError(error.to_string())))?
            }
        };
        let cost = self
            .accept(request, &signed, Sha256::digest(&body).into())
            .await?;
        Ok(Answer::Whole {
            body,
            signed: Box::new(signed),
            cost,
        })
    }

    fn stream(&self, request: Request, reply: Reply) -> PaidStream {
        let (sender, pieces) = mpsc::unbounded_channel();
        let settled = Arc::new(Mutex::new(None));
        let (payer, result) = (self.clone(), settled.clone());
        tokio::spawn(async move {
            let number = request.begun.number;
            match payer.pump(&request, reply, &sender).await {
                Ok((signed, cost, last)) => {
                    *lock(&result) = Some((signed, cost));
                    let _ = sender.send(Ok(last));
                }
                Err(error) => {
                    payer.not_had(number, &error);
                    if matches!(error, PayError::BrokeOff) {
                        payer.learn_later(number);
                    }
                    let _ = sender.send(Err(error));
                }
            }
        });
        PaidStream { pieces, settled }
    }

    /// Reads a stream to its end, whether or not anybody listens: what is sent is bounded by [`ANSWER_LEN_MAX`].
    async fn pump(
        &self,
        request: &Request,
        mut reply: Reply,
        sender: &mpsc::UnboundedSender<Result<Bytes, PayError>>,
    ) -> Result<(SignedAnswer, Balance, Bytes), PayError> {
        let mut events = Events::default();
        loop {
            match reply.chunk().await {
                Ok(Some(bytes)) => {
                    let shown = events.push(&bytes)?;
                    if !shown.is_empty() {
                        let _ = sender.send(Ok(shown));
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "a stream broke off");
                    return Err(PayError::BrokeOff);
                }
            }
        }
        let (signed, sha256) = events.end().ok_or(PayError::BrokeOff)?;
        let cost = self.accept(request, signed, sha256).await?;
        Ok((signed.clone(), cost, events.last()))
    }

    /// Checks a signed answer in full, and books it.
    async fn accept(
        &self,
        request: &Request,
        signed: &SignedAnswer,
        response_sha256: [u8; 32],
    ) -> Result<Balance, PayError> {
        let checked = check(signed, &self.asked(request), Some(response_sha256))?;
        let cost = self.cost(&checked).await?;
        let number = request.begun.number;
        let mut journal = lock(&self.0.journal);
        journal.change(|book| book.finish(number, cost))?;
        if let Err(error) = journal.keep_answer(signed) {
            tracing::warn!(%error, "a signed answer is not kept; it cannot be held against a claim");
        }
        Ok(cost)
    }

    fn asked(&self, request: &Request) -> Asked {
        Asked {
            genesis_hash: self.0.chain.genesis_hash(),
            model: self.0.model,
            channel: self.0.id,
            number: request.begun.number,
            request_sha256: request.sha256,
            limits: request.limits,
        }
    }

    /// What an answer costs, if its key is what was agreed.
    async fn cost(&self, checked: &Checked) -> Result<Balance, PayError> {
        let chain = self.0.chain.as_ref();
        let tier = self
            .0
            .keys
            .tier(chain, self.0.payee, checked.session_key)
            .await?;
        let info = self.0.channel.lock().await.0.clone();
        if tier.is_none_or(|tier| tier < info.tier) {
            let actual = tier.map_or("no tier".into(), |tier| tier.to_string());
            let wanted = info.tier.to_string();
            return Err(Distrust::Key { actual, wanted }.into());
        }
        let cost = info.price.cost(checked.tokens_in, checked.tokens_out);
        Ok(cost.ok_or(crate::book::BookError::Overflow)?)
    }

    /// Books that an answer was not had. Who lied is not paid any more.
    fn not_had(&self, number: u64, error: &PayError) {
        if let PayError::Distrust(_) | PayError::Stream(_) = error {
            let reason = error.to_string();
            let noted = lock(&self.0.journal).change(|book| book.set_distrust(reason));
            if let Err(error) = noted {
                tracing::error!(%error, "the worker's lie is not on disk");
            }
        }
        self.pause(number);
    }

    fn pause(&self, number: u64) {
        lock(&self.0.journal).touch(|book| book.pause(number));
    }

    /// What the chain says of the channel, not older than [`FRESH`].
    async fn info(&self) -> Result<ChannelInfo, PayError> {
        let mut known = self.0.channel.lock().await;
        if known.1.elapsed() >= FRESH {
            *known = (self.read().await?, Instant::now());
            self.check_drawn(&known.0)?;
        }
        Ok(known.0.clone())
    }

    async fn read(&self) -> Result<ChannelInfo, PayError> {
        let info = self.0.chain.channel(self.0.id).await?;
        info.ok_or_else(|| PayError::NoChannel(format!("channel {} is over", self.0.id)))
    }

    /// The worker has drawn no more than vouchers allowed.
    fn check_drawn(&self, info: &ChannelInfo) -> Result<(), PayError> {
        let mut journal = lock(&self.0.journal);
        let (spent, ceiling) = (journal.book().spent(), journal.book().ceiling());
        let ceiling = ceiling.unwrap_or(Balance::MAX);
        if info.drawn > ceiling {
            return Err(PayError::Overdrawn {
                channel: info.channel,
                drawn: info.drawn,
                spent,
                ceiling,
            });
        }
        journal.touch(|book| book.raise(info.drawn));
        Ok(())
    }

    /// Makes sure that the channel holds what a request may cost, and puts more in if that is allowed.
    async fn ensure_funds(
        &self,
        info: &ChannelInfo,
        sha256: [u8; 32],
        max: Balance,
    ) -> Result<(), PayError> {
        let short = |info: &ChannelInfo| {
            let journal = lock(&self.0.journal);
            let book = journal.book();
            let ceiling = book.ceiling().unwrap_or(Balance::MAX);
            let needed = ceiling.saturating_add(book.needs(sha256, max));
            needed.saturating_sub(info.deposited)
        };
        if short(info) == 0 {
            return Ok(());
        }
        self.learn().await?;
        // One at a time, so that two requests do not both put more in.
        let mut known = self.0.channel.lock().await;
        let missing = short(&known.0);
        if missing == 0 {
            return Ok(());
        }
        let Funding { deposit, budget } = self.0.settings.funding;
        let add = deposit.unwrap_or_default().max(missing);
        let add = add.min(budget.saturating_sub(known.0.deposited));
        if deposit.is_none() || add < missing {
            let left = max.saturating_sub(missing);
            return Err(PayError::TooLittle {
                channel: self.0.id,
                left,
                needed: max,
            });
        }
        tracing::info!(
            channel = self.0.id.0,
            planck = add,
            "putting more into the channel"
        );
        let call = calls::top_up(self.0.id, add);
        self.0.chain.submit(&[call], &self.0.signer).await?;
        *known = (self.read().await?, Instant::now());
        Ok(())
    }

    /// Asks the worker what became of requests that broke off, so that they count as what they cost.
    async fn learn(&self) -> Result<(), PayError> {
        let unknown = lock(&self.0.journal).book().unknown();
        for entry in unknown {
            self.learn_one(entry.number).await?;
        }
        Ok(())
    }

    /// After a pause in which the worker may end what it is at.
    fn learn_later(&self, number: u64) {
        let payer = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(BUSY_PAUSE).await;
            if let Err(error) = payer.learn_one(number).await {
                tracing::debug!(%error, number, "the fate of a request is not known yet");
            }
        });
    }

    /// What became of a request. An answer that was signed counts as what it cost and can be had again; one that the
    /// worker knows nothing of costs nothing.
    async fn learn_one(&self, number: u64) -> Result<(), PayError> {
        let unknown = lock(&self.0.journal).book().unknown();
        let Some(entry) = unknown.into_iter().find(|entry| entry.number == number) else {
            return Ok(());
        };
        let path = format!("/v1/signature/{}-{number}", self.0.id);
        let (status, body) = match self.question(&path).await {
            Ok(answer) => answer,
            Err(PayError::Worker(error)) => {
                tracing::debug!(%error, number, "the fate of a request is not known yet");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match status {
            200 => {
                let signed: SignedAnswer = serde_json::from_slice(&body)
                    .map_err(|error| Distrust::Malformed(wire::WireError(error.to_string())))?;
                let limits = self.0.channel.lock().await.0.limits;
                let asked = Asked {
                    genesis_hash: self.0.chain.genesis_hash(),
                    model: self.0.model,
                    channel: self.0.id,
                    number,
                    request_sha256: entry.request_sha256,
                    limits,
                };
                let cost = self.cost(&check(&signed, &asked, None)?).await?;
                lock(&self.0.journal).change(|book| book.sign(number, cost))?;
            }
            404 => lock(&self.0.journal).change(|book| book.forget_idle(number))?,
            // So old that nobody knows: it counts as what it may have cost.
            410 => lock(&self.0.journal).change(|book| {
                book.sign(number, entry.max);
                book.forget_idle(number);
            })?,
            _ => {}
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
