//! Why a directory cannot be published.

use crate::source::SourceError;
use ballast_core::manifest::{BadPath, ManifestError};
use std::{io, path::PathBuf};

/// Why a directory, or a file of it, is not scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Not a directory.
    #[error("{} is not a directory; give the directory that holds the model's files", .path.display())]
    NotADirectory {
        /// The path given.
        path: PathBuf,
    },
    /// No file in it.
    #[error("{} holds no file to publish; put the model's files into it", .path.display())]
    Empty {
        /// The directory.
        path: PathBuf,
    },
    /// A folder cannot be listed.
    #[error("{} cannot be read: {source}; {}", .path.display(), remedy(.source))]
    Unreadable {
        /// File or directory.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A name that is not UTF-8.
    #[error("the name of {} is not UTF-8; rename it, for other systems could not write it", .path.display())]
    NotUtf8 {
        /// The path, with the wrong bytes replaced.
        path: PathBuf,
    },
    /// A path that no manifest may list.
    #[error("{path:?} {reason}")]
    Path {
        /// The path below the directory.
        path: String,
        /// What is wrong with it.
        reason: BadPath,
    },
    /// Neither file nor directory nor symlink.
    #[error("{} is a {kind}, which has no bytes to publish; remove it", .path.display())]
    Special {
        /// Where it is.
        path: PathBuf,
        /// What it is.
        kind: &'static str,
    },
    /// A symlink that leads out of the directory.
    #[error("{} links to {}, outside of the directory; copy the file in its place", .path.display(), .target.display())]
    LinkLeaves {
        /// The symlink.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A symlink to a folder.
    #[error("{} links to a folder; copy the folder in its place, or remove the link", .path.display())]
    LinkToFolder {
        /// The symlink.
        path: PathBuf,
    },
    /// A symlink that leads nowhere.
    #[error("{} is a symlink that leads nowhere ({source}); mend or remove it", .path.display())]
    BrokenLink {
        /// The symlink.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file over the protocol's limit.
    #[error("{} has {len} bytes, over the limit of {max}; split it", .path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Its length.
        len: u64,
        /// Greatest length.
        max: u64,
    },
    /// Too many files.
    #[error("{} holds more than {max} files; publish fewer, or archive some of them", .path.display())]
    TooManyFiles {
        /// The directory.
        path: PathBuf,
        /// Greatest number.
        max: usize,
    },
    /// A file cannot be read, or changed meanwhile.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The files do not make a manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "check the path",
        _ => "make it readable, or leave it out",
    }
}
