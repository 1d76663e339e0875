//! Parts of a blob on their way into a file: of each column block what the file has room for.
//!
//! Goals: bytes are written and listed as soon as they are proven, not when their row is complete; what an earlier fetch
//! left is read back instead of fetched, if it still hashes to what was listed, and helps to decode the rest.
//! Limits: what was decoded is listed as decoded and not proven here; who asks proves it ([`super::range`], or the hashes
//! of files in a pack).

use super::{
    download::{len_of, Done},
    resume::{Recorded, Target},
    row::{Answers, Piece, Row, RowReader, Taker},
    FetchError,
};
use crate::blocking::blocking;
use ballast_core::{limits::COLUMN_BLOCK_LEN, ChainingValue, Group, Layout, ShardIndex};
use ballast_worker_api::Buffer;
use bytes::Bytes;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Column blocks by shard.
type Place = (ShardIndex, u64);

/// A part of a blob that is being fetched.
pub(super) struct Parts {
    layout: Layout,
    /// Bytes of the blob that the target has room for, from its first on.
    range: Range<u64>,
    target: Arc<dyn Target>,
    /// What is in the target.
    recorded: Mutex<BTreeMap<Place, Recorded>>,
    /// Parity shards that took part in decoding.
    parity: Mutex<BTreeSet<ShardIndex>>,
}

impl Parts {
    /// With what an earlier fetch left.
    pub(super) async fn open(
        layout: Layout,
        range: Range<u64>,
        target: Arc<dyn Target>,
    ) -> Result<Arc<Self>, FetchError> {
        let resumed = target.clone();
        let recorded = blocking(move || resumed.resume(&layout)).await;
        let recorded = recorded.map_err(|source| FetchError::Sink { source })?;
        Ok(Arc::new(Self {
            layout,
            range,
            target,
            recorded: Mutex::new(recorded.into_iter().map(|one| (place(&one), one)).collect()),
            parity: Mutex::default(),
        }))
    }

    /// Brings a row into the target, as far as it is not there.
    pub(super) async fn row(
        self: &Arc<Self>,
        reader: &RowReader,
        row: Row,
    ) -> Result<Done, FetchError> {
        let lens = row.wanted.iter().map(|shard| self.room(*shard, &row.group));
        let wanted_len: u64 = lens.map(|room| room.end - room.start).sum();
        let (row, known) = self.read_back(row).await;
        let lens = row
            .wanted
            .iter()
            .filter(|shard| !known.contains_key(shard))
            .map(|shard| self.room(*shard, &row.group));
        let fetched: u64 = lens.map(|room| room.end - room.start).sum();
        if fetched > 0 {
            let taker: Arc<dyn Taker> = self.clone();
            let read = reader.read(&row, known, &taker).await?;
            self.parity().extend(read.parity);
            let mut rebuilt = read.pieces;
            rebuilt.retain(|piece| read.decoded.contains(&piece.shard));
            let parts = self.clone();
            let kept =
                blocking(move || rebuilt.iter().try_for_each(|piece| parts.keep(piece, true)));
            kept.await.map_err(|source| FetchError::Sink { source })?;
        }
        Ok(Done {
            known: wanted_len.saturating_sub(fetched),
            fetched,
        })
    }

    /// Column bytes of a group that the target has room for.
    fn room(&self, shard: ShardIndex, group: &Group) -> Range<u64> {
        self.clip(shard, group.start..group.start.saturating_add(group.len))
    }

    /// Column bytes that the target has room for. They are in one piece, for offsets in a column and in the blob grow
    /// together.
    pub(super) fn clip(&self, shard: ShardIndex, column: Range<u64>) -> Range<u64> {
        let runs = self.layout.segments(shard, column.clone());
        let mut clipped = runs.filter_map(|run| {
            let start = run.blob_offset.max(self.range.start);
            let end = run.blob_offset.saturating_add(run.len).min(self.range.end);
            let place = |at: u64| run.column_offset.saturating_add(at - run.blob_offset);
            (start < end).then(|| place(start)..place(end))
        });
        let Some(first) = clipped.next() else {
            return column.start..column.start;
        };
        first.start..clipped.last().map_or(first.end, |last| last.end)
    }

