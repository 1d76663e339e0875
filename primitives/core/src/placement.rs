//! Placement: which workers hold which shards of an encoding.
//!
//! Goals: the same snapshot, seed and encoding give the same workers everywhere and whatever order the candidates
//! come in; a worker's chance is proportional to its stake; no worker holds two shards of an encoding, no operator
//! does while there are others. Integers only.
//! Non-goals: which workers are candidates, where the seed comes from (`pallet-blobs`). Whoever makes the seed and
//! also publishes can bias one draw by withholding it.

use crate::{
    ids::{Address, Balance, EncodingId, OperatorId, ShardIndex, WorkerId},
    price::BAL,
    uniform::UniformStream,
};
use alloc::{collections::BTreeSet, vec::Vec};
use codec::Encode;
use core::cmp::Reverse;

/// BLAKE3 key derivation context of the draws.
pub const PLACEMENT_CONTEXT: &str = "ballast 2026-11-24 placement draw v1";

pub use crate::uniform::MAX_DRAW_ATTEMPTS;

/// A worker that could take shards, as of one snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// The worker.
    pub worker: WorkerId,
    /// Who runs it.
    pub operator: OperatorId,
    /// Its stake: its weight.
    pub stake: Balance,
    /// Bytes it offers and has not been assigned.
    pub free_bytes: u64,
    /// Bytes assigned to it.
    pub assigned_bytes: u64,
}

/// How many candidates could not take a shard, each counted under the first reason that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filtered {
    /// Were replaced before.
    pub excluded: u32,
    /// Hold another shard of the encoding.
    pub occupied: u32,
    /// Have no stake.
    pub without_stake: u32,
    /// Have too few free bytes.
    pub full: u32,
    /// Would hold more bytes than their stake covers.
    pub over_stake: u32,
}

/// Why no placement was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// Too few candidates can take a shard.
    #[error(
        "{needed} workers are needed and {eligible} of {candidates} candidates can take a shard of {bytes} bytes: {} \
         were replaced before, {} hold another shard of it, {} have no stake, {} have too little free space, {} too \
         little stake for more bytes; wait for workers to join, or choose a code with fewer shards",
        filtered.excluded, filtered.occupied, filtered.without_stake, filtered.full, filtered.over_stake
    )]
    NotEnoughWorkers {
        /// Shards to place, each on a worker of its own.
        needed: u32,
        /// Candidates that can take a shard of `bytes`.
        eligible: u32,
        /// Candidates in the snapshot.
        candidates: u32,
        /// Bytes of the shard that found no worker.
        bytes: u64,
        /// Why the other candidates cannot.
        filtered: Filtered,
    },
    /// A shard was named twice.
    #[error("shard {shard} is to be placed twice; name each shard once")]
    RepeatedShard {
        /// The shard.
        shard: ShardIndex,
    },
}

/// Draws a worker for each of `shards` (with their bytes), in the order of `shards`.
///
/// - `occupied` hold other shards of the encoding: neither they nor, where it can be helped, others of their
///   operators are drawn.
/// - `excluded` were replaced before and are never drawn again.
/// - A worker is assigned at most `bytes_per_bal` bytes for each BAL of its stake.
///
/// Shards are drawn from the longest to the shortest: who can take a longer one can take a shorter one, so no draw
/// takes a worker that another shard needed, and a placement is found whenever there is one.
#[allow(clippy::too_many_arguments)]
pub fn draw(
    seed: &[u8; 32],
    address: &Address,
    encoding: EncodingId,
    shards: &[(ShardIndex, u64)],
    candidates: &[Candidate],
    occupied: &[WorkerId],
    excluded: &[WorkerId],
    bytes_per_bal: u64,
) -> Result<Vec<WorkerId>, PlacementError> {
    ensure_distinct(shards)?;
    let mut order: Vec<(usize, ShardIndex, u64)> = shards
        .iter()
        .enumerate()
        .map(|(at, (shard, bytes))| (at, *shard, *bytes))
        .collect();
    order.sort_unstable_by_key(|(_, shard, bytes)| (Reverse(*bytes), *shard));

    let mut pool = Pool::new(candidates, occupied, excluded, bytes_per_bal);
    let mut drawn = Vec::with_capacity(order.len());
    for (at, shard, bytes) in order {
        let mut stream = draw_stream(seed, address, encoding, shard);
        let worker = pool
            .draw(bytes, &mut stream)
            .ok_or_else(|| pool.shortage(shards.len(), bytes))?;
        drawn.push((at, worker));
    }
    drawn.sort_unstable();
    Ok(drawn.into_iter().map(|(_, worker)| worker).collect())
}

fn ensure_distinct(shards: &[(ShardIndex, u64)]) -> Result<(), PlacementError> {
    let mut seen = BTreeSet::new();
    match shards.iter().find(|(shard, _)| !seen.insert(*shard)) {
        Some((shard, _)) => Err(PlacementError::RepeatedShard { shard: *shard }),
        None => Ok(()),
    }
}

/// A candidate in the pool.
struct Entry {
    candidate: Candidate,
    /// Why it can take no shard, however short.
    barred: Option<Barred>,
    /// Bytes it can take.
    room: u128,
    drawn: bool,
    operator_used: bool,
}

