//! Why a manifest is refused.

use alloc::string::String;

/// Why a manifest is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It lists nothing.
    #[error("a manifest lists at least one file, this one lists none; add a file")]
    NoFiles,
    /// It lists too much.
    #[error("a manifest lists at most {max} files, this one {count}; publish fewer files, or archive some of them")]
    TooManyFiles {
        /// Files listed.
        count: usize,
        /// Greatest number.
        max: usize,
    },
    /// Its bytes are too many.
    #[error("a manifest has at most {max} bytes, this one {len}")]
    TooLong {
        /// Bytes given.
        len: usize,
        /// Greatest length.
        max: u64,
    },
    /// It is of another version of the format.
    #[error("the manifest has format {actual}, this program reads {supported}; update it")]
    Version {
        /// Its version.
        actual: u32,
        /// The version supported.
        supported: u32,
    },
    /// It is no manifest.
    #[error("not a manifest: malformed JSON, or a missing or unknown field, at line {line} column {column}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Its bytes are not those its content has.
    #[error("the manifest's bytes differ from its canonical form from byte {at} on; only canonical manifests have an address")]
    NotCanonical {
        /// First differing byte.
        at: usize,
    },
    /// Its files are not sorted.
    #[error("{path:?} is out of order; a manifest's paths ascend by their bytes")]
    Order {
        /// The path.
        path: String,
    },
    /// It lists a path twice.
    #[error("{path:?} is listed twice; each path may be listed once")]
    RepeatedPath {
        /// The path.
        path: String,
    },
    /// A file stands where another path needs a folder.
    #[error("{file:?} is a file, but {path:?} needs a folder of that name; rename one of them")]
    FileIsFolder {
        /// The file.
        file: String,
        /// The path below it.
        path: String,
    },
    /// A path is not allowed.
    #[error("path {path:?} {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why.
        reason: BadPath,
    },
    /// A file's length does not fit where it is said to lie.
    #[error("{path:?} of {length} bytes does not fit the place it is said to be in")]
    Place {
        /// The path.
        path: String,
        /// The file's length.
        length: u64,
    },
}

/// Why a path is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Too short or too long.
    #[error("has {len} bytes; 1 to {max} are allowed, so shorten it")]
    Length {
        /// Its bytes.
        len: usize,
        /// Greatest length.
        max: usize,
    },
    /// Starts at a root.
    #[error("starts with '/'; paths are relative to the model's folder")]
    Absolute,
    /// An empty segment.
    #[error("has an empty segment; write single '/' between names and none at the end")]
    EmptySegment,
    /// A segment that moves.
    #[error("has the segment '.' or '..'; paths name what they mean")]
    DotSegment,
    /// A control character.
    #[error("has a control character; rename the file")]
    Control,
    /// A backslash, which separates segments on Windows.
    #[error("has a backslash, which other systems read as a separator; rename the file")]
    Backslash,
}
