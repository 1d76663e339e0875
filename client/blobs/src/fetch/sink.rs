//! Where fetched bytes go.

use super::resume::{Recorded, Target};
use ballast_core::Layout;
use std::{
    io,
    ops::Range,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// Takes a blob's bytes. Called on threads for blocking work, for different parts at the same time.
pub trait Sink: Send + Sync {
    /// Takes bytes that belong at `offset` of the blob.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
}

/// A sink that is not gone on with.
pub(crate) struct Anew(pub(crate) Arc<dyn Sink>);

impl Sink for Anew {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(offset, bytes)
    }
}

impl Target for Anew {
    fn resume(&self, _: &Layout) -> io::Result<Vec<Recorded>> {
        Ok(Vec::new())
    }

    fn record(&self, _: &Recorded) -> io::Result<()> {
        Ok(())
    }

    fn read_at(&self, _: u64, _: &mut [u8]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// One attempt's way to a target. Once it is closed nothing passes any more, so that an attempt that was given up cannot
/// write over what a later one wrote, and the target is let go: work that still runs for it keeps no file locked.
pub(crate) struct Attempt {
    /// `None` once it is closed.
    target: RwLock<Option<Arc<dyn Target>>>,
}

impl Attempt {
    pub(crate) fn new(target: Arc<dyn Target>) -> Self {
        Self {
            target: RwLock::new(Some(target)),
        }
    }

    /// Closes it, after what is being written now.
    pub(crate) fn close(&self) {
        *self.target.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Attempt {
    fn if_open<T>(&self, act: impl FnOnce(&dyn Target) -> io::Result<T>) -> io::Result<T> {
        let target = self.target.read().unwrap_or_else(PoisonError::into_inner);
        match target.as_deref() {
            Some(target) => act(target),
            None => Err(io::Error::other("the attempt was given up")),
        }
    }
}

impl Sink for Attempt {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.if_open(|target| target.write_at(offset, bytes))
    }
}

impl Target for Attempt {
    fn resume(&self, layout: &Layout) -> io::Result<Vec<Recorded>> {
        self.if_open(|target| target.resume(layout))
    }

    fn record(&self, recorded: &Recorded) -> io::Result<()> {
        self.if_open(|target| target.record(recorded))
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.if_open(|target| target.read_at(offset, buffer))
    }
}

/// A range of a blob, in memory.
pub(crate) struct Memory {
    range: Range<u64>,
    bytes: Mutex<Vec<u8>>,
}

impl Memory {
    /// For bytes of `range`; others are ignored.
    pub(crate) fn new(range: Range<u64>) -> Self {
        let len = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        Self {
            range,
            bytes: Mutex::new(vec![0; len]),
        }
    }

    /// What was written.
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sink for Memory {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let end = offset
            .saturating_add(bytes.len() as u64)
            .min(self.range.end);
        let start = offset.max(self.range.start);
        if start >= end {
            return Ok(());
        }
        let within = |from: u64| {
            let distance = |at: u64| usize::try_from(at.saturating_sub(from)).unwrap_or(usize::MAX);
            distance(start)..distance(end)
        };
        let mut memory = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(to), Some(from)) = (
            memory.get_mut(within(self.range.start)),
            bytes.get(within(offset)),
        ) {
            to.copy_from_slice(from);
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_attempt_writes_nothing() {
        let memory = Arc::new(Memory::new(0..2));
        let attempt = Attempt::new(Arc::new(Anew(memory.clone())));
        attempt.write_at(0, &[1]).unwrap();
        attempt.close();
        assert!(attempt.write_at(1, &[2]).is_err());
        assert_eq!(Arc::strong_count(&memory), 1, "the target is let go");
        assert_eq!(memory.take(), [1, 0]);
    }

    #[test]
    fn memory_keeps_its_range_and_nothing_else() {
        let memory = Memory::new(10..14);
        memory.write_at(0, &[1; 5]).unwrap();
        memory.write_at(8, &[2, 2, 3, 4]).unwrap();
        memory.write_at(12, &[5, 6, 7]).unwrap();
        assert_eq!(memory.take(), [3, 4, 5, 6]);
    }
}
