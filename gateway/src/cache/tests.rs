//! The cache against damage, races and restarts.

use super::*;
use crate::limits::GROUP_LEN;

fn open(folder: &Path, size: u64) -> DiskCache {
    DiskCache::open(folder, size, Arc::default()).unwrap()
}

fn key(index: u32) -> Key {
    (Address([0xab; 32]), index)
}

fn group(seed: u8, len: usize) -> Group {
    Group {
        blob_len: 5 << 20,
        bytes: Bytes::from(vec![seed; len]),
    }
}

#[test]
fn what_is_written_is_read_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 10 << 20);
    let whole = group(1, GROUP_LEN as usize);
    cache.put(key(0), &whole);
    cache.put(key(4), &group(2, 1));
    assert_eq!(cache.get(key(0)), Some(whole.clone()));
    assert_eq!(cache.get(key(1)), None);
    drop(cache);
    let cache = open(folder.path(), 10 << 20);
    assert_eq!(cache.get(key(0)), Some(whole), "before it was counted");
    cache.scan();
    assert_eq!(cache.get(key(4)), Some(group(2, 1)));
    assert!(cache.bytes() > GROUP_LEN);
}

#[test]
fn any_flipped_bit_or_cut_is_found_and_the_file_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 10 << 20);
    let small = group(3, 100);
    for at in [0, 8, 16, 47, 48, 100, 147] {
        cache.put(key(0), &small);
        let path = cache.path(key(0));
        let mut bytes = fs::read(&path).unwrap();
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
        assert_eq!(cache.get(key(0)), None, "byte {at}");
        assert!(!path.exists());
    }
    for len in [0, 10, 48, 147] {
        cache.put(key(0), &small);
        let path = cache.path(key(0));
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..len]).unwrap();
        assert_eq!(cache.get(key(0)), None, "cut to {len}");
    }
    assert_eq!(cache.metrics.cache_damaged.get(), 11);
}

#[test]
fn a_file_in_the_place_of_another_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 10 << 20);
    cache.put(key(0), &group(1, 100));
    cache.put(key(1), &group(2, 100));
    fs::copy(cache.path(key(0)), cache.path(key(1))).unwrap();
    assert_eq!(cache.get(key(1)), None);
    let other = (Address([1; 32]), 0);
    fs::create_dir_all(cache.path(other).parent().unwrap()).unwrap();
    fs::copy(cache.path(key(0)), cache.path(other)).unwrap();
    assert_eq!(cache.get(other), None);
}

#[test]
fn the_size_is_kept_by_deleting_what_was_used_least_recently() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 3 * 8192);
    for index in 0..3 {
        cache.put(key(index), &group(1, 5000));
    }
    cache.get(key(0));
    cache.put(key(3), &group(1, 5000));
    assert!(cache.get(key(1)).is_none() && !cache.path(key(1)).exists());
    assert!(cache.get(key(0)).is_some());
    drop(cache);
    let cache = open(folder.path(), 8192);
    cache.scan();
    let left = (0..4).filter(|index| cache.get(key(*index)).is_some());
    assert_eq!(left.count(), 1, "a smaller size holds from the start");
}

#[test]
fn what_was_being_written_and_what_is_foreign_is_deleted_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 1 << 20);
    cache.put(key(0), &group(1, 10));
    let foreign = cache.path(key(0)).with_file_name("note.txt");
    let staged = folder.path().join("staging/0123");
    drop(cache);
    fs::write(&foreign, "x").unwrap();
    fs::write(&staged, "half").unwrap();
    let cache = open(folder.path(), 1 << 20);
    cache.scan();
    assert!(!staged.exists() && !foreign.exists());
    assert!(cache.get(key(0)).is_some());
}

#[test]
fn two_gateways_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 1);
    let second = DiskCache::open(folder.path(), 1, Arc::default());
    assert!(matches!(second, Err(CacheError::InUse { .. })));
    drop(cache);
    open(folder.path(), 1);
}

#[test]
fn many_threads_read_and_write_the_same_groups() {
    let folder = tempfile::tempdir().unwrap();
    let cache = open(folder.path(), 4 * 8192);
    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let cache = &cache;
            scope.spawn(move || {
                for round in 0..200u32 {
                    let index = (round * 7 + thread) % 8;
                    match cache.get(key(index)) {
                        Some(found) => assert_eq!(found, group(index as u8, 5000)),
                        None => cache.put(key(index), &group(index as u8, 5000)),
                    }
                }
            });
        }
    });
    assert_eq!(cache.metrics.cache_damaged.get(), 0);
    assert!(cache.bytes() <= 4 * 8192);
}
