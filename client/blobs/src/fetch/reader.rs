//! Blobs and files that can be read from anywhere.
//!
//! Goals: any range, in order, soon and with bounded memory, each byte proven against the address before it is passed
//! on; many ranges at the same time over what was looked up once; whoever drops a stream stops its work.
//! Limits: a reader knows the workers as they were when it was opened. When it fails with an error that may pass, open
//! another one. What it holds: the cell table (up to 510 KiB), 32 bytes for each MiB that had to be decoded, and the
//! bytes of a packed file once they were read (less than 1 MiB).

use super::{
    blob::{Located, Place},
    holders::Line,
    proven::ProvenReader,
    stream::in_order,
    window::{longest_window, FIRST_WINDOW_LEN},
    FetchError,
};
use crate::{limits::RANGE_REQUESTS, Client};
use ballast_core::{
    limits::{PACK_FILE_MAX, PACK_LEN_MAX},
    manifest::{FileEntry, Location},
    view::EncodingInfo,
    Address,
};
use bytes::{Bytes, BytesMut};
use futures::{stream::BoxStream, StreamExt, TryStreamExt};
use std::{
    fmt,
    ops::Range,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};
use tokio::sync::OnceCell;

/// Bytes in order. Ends after the first error. Does nothing before it is polled, and nothing after it is dropped.
pub type ByteStream = BoxStream<'static, Result<Bytes, FetchError>>;

/// A blob, or a file of a manifest, that can be read from anywhere. Cheap to clone; clones share what is known.
///
/// ```no_run
/// # async fn example(client: ballast_blobs::Client, address: ballast_core::Address) -> Result<(), ballast_blobs::FetchError> {
/// use futures::TryStreamExt;
/// let blob = client.open(address).await?;
/// let mut bytes = blob.stream(0..blob.len().min(1 << 20))?;
/// while let Some(piece) = bytes.try_next().await? {
///     println!("{} bytes", piece.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct BlobReader {
    address: Address,
    len: u64,
    body: Body,
}

#[derive(Clone)]
enum Body {
    Whole(Bytes),
    Encoded(Arc<Encodings>),
    Packed(Arc<Packed>),
}

/// The encodings of a blob, the best first.
pub(super) struct Encodings {
    client: Client,
    all: Vec<(EncodingInfo, OnceCell<ProvenReader>)>,
    /// The one that is read from.
    current: AtomicUsize,
}

/// A file that shares a blob with others.
struct Packed {
    pack: BlobReader,
    entry: FileEntry,
    offset: u64,
    /// Set once its bytes were found to be those of the manifest; a short file's are kept.
    content: OnceCell<Option<Bytes>>,
}

impl Client {
    /// Opens a blob: looks up where it is and gets its cell table. No byte of it is fetched yet.
    pub async fn open(&self, address: Address) -> Result<BlobReader, FetchError> {
        let located = self.locate(address).await?;
        let len = located.len();
        let body = match located.place {
            Place::Nowhere => Body::Whole(Bytes::new()),
            Place::Inline(bytes) => Body::Whole(bytes),
            Place::Encoded { first, others } => {
                let others = others.into_iter().filter(|other| other.len == len);
                let all = std::iter::once(*first).chain(others);
                let encodings = Encodings {
                    client: self.clone(),
                    all: all.map(|info| (info, OnceCell::new())).collect(),
                    current: AtomicUsize::new(0),
                };
                encodings.attempt(|_| async { Ok(()) }).await?;
                Body::Encoded(Arc::new(encodings))
            }
        };
        Ok(BlobReader { address, len, body })
    }

    /// Opens a file of a manifest, whether it is a blob of its own or lies in a pack.
    pub async fn open_file(&self, entry: &FileEntry) -> Result<BlobReader, FetchError> {
        match entry.location {
            Location::Pack { address, .. } => self.open(address).await?.file(entry),
            Location::Empty | Location::Blob => self.open(entry.blake3).await?.file(entry),
        }
    }
}

impl BlobReader {
    /// What its bytes hash to.
    pub fn address(&self) -> Address {
        self.address
    }

    /// Its length, as the chain says. Proven once the last byte is read: it is hashed with its length.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The file of a manifest whose bytes are in this blob: saves opening a pack anew for each of its files. A file in
    /// a pack is hashed before the first of its bytes is passed on, so that a manifest cannot lie about it.
    pub fn file(&self, entry: &FileEntry) -> Result<Self, FetchError> {
        let wrong = |reason: &str| FetchError::WrongManifest {
            path: entry.path.clone(),
            blob: self.address,
            reason: reason.into(),
        };
        let offset = match entry.location {
            Location::Pack { address, offset } if address == self.address => offset,
            Location::Empty | Location::Blob if entry.blake3 == self.address => {
                return match entry.length == self.len {
                    true => Ok(self.clone()),
                    false => Err(wrong("the blob has another length")),
                };
            }
            _ => return Err(wrong("it is in another blob")),
        };
        if self.len > PACK_LEN_MAX {
            return Err(wrong("it is too long for a pack"));
        }
        if offset.saturating_add(entry.length) > self.len {
            return Err(wrong("it ends before"));
        }
        let packed = Packed {
            pack: self.clone(),
            entry: entry.clone(),
            offset,
            content: OnceCell::new(),
        };
        Ok(Self {
            address: entry.blake3,
            len: entry.length,
            body: Body::Packed(Arc::new(packed)),
        })
    }

    /// The bytes of `range`, which ends at the blob's end or before. An empty range gives nothing. Up to
    /// [`stream_memory`](crate::Limits::stream_memory) is fetched ahead of who reads.
    pub fn stream(&self, range: Range<u64>) -> Result<ByteStream, FetchError> {
        self.windows(range, FIRST_WINDOW_LEN)
    }

