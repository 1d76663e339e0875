//! Takes vouchers and gives tickets; a ticket becomes a claim, or is given back.
//!
//! Goals: what the chain says of a channel is finalized and fresh; no answer leaves before its claim is on disk; when the
//! disk fails nothing more is answered. Non-goals: redeeming (`redeem`), HTTP (`crate::serve`).

use super::{
    journal::{Folder, Journal, Record},
    kept::{Answers, Kept},
    ledger::{Ledger, NotPaid},
    limits::{CHAIN_TIMEOUT, CHANNELS_MAX, END_MARGIN_BLOCKS, FRESH, STALE},
};
use ballast_chain::{ss58, verify, ChainError, Signer};
use ballast_core::{
    answer::{AnswerBody, Exchange},
    claim::{ClaimLeaf, TokenLimits},
    view::{ChannelInfo, ChannelState, OfferInfo},
    voucher::Voucher,
    Address, BlockNumber, ChannelId, Tier, WorkerId,
};
use ballast_inference::{
    cost, keys,
    wire::{
        self, Extra, PaymentPayload, PaymentRequired, Resource, SignedAnswer, Terms, X402_VERSION,
    },
    PayChain,
};
use bytes::Bytes;
use std::{
    collections::HashMap,
    future::Future,
    io,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// What a till is opened with.
pub struct Open<'a> {
    /// The chain.
    pub chain: Arc<dyn PayChain>,
    /// The worker's account, which is paid and sends redemptions.
    pub account: Signer,
    /// Signs answers and batches.
    pub session_key: Signer,
    /// The model that is served.
    pub model: Address,
    /// Where claims and answers are kept.
    pub data_dir: &'a Path,
    /// How long an answer may take.
    pub timeout: Duration,
}

/// The till cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// The chain cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The disk fails.
    #[error("the claims of this worker cannot be kept: {0}")]
    Io(#[from] io::Error),
    /// Nobody could be paid.
    #[error("{account} is no worker, so nobody can open a channel to it; `ballast worker join` makes it one")]
    NotWorker {
        /// The account.
        account: String,
    },
}

/// A worker's till. Cheap to clone.
#[derive(Clone)]
pub struct Till(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) chain: Arc<dyn PayChain>,
    pub(super) account: Signer,
    pub(super) session: Signer,
    pub(super) genesis_hash: [u8; 32],
    model: Address,
    timeout: Duration,
    folder: Folder,
    pub(super) answers: Answers,
    slots: Mutex<HashMap<ChannelId, Arc<Slot>>>,
    seen: Mutex<Seen>,
    broken: AtomicBool,
    pub(super) counts: Counts,
}

/// What the chain said last.
#[derive(Clone, Default)]
pub(super) struct Seen {
    /// The finalized height.
    pub(super) head: BlockNumber,
    /// The session key's tier, and the first block without its evidence.
    pub(super) tier: Option<Tier>,
    pub(super) expires: Option<BlockNumber>,
    pub(super) offer: Option<OfferInfo>,
    pub(super) at: Option<Instant>,
}

/// A channel.
pub(super) struct Slot {
    pub(super) id: ChannelId,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    pub(super) ledger: Ledger,
    pub(super) journal: Journal,
    pub(super) info: ChannelInfo,
    pub(super) read_at: Instant,
    pub(super) failures: u32,
    pub(super) paused_until: Option<Instant>,
}

/// Counters of a till.
#[derive(Debug, Default)]
pub struct Counts {
    /// Vouchers that were refused.
    pub refused: AtomicU64,
    /// Claims that were made.
    pub claims: AtomicU64,
    /// Answers that were given again.
    pub again: AtomicU64,
    /// Batches that were settled.
    pub batches: AtomicU64,
    /// Redemptions that failed.
    pub failures: AtomicU64,
    /// Claims that were lost, since their channel ended.
    pub lost: AtomicU64,
}

/// Why a request is not answered.
#[derive(Debug)]
pub struct Refusal {
    /// What kind of refusal it is.
    pub kind: RefusalKind,
    /// What is wrong, and what to do.
    pub message: String,
    /// How to pay, where that helps.
    pub required: Option<Box<PaymentRequired>>,
}

