//! Memory for column blocks, used again and again.
//!
//! Goals: who moves blocks asks the system for their memory once. Fresh memory is cleared page by page, and on a host that
//! takes back free memory it is fetched page by page besides.
//! Limits: [`IDLE_MAX`] blocks of a process wait for their next use; what is in use is bounded by who uses it. Short
//! buffers are ordinary memory, so that a few bytes never hold a block's.

use crate::MAX_FRAME_LEN;
use bytes::Bytes;
use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Blocks' memory that is kept for its next use: as many as a publish or a fetch has in use at a time by default.
const IDLE_MAX: usize = 64;
/// Buffers for less than this are ordinary memory.
const REUSED_LEN_MIN: usize = MAX_FRAME_LEN / 2;

/// The memory that waits, the last used last: it may still be in a cache.
static IDLE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// Bytes that are being put together. Their memory is used again once they and all slices of them are dropped.
#[derive(Debug)]
pub struct Buffer {
    /// Initialised once; longer than what is in use.
    memory: Vec<u8>,
    len: usize,
}

impl Buffer {
    /// An empty one with room for `len` bytes.
    pub fn for_len(len: usize) -> Self {
        let reused = match (REUSED_LEN_MIN..=MAX_FRAME_LEN).contains(&len) {
            true => Some(idle().pop().unwrap_or_else(|| vec![0; MAX_FRAME_LEN])),
            false => None,
        };
        Self {
            memory: reused.unwrap_or_else(|| vec![0; len]),
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
        if end > self.memory.len() {
            self.memory.truncate(self.len);
            self.memory.extend_from_slice(bytes);
        } else if let Some(room) = self.memory.get_mut(self.len..end) {
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
        self.memory.get(..self.len).unwrap_or_default()
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        self.memory.get_mut(..self.len).unwrap_or_default()
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
        if self.memory.len() == MAX_FRAME_LEN && idle.len() < IDLE_MAX {
            idle.push(std::mem::take(&mut self.memory));
        }
    }
}

fn idle() -> MutexGuard<'static, Vec<Vec<u8>>> {
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
        assert!(idle().iter().all(|memory| memory.len() == MAX_FRAME_LEN));
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
