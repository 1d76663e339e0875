//! Cell values of a blob that were computed by an earlier call.
//!
//! Goals: of the first pass over a blob only rows that were not finished are done again; values of bytes that are not
//! there any more are never used: the list is for a file as it was, and what a registration says is compared with the
//! address, and later with the bytes that are uploaded.

use crate::{cache::Cache, journal::Journal, scan::BlobSource};
use ballast_core::{BlockIndex, ChainingValue, Layout, ShardIndex};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Version of the list.
const LIST: &[u8] = b"ballast columns 1";

/// Values of a row's units, by shard.
pub(crate) type RowValues = Vec<Vec<ChainingValue>>;

/// The rows of a blob whose values are known.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    known: Mutex<HashMap<BlockIndex, RowValues>>,
    list: Option<(Mutex<Journal>, Cache, String)>,
}

impl Memo {
    /// What the cache has of a blob.
    pub(crate) fn open(cache: Option<&Cache>, blob: &BlobSource, layout: &Layout) -> Self {
        let opened = cache.and_then(|cache| {
            let name = name(blob, layout);
            let code = layout.code();
            let lens = [code.data_shards(), code.total_shards()];
            let len = layout.len().to_le_bytes();
            let header = [LIST, &blob.address.0, &len, &lens, &blob.source.stamp()].concat();
            let most = usize::try_from(layout.blocks()).unwrap_or(usize::MAX);
            let (journal, records) = cache.list(&name, &header, most)?;
            let known = records.iter().filter_map(|record| decode(record, layout));
            let list = Some((Mutex::new(journal), cache.clone(), name));
            Some(Self {
                known: Mutex::new(known.collect()),
                list,
            })
        });
        opened.unwrap_or_default()
    }

    /// The values of a row, if they are known.
    pub(crate) fn take(&self, block: BlockIndex) -> Option<RowValues> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&block)
    }

    /// Remembers the values of a row.
    pub(crate) fn keep(&self, block: BlockIndex, values: &RowValues) {
        let Some((journal, ..)) = &self.list else {
            return;
        };
        let values = values.iter().flatten().flat_map(|value| value.0);
        let record: Vec<u8> = block.0.to_le_bytes().into_iter().chain(values).collect();
        let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = journal.append(&record) {
            tracing::debug!(%error, "a row is not remembered");
        }
    }

    /// A blob is published: nobody asks any more.
    pub(crate) fn remove(cache: &Cache, blob: &BlobSource, layout: &Layout) {
        cache.remove(&name(blob, layout));
    }

    /// The values are wrong.
    pub(crate) fn forget(&self) {
        if let Some((_, cache, name)) = &self.list {
            cache.remove(name);
        }
    }
}

fn name(blob: &BlobSource, layout: &Layout) -> String {
    let code = layout.code();
    let (k, n) = (code.data_shards(), code.total_shards());
    format!("columns-{}-{k}-{n}", blob.address)
}

/// A row's values: as many of each shard as it has units there.
fn decode(record: &[u8], layout: &Layout) -> Option<(BlockIndex, RowValues)> {
    let (block, values) = record.split_first_chunk::<4>()?;
    let block = BlockIndex(u32::from_le_bytes(*block));
    let (values, []) = values.as_chunks::<{ ChainingValue::LEN }>() else {
        return None;
    };
    let mut values = values.iter().copied().map(ChainingValue);
    let mut of = |shard: ShardIndex| {
        let range = layout.block_range(shard, block);
        let units = (range.end - range.start).div_ceil(layout.unit_len());
        let units = usize::try_from(units).ok()?;
        let values: Vec<ChainingValue> = values.by_ref().take(units).collect();
        (values.len() == units).then_some(values)
    };
    let shards = layout
        .shard_indices()
        .map(&mut of)
        .collect::<Option<RowValues>>()?;
    (block.0 < layout.blocks() && values.next().is_none()).then_some((block, shards))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{BlobKind, Source};
    use ballast_core::{Address, Code};
    use bytes::Bytes;

    fn blob(content: &'static [u8]) -> BlobSource {
        BlobSource {
            address: Address(*blake3::hash(content).as_bytes()),
            kind: BlobKind::File,
            source: Source::Bytes(Bytes::from_static(content)),
            paths: vec![],
        }
    }

    /// Distinct values for each unit of a row.
    fn values(layout: &Layout, block: BlockIndex) -> RowValues {
        let shards = layout.shard_indices().map(|shard| {
            let range = layout.block_range(shard, block);
            let units = (range.end - range.start).div_ceil(layout.unit_len());
            let value = |unit| ChainingValue([shard.0 ^ block.0 as u8 ^ unit as u8; 32]);
            (0..units).map(value).collect()
        });
        shards.collect()
    }

    #[test]
    fn rows_are_known_the_next_time_for_the_same_blob_and_code() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(folder.path()).unwrap();
        for len in [5_000u64, 7_000_001, 300_000_000] {
            let layout = Layout::new(len, Code::new(2, 4).unwrap()).unwrap();
            let first = Memo::open(Some(&cache), &blob(b"x"), &layout);
            let last = BlockIndex(layout.blocks() - 1);
            for block in [BlockIndex(0), last] {
                assert_eq!(first.take(block), None);
                first.keep(block, &values(&layout, block));
            }
            drop(first);
            let again = Memo::open(Some(&cache), &blob(b"x"), &layout);
            assert_eq!(again.take(last), Some(values(&layout, last)), "{len}");
            drop(again);
            let other = Memo::open(Some(&cache), &blob(b"y"), &layout);
            assert_eq!(other.take(last), None);
            let wider = Layout::new(len, Code::new(4, 8).unwrap()).unwrap();
            let other = Memo::open(Some(&cache), &blob(b"x"), &wider);
            assert_eq!(other.take(BlockIndex(0)), None);
            Memo::open(Some(&cache), &blob(b"x"), &layout).forget();
            let gone = Memo::open(Some(&cache), &blob(b"x"), &layout);
            assert_eq!(gone.take(last), None);
        }
    }

    #[test]
    fn records_that_do_not_fit_the_layout_are_left_out() {
        let layout = Layout::new(7_000_001, Code::new(2, 4).unwrap()).unwrap();
        let block = BlockIndex(0);
        let flat = values(&layout, block).into_iter().flatten();
        let record: Vec<u8> = [0; 4]
            .into_iter()
            .chain(flat.flat_map(|value| value.0))
            .collect();
        assert!(decode(&record, &layout).is_some());
        assert!(decode(&record[..record.len() - 1], &layout).is_none());
        assert!(decode(&record[..record.len() - 32], &layout).is_none());
        assert!(decode(&[record.clone(), vec![0; 32]].concat(), &layout).is_none());
        assert!(decode(&[vec![9; 4], record[4..].to_vec()].concat(), &layout).is_none());
    }
}
