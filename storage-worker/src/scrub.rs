//! The scrub: what is held is read again and again, at a bounded rate, so that rot is found before the chain asks.
//!
//! Goals: every held block is read from the disk itself in every pass and compared with its stored value; one that has
//! changed, or cannot be read, is in quarantine before the next is looked at, and is rebuilt by module `repair`; the rate
//! bounds what it takes from readers; a restart goes on where it was.
//! Non-goals: rebuilding; files that belong to no shard (`check` names them).

use crate::{
    facts::ShardKey,
    serve::App,
    store::{HeldShard, Place, ReadError, ShardStatus, Store, StoreError, WHOLE_SHARD},
};
use ballast_core::BlockIndex;
use codec::{Decode, Encode};
use std::{
    num::NonZeroU64,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Bytes read between two pauses.
pub const STEP_BYTES: u64 = 4 << 20;
/// What looking at a shard costs beside its bytes, counted as bytes: a pass over many small shards takes its time too.
const SHARD_COST: u64 = 4 << 10;
/// Shards looked at between two pauses.
const STEP_SHARDS: usize = 256;
/// Pause after a pass, and while the next one is not due.
const REST: Duration = Duration::from_secs(1);
/// Pause after an error.
const ERROR_PAUSE: Duration = Duration::from_secs(10);

/// Where a pass is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// The last shard that is done.
    pub done: Option<ShardKey>,
    /// The shard that is being read, and its next block.
    pub at: Option<(ShardKey, BlockIndex)>,
    /// Passes that are complete.
    pub passes: u64,
    /// When this pass began, or the one before where none is under way, in seconds since 1970.
    pub began: u64,
}

/// How fast, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Bytes a second.
    pub rate: NonZeroU64,
    /// Seconds between the beginnings of two passes, at least.
    pub interval: u64,
}

/// What a step did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// Bytes read.
    pub bytes: u64,
    /// The same and what shards cost beside their bytes: what the rate bounds.
    pub cost: u64,
    /// Shards that were read to their end.
    pub shards: u64,
    /// Blocks that were put in quarantine, and shards whose file or values are damaged.
    pub damaged: u64,
    /// Whether the pass came to its end.
    pub is_end: bool,
}

/// Scrubs until `stop`.
pub async fn scrub(app: Arc<App>, pace: Pace, stop: CancellationToken) {
    let mut next = Instant::now();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep_until(next) => {}
        }
        let started = Instant::now();
        let worker = app.clone();
        let stepped =
            tokio::task::spawn_blocking(move || step_on(&worker.store, pace.interval)).await;
        let pause = match stepped {
            Ok(Ok(None)) => REST,
            Ok(Ok(Some((step, cursor)))) => {
                report(&app, step, &cursor);
                let takes = Duration::from_secs_f64(step.cost as f64 / pace.rate.get() as f64);
                match step.is_end {
                    true => takes.max(REST),
                    false => takes,
                }
            }
            Ok(Err(error)) => {
                app.metrics.store_errors.increment();
                tracing::error!(%error, "the scrub cannot read the index");
                ERROR_PAUSE
            }
            Err(error) => {
                tracing::error!(%error, "a step of the scrub broke");
                ERROR_PAUSE
            }
        };
        next = started + pause;
    }
}

/// Goes on from the recorded place, and records the new one; `None` while no pass is due.
fn step_on(store: &Store, interval: u64) -> Result<Option<(Step, Cursor)>, StoreError> {
    let mut cursor: Cursor = store.scrub_cursor()?.unwrap_or_default();
    if !cursor.is_under_way() {
        let now = now();
        if (cursor.began..cursor.began.saturating_add(interval)).contains(&now) {
            return Ok(None);
        }
        cursor.began = now;
    }
    let step = step(store, &mut cursor)?;
    store.record_scrub(&cursor)?;
    Ok(Some((step, cursor)))
}

impl Cursor {
    fn is_under_way(&self) -> bool {
        self.done.is_some() || self.at.is_some()
    }
}