    /// Takes out of a row what is there, or gives its bytes where they are all of the group's: they help to decode.
    async fn read_back(self: &Arc<Self>, mut row: Row) -> (Row, Answers) {
        let parts = self.clone();
        blocking(move || {
            let mut known = Answers::new();
            let Row { group, wanted } = &mut row;
            wanted.retain(|shard| {
                let room = parts.room(*shard, group);
                match parts.read_listed(*shard, &room) {
                    Some(bytes) if group.range(&parts.layout, *shard) == Ok(room) => {
                        known.insert(*shard, bytes);
                        true
                    }
                    there => there.is_none(),
                }
            });
            (row, known)
        })
        .await
    }

    /// Reads column bytes that are listed; `None` if they are not, or if they are not what was listed.
    fn read_listed(&self, shard: ShardIndex, column: &Range<u64>) -> Option<Bytes> {
        let place = (shard, column.start / COLUMN_BLOCK_LEN);
        let listed = self.recorded().get(&place).copied()?;
        if listed.start > column.start || column.end > listed.end() {
            return None;
        }
        let mut bytes = Buffer::to_fill(len_of(listed.start, listed.end()));
        self.read(shard, listed.start, &mut bytes).ok()?;
        if listed.value != self.value(shard, listed.start, &bytes) {
            self.recorded().remove(&place);
            return None;
        }
        let within = |at: u64| len_of(listed.start, at);
        Some(
            bytes
                .freeze()
                .slice(within(column.start)..within(column.end)),
        )
    }

    /// Reads column bytes that the target has room for.
    pub(super) fn read(&self, shard: ShardIndex, start: u64, bytes: &mut [u8]) -> io::Result<()> {
        let end = start.saturating_add(bytes.len() as u64);
        for run in self.layout.segments(shard, start..end) {
            let at = len_of(start, run.column_offset);
            let within = at..at.saturating_add(len_of(0, run.len));
            let offset = run.blob_offset.saturating_sub(self.range.start);
            self.target
                .read_at(offset, bytes.get_mut(within).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Writes what the target has room for of a piece, then lists it.
    fn keep(&self, piece: &Piece, is_decoded: bool) -> io::Result<()> {
        let room = self.clip(piece.shard, piece.range());
        let part = len_of(piece.start, room.start)..len_of(piece.start, room.end);
        let bytes = piece.bytes.get(part).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(());
        }
        for run in self.layout.segments(piece.shard, room.clone()) {
            let at = len_of(room.start, run.column_offset);
            let within = at..at.saturating_add(len_of(0, run.len));
            let offset = run.blob_offset.saturating_sub(self.range.start);
            self.target
                .write_at(offset, bytes.get(within).unwrap_or_default())?;
        }
        let one = Recorded {
            shard: piece.shard,
            start: room.start,
            len: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            value: self.value(piece.shard, room.start, bytes),
            is_decoded,
        };
        self.target.record(&one)?;
        self.recorded().insert(place(&one), one);
        Ok(())
    }

    /// What tells column bytes from others.
    fn value(&self, shard: ShardIndex, start: u64, bytes: &[u8]) -> ChainingValue {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[shard.0]).update(&start.to_le_bytes());
        ChainingValue(*hasher.update(bytes).finalize().as_bytes())
    }

    /// Column bytes that were decoded.
    pub(super) fn decoded(&self) -> Vec<(ShardIndex, Range<u64>)> {
        let recorded = self.recorded();
        let decoded = recorded.values().filter(|one| one.is_decoded);
        decoded
            .map(|one| (one.shard, one.start..one.end()))
            .collect()
    }

    /// These bytes are not right: they are fetched again.
    pub(super) fn forget(&self, shard: ShardIndex, column: &Range<u64>) {
        self.recorded().retain(|_, one| {
            one.shard != shard || one.end() <= column.start || column.end <= one.start
        });
    }

    /// Parity shards that took part in decoding since this was asked last.
    pub(super) fn take_parity(&self) -> Vec<ShardIndex> {
        std::mem::take(&mut *self.parity()).into_iter().collect()
    }

    fn recorded(&self) -> MutexGuard<'_, BTreeMap<Place, Recorded>> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn parity(&self) -> MutexGuard<'_, BTreeSet<ShardIndex>> {
        self.parity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taker for Parts {
    fn take(&self, piece: &Piece, _: ChainingValue) -> io::Result<()> {
        self.keep(piece, false)
    }
}

fn place(one: &Recorded) -> Place {
    (one.shard, one.start / COLUMN_BLOCK_LEN)
}
