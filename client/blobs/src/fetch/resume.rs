//! What an unfinished file has of its blob, listed behind its bytes.
//!
//! Goals: a fetch that was killed is gone on with: only the blocks that were on their way are fetched again. A block is
//! listed after its bytes were written, and nothing listed is believed: the bytes are read back and proven against the
//! address, like bytes from a worker. So a list that is torn, old or wrong costs work only.
//! Limits: data columns depend on the blob's length and k alone; a list made under another k is of no use.

use super::sink::Sink;
use crate::journal::Journal;
use ballast_core::{
    limits::COLUMN_BLOCK_LEN, Address, BlockIndex, ChainingValue, Layout, ShardIndex,
};
use std::{fs::File, io, ops::Range};

/// Version of the list.
const LIST: &[u8] = b"ballast fetch 2";

/// What a file will be, so that it can be gone on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// All of the blob at this address.
    Blob(Address),
    /// A range of it, or all of it where only parts are wanted.
    Range(Address, Range<u64>),
}

/// Column bytes that are in the file, of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recorded {
    pub shard: ShardIndex,
    /// Where they begin in the column.
    pub start: u64,
    pub len: u32,
    /// For a whole blob the block's value in its column's tree, else what [`super::parts`] tells bytes by.
    pub value: ChainingValue,
    /// Whether they came out of other shards.
    pub is_decoded: bool,
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
        content: &Content,
        layout: &Layout,
    ) -> io::Result<(Self, Vec<Recorded>)> {
        let k = layout.code().data_shards();
        let len = layout.len().to_le_bytes();
        let (address, range) = match content {
            Content::Blob(address) => (address, None),
            Content::Range(address, range) => (address, Some(range)),
        };
        let mut header = [LIST, &address.0, &len, &[k]].concat();
        header.extend(range.iter().flat_map(|range| range.start.to_le_bytes()));
        header.extend(range.iter().flat_map(|range| range.end.to_le_bytes()));
        let end = range.map_or(layout.len(), |range| range.end - range.start);
        let blocks = u64::from(layout.blocks()).saturating_mul(k.into());
        // Each once, and some more that were written again.
        let most = usize::try_from(blocks.saturating_mul(2)).unwrap_or(usize::MAX);
        let (journal, records) = Journal::open(file.try_clone()?, end, &header, most)?;
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
    /// Where they end in the column.
    pub(crate) fn end(&self) -> u64 {
        self.start.saturating_add(self.len.into())
    }

    fn encode(&self) -> Vec<u8> {
        let (start, len) = (self.start.to_le_bytes(), self.len.to_le_bytes());
        let head = [self.shard.0, self.is_decoded.into()];
        [&head[..], &start, &len, &self.value.0].concat()
    }

    fn decode(record: &[u8]) -> Option<Self> {
        let ([shard, is_decoded], rest) = record.split_first_chunk::<2>()?;
        let (start, rest) = rest.split_first_chunk::<8>()?;
        let (len, value) = rest.split_first_chunk::<4>()?;
        Some(Self {
            shard: ShardIndex(*shard),
            start: u64::from_le_bytes(*start),
            len: u32::from_le_bytes(*len),
            value: ChainingValue(value.try_into().ok()?),
            is_decoded: *is_decoded != 0,
        })
    }

    fn exists(&self, layout: &Layout) -> bool {
        let block = u32::try_from(self.start / COLUMN_BLOCK_LEN).unwrap_or(u32::MAX);
        let block = layout.block_range(self.shard, BlockIndex(block));
        layout.is_data_shard(self.shard)
            && self.len > 0
            && block.start <= self.start
            && self.end() <= block.end
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
            start: u64::from(block) * COLUMN_BLOCK_LEN,
            len: 1000,
            value: ChainingValue([shard.wrapping_add(1); 32]),
            is_decoded: block % 2 == 1,
        }
    }

    fn open(file: &File, address: u8, layout: &Layout) -> (List, Vec<Recorded>) {
        List::open(file, &Content::Blob(Address([address; 32])), layout).unwrap()
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
    fn a_list_of_a_range_serves_for_that_range() {
        let file = tempfile::tempfile().unwrap();
        let open = |range: Range<u64>| {
            let content = Content::Range(Address([7; 32]), range);
            List::open(&file, &content, &layout(2, 4)).unwrap()
        };
        open(1000..2000).0.add(&recorded(0, 0)).unwrap();
        assert_eq!(open(1000..2000).1, [recorded(0, 0)]);
        assert_eq!(open(1001..2001).1, [], "as long, but another");
    }

    #[test]
    fn blocks_that_do_not_exist_are_left_out() {
        let file = tempfile::tempfile().unwrap();
        let (mut list, _) = open(&file, 7, &layout(2, 4));
        let some = recorded(0, 0);
        for wrong in [
            Recorded { len: 0, ..some },
            Recorded {
                start: 100,
                len: COLUMN_BLOCK_LEN as u32,
                ..some
            },
            Recorded {
                start: u64::MAX,
                ..some
            },
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
