//! One encoding's rebuild: rows are read, decoded, checked and kept; what comes out wrong is tried from other shards.

use super::{plan, Rebuild, Rebuilt, RepairError, Repairer, ShardStore};
use crate::{
    blocking::blocking,
    coding::block_values,
    fetch::{
        holders::{assigned, Holders},
        row::{no_taker, Answers, Piece, Row, RowRead, RowReader},
        table::{fetch, is_right},
    },
    limits::{FETCH_ROWS, REPAIR_PASSES},
    FetchError,
};
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, view::EncodingInfo, BlockIndex, CellTable, Layout, ShardIndex,
};
use futures::{StreamExt, TryStreamExt};
use std::{
    collections::BTreeSet,
    io,
    sync::{
        atomic::{AtomicU8, Ordering},
        Arc, Mutex, PoisonError,
    },
};

/// What rows of one rebuild share.
pub(super) struct Work<'a> {
    repairer: &'a Repairer,
    reader: RowReader,
    shards: Vec<ShardIndex>,
    keeper: Arc<Keeper>,
    /// Parity shards that took part since the last shard came out wrong.
    parity: Mutex<BTreeSet<ShardIndex>>,
    /// How often something came out wrong.
    wrong: AtomicU8,
    /// Where it did so last.
    wrong_at: Mutex<Option<BlockIndex>>,
}

/// What is done on threads for blocking work.
struct Keeper {
    table: CellTable,
    store: Arc<dyn ShardStore>,
}

/// A piece that is not its shard's, or an error of the store.
enum Refused {
    Wrong(ShardIndex),
    Store(io::Error),
}

impl<'a> Work<'a> {
    /// Finds the encoding's workers and its table.
    pub(super) async fn open(
        repairer: &'a Repairer,
        job: &Rebuild,
        store: Arc<dyn ShardStore>,
    ) -> Result<Self, RepairError> {
        let info = &job.info;
        let encoding = info.id;
        let layout = Layout::new(info.len, info.code).map_err(|error| RepairError::Sources {
            encoding,
            source: FetchError::Malformed {
                address: info.address,
                reason: error.to_string(),
            },
        })?;
        let held: BTreeSet<ShardIndex> = layout.held_shards().collect();
        if let Some(shard) = job.shards.iter().find(|shard| !held.contains(shard)) {
            let shard = *shard;
            return Err(RepairError::NoSuchShard { encoding, shard });
        }
        let others = assigned(info).filter(|(_, to)| Some(to.worker) != job.without);
        let others: Vec<_> = others.collect();
        let ids = others.iter().map(|(_, to)| to.worker);
        let ways = repairer.sources.ways(ids, &repairer.health).await?;
        let holders = Holders::new(
            others.into_iter(),
            |id| ways.get(&id).cloned().unwrap_or_default(),
            repairer.health.clone(),
        );
        let table = table(repairer, info, &layout, &holders, &store).await?;
        Ok(Self {
            repairer,
            reader: RowReader {
                layout,
                info: info.clone(),
                roots: table.shard_roots(),
                holders,
                limits: repairer.limits,
                throttle: repairer.throttle.clone(),
                decoding: None,
                decoder: Arc::default(),
            },
            shards: job.shards.clone(),
            keeper: Arc::new(Keeper { table, store }),
            parity: Mutex::default(),
            wrong: AtomicU8::new(0),
            wrong_at: Mutex::default(),
        })
    }

    /// Rebuilds until every shard has reached its root.
    pub(super) async fn run(self) -> Result<Rebuilt, RepairError> {
        let mut done = Rebuilt::default();
        loop {
            self.fill(&mut done).await?;
            match self.finish().await? {
                None => {
                    done.wrong = self.wrong_at();
                    return Ok(done);
                }
                Some(shard) => {
                    self.try_others(shard, BlockIndex::default(), &self.parity_used())?
                }
            }
        }
    }

    /// Brings every block that the store misses.
    async fn fill(&self, done: &mut Rebuilt) -> Result<(), RepairError> {
        // A store tells of a part of what it misses at a time, so this may take several passes.
        for _ in 0..REPAIR_PASSES {
            let mut rows = plan::rows(self.missing().await?).peekable();
            if rows.peek().is_none() {
                return Ok(());
            }
            let rows = futures::stream::iter(rows)
                .map(|row| self.row(row))
                .buffer_unordered(usize::try_from(FETCH_ROWS).unwrap_or(1));
            let sum = rows.try_fold(*done, |sum, row| async move { Ok(sum.and(row)) });
            *done = sum.await?;
        }
        Err(RepairError::NotKept {
            encoding: self.reader.info.id,
        })
    }

    async fn missing(&self) -> Result<Vec<plan::Missing>, RepairError> {
        let (keeper, shards) = (self.keeper.clone(), self.shards.clone());
        blocking(move || {
            let missing = |shard| Ok((shard, keeper.store.missing(shard)?));
            shards.into_iter().map(missing).collect::<io::Result<_>>()
        })
        .await
        .map_err(|source| self.store_error(source))
    }

