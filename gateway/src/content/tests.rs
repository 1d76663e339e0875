//! Reading through the cache: shared work, damage, packs that lie.

mod writes;

use super::*;
use async_trait::async_trait;
use std::{
    collections::HashMap,
    path::Path,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

/// Blobs in memory that count who reads them and can be told to fail.
#[derive(Default)]
struct Memory {
    blobs: HashMap<Address, Bytes>,
    opened: AtomicU32,
    reads: Arc<AtomicU32>,
    is_down: Arc<AtomicBool>,
}

struct MemoryBlob {
    bytes: Bytes,
    reads: Arc<AtomicU32>,
    is_down: Arc<AtomicBool>,
}

#[async_trait]
impl Blobs for Memory {
    async fn open(&self, address: Address) -> Result<Arc<dyn OpenBlob>, FetchError> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let bytes = self.blobs.get(&address).cloned();
        Ok(Arc::new(MemoryBlob {
            bytes: bytes.ok_or(FetchError::Unknown { address })?,
            reads: self.reads.clone(),
            is_down: self.is_down.clone(),
        }))
    }
}

#[async_trait]
impl OpenBlob for MemoryBlob {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    async fn read(&self, range: Range<u64>) -> Result<Bytes, FetchError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        match self.is_down.load(Ordering::SeqCst) {
            true => Err(FetchError::NotCertified {
                address: Address([0; 32]),
            }),
            false => Ok(self.bytes.slice(range.start as usize..range.end as usize)),
        }
    }
}

struct Setup<F = tempfile::TempDir> {
    content: Arc<Content>,
    cache: Arc<DiskCache>,
    memory: Arc<Memory>,
    folder: F,
    metrics: Arc<Metrics>,
}

fn address(bytes: &[u8]) -> Address {
    Address(*blake3::hash(bytes).as_bytes())
}

fn noise(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    blake3::Hasher::new().finalize_xof().fill(&mut bytes);
    bytes
}

fn setup(blobs: &[&[u8]]) -> Setup {
    setup_of(blobs, 1 << 30)
}

/// With a cache of this size.
fn setup_of(blobs: &[&[u8]], size: u64) -> Setup {
    let folder = tempfile::tempdir().unwrap();
    let Setup {
        content,
        cache,
        memory,
        metrics,
        ..
    } = setup_in(folder.path(), blobs, size);
    Setup {
        content,
        cache,
        memory,
        folder,
        metrics,
    }
}

/// With a cache in this folder, which stays.
fn setup_in(folder: &Path, blobs: &[&[u8]], size: u64) -> Setup<()> {
    let metrics = Arc::new(Metrics::default());
    let memory = Arc::new(Memory {
        blobs: blobs
            .iter()
            .map(|blob| (address(blob), Bytes::copy_from_slice(blob)))
            .collect(),
        ..Memory::default()
    });
    let cache = Arc::new(DiskCache::open(folder, size, metrics.clone()).unwrap());
    let content = Content::new(memory.clone(), cache.clone(), metrics.clone());
    Setup {
        content: Arc::new(content),
        cache,
        memory,
        folder: (),
        metrics,
    }
}

async fn read(content: &Arc<Content>, extent: Extent, range: Range<u64>) -> Vec<u8> {
    let pieces: Vec<Bytes> = content.stream(extent, range).try_collect().await.unwrap();
    pieces.concat()
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(files(&path)),
            path => found.push(path),
        }
    }
    found
}

#[tokio::test]
async fn any_range_is_the_blobs_bytes() {
    let blob = noise((3 << 20) + 17);
    let setup = setup(&[&blob]);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    assert_eq!(extent.len(), blob.len() as u64);
    let group = GROUP_LEN as usize;
    for (start, end) in [
        (0, blob.len()),
        (5, 6),
        (group - 1, group + 1),
        (group, 2 * group),
        (3 * group, blob.len()),
        (9, 9),
    ] {
        let bytes = read(&setup.content, extent, start as u64..end as u64).await;
        assert!(bytes == blob[start..end], "{start}..{end}");
    }
}

