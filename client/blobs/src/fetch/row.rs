//! The same part of every column: fetched from the data shards' workers, or decoded from any k.

use super::{
    gather::{gather, Goal, Leave},
    holders::Holders,
    FetchError,
};
use crate::{
    blocking::blocking,
    limits::Limits,
    throttle::{turn, Throttle},
};
use ballast_core::{
    tree::{proven_value, TreeError},
    view::EncodingInfo,
    ChainingValue, Code, Group, Layout, ShardIndex,
};
use ballast_erasure::Decoder;
use ballast_worker_api::Buffer;
use bytes::Bytes;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    io,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tokio::sync::Semaphore;

/// A group of column bytes, and the shards it is wanted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub group: Group,
    pub wanted: Vec<ShardIndex>,
}

/// A part of a column.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub shard: ShardIndex,
    /// Where it starts in the column.
    pub start: u64,
    pub bytes: Bytes,
}

impl Piece {
    /// Its place in the column.
    pub(crate) fn range(&self) -> Range<u64> {
        self.start..self.start.saturating_add(self.bytes.len() as u64)
    }
}

/// What rows of one encoding are fetched with.
pub(crate) struct RowReader {
    pub layout: Layout,
    pub info: EncodingInfo,
    /// Shard roots as the table gives them.
    pub roots: Vec<Option<ChainingValue>>,
    pub holders: Holders,
    pub limits: Limits,
    pub throttle: Option<Arc<Throttle>>,
    /// Rows that may have parity in memory at a time; `None` for any number.
    pub decoding: Option<Semaphore>,
    pub decoder: Arc<LastDecoder>,
}

/// The decoder that was used last: most rows of a blob lack the same shards, and its matrices are inverted once for them.
#[derive(Default)]
pub(crate) struct LastDecoder(Mutex<Option<(Vec<ShardIndex>, Arc<Decoder>)>>);

impl LastDecoder {
    /// The decoder from these shards: k distinct ones.
    fn of(&self, code: Code, present: &[ShardIndex]) -> Arc<Decoder> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, decoder)) = last.as_ref().filter(|(shards, _)| shards == present) {
            return decoder.clone();
        }
        let decoder = Decoder::new(code, present);
        let decoder = Arc::new(decoder.expect("k distinct shards, as many as are needed; qed"));
        *last = Some((present.to_vec(), decoder.clone()));
        decoder
    }
}

/// What was read of a row.
pub(crate) struct RowRead<'a> {
    pub pieces: Vec<Piece>,
    /// Shards whose pieces were decoded.
    pub decoded: Vec<ShardIndex>,
    /// Parity shards that took part in decoding.
    pub parity: Vec<ShardIndex>,
    /// Bytes that workers sent for it.
    pub sent: u64,
    /// Kept until what was decoded is where it belongs.
    pub leave: Leave<'a>,
}

/// The same group of several shards, each proven.
pub(crate) type Answers = BTreeMap<ShardIndex, Bytes>;

/// Takes wanted pieces as soon as they are proven, on a thread for blocking work.
pub(crate) trait Taker: Send + Sync {
    /// Takes a piece and the value of its node in the column's tree.
    fn take(&self, piece: &Piece, value: ChainingValue) -> io::Result<()>;
}

/// Waits for the row.
impl Taker for () {
    fn take(&self, _: &Piece, _: ChainingValue) -> io::Result<()> {
        Ok(())
    }
}

/// For rows that are looked at when they are whole.
pub(crate) fn no_taker() -> Arc<dyn Taker> {
    Arc::new(())
}

/// What becomes of asking a shard; an error is the taker's.
type Asked = Result<Bytes, FetchError>;