/// Kinds of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalKind {
    /// No voucher came.
    Missing,
    /// What came is none.
    Malformed,
    /// The channel cannot pay this worker for this model.
    Channel,
    /// The voucher is not signed by the channel's signer.
    Signature,
    /// It allows too little, or the channel holds too little.
    Funds,
    /// Its number was used for another request.
    Number,
    /// The same request is being answered.
    InProgress,
    /// It was answered, and the answer is not kept any more.
    Gone,
    /// The session key has not the channel's tier at present.
    Key,
    /// The chain cannot be asked.
    Chain,
    /// Claims cannot be kept, or too many are waiting.
    Unavailable,
}

/// What became of a request.
pub enum Fate {
    /// It was answered, and this was signed.
    Signed(Box<SignedAnswer>),
    /// It is being answered.
    UnderWay,
    /// It was not answered, and cost nothing.
    Unknown,
    /// It is so old that nobody knows.
    Forgotten,
}

/// A request that may be answered.
pub enum Accepted {
    /// Now.
    Now(Ticket),
    /// It was answered already, by this.
    Again(Kept),
}

/// The right to answer one request. Dropped, the request costs nothing.
pub struct Ticket {
    till: Till,
    slot: Arc<Slot>,
    request: Bytes,
    number: u64,
    /// Most tokens of the answer.
    pub limits: TokenLimits,
    signed: Option<(AnswerBody, [u8; 64])>,
    done: bool,
}

impl Till {
    /// Opens it, with the claims that were kept.
    pub async fn open(open: Open<'_>) -> Result<Self, TillError> {
        let payee = WorkerId(open.account.account());
        if open.chain.worker(payee).await?.is_none() {
            return Err(TillError::NotWorker {
                account: open.account.address(),
            });
        }
        let genesis_hash = open.chain.genesis_hash();
        let folder = Folder::open(&open.data_dir.join("payments"), genesis_hash)?;
        let answers = Answers::open(&folder.path().join("answers"))?;
        let till = Self(Arc::new(Inner {
            chain: open.chain,
            account: open.account,
            session: open.session_key,
            genesis_hash,
            model: open.model,
            timeout: open.timeout,
            folder,
            answers,
            slots: Mutex::default(),
            seen: Mutex::default(),
            broken: AtomicBool::new(false),
            counts: Counts::default(),
        }));
        till.look().await?;
        for channel in till.0.folder.channels()? {
            let journal = till.0.folder.channel(channel)?;
            match till.0.chain.channel(channel).await? {
                Some(info) => drop(till.insert(info, journal)),
                None => till.over(channel, journal),
            }
        }
        Ok(till)
    }

    /// Its counters.
    pub fn counts(&self) -> &Counts {
        &self.0.counts
    }

    /// The worker.
    pub fn worker(&self) -> [u8; 32] {
        self.0.account.account()
    }

    /// Whether the model is offered by this worker.
    pub fn is_offered(&self) -> bool {
        lock(&self.0.seen).offer.is_some()
    }

    /// Claims that are not settled.
    pub fn unsettled(&self) -> usize {
        let slots = self.slots();
        slots
            .iter()
            .map(|slot| lock(&slot.state).ledger.unsettled())
            .sum()
    }

    /// Looks at the chain: its height, this worker's offer, the session key's tier.
    pub(super) async fn look(&self) -> Result<(), ChainError> {
        let inner = &self.0;
        let worker = WorkerId(inner.account.account());
        let key = inner.session.account();
        let look = async {
            let head = inner.chain.finalized().await?.number;
            let tier = keys::tier(inner.chain.as_ref(), worker, key).await?;
            let info = inner.chain.session_key(worker.0, key).await?;
            let offers = inner.chain.offers_of(worker).await?;
            Ok::<_, ChainError>(Seen {
                head,
                tier,
                expires: info.map(|info| info.expires),
                offer: offers.into_iter().find(|offer| offer.model == inner.model),
                at: Some(Instant::now()),
            })
        };
        let seen = bounded("a look at the chain", look).await?;
        *lock(&inner.seen) = seen;
        Ok(())
    }

