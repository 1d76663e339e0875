//! Memory for column blocks, used again and again.
//!
//! Goals: who moves blocks asks the system for their memory once. Fresh memory is cleared page by page, and on a host that
//! takes back free memory it is fetched page by page besides. Blocks begin at cache lines, and not all at the same place of
//! their pages: otherwise coding takes up to twice as long (docs/performance.md).
//! Limits: [`IDLE_MAX`] blocks of a process wait for their next use; what is in use is bounded by who uses it. Short
//! buffers are ordinary memory, so that a few bytes never hold a block's.

use crate::MAX_FRAME_LEN;
use bytes::Bytes;
use std::{
    ops::{Deref, DerefMut},
    sync::{
        atomic::{AtomicUsize, Ordering::Relaxed},
        Mutex, MutexGuard, PoisonError,
    },
};

/// Blocks' memory that is kept for its next use: as many as a publish or a fetch has in use at a time by default.
const IDLE_MAX: usize = 64;
/// Buffers for less than this are ordinary memory.
const REUSED_LEN_MIN: usize = MAX_FRAME_LEN / 2;

/// Bytes of a cache line.
const LINE: usize = 64;

/// By how much a block begins further within its page than the one before, and how many such places there are.
const PLACE_LEN: usize = 8 * LINE;
const PLACES: usize = 8;
/// Memory for less than this lies where it may.
const PLACED_LEN_MIN: usize = PLACES * PLACE_LEN;

/// The memory that waits, the last used last: it may still be in a cache.
static IDLE: Mutex<Vec<Memory>> = Mutex::new(Vec::new());

/// Bytes that are being put together. Their memory is used again once they and all slices of them are dropped.
#[derive(Debug)]
pub struct Buffer {
    /// Initialised once; longer than what is in use.
    memory: Memory,
    len: usize,
}

/// Memory that begins at a cache line.
#[derive(Debug, Default)]
struct Memory {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl Memory {
    fn new(len: usize) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        if len < PLACED_LEN_MIN {
            let bytes = vec![0; len];
            return Self {
                bytes,
                start: 0,
                len,
            };
        }
        let place = NEXT.fetch_add(1, Relaxed) % PLACES * PLACE_LEN;
        let bytes = vec![0; len.saturating_add(LINE + place)];
        // Below a line's length, or no alignment was found, which costs time only.
        let start = bytes.as_ptr().align_offset(LINE) % LINE + place;
        Self { bytes, start, len }
    }

    fn get(&self, len: usize) -> &[u8] {
        let all = self.bytes.get(self.start..).unwrap_or_default();
        all.get(..len).unwrap_or_default()
    }

    fn get_mut(&mut self, len: usize) -> &mut [u8] {
        let all = self.bytes.get_mut(self.start..).unwrap_or_default();
        all.get_mut(..len).unwrap_or_default()
    }
}

impl Buffer {
    /// An empty one with room for `len` bytes.
    pub fn for_len(len: usize) -> Self {
        let reused = match (REUSED_LEN_MIN..=MAX_FRAME_LEN).contains(&len) {
            true => Some(idle().pop().unwrap_or_else(|| Memory::new(MAX_FRAME_LEN))),
            false => None,
        };
        Self {
            memory: reused.unwrap_or_else(|| Memory::new(len)),
            len: 0,
        }
    }

    /// One of `len` bytes, which may be those of an earlier use: for who writes them all.
    pub fn to_fill(len: usize) -> Self {
        let mut buffer = Self::for_len(len);
        buffer.len = len;
        buffer
    }

    /// Adds bytes.
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        let end = self.len.saturating_add(bytes.len());
        if end > self.memory.len {
            let mut longer = Memory::new(end.max(self.memory.len.saturating_mul(2)));
            longer.get_mut(self.len).copy_from_slice(self);
            self.memory = longer;
        }
        if let Some(room) = self.memory.get_mut(end).get_mut(self.len..) {
            room.copy_from_slice(bytes);
        }
        self.len = end;
    }

    /// The bytes, not to be changed any more.
    pub fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.memory.get(self.len)
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.memory.get_mut(self.len)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut idle = idle();
        if self.memory.len == MAX_FRAME_LEN && idle.len() < IDLE_MAX {
            idle.push(std::mem::take(&mut self.memory));
        }
    }
}

fn idle() -> MutexGuard<'static, Vec<Memory>> {
    // Any list of memory will do, whoever left it.
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_buffer_has_what_was_added_and_nothing_of_an_earlier_use() {
        let mut old = Buffer::to_fill(MAX_FRAME_LEN);
        old.fill(7);
        drop(old.freeze());
        let mut buffer = Buffer::for_len(MAX_FRAME_LEN);
        assert!(buffer.is_empty());
        buffer.extend_from_slice(b"one");
        buffer.extend_from_slice(b"two");
        assert_eq!(buffer.freeze(), "onetwo");
    }

    #[test]
    fn a_slice_keeps_its_bytes_while_others_fill_buffers() {
        let mut first = Buffer::to_fill(MAX_FRAME_LEN);
        first.fill(1);
        let slice = first.freeze().slice(5..9);
        let others: Vec<Buffer> = (0..3)
            .map(|_| {
                let mut other = Buffer::to_fill(MAX_FRAME_LEN);
                other.fill(2);
                other
            })
            .collect();
        assert_eq!(slice, [1; 4][..]);
        drop(others);
    }

    #[test]
    fn no_more_than_the_bound_is_kept_and_nothing_short_or_grown() {
        let used: Vec<Buffer> = (0..IDLE_MAX + 5)
            .map(|_| Buffer::for_len(MAX_FRAME_LEN))
            .collect();
        drop(used);
        assert!(idle().len() <= IDLE_MAX);
        let mut grown = Buffer::for_len(MAX_FRAME_LEN);
        grown.extend_from_slice(&vec![3; MAX_FRAME_LEN + 1]);
        drop((grown, Buffer::for_len(10)));
        assert!(idle().iter().all(|memory| memory.len == MAX_FRAME_LEN));
    }

    #[test]
    fn blocks_begin_at_lines_and_not_all_at_one_place_of_a_page() {
        let blocks: Vec<Buffer> = [PLACED_LEN_MIN, 16 << 10, MAX_FRAME_LEN]
            .into_iter()
            .cycle()
            .take(2 * PLACES)
            .map(Buffer::to_fill)
            .collect();
        let places: Vec<usize> = blocks.iter().map(|block| block.as_ptr().addr()).collect();
        assert!(places.iter().all(|place| place.is_multiple_of(LINE)));
        assert!(places.iter().any(|place| place % 4096 != places[0] % 4096));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn pieces_come_out_as_they_went_in(
            room in 0..2 * MAX_FRAME_LEN,
            pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..5000), 0..8),
        ) {
            let mut buffer = Buffer::for_len(room);
            pieces.iter().for_each(|piece| buffer.extend_from_slice(piece));
            prop_assert_eq!(buffer.freeze(), pieces.concat());
        }

        #[test]
        fn a_buffer_that_is_too_short_grows(room in 0usize..50, len in 0usize..200) {
            let mut buffer = Buffer::for_len(room);
            (0..len).for_each(|at| buffer.extend_from_slice(&[at as u8]));
            let expected: Vec<u8> = (0..len).map(|at| at as u8).collect();
            prop_assert_eq!(&*buffer, expected);
        }
    }
}