impl RowReader {
    /// The wanted pieces of a row, some of which are known.
    pub(crate) async fn read(
        &self,
        row: &Row,
        known: Answers,
        taker: &Arc<dyn Taker>,
    ) -> Result<RowRead<'_>, FetchError> {
        let (mut answers, mut leave) = (known, self.leave());
        let lens = self.lacking(row, &answers).map(|shard| {
            let rest = self.layout.shard_len(shard).saturating_sub(row.group.start);
            rest.min(row.group.len)
        });
        turn(self.throttle.as_deref(), lens.sum()).await;
        for attempt in 0..self.limits.fetch_attempts.max(1) {
            if attempt > 0 {
                tokio::time::sleep(self.limits.retry_pause.saturating_mul(attempt)).await;
            }
            // What was had in an earlier attempt stays good.
            answers = self.ask(row, answers, taker, &mut leave).await?;
            if self.suffices(row, &answers) {
                return Ok(self.finish(row, answers, leave).await);
            }
            if answers.keys().all(|shard| row.wanted.contains(shard)) {
                leave = self.leave();
            }
        }
        Err(self.unavailable(row, &answers))
    }

    /// Leave to ask for shards that are not wanted, which wait in memory to be decoded with. No request that is under way
    /// waits for it, so whoever has it can go on.
    fn leave(&self) -> Leave<'_> {
        self.decoding.as_ref().map_or(Leave::Free, Leave::Of)
    }

    /// Asks workers until the answers suffice or nobody is left.
    async fn ask<'a>(
        &'a self,
        row: &Row,
        before: Answers,
        taker: &Arc<dyn Taker>,
        leave: &mut Leave<'a>,
    ) -> Result<Answers, FetchError> {
        let group = row.group;
        let others = self
            .layout
            .shard_indices()
            .filter(|shard| !row.wanted.contains(shard));
        let others = self.holders.by_speed(others);
        let candidates = row.wanted.iter().copied().chain(others);
        let candidates =
            candidates.filter(|shard| !before.contains_key(shard) && self.has_bytes(*shard, group));
        let order = self.holders.order(candidates);
        let lacking: Vec<ShardIndex> = self.lacking(row, &before).collect();
        let otherwise = self.to_decode(group).saturating_sub(before.len());
        let at_best = match lacking.iter().all(|shard| self.holders.is_good(*shard)) {
            true => lacking.len(),
            false => otherwise,
        };
        let known: BTreeSet<ShardIndex> = before.keys().copied().collect();
        let is_met = |got: &BTreeMap<ShardIndex, Asked>| {
            let has = |shard: &ShardIndex| got.contains_key(shard) || known.contains(shard);
            row.wanted.iter().all(has) || got.len() >= otherwise || got.values().any(Result::is_err)
        };
        let hedge_delay = self.holders.hedge_delay(self.limits.hedge_delay);
        let goal = Goal {
            is_met: Box::new(is_met),
            free: &row.wanted,
            at_best,
            otherwise,
            hedge_delay,
        };
        let gathered = gather(order, goal, leave, |shard| self.ask_one(row, shard, taker)).await;
        for shard in gathered.slow {
            self.holders
                .failed(shard, "it was slower than the others".into());
        }
        let mut answers = before;
        for (shard, asked) in gathered.got {
            answers.insert(shard, asked?);
        }
        Ok(answers)
    }

    /// One shard's group, checked against its root.
    async fn ask_one(&self, row: &Row, shard: ShardIndex, taker: &Arc<dyn Taker>) -> Option<Asked> {
        let (start, group) = (Instant::now(), row.group);
        // Both are kept until the bytes are written: what a fetch that is killed has read in vain is one answer of each worker.
        let turn = self.holders.turn(shard).await;
        let begun = match self.holders.client(shard) {
            Ok(client) => client
                .begin_group(self.info.id, shard, group)
                .await
                .map_err(|error| error.to_string()),
            Err(reason) => Err(reason),
        };
        let begun = begun.map_err(|reason| self.holders.failed(shard, reason));
        let begun = begun.ok()?;
        let _reading = turn.to_read().await;
        let answer = begun.read().await;
        let answer = answer.map_err(|error| self.holders.failed(shard, error.to_string()));
        let (proof, bytes) = answer.ok()?;
        if let Some(throttle) = self
            .throttle
            .as_ref()
            .filter(|_| !row.wanted.contains(&shard))
        {
            throttle.charge(bytes.len() as u64);
        }
        let root = self.roots.get(usize::from(shard.0)).copied().flatten()?;
        let took = start.elapsed();
        let piece = Piece {
            shard,
            start: group.start,
            bytes: bytes.clone(),
        };
        let (layout, taker) = (
            self.layout,
            row.wanted.contains(&shard).then(|| taker.clone()),
        );
        let proven = blocking(move || {
            let value = proven_value(&layout, shard, group, &piece.bytes, &proof, &root)?;
            Ok::<_, TreeError>(taker.map_or(Ok(()), |taker| taker.take(&piece, value)))
        });
        match proven.await {
            Ok(taken) => {
                self.holders.answered(shard, took);
                Some(taken.map_or_else(|source| Err(FetchError::Sink { source }), |()| Ok(bytes)))
            }
            Err(error) => {
                self.holders.lied(shard, error.to_string());
                None
            }
        }
    }

    async fn finish<'a>(&self, row: &Row, answers: Answers, leave: Leave<'a>) -> RowRead<'a> {
        let missing: Vec<ShardIndex> = self.lacking(row, &answers).collect();
        let mut pieces: Vec<Piece> = row
            .wanted
            .iter()
            .filter_map(|shard| {
                Some(Piece {
                    shard: *shard,
                    start: row.group.start,
                    bytes: answers.get(shard)?.clone(),
                })
            })
            .collect();
        let sent = answers.values().map(|bytes| bytes.len() as u64).sum();
        let mut parity = Vec::new();
        let decoded = missing.clone();
        if !missing.is_empty() {
            parity.extend(
                answers
                    .keys()
                    .copied()
                    .filter(|shard| !self.layout.is_data_shard(*shard)),
            );
            let (layout, group, last) = (self.layout, row.group, self.decoder.clone());
            let wanted = missing.clone();
            let rebuilt = blocking(move || decode(&layout, group, &answers, &wanted, &last)).await;
            let rebuilt = missing.into_iter().zip(rebuilt);
            pieces.extend(rebuilt.map(|(shard, bytes)| Piece {
                shard,
                start: group.start,
                bytes,
            }));
        }
        RowRead {
            pieces,
            decoded,
            parity,
            sent,
            leave,
        }
    }

    fn suffices(&self, row: &Row, answers: &Answers) -> bool {
        self.lacking(row, answers).next().is_none() || answers.len() >= self.to_decode(row.group)
    }

    fn lacking<'a>(
        &self,
        row: &'a Row,
        answers: &'a Answers,
    ) -> impl Iterator<Item = ShardIndex> + 'a {
        row.wanted
            .iter()
            .copied()
            .filter(|shard| !answers.contains_key(shard))
    }

    /// Answers needed to decode: k, less the data shards that are zeros here.
    fn to_decode(&self, group: Group) -> usize {
        let data_shards = (0..self.layout.code().data_shards()).map(ShardIndex);
        data_shards
            .filter(|shard| self.has_bytes(*shard, group))
            .count()
    }

    fn has_bytes(&self, shard: ShardIndex, group: Group) -> bool {
        group.start < self.layout.shard_len(shard)
    }

    /// What was decoded for a shard is not the address's.
    pub(crate) fn wrong_parity(&self, shard: ShardIndex) -> FetchError {
        FetchError::WrongParity {
            address: self.info.address,
            encoding: self.info.id,
            shard,
            missing: self.holders.failures(),
        }
    }

    fn unavailable(&self, row: &Row, answers: &Answers) -> FetchError {
        let zeros =
            usize::from(self.layout.code().data_shards()).saturating_sub(self.to_decode(row.group));
        let reachable = answers.len().saturating_add(zeros);
        let mut missing = self.holders.failures();
        missing.retain(|failure| !answers.contains_key(&failure.shard));
        FetchError::Unavailable {
            address: self.info.address,
            encoding: self.info.id,
            needed: self.layout.code().data_shards(),
            reachable: u8::try_from(reachable).unwrap_or(u8::MAX),
            missing,
        }
    }
}