fn report(app: &App, step: Step, cursor: &Cursor) {
    let metrics = &app.metrics;
    metrics.scrub_bytes.add(step.bytes);
    metrics.scrub_damage.add(step.damaged);
    metrics.scrub_passes.set(cursor.passes);
    metrics.scrub_pass_began.set(cursor.began);
    if step.damaged > 0 {
        app.damage.notify_one();
    }
    if step.is_end {
        tracing::debug!(
            passes = cursor.passes,
            "the scrub has read everything once more"
        );
    }
}

/// Reads on from `cursor` for about [`STEP_BYTES`]. Blocks.
pub fn step(store: &Store, cursor: &mut Cursor) -> Result<Step, StoreError> {
    let mut step = Step::default();
    for _ in 0..STEP_SHARDS {
        if step.cost >= STEP_BYTES {
            break;
        }
        let Some((key, row)) = store.shards(cursor.done, 1)?.pop() else {
            *cursor = Cursor {
                passes: cursor.passes.saturating_add(1),
                began: cursor.began,
                ..Cursor::default()
            };
            step.is_end = true;
            break;
        };
        step.cost += SHARD_COST;
        let is_held = matches!(row.status, ShardStatus::Held { .. });
        if !is_held || scrub_shard(store, key, cursor, &mut step)? {
            (cursor.done, cursor.at) = (Some(key), None);
        }
    }
    Ok(step)
}

/// Reads a shard, or a part of it; true at its end.
fn scrub_shard(
    store: &Store,
    key: ShardKey,
    cursor: &mut Cursor,
    step: &mut Step,
) -> Result<bool, StoreError> {
    let shard = match store.held(key) {
        Ok(shard) => shard,
        Err(ReadError::Store(error)) => return Err(error),
        Err(ReadError::Corrupt { .. }) => {
            found(store, key, WHOLE_SHARD, step)?;
            return Ok(true);
        }
        // Deleted a moment ago.
        Err(_) => return Ok(true),
    };
    let first = cursor
        .at
        .filter(|(at, _)| *at == key)
        .map_or(BlockIndex(0), |(_, block)| block);
    if first.0 == 0 && !is_framed(store, &shard) {
        found(store, key, WHOLE_SHARD, step)?;
    }
    for block in (first.0..shard.spec.blocks()).map(BlockIndex) {
        if step.cost >= STEP_BYTES {
            cursor.at = Some((key, block));
            return Ok(false);
        }
        scrub_block(store, &shard, block, step)?;
    }
    step.shards += 1;
    Ok(true)
}

fn scrub_block(
    store: &Store,
    shard: &HeldShard,
    block: BlockIndex,
    step: &mut Step,
) -> Result<(), StoreError> {
    if shard.rotten.contains(&block) {
        return Ok(());
    }
    let range = shard.spec.block_range(block);
    step.bytes += range.end - range.start;
    step.cost += range.end - range.start;
    match store.scrub_block(shard, block) {
        Ok(()) | Err(ReadError::NotHeld { .. }) => Ok(()),
        Err(ReadError::Store(StoreError::Index(error))) => Err(error.into()),
        // An unreadable sector is as lost as a changed one.
        Err(error) => {
            tracing::error!(shard = %shard.spec.key, %block, %error, "the scrub found damage on disk");
            found(store, shard.spec.key, block, step)
        }
    }
}

/// A file that cannot be looked at is no good frame.
fn is_framed(store: &Store, shard: &HeldShard) -> bool {
    let is_framed = store.is_framed(shard).unwrap_or(false);
    if !is_framed {
        // It may have been deleted a moment ago; then nothing is put in quarantine.
        tracing::warn!(shard = %shard.spec.key, in_file = shard.place == Place::File, "a shard's file is not what it should be");
    }
    is_framed
}

fn found(
    store: &Store,
    key: ShardKey,
    block: BlockIndex,
    step: &mut Step,
) -> Result<(), StoreError> {
    if store.quarantine(key, &[block])? {
        step.damaged += 1;
    }
    Ok(())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