    pub(super) fn seen(&self) -> Seen {
        lock(&self.0.seen).clone()
    }

    pub(super) fn slots(&self) -> Vec<Arc<Slot>> {
        lock(&self.0.slots).values().cloned().collect()
    }

    /// Reads a channel again. One that is over is forgotten.
    pub(super) async fn refresh(&self, slot: &Arc<Slot>) -> Result<bool, ChainError> {
        let read = bounded("reading a channel", self.0.chain.channel(slot.id)).await?;
        let live = read.filter(|info| info.state != ChannelState::Ended);
        let Some(info) = live else {
            lock(&self.0.slots).remove(&slot.id);
            let mut state = lock(&slot.state);
            let lost = state.ledger.unsettled();
            self.forget(slot.id, lost, &mut state.journal);
            return Ok(false);
        };
        let mut state = lock(&slot.state);
        state.ledger.settle(&info);
        if let Err(error) = state.journal.settle(info.last_number) {
            tracing::warn!(%error, channel = slot.id.0, "settled claims stay on disk for now");
        }
        (state.info, state.read_at) = (info, Instant::now());
        Ok(true)
    }

    /// Takes a request, if it is paid for.
    pub async fn accept(
        &self,
        path: &str,
        payment: Option<&str>,
        request: &Bytes,
        sha256: [u8; 32],
        wanted_out: Option<u32>,
    ) -> Result<Accepted, Refusal> {
        let accepted = self
            .accept_inner(path, payment, request, sha256, wanted_out)
            .await;
        match &accepted {
            Err(_) => count(&self.0.counts.refused),
            Ok(Accepted::Again(_)) => count(&self.0.counts.again),
            Ok(Accepted::Now(_)) => {}
        }
        accepted
    }