#[derive(Clone, Copy)]
enum Barred {
    Excluded,
    Occupied,
    WithoutStake,
}

impl Entry {
    fn can_take(&self, bytes: u64) -> bool {
        self.barred.is_none() && self.room >= u128::from(bytes)
    }
}

/// The candidates by worker, and who of them was drawn.
struct Pool(Vec<Entry>);

impl Pool {
    fn new(
        candidates: &[Candidate],
        occupied: &[WorkerId],
        excluded: &[WorkerId],
        bytes_per_bal: u64,
    ) -> Self {
        let mut candidates = candidates.to_vec();
        candidates.sort_unstable();
        candidates.dedup_by_key(|candidate| candidate.worker);
        let (occupied, excluded) = (set(occupied), set(excluded));
        let operators: BTreeSet<OperatorId> = candidates
            .iter()
            .filter(|candidate| occupied.contains(&candidate.worker))
            .map(|candidate| candidate.operator)
            .collect();
        let entry = |candidate: Candidate| Entry {
            barred: barred(&candidate, &occupied, &excluded),
            room: room(&candidate, bytes_per_bal),
            drawn: false,
            operator_used: operators.contains(&candidate.operator),
            candidate,
        };
        Self(candidates.into_iter().map(entry).collect())
    }

    /// Draws a worker for a shard, of a new operator if any is left. It will not be drawn again.
    fn draw(&mut self, bytes: u64, stream: &mut UniformStream) -> Option<WorkerId> {
        let can = |entry: &&Entry| !entry.drawn && entry.can_take(bytes);
        let spread = self.0.iter().filter(can).any(|entry| !entry.operator_used);
        let fit = |entry: &&Entry| can(entry) && !(spread && entry.operator_used);
        // Stakes beyond u128 in sum cannot exist; if they did, the last ones would lose weight, nothing else.
        let total = self.0.iter().filter(fit).fold(0, |sum: Balance, entry| {
            sum.saturating_add(entry.candidate.stake)
        });
        let chosen = at_weight(self.0.iter().filter(fit), stream.below(total)?)?;
        self.take(chosen);
        Some(chosen.worker)
    }

    fn take(&mut self, chosen: Candidate) {
        for entry in &mut self.0 {
            entry.drawn |= entry.candidate.worker == chosen.worker;
            entry.operator_used |= entry.candidate.operator == chosen.operator;
        }
    }

    fn shortage(&self, needed: usize, bytes: u64) -> PlacementError {
        let mut filtered = Filtered::default();
        let mut eligible = 0;
        for entry in &self.0 {
            let count = match entry.barred {
                Some(Barred::Excluded) => &mut filtered.excluded,
                Some(Barred::Occupied) => &mut filtered.occupied,
                Some(Barred::WithoutStake) => &mut filtered.without_stake,
                None if entry.can_take(bytes) => &mut eligible,
                None if entry.candidate.free_bytes < bytes => &mut filtered.full,
                None => &mut filtered.over_stake,
            };
            *count = count.saturating_add(1);
        }
        let (needed, candidates) = (narrow(needed), narrow(self.0.len()));
        PlacementError::NotEnoughWorkers {
            needed,
            eligible,
            candidates,
            bytes,
            filtered,
        }
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn set(workers: &[WorkerId]) -> BTreeSet<WorkerId> {
    workers.iter().copied().collect()
}

fn barred(
    candidate: &Candidate,
    occupied: &BTreeSet<WorkerId>,
    excluded: &BTreeSet<WorkerId>,
) -> Option<Barred> {
    if excluded.contains(&candidate.worker) {
        Some(Barred::Excluded)
    } else if occupied.contains(&candidate.worker) {
        Some(Barred::Occupied)
    } else if candidate.stake == 0 {
        Some(Barred::WithoutStake)
    } else {
        None
    }
}

fn room(candidate: &Candidate, bytes_per_bal: u64) -> u128 {
    covered_bytes(candidate.stake, bytes_per_bal)
        .saturating_sub(u128::from(candidate.assigned_bytes))
        .min(u128::from(candidate.free_bytes))
}

/// Bytes that may be assigned to a worker with this stake.
pub fn covered_bytes(stake: Balance, bytes_per_bal: u64) -> u128 {
    let per_bal = u128::from(bytes_per_bal);
    let whole = (stake / BAL).saturating_mul(per_bal);
    // Below BAL * 2^64, so within range.
    let rest = (stake % BAL).saturating_mul(per_bal) / BAL;
    whole.saturating_add(rest)
}

/// The candidate whose stretch contains `point`, when stakes are laid end to end.
fn at_weight<'a>(mut entries: impl Iterator<Item = &'a Entry>, point: u128) -> Option<Candidate> {
    let mut rest = point;
    entries
        .find(|entry| match rest.checked_sub(entry.candidate.stake) {
            Some(left) => {
                rest = left;
                false
            }
            None => true,
        })
        .map(|entry| entry.candidate)
}

/// The randomness of one shard's draw, keyed by seed, address, encoding and shard.
fn draw_stream(
    seed: &[u8; 32],
    address: &Address,
    encoding: EncodingId,
    shard: ShardIndex,
) -> UniformStream {
    let material = (seed, address, encoding, shard).encode();
    UniformStream::new(PLACEMENT_CONTEXT, &material)
}

#[cfg(test)]
mod tests;
