//! Why fetching failed.

use crate::io_class;
use ballast_chain::{ss58, ChainError, ErrorClass};
use ballast_core::{Address, EncodingId, ShardIndex, WorkerId};
use serde::Serialize;
use std::{fmt, io, path::PathBuf};

/// A shard that could not be had, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShardFailure {
    /// The shard.
    pub shard: ShardIndex,
    /// Its worker.
    pub worker: WorkerId,
    /// The worker's endpoint; empty if it is no worker any more.
    pub endpoint: String,
    /// What it did.
    pub reason: String,
}

/// Why fetching failed. Nothing is left under a final name that is not right and complete.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The chain could not be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The chain does not know the address.
    #[error("the chain has no blob {address}; check the address, or its lease has ended")]
    Unknown {
        /// The address.
        address: Address,
    },
    /// It is only registered.
    #[error("blob {address} is registered but not certified yet; try again when its publisher has finished")]
    NotCertified {
        /// The address.
        address: Address,
    },
    /// Fewer than k shards can be had.
    #[error(
        "blob {address} cannot be read: {needed} shards of encoding {encoding} are needed, {reachable} can be had; try \
         again when one of these is back:{}", list(missing)
    )]
    Unavailable {
        /// The blob.
        address: Address,
        /// Its encoding.
        encoding: EncodingId,
        /// Shards that must be had.
        needed: u8,
        /// Shards that could be had.
        reachable: u8,
        /// The others, and why.
        missing: Vec<ShardFailure>,
    },
    /// No worker has the right cell table.
    #[error(
        "no worker gave the cell table of encoding {encoding} of {address}; try again later:{}",
        list(missing)
    )]
    NoTable {
        /// The blob.
        address: Address,
        /// Its encoding.
        encoding: EncodingId,
        /// Who was asked, and why not.
        missing: Vec<ShardFailure>,
    },
    /// Decoding gives other bytes than the address names.
    #[error(
        "shard {shard} of encoding {encoding} of {address}, rebuilt from others, is not the file's: its publisher \
         encoded it wrongly. It can be read while the data shards' workers answer; these did not:{}", list(missing)
    )]
    WrongParity {
        /// The blob.
        address: Address,
        /// Its encoding.
        encoding: EncodingId,
        /// The shard that came out wrong.
        shard: ShardIndex,
        /// Shards that could not be had, and why.
        missing: Vec<ShardFailure>,
    },
    /// The chain's answer contradicts itself.
    #[error("what the node says about {address} makes no sense: {reason}; ask another node")]
    Malformed {
        /// The blob.
        address: Address,
        /// What is wrong.
        reason: String,
    },
    /// A range that is none, or not within the blob.
    #[error("bytes {start} to {end} of {address} were asked for, which has {len}; ask for a range within it")]
    Range {
        /// The blob.
        address: Address,
        /// Where it should start.
        start: u64,
        /// Where it should end: the first byte behind it.
        end: u64,
        /// Bytes of the blob.
        len: u64,
    },
    /// Not a manifest.
    #[error("{address} is no manifest: {reason}; fetch it as the blob it is (--raw)")]
    NotAManifest {
        /// The blob.
        address: Address,
        /// Why.
        reason: String,
    },
    /// A manifest that contradicts the blobs it names.
    #[error("the bytes of {path:?} are not in {blob} where the manifest says: {reason}; its publisher made it wrong")]
    WrongManifest {
        /// The file.
        path: String,
        /// The blob it should be in.
        blob: Address,
        /// What is wrong.
        reason: String,
    },
    /// No file matches.
    #[error("no file of the model matches {patterns:?}; it has, for example, {example:?}")]
    NothingMatches {
        /// The patterns.
        patterns: Vec<String>,
        /// Some file of the model.
        example: String,
    },
    /// A pattern that is none.
    #[error("{pattern:?} is no pattern: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        reason: String,
    },
    /// Another file is in the way.
    #[error("{} exists and stays as it is; move it away, or allow overwriting (--overwrite)", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A folder or something special is in the way.
    #[error("{} is a folder or something special, which no file replaces; move it away", path.display())]
    NotAFile {
        /// What is in the way.
        path: PathBuf,
    },
    /// A link where a folder is needed.
    #[error("{} is a link or no folder, and nothing is written through it; move it away", path.display())]
    Unsafe {
        /// What is in the way.
        path: PathBuf,
    },
    /// A path that is needed while files are written.
    #[error("{path:?} ends like the files that a fetch writes to; fetch the others with patterns that leave it out")]
    Reserved {
        /// The path in the manifest.
        path: String,
    },
    /// Another program fetches the same file.
    #[error("{} is being fetched by another program; wait for it", path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// There is too little room.
    #[error("{} has room for {available} bytes, {needed} are needed; free some", path.display())]
    NoSpace {
        /// The folder.
        path: PathBuf,
        /// Bytes of the files to fetch.
        needed: u64,
        /// Bytes free.
        available: u64,
    },
    /// Bytes could not be written.
    #[error("cannot write {}: {source}; {}", path.display(), remedy(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The sink refused bytes.
    #[error("the fetched bytes could not be written: {source}; {}", remedy(source))]
    Sink {
        /// What it says.
        source: io::Error,
    },
}

impl FetchError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Unavailable { .. }
            | Self::NoTable { .. }
            | Self::NotCertified { .. }
            | Self::Busy { .. } => ErrorClass::Retryable,
            Self::WrongParity { .. } | Self::Malformed { .. } | Self::WrongManifest { .. } => {
                ErrorClass::Fatal
            }
            Self::NoSpace { .. } => ErrorClass::Usage,
            Self::Write { source, .. } | Self::Sink { source } => io_class(source),
            Self::Unknown { .. }
            | Self::Range { .. }
            | Self::NotAManifest { .. }
            | Self::NothingMatches { .. }
            | Self::Pattern { .. }
            | Self::Unsafe { .. }
            | Self::Reserved { .. }
            | Self::Exists { .. }
            | Self::NotAFile { .. } => ErrorClass::Usage,
        }
    }

    /// Whether another encoding of the same blob may do better.
    pub(super) fn is_about_encoding(&self) -> bool {
        matches!(
            self,
            Self::Unavailable { .. }
                | Self::NoTable { .. }
                | Self::WrongParity { .. }
                | Self::Malformed { .. }
        )
    }
}

impl fmt::Display for ShardFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            shard,
            worker,
            endpoint,
            reason,
        } = self;
        write!(
            f,
            "shard {shard} of worker {} at {endpoint}: {reason}",
            ss58::encode(&worker.0)
        )
    }
}

/// Each on a line of its own.
fn list(missing: &[ShardFailure]) -> String {
    missing
        .iter()
        .map(|failure| format!("\n  {failure}"))
        .collect()
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some room, then fetch again"
        }
        io::ErrorKind::FileTooLarge => {
            "the file system or a limit (ulimit -f) allows no file of that length"
        }
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::NotFound => "choose a folder you may write to",
        io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory
        | io::ErrorKind::AlreadyExists => {
            "something else has that name; move it away, or choose another folder"
        }
        _ => "check the disk, then fetch again",
    }
}
