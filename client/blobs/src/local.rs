//! Files that are there already, compared with what they should be.

use ballast_core::Address;
use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// Bytes read at a time.
const BUFFER_LEN: usize = 1 << 20;

/// How a file compares with what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// It does not exist.
    Absent,
    /// It is right.
    Same,
    /// It has another length.
    OtherLength(u64),
    /// It has other bytes.
    OtherBytes,
    /// It is a folder or something special.
    NotAFile,
}

/// Compares a file with a length and an address. Reads it only if the length fits; tells `read` of the bytes.
pub(crate) fn compare(
    path: &Path,
    len: u64,
    address: &Address,
    read: impl Fn(u64),
) -> io::Result<Comparison> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Comparison::Absent),
        Err(error) => return Err(error),
    };
    if !metadata.is_file() {
        return Ok(Comparison::NotAFile);
    }
    if metadata.len() != len {
        return Ok(Comparison::OtherLength(metadata.len()));
    }
    let actual = each_piece(path, |piece, _| {
        read(piece.len() as u64);
        Ok(())
    })?;
    Ok(if actual == *address {
        Comparison::Same
    } else {
        Comparison::OtherBytes
    })
}

/// Reads a file piece by piece, with the offset of each, and returns its address.
pub(crate) fn each_piece(
    path: &Path,
    mut take: impl FnMut(&[u8], u64) -> io::Result<()>,
) -> io::Result<Address> {
    let mut file = File::open(path)?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; BUFFER_LEN];
    let mut offset = 0u64;
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok(Address(*hasher.finalize().as_bytes())),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let piece = buffer.get(..read).unwrap_or_default();
        hasher.update(piece);
        take(piece, offset)?;
        offset = offset.saturating_add(read as u64);
    }
}
