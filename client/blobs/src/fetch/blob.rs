//! A blob's bytes, all of them or ranges, from the best of its encodings that can be read.

use super::{
    download::{write_piece, Done, Download},
    holders::{Holders, Line},
    parts::Parts,
    resume::Target,
    row::{no_taker, Answers, Row, RowReader},
    rows::{blocks_end, partial_rows, whole_rows},
    sink::{Anew, Attempt},
    table, FetchError, Sink,
};
use crate::{
    blocking::blocking,
    limits::{FETCH_ANSWERS, FETCH_DECODING_ROWS, FETCH_REQUESTS, FETCH_ROWS},
    progress::{Meter, Part},
    Client,
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN,
    view::{EncodingInfo, EncodingStatus},
    Address, BlockIndex, CellTable, Layout,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use std::{
    collections::BTreeMap,
    future::Future,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::Semaphore;

/// An address and where it is stored.
pub(crate) struct Located {
    pub address: Address,
    pub(super) place: Place,
}

/// Where a blob's bytes are.
pub(super) enum Place {
    /// It is in the address: no bytes.
    Nowhere,
    Inline(Bytes),
    /// Certified encodings, the best first; at least one.
    Encoded {
        first: Box<EncodingInfo>,
        others: Vec<EncodingInfo>,
    },
}

impl Located {
    /// The empty blob.
    pub(crate) fn empty(address: Address) -> Self {
        Self {
            address,
            place: Place::Nowhere,
        }
    }

    /// A blob in chain state.
    pub(crate) fn inline(address: Address, bytes: Vec<u8>) -> Result<Self, FetchError> {
        match address.0 == *blake3::hash(&bytes).as_bytes() {
            true => Ok(Self {
                address,
                place: Place::Inline(bytes.into()),
            }),
            false => Err(FetchError::Malformed {
                address,
                reason: "its bytes hash to another address".into(),
            }),
        }
    }

    /// A blob that workers hold. Of several encodings the one that can lose most shards is the best.
    pub(crate) fn encoded(
        address: Address,
        mut encodings: Vec<EncodingInfo>,
    ) -> Result<Self, FetchError> {
        encodings.retain(|info| {
            matches!(info.status, EncodingStatus::Certified { .. }) && info.address == address
        });
        encodings.sort_by_key(|info| std::cmp::Reverse(margin(info)));
        let mut encodings = encodings.into_iter();
        let first = encodings
            .next()
            .map(Box::new)
            .ok_or(FetchError::NotCertified { address })?;
        Ok(Self {
            address,
            place: Place::Encoded {
                first,
                others: encodings.collect(),
            },
        })
    }

    /// Length of the blob, as the chain says.
    pub(crate) fn len(&self) -> u64 {
        match &self.place {
            Place::Nowhere => 0,
            Place::Inline(bytes) => bytes.len() as u64,
            Place::Encoded { first, .. } => first.len,
        }
    }
}

/// Receipts that may be lost before the blob is.
fn margin(info: &EncodingInfo) -> usize {
    let receipts = info
        .assignments
        .iter()
        .filter(|assignment| assignment.receipted)
        .count();
    let empty = info.roots.iter().filter(|root| root.is_none()).count();
    receipts
        .saturating_add(empty)
        .saturating_sub(info.code.data_shards().into())
}

/// What a fetch of a blob has under way to one worker.
fn fetch_line() -> Line {
    Line::new(FETCH_REQUESTS, FETCH_ANSWERS)
}

impl Client {
    /// All bytes of a blob. When this returns they were right.
    pub(crate) async fn download(
        &self,
        located: &Located,
        target: Arc<dyn Target>,
        part: &Part,
    ) -> Result<(), FetchError> {
        self.try_encodings(located, target, part, |info, target| async move {
            let (reader, table) = self.open_to_fetch(info).await?;
            self.fetch_whole(&reader, table, target, part).await
        })
        .await
    }

    /// Ranges of a blob. Fetched bytes are checked; decoded ones are as right as the code, so the caller has to check
    /// the hash of what it takes out.
    pub(crate) async fn download_ranges(
        &self,
        located: &Located,
        ranges: &[Range<u64>],
        sink: Arc<dyn Sink>,
        part: &Part,
    ) -> Result<(), FetchError> {
        let target = Arc::new(Anew(sink));
        self.try_encodings(located, target, part, |info, target| async move {
            let (reader, _) = self.open_encoding(info, fetch_line).await?;
            let rows = partial_rows(&reader.layout, ranges);
            self.read_rows(
                &reader.layout,
                rows,
                |row| read_row(&reader, row, target.clone()),
                part,
            )
            .await
        })
        .await
    }

    /// The same, one column block after the other, for who has to have little in vain when the program is killed. Tells
    /// `take` which ranges are in the sink whole, and goes on when that has come to its end; an error of it ends the whole.
    /// What was taken is no longer `wanted`.
    pub(crate) async fn download_in_order<F>(
        &self,
        located: &Located,
        wanted: &Mutex<BTreeMap<usize, Range<u64>>>,
        target: Arc<dyn Target>,
        take: impl Fn(Vec<usize>) -> F,
    ) -> Result<(), FetchError>
    where
        F: Future<Output = Result<(), FetchError>>,
    {
        let wanted = || wanted.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = |ranges: &[usize]| {
            let mut wanted = wanted();
            for range in ranges {
                wanted.remove(range);
            }
        };
        let part = Meter::uncounted().part();
        if !matches!(located.place, Place::Encoded { .. }) {
            self.download(located, target, &part).await?;
            let all: Vec<usize> = wanted().keys().copied().collect();
            take(all.clone()).await?;
            taken(&all);
            return Ok(());
        }
        let (wanted, taken, take) = (&wanted, &taken, &take);
        self.try_encodings(located, target, &part, |info, target| async move {
            let (reader, _) = self.open_to_fetch(info).await?;
            let parts = Parts::open(reader.layout, 0..reader.layout.len(), target).await?;
            let ranges = wanted().clone();
            let mut by_end: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
            for (number, range) in &ranges {
                let end = blocks_end(&reader.layout, range.clone());
                by_end.entry(end).or_default().push(*number);
            }
            let ranges: Vec<Range<u64>> = ranges.into_values().collect();
            for row in partial_rows(&reader.layout, &ranges) {
                let end = (row.group.start / COLUMN_BLOCK_LEN).saturating_add(1);
                parts.row(&reader, row).await?;
                if let Some(whole) = by_end.remove(&end) {
                    take(whole.clone()).await?;
                    taken(&whole);
                }
            }
            Ok(())
        })
        .await
    }

    /// All rows of an encoding, those that are there already among them.
    async fn fetch_whole(
        &self,
        reader: &RowReader,
        table: CellTable,
        target: Arc<dyn Target>,
        part: &Part,
    ) -> Result<(), FetchError> {
        let (layout, resumed) = (reader.layout, target.clone());
        let recorded = blocking(move || resumed.resume(&layout)).await;
        let download = Download::new(
            reader,
            table,
            target,
            recorded.map_err(|source| FetchError::Sink { source })?,
        );
        let rows = whole_rows(&layout);
        self.read_rows(&layout, rows, |row| download.row(row), part)
            .await?;
        download.finish()
    }

    /// Tries one encoding after the other, as long as the failure is the encoding's.
    pub(super) async fn try_encodings<'a, F>(
        &self,
        located: &'a Located,
        target: Arc<dyn Target>,
        part: &Part,
        read: impl Fn(&'a EncodingInfo, Arc<dyn Target>) -> F,
    ) -> Result<(), FetchError>
    where
        F: Future<Output = Result<(), FetchError>>,
    {
        let (first, others) = match &located.place {
            Place::Nowhere => return Ok(()),
            Place::Inline(bytes) => return write_inline(bytes.clone(), target, part).await,
            Place::Encoded { first, others } => (first.as_ref(), others),
        };
        let (read, target) = (&read, &target);
        let attempt = |info| async move {
            let attempt = Arc::new(Attempt::new(target.clone()));
            let result = read(info, attempt.clone()).await;
            blocking(move || attempt.close()).await;
            result
        };
        let mut result = attempt(first).await;
        for info in others {
            match result {
                Err(error) if error.is_about_encoding() => {
                    tracing::warn!(address = %located.address, %error, "trying another encoding");
                    part.restart();
                    result = attempt(info).await;
                }
                done => return done,
            }
        }
        result
    }

    /// Opens an encoding for a fetch that is gone on with.
    pub(super) async fn open_to_fetch(
        &self,
        info: &EncodingInfo,
    ) -> Result<(RowReader, CellTable), FetchError> {
        let (reader, table) = self.open_encoding(info, fetch_line).await?;
        let decoding = Some(Semaphore::new(FETCH_DECODING_ROWS));
        Ok((RowReader { decoding, ..reader }, table))
    }

    /// Finds an encoding's workers and its table.
    pub(super) async fn open_encoding(
        &self,
        info: &EncodingInfo,
        line: impl Fn() -> Line,
    ) -> Result<(RowReader, CellTable), FetchError> {
        let layout = checked_layout(info)?;
        let holders = Holders::find(self, info, line).await?;
        let table = table::fetch(&holders, &layout, info, &self.limits).await?;
        let (roots, limits) = (table.shard_roots(), self.limits);
        Ok((
            RowReader {
                layout,
                info: info.clone(),
                roots,
                holders,
                limits,
                throttle: self.throttle.clone(),
                decoding: None,
                decoder: Arc::default(),
            },
            table,
        ))
    }

    /// Reads rows, several at a time.
    pub(super) async fn read_rows<F>(
        &self,
        layout: &Layout,
        rows: impl Iterator<Item = Row>,
        read: impl Fn(Row) -> F,
        part: &Part,
    ) -> Result<(), FetchError>
    where
        F: Future<Output = Result<Done, FetchError>>,
    {
        futures::stream::iter(rows)
            .map(read)
            .buffer_unordered(self.rows_at_once(layout))
            .try_for_each(|read| async move {
                part.skip(read.known);
                part.add(read.fetched);
                Ok(())
            })
            .await
    }

    fn rows_at_once(&self, layout: &Layout) -> usize {
        // What was fetched, and as much again for what is being decoded or written.
        let row = layout
            .coded_block_len(BlockIndex(0))
            .saturating_mul(2 * u64::from(layout.code().data_shards()));
        let rows = (self.limits.fetch_memory / row.max(1)).clamp(1, FETCH_ROWS);
        usize::try_from(rows).unwrap_or(1)
    }
}

/// Reads the pieces of a row and writes them.
async fn read_row(
    reader: &RowReader,
    row: Row,
    target: Arc<dyn Target>,
) -> Result<Done, FetchError> {
    let read = reader.read(&row, Answers::new(), &no_taker()).await?;
    let layout = reader.layout;
    blocking(move || {
        read.pieces.iter().try_fold(Done::default(), |done, piece| {
            write_piece(&layout, piece, target.as_ref())?;
            let fetched = done.fetched.saturating_add(piece.bytes.len() as u64);
            Ok(Done { fetched, ..done })
        })
    })
    .await
    .map_err(|source| FetchError::Sink { source })
}

async fn write_inline(bytes: Bytes, sink: Arc<dyn Target>, part: &Part) -> Result<(), FetchError> {
    let len = bytes.len() as u64;
    blocking(move || sink.write_at(0, &bytes))
        .await
        .map_err(|source| FetchError::Sink { source })?;
    part.add(len);
    Ok(())
}

/// The layout of an encoding whose parts fit together.
pub(super) fn checked_layout(info: &EncodingInfo) -> Result<Layout, FetchError> {
    let layout =
        Layout::new(info.len, info.code).map_err(|error| malformed(info, &error.to_string()))?;
    let held = info.roots.iter().filter(|root| root.is_some()).count();
    match info.assignments.len() == held && held == layout.held_shards().count() {
        true => Ok(layout),
        false => Err(malformed(
            info,
            "its shards and their workers differ in number",
        )),
    }
}

fn malformed(info: &EncodingInfo, reason: &str) -> FetchError {
    FetchError::Malformed {
        address: info.address,
        reason: reason.into(),
    }
}
