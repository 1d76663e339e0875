//! One encoding's blob on its way into a target, block by block.
//!
//! Goals: a block is written and listed as soon as it is proven, not when its row is complete; what an earlier fetch
//! left is read back instead of fetched, and helps to decode the rest; a row that comes out wrong is tried again.

use super::{
    assembly::{Assembly, WrongColumn},
    resume::{Recorded, Target},
    row::{Answers, Piece, Row, RowRead, RowReader, Taker},
    FetchError, Sink,
};
use crate::blocking::blocking;
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, BlockIndex, CellTable, ChainingValue, Layout, ShardIndex,
};
use ballast_worker_api::Buffer;
use bytes::Bytes;
use std::{collections::BTreeMap, io, sync::Arc};

/// A blob that is being fetched.
pub(super) struct Download<'a> {
    reader: &'a RowReader,
    work: Arc<Work>,
    /// What an earlier fetch left: the values by block and shard.
    recorded: BTreeMap<(BlockIndex, ShardIndex), ChainingValue>,
}

/// What was done of a row, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// An earlier fetch had left them.
    pub known: u64,
    /// They were fetched or decoded.
    pub fetched: u64,
}

/// What is done on threads for blocking work.
struct Work {
    layout: Layout,
    assembly: Assembly,
    target: Arc<dyn Target>,
}

enum Refused {
    Wrong(WrongColumn),
    Target(io::Error),
}

impl<'a> Download<'a> {
    pub(super) fn new(
        reader: &'a RowReader,
        table: CellTable,
        target: Arc<dyn Target>,
        recorded: Vec<Recorded>,
    ) -> Self {
        let work = Work {
            layout: reader.layout,
            assembly: Assembly::new(table),
            target,
        };
        let by_block = |one: Recorded| {
            let block = BlockIndex(u32::try_from(one.start / COLUMN_BLOCK_LEN).ok()?);
            let range = work.layout.block_range(one.shard, block);
            (range == (one.start..one.end())).then_some(((block, one.shard), one.value))
        };
        Self {
            reader,
            recorded: recorded.into_iter().filter_map(by_block).collect(),
            work: Arc::new(work),
        }
    }

    /// Brings a row of column blocks into the target.
    pub(super) async fn row(&self, row: Row) -> Result<Done, FetchError> {
        let known = self.read_back(&row).await;
        let known_len = len(known.values());
        let taker: Arc<dyn Taker> = self.work.clone();
        let mut tries = self.work.layout.code().parity_shards();
        loop {
            let RowRead {
                pieces,
                decoded,
                parity,
                leave: _leave,
                ..
            } = self.reader.read(&row, known.clone(), &taker).await?;
            let fetched = len(pieces.iter().map(|piece| &piece.bytes)).saturating_sub(known_len);
            let mut rebuilt = pieces;
            rebuilt.retain(|piece| decoded.contains(&piece.shard));
            let work = self.work.clone();
            match blocking(move || work.keep_decoded(&rebuilt)).await {
                Ok(()) => {
                    return Ok(Done {
                        known: known_len,
                        fetched,
                    })
                }
                Err(Refused::Target(source)) => return Err(FetchError::Sink { source }),
                Err(Refused::Wrong(_)) if tries > 0 && !parity.is_empty() => {
                    tracing::warn!(encoding = %self.reader.info.id, ?parity, "decoding came out wrong, trying other shards");
                    self.reader.holders.suspect(&parity);
                    tries = tries.saturating_sub(1);
                }
                Err(Refused::Wrong(wrong)) => return Err(self.reader.wrong_parity(wrong.0)),
            }
        }
    }

    /// Checks that all of the blob came and was right.
    pub(super) fn finish(&self) -> Result<(), FetchError> {
        match self.work.assembly.is_complete() {
            Ok(true) => Ok(()),
            Ok(false) => Err(FetchError::Malformed {
                address: self.reader.info.address,
                reason: "its columns are not complete".into(),
            }),
            Err(wrong) => Err(self.reader.wrong_parity(wrong.0)),
        }
    }

    /// The blocks of a row that an earlier fetch left, as far as they are right.
    async fn read_back(&self, row: &Row) -> Answers {
        let block = row.group.block_index();
        let value = |shard: &ShardIndex| Some(*self.recorded.get(&(block?, *shard))?);
        let listed: Vec<_> = row
            .wanted
            .iter()
            .filter_map(|shard| Some((*shard, value(shard)?)))
            .collect();
        if listed.is_empty() {
            return Answers::new();
        }
        let (work, start) = (self.work.clone(), row.group.start);
        blocking(move || {
            let read = |(shard, value)| work.read_back(shard, start, value);
            listed.into_iter().filter_map(read).collect()
        })
        .await
    }
}

impl Work {
    /// Checks decoded blocks and keeps them.
    fn keep_decoded(&self, pieces: &[Piece]) -> Result<(), Refused> {
        for piece in pieces {
            let value = self.assembly.accept(piece).map_err(Refused::Wrong)?;
            self.keep(piece, value, true).map_err(Refused::Target)?;
        }
        Ok(())
    }

    /// Writes a block, then lists it.
    fn keep(&self, piece: &Piece, value: ChainingValue, is_decoded: bool) -> io::Result<()> {
        write_piece(&self.layout, piece, self.target.as_ref())?;
        self.target.record(&Recorded {
            shard: piece.shard,
            start: piece.start,
            len: u32::try_from(piece.bytes.len()).unwrap_or(u32::MAX),
            value,
            is_decoded,
        })
    }

    /// Reads a listed block; `None` if its bytes are not what was listed, or not the table's.
    fn read_back(
        &self,
        shard: ShardIndex,
        start: u64,
        value: ChainingValue,
    ) -> Option<(ShardIndex, Bytes)> {
        let end = self
            .layout
            .shard_len(shard)
            .min(start.saturating_add(COLUMN_BLOCK_LEN));
        let mut bytes = Buffer::to_fill(len_of(start, end));
        for segment in self.layout.segments(shard, start..end) {
            let at = len_of(start, segment.column_offset);
            let within = at..at.saturating_add(len_of(0, segment.len));
            self.target
                .read_at(segment.blob_offset, bytes.get_mut(within)?)
                .ok()?;
        }
        let bytes = bytes.freeze();
        let piece = Piece {
            shard,
            start,
            bytes: bytes.clone(),
        };
        let is_right = self.assembly.accept_listed(&piece, value);
        is_right.then_some((shard, bytes))
    }
}

impl Taker for Work {
    fn take(&self, piece: &Piece, value: ChainingValue) -> io::Result<()> {
        self.assembly.accept_proven(piece, value);
        self.keep(piece, value, false)
    }
}

fn len<'b>(pieces: impl Iterator<Item = &'b Bytes>) -> u64 {
    pieces.map(|bytes| bytes.len() as u64).sum()
}

/// Writes a piece of a column to its places in the blob.
pub(super) fn write_piece(layout: &Layout, piece: &Piece, sink: &dyn Target) -> io::Result<()> {
    for segment in layout.segments(piece.shard, piece.range()) {
        let at = len_of(piece.start, segment.column_offset);
        let within = at..at.saturating_add(len_of(0, segment.len));
        Sink::write_at(
            sink,
            segment.blob_offset,
            piece.bytes.get(within).unwrap_or_default(),
        )?;
    }
    Ok(())
}

/// A length within a column block.
pub(super) fn len_of(start: u64, end: u64) -> usize {
    usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX)
}
