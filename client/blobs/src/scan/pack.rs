//! Small files one after the other in packs.

use super::{digest::Digest, BlobKind, BlobSource};
use crate::source::{PackPart, Source};
use ballast_core::{
    limits::{CHUNK_LEN, PACK_LEN_MAX},
    Address,
};
use std::collections::HashMap;

/// Where a file's bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Nowhere: it has none.
    Nowhere,
    /// Into a blob of its own.
    Blob,
    /// Into a pack.
    Pack {
        /// The pack, by its place in what [`Packer::finish`] returns.
        index: usize,
        /// First byte in the pack.
        offset: u64,
    },
}

/// Lays files out in packs, in the order they come. Keeps no bytes.
#[derive(Default)]
pub(super) struct Packer {
    closed: Vec<BlobSource>,
    open: Open,
    /// Where each content is: its pack and its offset.
    places: HashMap<Address, (usize, u64)>,
}

#[derive(Default)]
struct Open {
    hasher: blake3::Hasher,
    len: u64,
    parts: Vec<PackPart>,
    paths: Vec<String>,
}

impl Packer {
    /// The place of a small file. Content that is in a pack already is not packed again.
    pub(super) fn place(&mut self, path: &str, digest: &Digest, bytes: &[u8]) -> Place {
        if bytes.is_empty() {
            return Place::Nowhere;
        }
        let (index, offset) = match self.places.get(&digest.blake3) {
            Some(place) => *place,
            None => self.add(digest, bytes),
        };
        let paths = match self.closed.get_mut(index) {
            Some(closed) => &mut closed.paths,
            None => &mut self.open.paths,
        };
        paths.push(path.into());
        Place::Pack { index, offset }
    }

    /// The packs. One that holds a single content is that file's own blob.
    pub(super) fn finish(mut self) -> Vec<BlobSource> {
        self.close();
        self.closed
    }

    fn add(&mut self, digest: &Digest, bytes: &[u8]) -> (usize, u64) {
        let mut offset = self.open.len.next_multiple_of(CHUNK_LEN);
        if offset.saturating_add(bytes.len() as u64) > PACK_LEN_MAX {
            self.close();
            offset = 0;
        }
        self.open.pad_to(offset);
        self.open.add(offset, digest, bytes);
        let place = (self.closed.len(), offset);
        self.places.insert(digest.blake3, place);
        place
    }

    fn close(&mut self) {
        let Open {
            hasher,
            mut parts,
            paths,
            ..
        } = std::mem::take(&mut self.open);
        let address = Address(*hasher.finalize().as_bytes());
        let (kind, source) = match parts.pop() {
            None => return,
            Some(only) if parts.is_empty() => (BlobKind::File, Source::File(only.file)),
            Some(last) => {
                parts.push(last);
                (BlobKind::Pack, Source::Pack(parts.into()))
            }
        };
        self.closed.push(BlobSource {
            address,
            kind,
            source,
            paths,
        });
    }
}

impl Open {
    /// Less than a chunk of zeros.
    fn pad_to(&mut self, offset: u64) {
        const ZEROS: [u8; CHUNK_LEN as usize] = [0; CHUNK_LEN as usize];
        let gap = usize::try_from(offset.saturating_sub(self.len)).unwrap_or(usize::MAX);
        self.hasher.update(ZEROS.get(..gap).unwrap_or_default());
    }

    fn add(&mut self, offset: u64, digest: &Digest, bytes: &[u8]) {
        self.hasher.update(bytes);
        self.len = offset.saturating_add(bytes.len() as u64);
        self.parts.push(PackPart {
            offset,
            file: digest.file.clone(),
        });
    }
}
