//! Folders as people have them, read to their manifests.

use super::*;
use crate::source::SourceError;
use ballast_core::limits::{CHUNK_LEN, PACK_LEN_MAX};
use std::{
    fs,
    sync::{
        atomic::{AtomicBool, Ordering},
        Mutex,
    },
};
use tempfile::TempDir;

const MIB: usize = 1 << 20;

/// Bytes that differ by seed and position.
fn bytes(len: usize, seed: u8) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8 ^ seed).collect()
}

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn scanned(folder: &TempDir) -> Scan {
    scan_now(folder.path(), &(Arc::new(()) as Arc<dyn Progress>)).unwrap()
}

/// All bytes of a blob, as publishing reads them.
fn read(blob: &BlobSource) -> Vec<u8> {
    let reader = blob.source.open().unwrap();
    let mut buffer = vec![9; blob.len() as usize];
    reader.read_at(0, &mut buffer).unwrap();
    buffer
}

fn find(scan: &Scan, address: Address) -> &BlobSource {
    scan.blobs
        .iter()
        .find(|blob| blob.address == address)
        .unwrap()
}

/// A file's bytes, from where its manifest says they are.
fn locate(scan: &Scan, path: &str) -> Vec<u8> {
    let file = scan.manifest.find(path).unwrap();
    match file.location {
        Location::Empty => Vec::new(),
        Location::Blob => read(find(scan, file.blake3)),
        Location::Pack { address, offset } => {
            let pack = read(find(scan, address));
            pack[offset as usize..(offset + file.length) as usize].to_vec()
        }
    }
}

fn offset(scan: &Scan, path: &str) -> u64 {
    match scan.manifest.find(path).unwrap().location {
        Location::Pack { offset, .. } => offset,
        other => panic!("{path} is in no pack but {other:?}"),
    }
}

#[test]
fn files_of_every_size_are_where_the_manifest_says() {
    let lens = [0, 1, 1023, 1024, 1025, MIB - 1, MIB, MIB + 1];
    let files: Vec<(String, Vec<u8>)> = lens
        .iter()
        .enumerate()
        .map(|(i, len)| (format!("sub/{i}/{len}.bin"), bytes(*len, i as u8)))
        .collect();
    let named: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(path, content)| (path.as_str(), content.clone()))
        .collect();
    let dir = folder(&named);
    let scan = scanned(&dir);
    for (path, content) in &files {
        let file = scan.manifest.find(path).unwrap();
        assert_eq!(file.length, content.len() as u64);
        assert_eq!(file.blake3.0, *blake3::hash(content).as_bytes());
        assert_eq!(locate(&scan, path), *content, "{path}");
        assert_eq!(file.location == Location::Empty, content.is_empty());
        assert_eq!(file.location == Location::Blob, content.len() >= MIB);
    }
    assert_eq!(scan.manifest.files().len(), lens.len());
}

#[test]
fn every_blob_hashes_to_its_address_and_the_manifest_comes_last() {
    let dir = folder(&[
        ("a", bytes(10, 1)),
        ("b", bytes(2000, 2)),
        ("c", bytes(MIB, 3)),
        ("d", vec![]),
    ]);
    let scan = scanned(&dir);
    let kinds: Vec<BlobKind> = scan.blobs.iter().map(|blob| blob.kind).collect();
    assert_eq!(kinds, [BlobKind::File, BlobKind::Pack, BlobKind::Manifest]);
    for blob in &scan.blobs {
        assert_eq!(blob.address.0, *blake3::hash(&read(blob)).as_bytes());
    }
    assert_eq!(read(&scan.blobs[2]), scan.manifest.to_bytes());
    assert_eq!(
        (scan.address(), scan.blobs[2].paths.len()),
        (scan.manifest.address(), 0)
    );
    assert_eq!(
        Manifest::parse(&read(&scan.blobs[2])).unwrap(),
        scan.manifest
    );
    let held: Vec<Address> = scan.manifest.blobs();
    assert_eq!(held.len(), 2);
    assert!(held
        .iter()
        .all(|address| scan.blobs.iter().any(|blob| blob.address == *address)));
}

#[test]
fn a_folder_gives_the_same_manifest_whatever_its_name_and_times() {
    let files = [
        ("z", bytes(5, 1)),
        ("a/b", bytes(1500, 2)),
        ("a-b", bytes(7, 3)),
    ];
    let mut reversed = files.clone();
    reversed.reverse();
    let (one, other) = (folder(&files), folder(&reversed));
    fs::create_dir(other.path().join("empty")).unwrap();
    assert_eq!(
        scanned(&one).manifest.to_bytes(),
        scanned(&other).manifest.to_bytes()
    );
}

