//! What an unfinished file has of its blob, listed behind its bytes.
//!
//! Goals: a fetch that was killed is gone on with: only the blocks that were on their way are fetched again. A block is
//! listed after its bytes were written, and nothing listed is believed: the bytes are read back and proven against the
//! address, like bytes from a worker. So a list that is torn, old or wrong costs work only.
//! Limits: data columns depend on the blob's length and k alone; a list made under another k is of no use.

use super::sink::Sink;
use crate::journal::Journal;
use ballast_core::{Address, BlockIndex, ChainingValue, Layout, ShardIndex};
use std::{fs::File, io};

/// Version of the list.
const LIST: &[u8] = b"ballast fetch 1";

/// A column block whose bytes are in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub shard: ShardIndex,
    pub block: BlockIndex,
    /// The block's value in its column's tree.
    pub value: ChainingValue,
}

/// A sink that can be gone on with.
pub(crate) trait Target: Sink {
    /// The blocks that are there, if an earlier fetch was under this layout; begins a new list otherwise.
    fn resume(&self, layout: &Layout) -> io::Result<Vec<Recorded>>;

    /// Lists a block whose bytes were written.
    fn record(&self, recorded: &Recorded) -> io::Result<()>;

    /// Reads back what was written.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// The list of a blob's blocks in a file that has its bytes.
#[derive(Debug)]
pub(crate) struct List(Journal);

impl List {
    /// The list behind the bytes, and what it has.
    pub(crate) fn open(
        file: &File,
        address: Address,
        layout: &Layout,
    ) -> io::Result<(Self, Vec<Recorded>)> {
        let k = layout.code().data_shards();
        let len = layout.len().to_le_bytes();
        let header = [LIST, &address.0, &len, &[k]].concat();
        let blocks = u64::from(layout.blocks()).saturating_mul(k.into());
        // Each once, and some more that were written again.
        let most = usize::try_from(blocks.saturating_mul(2)).unwrap_or(usize::MAX);
        let (journal, records) = Journal::open(file.try_clone()?, layout.len(), &header, most)?;
        let records = records
            .iter()
            .filter_map(|record| Recorded::decode(record))
            .filter(|recorded| recorded.exists(layout));
        Ok((Self(journal), records.collect()))
    }

    /// Adds a block.
    pub(crate) fn add(&mut self, recorded: &Recorded) -> io::Result<()> {
        self.0.append(&recorded.encode())
    }
}

impl Recorded {
    fn encode(&self) -> Vec<u8> {
        let block = self.block.0.to_le_bytes();
        [&[self.shard.0], &block[..], &self.value.0].concat()
    }

    fn decode(record: &[u8]) -> Option<Self> {
        let (shard, rest) = record.split_first()?;
        let (block, value) = rest.split_first_chunk::<4>()?;
        Some(Self {
            shard: ShardIndex(*shard),
            block: BlockIndex(u32::from_le_bytes(*block)),
            value: ChainingValue(value.try_into().ok()?),
        })
    }

    fn exists(&self, layout: &Layout) -> bool {
        layout.is_data_shard(self.shard) && !layout.block_range(self.shard, self.block).is_empty()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_core::Code;

    const LEN: u64 = 5_000_000;

    fn layout(k: u8, n: u8) -> Layout {
        Layout::new(LEN, Code::new(k, n).unwrap()).unwrap()
    }

    fn recorded(shard: u8, block: u32) -> Recorded {
        Recorded {
            shard: ShardIndex(shard),
            block: BlockIndex(block),
            value: ChainingValue([shard.wrapping_add(1); 32]),
        }
    }

    fn open(file: &File, address: u8, layout: &Layout) -> (List, Vec<Recorded>) {
        List::open(file, Address([address; 32]), layout).unwrap()
    }

    #[test]
    fn a_list_serves_for_its_blob_under_the_same_k() {
        let file = tempfile::tempfile().unwrap();
        let all = [recorded(0, 0), recorded(1, 2)];
        let (mut list, _) = open(&file, 7, &layout(2, 4));
        all.iter().for_each(|one| list.add(one).unwrap());
        assert_eq!(open(&file, 7, &layout(2, 3)).1, all, "n does not matter");
        assert_eq!(open(&file, 7, &layout(4, 8)).1, []);
        open(&file, 7, &layout(2, 4)).0.add(&all[0]).unwrap();
        assert_eq!(open(&file, 8, &layout(2, 4)).1, []);
    }

    #[test]
    fn blocks_that_do_not_exist_are_left_out() {
        let file = tempfile::tempfile().unwrap();
        let (mut list, _) = open(&file, 7, &layout(2, 4));
        for wrong in [
            recorded(2, 0),
            recorded(0, 3),
            recorded(255, 0),
            recorded(0, u32::MAX),
        ] {
            list.add(&wrong).unwrap();
        }
        assert_eq!(open(&file, 7, &layout(2, 4)).1, []);
    }
}
