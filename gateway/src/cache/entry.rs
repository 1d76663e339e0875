//! One group's file: a head that proves the rest.

use super::Key;
use crate::limits::GROUP_LEN;
use bytes::Bytes;
use std::{fmt, io};

const MAGIC: &[u8; 8] = b"ballast1";
const HEAD_LEN: usize = 8 + 8 + 32;

/// Bytes of the longest file.
pub(super) const FILE_LEN_MAX: usize = HEAD_LEN + GROUP_LEN as usize;

/// A group of a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Length of the whole blob.
    pub blob_len: u64,
    /// The group's bytes.
    pub bytes: Bytes,
}

/// Why a file is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// It is not there.
    Absent,
    /// It cannot be read.
    Unreadable,
    /// It is too short, too long, or of another kind.
    Shape,
    /// Its bytes are not those that were written.
    Bytes,
}

impl Damage {
    pub(super) fn of(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Absent,
            _ => Self::Unreadable,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "it is absent",
            Self::Unreadable => "it cannot be read",
            Self::Shape => "it is cut or of another kind",
            Self::Bytes => "its bytes have changed",
        })
    }
}

/// The head of a group's file: magic, length of the blob (little-endian), hash.
pub(super) fn head(key: Key, blob_len: u64, bytes: &[u8]) -> [u8; HEAD_LEN] {
    let mut head = [0; HEAD_LEN];
    let hash = hash(key, blob_len, bytes);
    let values = MAGIC
        .iter()
        .chain(&blob_len.to_le_bytes())
        .chain(&hash)
        .copied()
        .collect::<Vec<u8>>();
    head.iter_mut()
        .zip(values)
        .for_each(|(byte, value)| *byte = value);
    head
}

/// The group in a file, if the file is what was written for `key`.
pub(super) fn parse(key: Key, file: Bytes) -> Result<Group, Damage> {
    if file.len() < HEAD_LEN || file.len() > FILE_LEN_MAX || !file.starts_with(MAGIC) {
        return Err(Damage::Shape);
    }
    let bytes = file.slice(HEAD_LEN..);
    let len = file.get(8..16).and_then(|len| len.try_into().ok());
    let blob_len = u64::from_le_bytes(len.ok_or(Damage::Shape)?);
    match file.get(16..HEAD_LEN) == Some(&hash(key, blob_len, &bytes)) {
        true => Ok(Group { blob_len, bytes }),
        false => Err(Damage::Bytes),
    }
}

fn hash((address, index): Key, blob_len: u64, bytes: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(address.as_bytes());
    hasher.update(&blob_len.to_le_bytes());
    hasher.update(&index.to_le_bytes());
    hasher.update(bytes);
    *hasher.finalize().as_bytes()
}