    async fn accept_inner(
        &self,
        path: &str,
        payment: Option<&str>,
        request: &Bytes,
        sha256: [u8; 32],
        wanted_out: Option<u32>,
    ) -> Result<Accepted, Refusal> {
        if self.0.broken.load(Ordering::Relaxed) {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                "this worker cannot keep its claims at present; ask another",
            ));
        }
        let Some(payment) = payment else {
            let message = "this answer is paid for by a voucher of a payment channel; `ballast infer-proxy` pays for programs that cannot";
            let required = self.required(path, message, wanted_out, None);
            return Err(Refusal::new(RefusalKind::Missing, message, required));
        };
        let (channel, voucher) = self.parse(payment)?;
        let slot = self.slot(channel).await?;
        self.check(&slot, &voucher)?;
        self.take(path, &slot, &voucher, request, sha256, wanted_out)
    }

    fn parse(&self, payment: &str) -> Result<(ChannelId, Voucher), Refusal> {
        let malformed = |message: String| Refusal::plain(RefusalKind::Malformed, message);
        let payload: PaymentPayload =
            wire::from_header(payment).map_err(|error| malformed(error.to_string()))?;
        let network = wire::network(&self.0.genesis_hash);
        let found = (
            payload.version,
            payload.accepted.scheme.as_str(),
            payload.accepted.network.as_str(),
        );
        if found != (X402_VERSION, wire::SCHEME, network.as_str()) {
            return Err(malformed(format!(
                "the payment is for x402 version {}, scheme {:?} on {:?}; this worker takes version {X402_VERSION}, {:?} on {network}",
                found.0, found.1, found.2, wire::SCHEME
            )));
        }
        let voucher = payload.payload.voucher();
        let voucher = voucher.map_err(|error| malformed(error.to_string()))?;
        Ok((ChannelId(payload.payload.channel_id), voucher))
    }

    /// A channel, as the chain had it a moment ago.
    async fn slot(&self, channel: ChannelId) -> Result<Arc<Slot>, Refusal> {
        let known = lock(&self.0.slots).get(&channel).cloned();
        let unknown = || {
            Refusal::plain(
                RefusalKind::Channel,
                format!("there is no channel {channel} on this chain, or it is over"),
            )
        };
        if let Some(slot) = known {
            let age = lock(&slot.state).read_at.elapsed();
            if age < FRESH {
                return Ok(slot);
            }
            return match self.refresh(&slot).await {
                Ok(true) => Ok(slot),
                Ok(false) => Err(unknown()),
                Err(error) if age < STALE => {
                    tracing::warn!(%error, "the chain cannot be asked; what it said a moment ago still counts");
                    Ok(slot)
                }
                Err(error) => Err(Refusal::chain(&error)),
            };
        }
        let read = bounded("reading a channel", self.0.chain.channel(channel)).await;
        let info = read.map_err(|error| Refusal::chain(&error))?;
        let info = info.ok_or_else(unknown)?;
        let journal = self.0.folder.channel(channel);
        let journal = journal.map_err(|error| self.disk(&error))?;
        self.insert(info, journal)
    }

    /// A new slot; idle ones make room.
    fn insert(&self, info: ChannelInfo, journal: Journal) -> Result<Arc<Slot>, Refusal> {
        let mut slots = lock(&self.0.slots);
        if let Some(slot) = slots.get(&info.channel) {
            return Ok(slot.clone());
        }
        if slots.len() >= CHANNELS_MAX {
            slots.retain(|_, slot| {
                Arc::strong_count(slot) > 1 || !lock(&slot.state).ledger.is_idle()
            });
        }
        if slots.len() >= CHANNELS_MAX {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                format!("claims of {CHANNELS_MAX} channels wait for their redemption; try again"),
            ));
        }
        let claims = journal.records().map(|record| record.leaf.clone());
        let mut ledger = Ledger::restored(journal.newest().cloned(), claims.collect());
        ledger.settle(&info);
        let slot = Arc::new(Slot {
            id: info.channel,
            state: Mutex::new(State {
                ledger,
                journal,
                info,
                read_at: Instant::now(),
                failures: 0,
                paused_until: None,
            }),
        });
        slots.insert(slot.id, slot.clone());
        Ok(slot)
    }

    /// Whether this channel pays this worker for this model, and its signer signed.
    fn check(&self, slot: &Slot, voucher: &Voucher) -> Result<(), Refusal> {
        let info = lock(&slot.state).info.clone();
        let (id, inner) = (slot.id, &self.0);
        if info.payee.0 != inner.account.account() {
            let message = format!("channel {id} pays another worker");
            return Err(Refusal::plain(RefusalKind::Channel, message));
        }
        if info.model != inner.model {
            let message = format!(
                "channel {id} pays for the model {}, this worker answers with {}",
                info.model, inner.model
            );
            return Err(Refusal::plain(RefusalKind::Channel, message));
        }
        let payload = voucher.body(inner.genesis_hash, id).signing_payload();
        match verify(&info.signer, &payload, &voucher.signature) {
            true => Ok(()),
            false => Err(Refusal::plain(
                RefusalKind::Signature,
                format!("the voucher is not signed by the signer of channel {id}"),
            )),
        }
    }

    fn take(
        &self,
        path: &str,
        slot: &Arc<Slot>,
        voucher: &Voucher,
        request: &Bytes,
        sha256: [u8; 32],
        wanted_out: Option<u32>,
    ) -> Result<Accepted, Refusal> {
        let mut state = lock(&slot.state);
        let info = state.info.clone();
        let max = cost::ceiling(&info.price, &info.limits, wanted_out);
        let max = max.ok_or_else(|| {
            Refusal::plain(
                RefusalKind::Funds,
                "the price exceeds the range of a balance",
            )
        })?;
        let taken = match self.serves(&info) {
            Ok(()) => state.ledger.accept(&info, voucher, sha256, max),
            // What was answered before the channel was closed can still be had again.
            Err(refusal) => match state.ledger.claim(voucher.number) {
                Some(_) => Err(NotPaid::Used),
                None => return Err(refusal),
            },
        };
        let limits = TokenLimits {
            tokens_out: cost::tokens_out(&info.limits, wanted_out),
            ..info.limits
        };
        match taken {
            Ok(()) => Ok(Accepted::Now(Ticket {
                till: self.clone(),
                slot: slot.clone(),
                request: request.clone(),
                number: voucher.number,
                limits,
                signed: None,
                done: false,
            })),
            Err(not_paid @ (NotPaid::Answered | NotPaid::Used)) => {
                drop(state);
                self.again(slot.id, voucher.number, request, &not_paid)
            }
            Err(not_paid) => {
                let message = told(slot.id, voucher, &not_paid);
                let stand = stand(&state, &info);
                let required = self.required(path, &message, wanted_out, Some(stand));
                Err(Refusal::new(kind(&not_paid), message, required))
            }
        }
    }

    /// Whether a channel is answered at all at present.
    fn serves(&self, info: &ChannelInfo) -> Result<(), Refusal> {
        let seen = self.seen();
        if seen.at.is_none_or(|at| at.elapsed() > STALE) {
            return Err(Refusal::plain(
                RefusalKind::Chain,
                "the chain cannot be asked at present, so nobody can be paid; try again",
            ));
        }
        if seen.tier.is_none_or(|tier| tier < info.tier) {
            let has = seen.tier.map_or("none".into(), |tier| tier.to_string());
            return Err(Refusal::plain(
                RefusalKind::Key,
                format!("the session key of this worker has tier {has} at present, the channel demands {}; try again once it has attested", info.tier),
            ));
        }
        let left = info.ends_at.saturating_sub(seen.head);
        match info.state == ChannelState::Open && left > END_MARGIN_BLOCKS {
            true => Ok(()),
            false => Err(Refusal::plain(
                RefusalKind::Channel,
                format!("channel {} is closed or ends within {END_MARGIN_BLOCKS} blocks; open another, or top it up if it is open", info.channel),
            )),
        }
    }

    /// The same answer again, for the same request.
    fn again(
        &self,
        channel: ChannelId,
        number: u64,
        request: &Bytes,
        not_paid: &NotPaid,
    ) -> Result<Accepted, Refusal> {
        if let Some(kept) = self.0.answers.get(channel, number, request) {
            return Ok(Accepted::Again(kept));
        }
        Err(match not_paid {
            NotPaid::Answered => Refusal::plain(
                RefusalKind::Gone,
                format!("request {number} of channel {channel} was answered, and the answer is not kept any more; ask under a new number"),
            ),
            _ => Refusal::plain(
                RefusalKind::Number,
                format!("number {number} of channel {channel} is used up; numbers ascend, and a number is for one request"),
            ),
        })
    }

    /// How to pay: by this worker's offer.
    fn required(
        &self,
        path: &str,
        message: &str,
        wanted_out: Option<u32>,
        channel_state: Option<wire::ChannelState>,
    ) -> Option<Box<PaymentRequired>> {
        let offer = lock(&self.0.seen).offer.clone();
        let accepts = offer.and_then(|offer| self.terms(&offer, wanted_out, channel_state));
        Some(Box::new(PaymentRequired {
            version: X402_VERSION,
            error: message.into(),
            resource: Resource {
                url: path.into(),
                description: format!("an answer of the model {}", self.0.model),
                mime_type: "application/json".into(),
            },
            accepts: accepts.into_iter().collect(),
        }))
    }

    fn terms(
        &self,
        offer: &OfferInfo,
        wanted_out: Option<u32>,
        channel_state: Option<wire::ChannelState>,
    ) -> Option<Terms> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Some(Terms {
            scheme: wire::SCHEME.into(),
            network: wire::network(&self.0.genesis_hash),
            amount: cost::ceiling(&offer.price, &offer.limits, wanted_out)?.to_string(),
            asset: wire::ASSET.into(),
            pay_to: ss58::encode(&offer.worker.0),
            max_timeout_seconds: self.0.timeout.as_secs(),
            extra: Some(Extra {
                genesis_hash: format!("0x{}", hex::encode(self.0.genesis_hash)),
                model: offer.model.to_string(),
                offer: format!(
                    "{}/{}@{}",
                    text(&offer.namespace),
                    text(&offer.name),
                    offer.version
                ),
                price_per_million_in: offer.price.per_million_in.to_string(),
                price_per_million_out: offer.price.per_million_out.to_string(),
                max_tokens_in: offer.limits.tokens_in,
                max_tokens_out: offer.limits.tokens_out,
                tier: offer.tier.to_string(),
                channel_state,
            }),
        })
    }

    /// What became of a channel's number.
    pub async fn fate(&self, channel: ChannelId, number: u64) -> Result<Fate, Refusal> {
        let slot = match self.slot(channel).await {
            Ok(slot) => slot,
            Err(refusal) if refusal.kind == RefusalKind::Channel => return Ok(Fate::Unknown),
            Err(refusal) => return Err(refusal),
        };
        let state = lock(&slot.state);
        if state.ledger.is_under_way(number) {
            return Ok(Fate::UnderWay);
        }
        if let Some(record) = state.journal.record(number) {
            let body = self.body(channel, number, record.leaf.exchange.clone());
            let signed = SignedAnswer::new(&body, record.session_key, record.signature);
            return Ok(Fate::Signed(Box::new(signed)));
        }
        let forgotten = number <= state.info.last_number && state.journal.has_forgotten(number);
        Ok(match forgotten {
            true => Fate::Forgotten,
            false => Fate::Unknown,
        })
    }

    fn body(&self, channel: ChannelId, number: u64, exchange: Exchange) -> AnswerBody {
        AnswerBody {
            genesis_hash: self.0.genesis_hash,
            model: self.0.model,
            channel,
            number,
            exchange,
        }
    }

    fn disk(&self, error: &io::Error) -> Refusal {
        tracing::error!(%error, "claims cannot be kept; nothing is answered until this worker is started again");
        self.0.broken.store(true, Ordering::Relaxed);
        Refusal::plain(
            RefusalKind::Unavailable,
            "this worker cannot keep its claims at present; ask another",
        )
    }

    /// A channel that was over when the worker started.
    fn over(&self, channel: ChannelId, mut journal: Journal) {
        tracing::info!(
            channel = channel.0,
            "the channel is over; what is kept of it is removed"
        );
        self.forget(channel, 0, &mut journal);
    }

    fn forget(&self, channel: ChannelId, lost: usize, journal: &mut Journal) {
        if lost > 0 {
            self.0.counts.lost.fetch_add(lost as u64, Ordering::Relaxed);
            tracing::error!(
                channel = channel.0,
                claims = lost,
                "the channel is over, and these claims were not redeemed"
            );
        }
        let forgotten = journal
            .remove()
            .and_then(|()| self.0.answers.forget(channel));
        if let Err(error) = forgotten {
            tracing::warn!(%error, channel = channel.0, "files of a channel that is over stay");
        }
    }
}