#[tokio::test]
async fn concurrent_readers_share_the_work() {
    let blob = noise(2 << 20);
    let setup = setup(&[&blob]);
    let extent = setup.content.blob(address(&blob)).await.unwrap();
    let readers = (0..10).map(|_| read(&setup.content, extent, 0..blob.len() as u64));
    for bytes in futures::future::join_all(readers).await {
        assert!(bytes == blob);
    }
    assert_eq!(setup.memory.reads.load(Ordering::SeqCst), 2);
    assert_eq!(setup.memory.opened.load(Ordering::SeqCst), 1);
}

/// Waits until groups are no longer on their way: what is written is handed out of memory for a moment more.
async fn landed(content: &Content, blob: Address, groups: u32) {
    for index in 0..groups {
        let mut looks = 0;
        while content.filling.under_way(&(blob, index)).await.is_some() {
            looks += 1;
            assert!(looks < 1_000, "group {index} is on its way for good");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn what_is_cached_is_served_without_workers_and_damage_is_fetched_again() {
    let blob = noise((1 << 20) + 5);
    let first = setup(&[&blob]);
    let extent = first.content.blob(address(&blob)).await.unwrap();
    read(&first.content, extent, 0..extent.len()).await;
    let Setup {
        content,
        folder,
        memory,
        metrics,
        ..
    } = first;
    content.settle().await;
    landed(&content, address(&blob), 2).await;
    memory.is_down.store(true, Ordering::SeqCst);
    let again = read(&content, extent, 0..extent.len()).await;
    assert!(again == blob);
    let cached = files(&folder.path().join("v1"));
    assert_eq!(cached.len(), 2);
    let mut bytes = std::fs::read(&cached[0]).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 0x10;
    std::fs::write(&cached[0], bytes).unwrap();
    let result: Result<Vec<Bytes>, _> = content.stream(extent, 0..extent.len()).try_collect().await;
    assert!(
        result.is_err(),
        "damaged bytes are not sent when the workers are down"
    );
    memory.is_down.store(false, Ordering::SeqCst);
    assert!(read(&content, extent, 0..extent.len()).await == blob);
    assert_eq!(metrics.cache_damaged.get(), 1);
}

#[tokio::test]
async fn a_file_of_a_pack_is_hashed_before_it_is_passed_on() {
    let pack = noise(5000);
    let setup = setup(&[&pack]);
    let entry = |offset: usize, length: usize, hash: Address| FileEntry {
        blake3: hash,
        git_sha1: [0; 20],
        length: length as u64,
        location: Location::Pack {
            address: address(&pack),
            offset: offset as u64,
        },
        path: "f".into(),
        sha256: [0; 32],
    };
    let right = entry(1024, 2000, address(&pack[1024..3024]));
    let extent = setup.content.file(&right).await.unwrap();
    assert!(read(&setup.content, extent, 0..2000).await == pack[1024..3024]);
    assert!(
        read(&setup.content, extent, 1990..5000).await == pack[3014..3024],
        "not beyond the file"
    );
    let wrong = entry(1024, 2000, address(b"else"));
    let beyond = entry(4096, 2000, address(b"else"));
    for entry in [wrong, beyond] {
        let error = setup.content.file(&entry).await.unwrap_err();
        assert!(
            matches!(*error, FetchError::WrongManifest { .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_manifest_with_another_length_is_refused() {
    let blob = noise(3000);
    let setup = setup(&[&blob]);
    let entry = FileEntry {
        blake3: address(&blob),
        git_sha1: [0; 20],
        length: 2999,
        location: Location::Blob,
        path: "f".into(),
        sha256: [0; 32],
    };
    let error = setup.content.file(&entry).await.unwrap_err();
    assert!(
        matches!(*error, FetchError::WrongManifest { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn an_unknown_blob_is_told_and_asked_for_again() {
    let setup = setup(&[]);
    for _ in 0..2 {
        let error = setup.content.blob(Address([5; 32])).await.unwrap_err();
        assert!(matches!(*error, FetchError::Unknown { .. }));
    }
    assert_eq!(setup.memory.opened.load(Ordering::SeqCst), 2);
}
