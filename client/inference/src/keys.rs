//! Which tier a worker's session key has, by the chain, asked again from time to time.

use crate::select::PayChain;
use ballast_chain::ChainError;
use ballast_core::{Tier, WorkerId};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long an answer of the chain is taken for true.
const FRESH: Duration = Duration::from_secs(30);
/// Keys that are remembered.
const KEYS_MAX: usize = 64;

/// A worker and a key that it signs with.
type Signing = (WorkerId, [u8; 32]);

/// What the chain said, and when.
type Said = (Option<Tier>, Instant);

/// Tiers that were asked for lately.
#[derive(Default)]
pub struct Keys {
    known: Mutex<HashMap<Signing, Said>>,
}

impl Keys {
    /// The tier of a worker's key; none if it is not its key.
    pub async fn tier(
        &self,
        chain: &dyn PayChain,
        worker: WorkerId,
        key: [u8; 32],
    ) -> Result<Option<Tier>, ChainError> {
        if let Some(tier) = self.remembered((worker, key)) {
            return Ok(tier);
        }
        let tier = tier(chain, worker, key).await?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        known.insert((worker, key), (tier, Instant::now()));
        Ok(tier)
    }

    fn remembered(&self, key: Signing) -> Option<Option<Tier>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (tier, asked) = known.get(&key)?;
        (asked.elapsed() < FRESH).then_some(*tier)
    }
}

/// As the chain counts it when claims are settled: by evidence, else T0 for the key that the worker joined with.
pub async fn tier(
    chain: &dyn PayChain,
    worker: WorkerId,
    key: [u8; 32],
) -> Result<Option<Tier>, ChainError> {
    let attested = chain.session_key(worker.0, key).await?;
    if let Some(tier) = attested.and_then(|info| info.tier) {
        return Ok(Some(tier));
    }
    let info = chain.worker(worker).await?;
    Ok(info
        .filter(|info| info.receipt_key == key)
        .map(|_| Tier::T0))
}
