//! Takes vouchers and gives tickets; a ticket becomes a claim, or is given back.
//!
//! Goals: what the chain says of a channel is finalized and fresh; no answer leaves before its claim is on disk; when the
//! disk fails nothing more is answered. Non-goals: redeeming (`redeem`), HTTP (`crate::serve`).
//!
//! `accept` takes vouchers, `channels` keeps what the chain says, `ticket` makes claims, `offer` says how to pay, `refusal`
//! why not, `fate` what became of a request.

mod accept;
mod channels;
mod fate;
mod offer;
mod refusal;
mod ticket;

#[cfg(test)]
pub(crate) mod tests;

pub use accept::{Accepted, Demand};
pub use fate::Fate;
pub use refusal::{Refusal, RefusalKind};
pub use ticket::Ticket;

use super::{
    journal::{Folder, Journal},
    kept::Answers,
    ledger::Ledger,
    limits::CHAIN_TIMEOUT,
};
use ballast_chain::{ChainError, Signer};
use ballast_core::{
    view::{ChannelInfo, OfferInfo},
    Address, BlockNumber, ChannelId, Numbers, Tier, WorkerId,
};
use ballast_inference::{keys, PayChain};
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
pub struct Till(pub(in crate::pay) Arc<Inner>);

pub(in crate::pay) struct Inner {
    pub(in crate::pay) chain: Arc<dyn PayChain>,
    pub(in crate::pay) account: Signer,
    pub(in crate::pay) session: Signer,
    pub(in crate::pay) genesis_hash: [u8; 32],
    model: Address,
    timeout: Duration,
    folder: Folder,
    pub(in crate::pay) answers: Answers,
    slots: Mutex<HashMap<ChannelId, Arc<Slot>>>,
    seen: Mutex<Seen>,
    broken: AtomicBool,
    pub(in crate::pay) counts: Counts,
}

/// What the chain said last.
#[derive(Clone, Default)]
pub(in crate::pay) struct Seen {
    /// The finalized height.
    pub(in crate::pay) head: BlockNumber,
    /// The session key's tier, and the first block without its evidence.
    pub(in crate::pay) tier: Option<Tier>,
    pub(in crate::pay) expires: Option<BlockNumber>,
    pub(in crate::pay) offer: Option<OfferInfo>,
    pub(in crate::pay) at: Option<Instant>,
}

/// A channel.
pub(in crate::pay) struct Slot {
    pub(in crate::pay) id: ChannelId,
    pub(in crate::pay) state: Mutex<State>,
}

pub(in crate::pay) struct State {
    pub(in crate::pay) ledger: Ledger,
    pub(in crate::pay) journal: Journal,
    pub(in crate::pay) info: ChannelInfo,
    pub(in crate::pay) read_at: Instant,
    /// Whether a redemption of it is under way.
    pub(in crate::pay) is_sent: bool,
    pub(in crate::pay) failures: u32,
    /// Not redeemed before.
    pub(in crate::pay) paused_until: Option<Instant>,
}

impl Slot {
    /// Whether a redemption of it is under way.
    pub(in crate::pay) fn is_sent(&self) -> bool {
        lock(&self.state).is_sent
    }
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

    /// What of the model is offered by this worker, and in which numbers, if it is.
    pub fn offered(&self) -> Option<(String, Numbers)> {
        let seen = lock(&self.0.seen);
        let offer = seen.offer.as_ref()?;
        Some((offer::name(offer), offer.numbers))
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
    pub(in crate::pay) async fn look(&self) -> Result<(), ChainError> {
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

    pub(in crate::pay) fn seen(&self) -> Seen {
        lock(&self.0.seen).clone()
    }

    pub(in crate::pay) fn slots(&self) -> Vec<Arc<Slot>> {
        lock(&self.0.slots).values().cloned().collect()
    }

    fn disk(&self, error: &io::Error) -> Refusal {
        tracing::error!(%error, "claims cannot be kept; nothing is answered until this worker is started again");
        self.0.broken.store(true, Ordering::Relaxed);
        Refusal::plain(
            RefusalKind::Unavailable,
            "this worker cannot keep its claims at present; ask another",
        )
    }
}

/// A read of the chain, within its bound.
pub(in crate::pay) async fn bounded<T>(
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

pub(in crate::pay) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(in crate::pay) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// Seconds since 1970.
pub(in crate::pay) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}