    /// One row: read, decoded, checked, kept.
    async fn row(&self, row: Row) -> Result<Rebuilt, RepairError> {
        let _room = self.repairer.room(&self.reader.layout, &row).await;
        loop {
            let read = self.reader.read(&row, Answers::new(), &no_taker()).await;
            let RowRead {
                pieces,
                decoded,
                parity,
                sent,
                leave: _leave,
            } = read.map_err(|source| RepairError::Sources {
                encoding: self.reader.info.id,
                source,
            })?;
            self.used(&parity);
            let bytes = pieces.iter().map(|piece| piece.bytes.len() as u64).sum();
            let blocks = pieces.len() as u64;
            let keeper = self.keeper.clone();
            match blocking(move || keeper.keep(&pieces, &decoded)).await {
                Ok(()) => {
                    return Ok(Rebuilt {
                        blocks,
                        bytes,
                        sent,
                        wrong: None,
                    })
                }
                Err(Refused::Store(source)) => return Err(self.store_error(source)),
                Err(Refused::Wrong(shard)) => {
                    let block = row.group.block_index().unwrap_or_default();
                    self.try_others(shard, block, &parity)?;
                }
            }
        }
    }

    /// Compares every shard with its root; the first that misses it, if one does.
    async fn finish(&self) -> Result<Option<ShardIndex>, RepairError> {
        let (keeper, shards) = (self.keeper.clone(), self.shards.clone());
        blocking(move || {
            let mut missed = None;
            for shard in shards {
                if !keeper.store.finish(shard)? {
                    missed = missed.or(Some(shard));
                }
            }
            Ok(missed)
        })
        .await
        .map_err(|source| self.store_error(source))
    }

    /// What was decoded is not the shard: other parity shards are tried, as long as there are some.
    fn try_others(
        &self,
        shard: ShardIndex,
        block: BlockIndex,
        parity: &[ShardIndex],
    ) -> Result<(), RepairError> {
        *self.wrong_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(block);
        let (encoding, layout) = (self.reader.info.id, &self.reader.layout);
        let tries = self.wrong.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        // Rows side by side may each use other shards, so that a right one is suspected along with a wrong one once.
        if parity.is_empty() || tries > layout.code().parity_shards().saturating_mul(2) {
            return Err(RepairError::OffCode {
                encoding,
                shard,
                block,
                tries,
            });
        }
        tracing::warn!(%encoding, %shard, ?parity, "a shard came out wrong, trying other sources");
        self.reader.holders.suspect(parity);
        Ok(())
    }

    fn used(&self, parity: &[ShardIndex]) {
        let mut used = self.parity.lock().unwrap_or_else(PoisonError::into_inner);
        used.extend(parity);
    }

    fn wrong_at(&self) -> Option<BlockIndex> {
        *self.wrong_at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn parity_used(&self) -> Vec<ShardIndex> {
        let mut used = self.parity.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *used).into_iter().collect()
    }

    fn store_error(&self, source: io::Error) -> RepairError {
        let encoding = self.reader.info.id;
        RepairError::Store { encoding, source }
    }
}

impl Rebuilt {
    fn and(self, other: Self) -> Self {
        Self {
            blocks: self.blocks.saturating_add(other.blocks),
            bytes: self.bytes.saturating_add(other.bytes),
            sent: self.sent.saturating_add(other.sent),
            wrong: self.wrong.or(other.wrong),
        }
    }
}

impl Keeper {
    /// Keeps pieces; those that were decoded are compared with the table where it has their values.
    fn keep(&self, pieces: &[Piece], decoded: &[ShardIndex]) -> Result<(), Refused> {
        for piece in pieces {
            let shard = piece.shard;
            let block =
                u32::try_from(piece.start / COLUMN_BLOCK_LEN).map_err(|_| Refused::Wrong(shard))?;
            let block = BlockIndex(block);
            if decoded.contains(&shard) && !self.is_of_table(piece, block) {
                return Err(Refused::Wrong(shard));
            }
            match self.store.put(shard, block, piece.bytes.clone()) {
                Ok(true) => {}
                Ok(false) => return Err(Refused::Wrong(shard)),
                Err(source) => return Err(Refused::Store(source)),
            }
        }
        Ok(())
    }

    /// Whether a block's cells are those of the table; where cells are longer than a block, that is not known yet.
    fn is_of_table(&self, piece: &Piece, block: BlockIndex) -> bool {
        let layout = self.table.layout();
        if layout.cell_len() > layout.unit_len() {
            return true;
        }
        let stripes = layout
            .stripe_indices()
            .skip_while(|stripe| layout.cell_range(*stripe, piece.shard).start < piece.start);
        let cells = stripes.map(|stripe| self.table.cell(stripe, piece.shard));
        let values = block_values(layout, piece.shard, block, &piece.bytes);
        values
            .into_iter()
            .map(Some)
            .zip(cells)
            .all(|(value, cell)| value == cell)
    }
}

/// The encoding's table: the store's, or that of some worker, which is kept.
async fn table(
    repairer: &Repairer,
    info: &EncodingInfo,
    layout: &Layout,
    holders: &Holders,
    store: &Arc<dyn ShardStore>,
) -> Result<CellTable, RepairError> {
    let encoding = info.id;
    let failed = |source| RepairError::Store { encoding, source };
    let known = store.clone();
    let known = blocking(move || known.table()).await.map_err(failed)?;
    let known = known.and_then(|values| CellTable::new(*layout, values).ok());
    if let Some(known) = known.filter(|known| is_right(known, info)) {
        return Ok(known);
    }
    let table = fetch(holders, layout, info, &repairer.limits).await;
    let table = table.map_err(|source| RepairError::Sources { encoding, source })?;
    let (store, values) = (store.clone(), table.values().to_vec());
    let kept = blocking(move || store.put_table(&values)).await;
    kept.map(|()| table).map_err(failed)
}
