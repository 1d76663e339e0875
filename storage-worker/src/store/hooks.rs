//! Named points in the store's writes, at which a test stops it as a crash or a full disk would.

use std::io;

/// A moment between two steps of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Point {
    /// The staging file exists with its full length; no row names it.
    StagingCreated,
    /// The row says the shard is being received.
    ReceivingRecorded,
    /// A block's bytes are in the staging file, perhaps only in memory.
    BlockWritten,
    /// The staging file is on disk.
    StagingSynced,
    /// The rows of the received blocks are written.
    BlocksRecorded,
    /// The file has its final name.
    Renamed,
    /// The new name is on disk.
    DirectoriesSynced,
    /// A small shard is about to be written.
    SmallWritten,
    /// The row says the shard is held.
    HeldRecorded,
    /// The row says the shard is being deleted.
    DeletingRecorded,
    /// The files of a deleted shard are gone.
    FilesRemoved,
}

impl Point {
    /// All points.
    pub const ALL: [Point; 11] = [
        Point::StagingCreated,
        Point::ReceivingRecorded,
        Point::BlockWritten,
        Point::StagingSynced,
        Point::BlocksRecorded,
        Point::Renamed,
        Point::DirectoriesSynced,
        Point::SmallWritten,
        Point::HeldRecorded,
        Point::DeletingRecorded,
        Point::FilesRemoved,
    ];
}

/// Called at every [`Point`]; an error ends the write there.
pub trait Hooks: Send + Sync {
    /// The store has come to `point`.
    fn at(&self, point: Point) -> io::Result<()>;
}

/// What programs use: nothing happens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHooks;

impl Hooks for NoHooks {
    fn at(&self, _: Point) -> io::Result<()> {
        Ok(())
    }
}