/// Rebuilds shards from any k of a row, empty ones among them.
fn decode(
    layout: &Layout,
    group: Group,
    answers: &Answers,
    wanted: &[ShardIndex],
    last: &LastDecoder,
) -> Vec<Bytes> {
    let coded = coded_range(layout, group);
    let coded_len = len_of(&coded);
    let zeros = (0..layout.code().data_shards())
        .map(ShardIndex)
        .filter(|shard| group.start >= layout.shard_len(*shard));
    let inputs = zeros.map(|shard| (shard, Cow::from(vec![0; coded_len])));
    let inputs = inputs.chain(
        answers
            .iter()
            .map(|(shard, bytes)| (*shard, padded(bytes, coded_len))),
    );
    let (present, inputs): (Vec<ShardIndex>, Vec<Cow<[u8]>>) =
        inputs.take(layout.code().data_shards().into()).unzip();
    let mut outputs: Vec<Buffer> = wanted.iter().map(|_| Buffer::to_fill(coded_len)).collect();
    let decoder = last.of(layout.code(), &present);
    let input_slices: Vec<&[u8]> = inputs.iter().map(AsRef::as_ref).collect();
    let mut output_slices: Vec<&mut [u8]> = outputs.iter_mut().map(|bytes| &mut **bytes).collect();
    decoder
        .rebuild(&input_slices, wanted, &mut output_slices)
        .expect("all padded to one length; qed");
    wanted
        .iter()
        .zip(outputs)
        .map(|(shard, bytes)| {
            let len = len_of(&(group.start..coded.end.min(layout.shard_len(*shard))));
            bytes.freeze().slice(..len)
        })
        .collect()
}

/// Bytes as the code counts them. Most are as long as that and need no copy.
fn padded(bytes: &[u8], coded_len: usize) -> Cow<'_, [u8]> {
    if bytes.len() == coded_len {
        return bytes.into();
    }
    let mut padded = bytes.to_vec();
    padded.resize(coded_len, 0);
    padded.into()
}

/// Column bytes of a group in a column that has all its cells.
fn coded_range(layout: &Layout, group: Group) -> Range<u64> {
    group.start
        ..group
            .start
            .saturating_add(group.len)
            .min(layout.coded_shard_len())
}

fn len_of(range: &Range<u64>) -> usize {
    usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)
}