#[test]
fn packed_files_lie_in_the_order_of_their_paths_at_whole_chunks() {
    let dir = folder(&[
        ("b/c", bytes(1025, 1)),
        ("a", bytes(1, 2)),
        ("b.x", bytes(1024, 3)),
        ("c", bytes(3, 4)),
    ]);
    let scan = scanned(&dir);
    // '.' sorts before '/'.
    let offsets = ["a", "b.x", "b/c", "c"].map(|path| offset(&scan, path) / CHUNK_LEN);
    assert_eq!(offsets, [0, 1, 2, 4]);
    let pack = &scan.blobs[0];
    assert_eq!((pack.kind, pack.len()), (BlobKind::Pack, 4 * CHUNK_LEN + 3));
    assert_eq!(read(pack)[1..1024], [0; 1023]);
    assert_eq!(pack.paths, ["a", "b.x", "b/c", "c"]);
}

#[test]
fn content_is_stored_once_however_many_files_have_it() {
    let (small, large) = (bytes(900, 1), bytes(MIB + 5, 2));
    let dir = folder(&[
        ("copy/large", large.clone()),
        ("copy/small", small.clone()),
        ("large", large.clone()),
        ("other", bytes(900, 3)),
        ("small", small.clone()),
    ]);
    let scan = scanned(&dir);
    assert_eq!(offset(&scan, "copy/small"), offset(&scan, "small"));
    let lens: Vec<u64> = scan.blobs.iter().take(2).map(BlobSource::len).collect();
    assert_eq!(
        (scan.blobs.len(), lens),
        (3, vec![large.len() as u64, 1024 + 900])
    );
    assert_eq!(scan.blobs[0].paths, ["copy/large", "large"]);
    assert_eq!(scan.blobs[1].paths, ["copy/small", "other", "small"]);
    assert_eq!(
        (locate(&scan, "small"), locate(&scan, "copy/small")),
        (small.clone(), small)
    );
}

#[test]
fn a_single_small_file_is_its_own_blob() {
    let dir = folder(&[
        ("again", bytes(500, 1)),
        ("only", bytes(500, 1)),
        ("empty", vec![]),
    ]);
    let scan = scanned(&dir);
    assert_eq!(scan.manifest.find("only").unwrap().location, Location::Blob);
    assert_eq!(scan.blobs[0].kind, BlobKind::File);
    assert_eq!(
        scan.blobs[0].address,
        scan.manifest.find("again").unwrap().blake3
    );
    assert_eq!(scan.blobs.len(), 2);
}

#[test]
fn a_folder_of_empty_files_has_no_blob_but_its_manifest() {
    let dir = folder(&[("a", vec![]), ("b", vec![])]);
    let scan = scanned(&dir);
    assert_eq!(
        (scan.blobs.len(), scan.blobs[0].kind),
        (1, BlobKind::Manifest)
    );
}

#[test]
fn packs_are_closed_before_they_get_too_long() {
    let folder = folder(&[("file", bytes(1, 0))]);
    let (digest, _) = digest_small(&folder.path().join("file"), 1).unwrap();
    let mut packer = Packer::default();
    let content = vec![7; MIB - 1];
    let places: Vec<Place> = (0..=64u8)
        .map(|i| {
            packer.place(
                "p",
                &Digest {
                    blake3: Address([i; 32]),
                    ..digest.clone()
                },
                &content,
            )
        })
        .collect();
    let last_of_first = (63 * MIB) as u64;
    assert_eq!(
        places[63],
        Place::Pack {
            index: 0,
            offset: last_of_first
        }
    );
    assert_eq!(
        places[64],
        Place::Pack {
            index: 1,
            offset: 0
        }
    );
    assert!(last_of_first + content.len() as u64 <= PACK_LEN_MAX);
    let again = packer.place(
        "again",
        &Digest {
            blake3: Address([0; 32]),
            ..digest.clone()
        },
        &content,
    );
    assert_eq!(again, places[0]);
    let packs = packer.finish();
    assert_eq!(
        packs.iter().map(|pack| pack.kind).collect::<Vec<_>>(),
        [BlobKind::Pack, BlobKind::File]
    );
    assert_eq!((packs[0].paths.len(), packs[1].paths.len()), (65, 1));
}

#[test]
fn progress_ends_at_the_bytes_of_all_files() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<(u64, u64)>>);
    impl Progress for Heard {
        fn advance(&self, phase: Phase, done: u64, total: u64) {
            assert_eq!(phase, Phase::Scan);
            self.0.lock().unwrap().push((done, total));
        }
    }
    let folder = folder(&[("a", bytes(10, 1)), ("b", vec![]), ("c", bytes(MIB, 2))]);
    let heard = Arc::new(Heard::default());
    scan_now(folder.path(), &(heard.clone() as Arc<dyn Progress>)).unwrap();
    let heard = heard.0.lock().unwrap();
    let total = 10 + MIB as u64;
    assert!(
        heard.is_sorted() && heard.last() == Some(&(total, total)),
        "{heard:?}"
    );
}