impl Ticket {
    /// Signs the answer. Nobody must see the signature before [`Self::settle`].
    pub fn sign(&mut self, exchange: Exchange) -> SignedAnswer {
        let body = self.till.body(self.slot.id, self.number, exchange);
        let session = &self.till.0.session;
        let signature = session.sign(&body.signing_payload());
        let signed = SignedAnswer::new(&body, session.account(), signature);
        self.signed = Some((body, signature));
        signed
    }

    /// Whether an answer costs anything: what costs nothing is never claimed.
    pub fn is_charged(&self, exchange: &Exchange) -> bool {
        let price = lock(&self.slot.state).info.price;
        price.cost(exchange.tokens_in, exchange.tokens_out) != Some(0)
    }

    /// The name under which the signature can be asked for, beside the answer's id.
    pub fn name(&self) -> String {
        format!("{}-{}", self.slot.id, self.number)
    }

    /// Makes what was signed a claim, with the root over its activation digests. Once this returns the answer may go out.
    pub async fn settle(mut self, kept: Kept, activation_root: [u8; 32]) -> Result<(), Refusal> {
        let Some((body, signature)) = self.signed.take() else {
            return Err(Refusal::plain(
                RefusalKind::Unavailable,
                "nothing was signed; ask again",
            ));
        };
        let task = tokio::task::spawn_blocking(move || {
            let kept = self.record(body, signature, &kept, activation_root);
            kept.map_err(|error| self.till.disk(&error))
        });
        task.await.unwrap_or_else(|_| {
            Err(Refusal::plain(
                RefusalKind::Unavailable,
                "this worker is stopping",
            ))
        })
    }

