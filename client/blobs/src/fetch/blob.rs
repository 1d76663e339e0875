//! A blob's bytes, all of them or ranges, from the best of its encodings that can be read.

use super::{
    assembly::{Assembly, WrongColumn},
    holders::Holders,
    row::{Piece, Row, RowRead, RowReader},
    rows::{partial_rows, whole_rows},
    sink::Attempt,
    table, FetchError, Sink,
};
use crate::{blocking::blocking, limits::FETCH_ROWS, progress::Part, Client};
use ballast_core::{
    view::{EncodingInfo, EncodingStatus},
    Address, BlockIndex, CellTable, Layout,
};
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use std::{ops::Range, sync::Arc};

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

impl Client {
    /// All bytes of a blob. When this returns they were right.
    pub(crate) async fn download(
        &self,
        located: &Located,
        sink: Arc<dyn Sink>,
        part: &Part,
    ) -> Result<(), FetchError> {
        self.try_encodings(located, sink, part, |info, sink| async move {
            let (reader, table) = self.open_encoding(info).await?;
            let rows = whole_rows(&reader.layout);
            let assembly = Arc::new(Assembly::new(table));
            self.read_rows(&reader, rows, Some(assembly.clone()), &sink, part)
                .await?;
            match assembly.is_complete() {
                true => Ok(()),
                false => Err(malformed(info, "its columns are not complete")),
            }
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
        self.try_encodings(located, sink, part, |info, sink| async move {
            let (reader, _) = self.open_encoding(info).await?;
            let rows = partial_rows(&reader.layout, ranges);
            self.read_rows(&reader, rows, None, &sink, part).await
        })
        .await
    }

    /// Tries one encoding after the other, as long as the failure is the encoding's.
    async fn try_encodings<'a, F>(
        &self,
        located: &'a Located,
        sink: Arc<dyn Sink>,
        part: &Part,
        read: impl Fn(&'a EncodingInfo, Arc<dyn Sink>) -> F,
    ) -> Result<(), FetchError>
    where
        F: std::future::Future<Output = Result<(), FetchError>>,
    {
        let (first, others) = match &located.place {
            Place::Nowhere => return Ok(()),
            Place::Inline(bytes) => return write_inline(bytes.clone(), sink, part).await,
            Place::Encoded { first, others } => (first.as_ref(), others),
        };
        let (read, sink) = (&read, &sink);
        let attempt = |info| async move {
            let attempt = Arc::new(Attempt::new(sink.clone()));
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

    /// Finds an encoding's workers and its table.
    pub(super) async fn open_encoding(
        &self,
        info: &EncodingInfo,
    ) -> Result<(RowReader, CellTable), FetchError> {
        let layout = Layout::new(info.len, info.code)
            .map_err(|error| malformed(info, &error.to_string()))?;
        let held = info.roots.iter().filter(|root| root.is_some()).count();
        if info.assignments.len() != held || held != layout.held_shards().count() {
            return Err(malformed(
                info,
                "its shards and their workers differ in number",
            ));
        }
        let holders = Holders::find(self, info).await?;
        let table = table::fetch(&holders, &layout, info, &self.limits).await?;
        let (roots, limits) = (table.shard_roots(), self.limits);
        Ok((
            RowReader {
                layout,
                info: info.clone(),
                roots,
                holders,
                limits,
            },
            table,
        ))
    }

    /// Reads rows, several at a time, and writes them.
    async fn read_rows(
        &self,
        reader: &RowReader,
        rows: impl Iterator<Item = Row>,
        assembly: Option<Arc<Assembly>>,
        sink: &Arc<dyn Sink>,
        part: &Part,
    ) -> Result<(), FetchError> {
        futures::stream::iter(rows)
            .map(|row| read_row(reader, row, assembly.clone(), sink.clone()))
            .buffer_unordered(self.rows_at_once(&reader.layout))
            .try_for_each(|len| async move {
                part.add(len);
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

/// Reads a row and writes it. One that comes out wrong was decoded with a parity shard that does not fit the data: it
/// is read again with others, as long as there are some.
async fn read_row(
    reader: &RowReader,
    row: Row,
    assembly: Option<Arc<Assembly>>,
    sink: Arc<dyn Sink>,
) -> Result<u64, FetchError> {
    let mut tries = reader.layout.code().parity_shards();
    loop {
        let RowRead { pieces, parity, .. } = reader.read(&row).await?;
        match write(reader.layout, pieces, assembly.clone(), sink.clone()).await {
            Ok(len) => return Ok(len),
            Err(Refused::Sink(source)) => return Err(FetchError::Sink { source }),
            Err(Refused::Wrong(_)) if tries > 0 && !parity.is_empty() => {
                tracing::warn!(encoding = %reader.info.id, ?parity, "decoding came out wrong, trying other shards");
                reader.holders.suspect(&parity);
                tries = tries.saturating_sub(1);
            }
            Err(Refused::Wrong(WrongColumn(shard))) => {
                let (address, encoding, missing) = (
                    reader.info.address,
                    reader.info.id,
                    reader.holders.failures(),
                );
                return Err(FetchError::WrongParity {
                    address,
                    encoding,
                    shard,
                    missing,
                });
            }
        }
    }
}

/// Checks pieces against the table and writes them. Returns their length.
async fn write(
    layout: Layout,
    pieces: Vec<Piece>,
    assembly: Option<Arc<Assembly>>,
    sink: Arc<dyn Sink>,
) -> Result<u64, Refused> {
    blocking(move || {
        let mut len = 0u64;
        for piece in &pieces {
            if let Some(assembly) = &assembly {
                assembly.accept(piece).map_err(Refused::Wrong)?;
            }
            write_piece(&layout, piece, sink.as_ref()).map_err(Refused::Sink)?;
            len = len.saturating_add(piece.bytes.len() as u64);
        }
        Ok(len)
    })
    .await
}

enum Refused {
    Wrong(WrongColumn),
    Sink(std::io::Error),
}

fn write_piece(layout: &Layout, piece: &Piece, sink: &dyn Sink) -> std::io::Result<()> {
    let end = piece.start.saturating_add(piece.bytes.len() as u64);
    for segment in layout.segments(piece.shard, piece.start..end) {
        let distance =
            |at: u64| usize::try_from(at.saturating_sub(piece.start)).unwrap_or(usize::MAX);
        let within = distance(segment.column_offset)
            ..distance(segment.column_offset.saturating_add(segment.len));
        sink.write_at(
            segment.blob_offset,
            piece.bytes.get(within).unwrap_or_default(),
        )?;
    }
    Ok(())
}

async fn write_inline(bytes: Bytes, sink: Arc<dyn Sink>, part: &Part) -> Result<(), FetchError> {
    let len = bytes.len() as u64;
    blocking(move || sink.write_at(0, &bytes))
        .await
        .map_err(|source| FetchError::Sink { source })?;
    part.add(len);
    Ok(())
}

fn malformed(info: &EncodingInfo, reason: &str) -> FetchError {
    FetchError::Malformed {
        address: info.address,
        reason: reason.into(),
    }
}
