//! Manifests: the list of a model version's files; its hash is the version's address.
//!
//! Goals: one content, one sequence of bytes, one address. A manifest that exists as a value can be fetched into a
//! folder: no path leaves it, no two paths collide, every byte lies somewhere.
//! Non-goals: reading files and packing them (crate `ballast-blobs`).
//!
//! The bytes are JSON with sorted keys and paths and without white space, so that `sha256sum`-style tools in any
//! language can read them. [`Manifest::parse`] refuses bytes that [`Manifest::to_bytes`] would not write.

use crate::{
    ids::Address,
    limits::{MAX_BLOB_LEN, MAX_MANIFEST_FILES, MAX_MANIFEST_LEN, PACK_LEN_MAX},
};
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

mod error;
mod path;
pub use error::{BadPath, ManifestError};
pub use path::check_path;

/// Version of the format.
pub const MANIFEST_VERSION: u32 = 1;

/// A model version's files. Valid by construction: paths sorted and sound, lengths and places checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    files: Vec<FileEntry>,
}

/// A file of a manifest. Fields in the order of their names, which is the order of the canonical bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// BLAKE3 of the file; its address if it is a blob of its own.
    pub blake3: Address,
    /// SHA-1 of the file as a git blob, which other tools ask for.
    #[serde(with = "hex::serde")]
    pub git_sha1: [u8; 20],
    /// Bytes of the file.
    pub length: u64,
    /// Where its bytes are.
    pub location: Location,
    /// Where it goes, relative to the model's folder, with '/' between segments.
    pub path: String,
    /// SHA-256 of the file, which other tools ask for.
    #[serde(with = "hex::serde")]
    pub sha256: [u8; 32],
}

/// Where a file's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Location {
    /// Nowhere: the file has no bytes.
    Empty,
    /// In a blob of its own, whose address is the file's BLAKE3.
    Blob,
    /// In a blob that it shares with other small files.
    Pack {
        /// The pack.
        address: Address,
        /// First byte of the file in the pack.
        offset: u64,
    },
}

/// The canonical JSON, fields in the order of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<Files> {
    files: Files,
    version: u32,
}

impl Manifest {
    /// A manifest of these files, in any order.
    pub fn new(mut files: Vec<FileEntry>) -> Result<Self, ManifestError> {
        files.sort_unstable_by(|one, other| one.path.as_bytes().cmp(other.path.as_bytes()));
        check_files(&files)?;
        Ok(Self { files })
    }

    /// The files, sorted by the bytes of their paths.
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// The file at `path`.
    pub fn find(&self, path: &str) -> Option<&FileEntry> {
        let at = self
            .files
            .binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes()))
            .ok()?;
        self.files.get(at)
    }

    /// Bytes of all files together. Below 2^57, since both files and their lengths are bounded.
    pub fn total_len(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.length))
    }

    /// Addresses of the blobs that hold the files, packs among them, sorted, each once.
    pub fn blobs(&self) -> Vec<Address> {
        let mut addresses: Vec<Address> = self.files.iter().filter_map(FileEntry::blob).collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses
    }

    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&Document {
            files: &self.files,
            version: MANIFEST_VERSION,
        })
        .expect("strings, numbers and enums with string keys always serialise to memory; qed")
    }

    /// Address of the canonical bytes: the model version's address.
    pub fn address(&self) -> Address {
        Address(*blake3::hash(&self.to_bytes()).as_bytes())
    }

    /// Reads canonical bytes; refuses all others.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        check_len(bytes)?;
        let document: Document<Vec<FileEntry>> =
            serde_json::from_slice(bytes).map_err(|error| refine(bytes, &error))?;
        check_version(document.version)?;
        check_files(&document.files)?;
        let manifest = Self {
            files: document.files,
        };
        match first_difference(bytes, &manifest.to_bytes()) {
            None => Ok(manifest),
            Some(at) => Err(ManifestError::NotCanonical { at }),
        }
    }
}

impl FileEntry {
    /// The blob that holds the file's bytes; `None` if it has none.
    pub fn blob(&self) -> Option<Address> {
        match self.location {
            Location::Empty => None,
            Location::Blob => Some(self.blake3),
            Location::Pack { address, .. } => Some(address),
        }
    }
}

fn check_len(bytes: &[u8]) -> Result<(), ManifestError> {
    match u64::try_from(bytes.len()) {
        Ok(len) if len <= MAX_MANIFEST_LEN => Ok(()),
        _ => Err(ManifestError::TooLong {
            len: bytes.len(),
            max: MAX_MANIFEST_LEN,
        }),
    }
}

fn check_version(version: u32) -> Result<(), ManifestError> {
    match version == MANIFEST_VERSION {
        true => Ok(()),
        false => Err(ManifestError::Version {
            actual: version,
            supported: MANIFEST_VERSION,
        }),
    }
}

/// Why bytes do not parse: they may be of a later version, with fields unknown here.
fn refine(bytes: &[u8], error: &serde_json::Error) -> ManifestError {
    #[derive(Deserialize)]
    struct Probe {
        version: u32,
    }
    match serde_json::from_slice::<Probe>(bytes) {
        Ok(probe) if probe.version != MANIFEST_VERSION => ManifestError::Version {
            actual: probe.version,
            supported: MANIFEST_VERSION,
        },
        _ => ManifestError::Syntax {
            line: error.line(),
            column: error.column(),
        },
    }
}

fn first_difference(one: &[u8], other: &[u8]) -> Option<usize> {
    let differs = one.iter().zip(other).position(|(a, b)| a != b);
    differs.or_else(|| (one.len() != other.len()).then(|| one.len().min(other.len())))
}

fn check_files(files: &[FileEntry]) -> Result<(), ManifestError> {
    if files.is_empty() {
        return Err(ManifestError::NoFiles);
    }
    if files.len() > MAX_MANIFEST_FILES {
        return Err(ManifestError::TooManyFiles {
            count: files.len(),
            max: MAX_MANIFEST_FILES,
        });
    }
    files.iter().try_for_each(check_file)?;
    check_order(files)?;
    path::check_folders(files)
}

fn check_file(file: &FileEntry) -> Result<(), ManifestError> {
    check_path(&file.path).map_err(|reason| ManifestError::Path {
        path: file.path.clone(),
        reason,
    })?;
    let fits = match file.location {
        Location::Empty => file.length == 0 && file.blake3 == empty_address(),
        Location::Blob => (1..=MAX_BLOB_LEN).contains(&file.length),
        Location::Pack { offset, .. } => {
            file.length > 0
                && offset
                    .checked_add(file.length)
                    .is_some_and(|end| end <= PACK_LEN_MAX)
        }
    };
    match fits {
        true => Ok(()),
        false => Err(ManifestError::Place {
            path: file.path.clone(),
            length: file.length,
        }),
    }
}

fn empty_address() -> Address {
    Address(*blake3::hash(b"").as_bytes())
}

/// Paths ascend, so none comes twice.
fn check_order(files: &[FileEntry]) -> Result<(), ManifestError> {
    let pairs = files.iter().zip(files.iter().skip(1));
    for (one, next) in pairs {
        match one.path.as_bytes().cmp(next.path.as_bytes()) {
            core::cmp::Ordering::Less => {}
            core::cmp::Ordering::Equal => {
                return Err(ManifestError::RepeatedPath {
                    path: next.path.clone(),
                })
            }
            core::cmp::Ordering::Greater => {
                return Err(ManifestError::Order {
                    path: next.path.clone(),
                })
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