    fn record(
        &mut self,
        body: AnswerBody,
        signature: [u8; 64],
        kept: &Kept,
        activation_root: [u8; 32],
    ) -> io::Result<()> {
        let (channel, number) = (self.slot.id, self.number);
        let answers = &self.till.0.answers;
        if let Err(error) = answers.keep(channel, number, &self.request, kept) {
            tracing::warn!(%error, "an answer cannot be had again");
        }
        let leaf = ClaimLeaf {
            number,
            exchange: body.exchange,
            activation_root,
        };
        let mut state = lock(&self.slot.state);
        let exchange = &leaf.exchange;
        let cost = state
            .info
            .price
            .cost(exchange.tokens_in, exchange.tokens_out);
        if cost == Some(0) {
            return Ok(());
        }
        let voucher = state.ledger.newest().cloned();
        let voucher = voucher.ok_or_else(|| io::Error::other("there is no voucher"))?;
        state.journal.append(Record {
            voucher,
            leaf: leaf.clone(),
            session_key: self.till.0.session.account(),
            signature,
            answered_at: now(),
        })?;
        state.ledger.finish(leaf);
        self.done = true;
        count(&self.till.0.counts.claims);
        Ok(())
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.done {
            lock(&self.slot.state).ledger.release(self.number);
        }
    }
}