/// Does something to a file as soon as a part of it was read.
struct Meddler<F: Fn() + Send + Sync> {
    meddle: F,
    done: AtomicBool,
}

impl<F: Fn() + Send + Sync> Progress for Meddler<F> {
    fn advance(&self, _: Phase, done: u64, _: u64) {
        if done > 0 && !self.done.swap(true, Ordering::Relaxed) {
            (self.meddle)();
        }
    }
}

fn meddle(folder: &TempDir, meddle: impl Fn() + Send + Sync + 'static) -> ScanError {
    let progress: Arc<dyn Progress> = Arc::new(Meddler {
        meddle,
        done: AtomicBool::new(false),
    });
    scan_now(folder.path(), &progress).unwrap_err()
}

#[test]
fn a_file_that_grows_while_it_is_read_is_refused_by_name() {
    let folder = folder(&[("model.bin", bytes(9 * MIB, 1))]);
    let path = folder.path().join("model.bin");
    let error = meddle(&folder, move || {
        let file = fs::File::options().append(true).open(&path).unwrap();
        std::io::Write::write_all(&mut &file, b"more").unwrap();
    });
    assert!(
        matches!(&error, ScanError::Source(SourceError::Changed { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("model.bin"), "{error}");
}

#[test]
fn a_file_that_is_cut_while_it_is_read_is_refused() {
    let folder = folder(&[("model.bin", bytes(9 * MIB, 1))]);
    let path = folder.path().join("model.bin");
    let error = meddle(&folder, move || {
        fs::File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_len(5)
            .unwrap()
    });
    assert!(
        matches!(&error, ScanError::Source(SourceError::Changed { .. })),
        "{error}"
    );
}

#[test]
fn a_file_that_is_replaced_while_it_is_read_is_refused() {
    let folder = folder(&[("model.bin", bytes(9 * MIB, 1))]);
    let path = folder.path().join("model.bin");
    let error = meddle(&folder, move || {
        let other = path.with_file_name("new");
        fs::write(&other, bytes(9 * MIB, 1)).unwrap();
        fs::rename(other, &path).unwrap();
    });
    assert!(
        matches!(&error, ScanError::Source(SourceError::Changed { .. })),
        "{error}"
    );
}

#[test]
fn a_file_that_goes_before_it_is_read_is_refused_by_name() {
    let folder = folder(&[("a", bytes(3, 1)), ("b", bytes(3, 2))]);
    let path = folder.path().join("b");
    let error = meddle(&folder, move || fs::remove_file(&path).unwrap());
    assert!(
        matches!(&error, ScanError::Source(SourceError::Read { .. })),
        "{error}"
    );
    assert!(error.to_string().contains("/b "), "{error}");
}

#[test]
fn a_small_file_that_is_no_longer_small_is_refused_before_it_is_read() {
    let folder = folder(&[("a", bytes(3, 1)), ("b", bytes(3, 2))]);
    let path = folder.path().join("b");
    let error = meddle(&folder, move || {
        fs::File::create(&path).unwrap().set_len(1 << 40).unwrap()
    });
    assert!(
        matches!(&error, ScanError::Source(SourceError::Changed { .. })),
        "{error}"
    );
}

/// Runs in a thread that may not read what is closed to it, whoever runs the tests: the superuser may.
fn without_privileges<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    use rustix::thread::{capabilities, set_capabilities, CapabilitySet};
    let drop_and_run = || {
        let mut sets = capabilities(None).unwrap();
        let overrides = CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
        sets.effective.remove(overrides);
        set_capabilities(None, sets).unwrap();
        run()
    };
    std::thread::scope(|scope| scope.spawn(drop_and_run).join().unwrap())
}

#[test]
fn a_file_that_may_not_be_read_is_refused_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("secret", bytes(3, 1))]);
    let path = folder.path().join("secret");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let error = without_privileges(|| {
        scan_now(folder.path(), &(Arc::new(()) as Arc<dyn Progress>)).unwrap_err()
    });
    assert!(
        error.to_string().contains("secret") && error.to_string().contains("may read"),
        "{error}"
    );
}

#[test]
fn what_a_symlink_inside_leads_to_is_packed_once() {
    let folder = folder(&[("real", bytes(50, 1)), ("x", bytes(50, 2))]);
    std::os::unix::fs::symlink("real", folder.path().join("alias")).unwrap();
    let scan = scanned(&folder);
    assert_eq!(offset(&scan, "alias"), offset(&scan, "real"));
    assert_eq!(locate(&scan, "alias"), bytes(50, 1));
}