    /// The bytes of `range` in memory: for short ranges. Nobody waits for the first of them, so a worker is asked for all
    /// it has at once: a worker reads and hashes a whole column block for any part of one.
    pub async fn read(&self, range: Range<u64>) -> Result<Bytes, FetchError> {
        let len = range.end.saturating_sub(range.start);
        let mut stream = self.windows(range, u64::MAX)?;
        let first = stream.try_next().await?.unwrap_or_default();
        if first.len() as u64 == len {
            return Ok(first);
        }
        let mut all = BytesMut::from(first);
        while let Some(piece) = stream.try_next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }

    /// Where its bytes are, if workers hold it as it is.
    pub(super) fn located(&self) -> Option<Located> {
        let Body::Encoded(encodings) = &self.body else {
            return None;
        };
        let infos = encodings.all.iter().map(|(info, _)| info.clone());
        Located::encoded(self.address, infos.collect()).ok()
    }

    fn windows(&self, range: Range<u64>, first: u64) -> Result<ByteStream, FetchError> {
        self.check(&range)?;
        Ok(match &self.body {
            _ if range.is_empty() => futures::stream::empty().boxed(),
            Body::Whole(bytes) => of_bytes(bytes, range),
            Body::Encoded(encodings) => in_order(encodings.clone(), range, first),
            Body::Packed(packed) => {
                let packed = packed.clone();
                futures::stream::once(async move { packed.stream(range).await })
                    .try_flatten()
                    .boxed()
            }
        })
    }

    fn check(&self, range: &Range<u64>) -> Result<(), FetchError> {
        match range.start <= range.end && range.end <= self.len {
            true => Ok(()),
            false => Err(FetchError::Range {
                address: self.address,
                start: range.start,
                end: range.end,
                len: self.len,
            }),
        }
    }
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlobReader")
            .field("address", &self.address)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

impl Encodings {
    /// A run of the blob, within one window.
    pub(super) async fn read(&self, range: Range<u64>) -> Result<Vec<Bytes>, FetchError> {
        self.attempt(|reader| reader.read(range.clone())).await
    }

    /// The greatest length of a window.
    pub(super) fn longest_window(&self) -> u64 {
        let codes = self.all.iter().map(|(info, _)| info.code);
        codes
            .map(|code| longest_window(code.data_shards()))
            .max()
            .unwrap_or(1)
    }

    /// Windows that are fetched at a time.
    pub(super) fn windows_at_once(&self) -> usize {
        let windows = self.client.limits.stream_memory / self.longest_window();
        usize::try_from(windows).unwrap_or(usize::MAX).max(1)
    }

    /// Reads from the current encoding; when that fails for reasons of its own, from the others in turn.
    async fn attempt<'a, T, F>(
        &'a self,
        read: impl Fn(&'a ProvenReader) -> F,
    ) -> Result<T, FetchError>
    where
        F: std::future::Future<Output = Result<T, FetchError>>,
    {
        let first = self.current.load(Ordering::Relaxed);
        let mut failed = 0usize;
        loop {
            let at = first.saturating_add(failed) % self.all.len().max(1);
            let (info, cell) = self.all.get(at).expect("a blob has an encoding; qed");
            let result = match cell.get_or_try_init(|| self.open(info)).await {
                Ok(reader) => read(reader).await,
                Err(error) => Err(error),
            };
            failed = failed.saturating_add(1);
            match result {
                Err(error) if error.is_about_encoding() && failed < self.all.len() => {
                    tracing::warn!(address = %info.address, %error, "trying another encoding");
                }
                result => {
                    if result.is_ok() {
                        self.current.store(at, Ordering::Relaxed);
                    }
                    return result;
                }
            }
        }
    }

    async fn open(&self, info: &EncodingInfo) -> Result<ProvenReader, FetchError> {
        let line = || Line::new(RANGE_REQUESTS, RANGE_REQUESTS);
        let opened = self.client.open_encoding(info, line).await;
        opened.map(ProvenReader::new)
    }
}

impl Packed {
    async fn stream(self: Arc<Self>, range: Range<u64>) -> Result<ByteStream, FetchError> {
        let content = self.content.get_or_try_init(|| self.prove()).await?;
        match content {
            Some(bytes) => Ok(of_bytes(bytes, range)),
            None => {
                let place = |at: u64| self.offset.saturating_add(at);
                self.pack.stream(place(range.start)..place(range.end))
            }
        }
    }

    /// Reads the file and compares it with the manifest.
    async fn prove(&self) -> Result<Option<Bytes>, FetchError> {
        let FileEntry { length, blake3, .. } = self.entry;
        let (mut hasher, mut kept) = (blake3::Hasher::new(), BytesMut::new());
        let end = self.offset.saturating_add(length);
        let mut stream = self.pack.stream(self.offset..end)?;
        while let Some(piece) = stream.try_next().await? {
            hasher.update(&piece);
            if length <= PACK_FILE_MAX {
                kept.extend_from_slice(&piece);
            }
        }
        match blake3.0 == *hasher.finalize().as_bytes() {
            true => Ok((length <= PACK_FILE_MAX).then(|| kept.freeze())),
            false => Err(FetchError::WrongManifest {
                path: self.entry.path.clone(),
                blob: self.pack.address,
                reason: "other bytes are there".into(),
            }),
        }
    }
}

/// A range that was checked.
fn of_bytes(bytes: &Bytes, range: Range<u64>) -> ByteStream {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    let piece = bytes.slice(index(range.start)..index(range.end));
    futures::stream::iter([Ok(piece)]).boxed()
}