impl Refusal {
    fn new(
        kind: RefusalKind,
        message: impl Into<String>,
        required: Option<Box<PaymentRequired>>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            required,
        }
    }

    fn plain(kind: RefusalKind, message: impl Into<String>) -> Self {
        Self::new(kind, message, None)
    }

    fn chain(error: &ChainError) -> Self {
        tracing::warn!(%error, "the chain cannot be asked");
        Self::plain(
            RefusalKind::Chain,
            "the chain cannot be asked at present, so nobody can be paid; try again",
        )
    }
}

fn kind(not_paid: &NotPaid) -> RefusalKind {
    match not_paid {
        NotPaid::InProgress => RefusalKind::InProgress,
        NotPaid::Answered | NotPaid::Used | NotPaid::NoNumber => RefusalKind::Number,
        NotPaid::Underfunded { .. } | NotPaid::Exhausted { .. } => RefusalKind::Funds,
        NotPaid::Behind => RefusalKind::Unavailable,
    }
}

fn told(channel: ChannelId, voucher: &Voucher, not_paid: &NotPaid) -> String {
    let number = voucher.number;
    match not_paid {
        NotPaid::InProgress => {
            format!("request {number} of channel {channel} is being answered; ask again for the same answer")
        }
        NotPaid::NoNumber => "requests are numbered from 1".into(),
        NotPaid::Answered | NotPaid::Used => {
            format!("number {number} of channel {channel} is used up")
        }
        NotPaid::Underfunded { needed } => format!(
            "the voucher allows {} planck in all; with what was answered and what is under way this request takes {needed}",
            voucher.amount
        ),
        NotPaid::Exhausted { needed } => format!(
            "channel {channel} would have to hold {needed} planck; `ballast channel top-up {channel} BAL` puts more in"
        ),
        NotPaid::Behind => "too many claims of this channel wait for their redemption; try again".into(),
    }
}

fn stand(state: &State, info: &ChannelInfo) -> wire::ChannelState {
    wire::ChannelState {
        channel_id: info.channel.0,
        balance: info.deposited.to_string(),
        total_claimed: info.drawn.to_string(),
        charged_cumulative_amount: state.ledger.charged(info).to_string(),
        last_number: state.ledger.last_number(info),
    }
}

/// A read of the chain, within its bound.
pub(super) async fn bounded<T>(
    what: &str,
    read: impl Future<Output = Result<T, ChainError>>,
) -> Result<T, ChainError> {
    match tokio::time::timeout(CHAIN_TIMEOUT, read).await {
        Ok(result) => result,
        Err(_) => Err(ChainError::Timeout {
            what: what.into(),
            after: CHAIN_TIMEOUT,
        }),
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
