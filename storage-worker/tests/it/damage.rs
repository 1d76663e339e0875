//! Damage on disk: found at the read, never served, and given up on request.

use crate::sample::*;
use ballast_core::{BlockIndex, Group};
use ballast_storage_worker::{check, store::*};
use proptest::prelude::*;
use std::{
    fs::OpenOptions,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

pub const HEADER_LEN: u64 = 4096;

pub fn file_of(root: &Path, sample: &Sample, shard: u8) -> PathBuf {
    root.join(format!(
        "shards/{:02x}/{:016x}-{shard:02x}",
        sample.id.0 & 0xff,
        sample.id.0
    ))
}

pub fn flip(path: &Path, offset: u64, mask: u8) {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, offset).unwrap();
    file.write_all_at(&[byte[0] ^ mask], offset).unwrap();
}

fn held(root: &Path) -> (Store, Sample) {
    let (store, sample) = (open(root), Sample::new(1, THREE_BLOCKS));
    sample.put_all(&store, 0);
    (store, sample)
}

#[test]
fn a_flipped_bit_spoils_its_block_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    flip(
        &file_of(dir.path(), &sample, 0),
        HEADER_LEN + (1 << 20) + 77,
        1,
    );
    let view = store.held(sample.key(0)).unwrap();
    assert!(store.read_block(&view, BlockIndex(0)).is_ok());
    assert!(matches!(
        store.read_block(&view, BlockIndex(1)),
        Err(ReadError::Corrupt {
            block: BlockIndex(1),
            ..
        })
    ));
    // Also for a group of the block that the flipped bit is not in.
    let group = Group::new((1 << 20) + 4096, 1024).unwrap();
    assert!(matches!(
        store.read_group(&view, group),
        Err(ReadError::Corrupt { .. })
    ));
    assert!(store
        .read_group(&view, Group::new(2 << 20, 1024).unwrap())
        .is_ok());
    let damage = store.examine(sample.key(0)).unwrap();
    assert_eq!(
        damage,
        Damage {
            blocks: vec![BlockIndex(1)],
            other: vec![]
        }
    );
}

#[test]
fn a_short_file_and_a_missing_file_are_damage() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    let path = file_of(dir.path(), &sample, 0);
    let file = OpenOptions::new().write(true).open(&path).unwrap();
    file.set_len(HEADER_LEN + (2 << 20) + 1).unwrap();
    let view = store.held(sample.key(0)).unwrap();
    assert!(store.read_block(&view, BlockIndex(1)).is_ok());
    assert!(matches!(
        store.read_block(&view, BlockIndex(2)),
        Err(ReadError::Corrupt { .. })
    ));
    assert!(!store.is_in_place(sample.key(0)).unwrap());
    assert!(!store.examine(sample.key(0)).unwrap().other.is_empty());
    std::fs::remove_file(path).unwrap();
    assert!(matches!(
        store.read_block(&view, BlockIndex(0)),
        Err(ReadError::Corrupt { .. })
    ));
    assert!(!store.is_in_place(sample.key(0)).unwrap());
}

#[test]
fn damage_is_remembered_over_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    assert!(store.mark_damaged(sample.key(0)).unwrap());
    assert!(!store.mark_damaged(sample.key(0)).unwrap());
    drop(store);
    let store = open(dir.path());
    assert!(matches!(
        store.state(sample.key(0)).unwrap(),
        ShardState::Held { damaged: true, .. }
    ));
    assert_eq!(store.stats().held, 1);
}

#[test]
fn a_check_names_every_damage_and_repair_waits_for_the_lost_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    let (whole, gone, small) = (
        Sample::new(2, ONE_BLOCK),
        Sample::new(3, ONE_BLOCK),
        Sample::new(4, SMALL),
    );
    for other in [&whole, &gone, &small] {
        other.put_all(&store, 0);
    }
    flip(&file_of(dir.path(), &sample, 0), HEADER_LEN + 5, 0x80);
    std::fs::remove_file(file_of(dir.path(), &gone, 0)).unwrap();
    let stray = dir.path().join("shards/01/0000000000000001-07");
    std::fs::write(&stray, b"?").unwrap();

    let report = check::check(&store, |_, _| {}).unwrap();
    assert_eq!((report.shards, report.receiving), (4, 0));
    let damaged: Vec<_> = report.damaged.iter().map(|(key, _)| *key).collect();
    assert_eq!(damaged, [sample.key(0), gone.key(0)]);
    assert_eq!(report.strays, std::slice::from_ref(&stray));

    check::mark(&store, &report).unwrap();
    check::repair(&store, &report).unwrap();
    let state = store.state(sample.key(0)).unwrap();
    assert_eq!(
        state,
        ShardState::Receiving {
            received: 2,
            total: 3,
            missing: vec![0..1]
        }
    );
    assert_eq!(store.state(gone.key(0)).unwrap(), ShardState::Absent);
    drop(store);

    let store = open(dir.path());
    assert_eq!(sample.put(&store, 0, 0), PutOutcome::Completed);
    gone.put_all(&store, 0);
    std::fs::remove_file(stray).unwrap();
    for sample in [&sample, &whole, &gone, &small] {
        assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
    }
    let report = check::check(&store, |_, _| {}).unwrap();
    assert!(report.is_good(), "{report:?}");
    assert_eq!(store.stats().held, 4);
}

#[test]
fn a_damaged_header_is_reported_and_repaired() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    flip(&file_of(dir.path(), &sample, 0), 12, 1);
    let report = check::check(&store, |_, _| {}).unwrap();
    assert_eq!(report.damaged.len(), 1);
    check::repair(&store, &report).unwrap();
    sample.put_all(&store, 0);
    assert!(check::check(&store, |_, _| {}).unwrap().is_good());
}

#[test]
fn a_crash_in_a_repair_leaves_a_shard_that_can_be_completed() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = held(dir.path());
    let path = file_of(dir.path(), &sample, 0);
    flip(&path, HEADER_LEN, 1);
    store.give_up(sample.key(0), &[BlockIndex(0)]).unwrap();
    drop(store);
    // As if the crash came between the row and the file's way back.
    std::fs::rename(dir.path().join("staging/0000000000000001-00"), &path).unwrap();
    let store = open(dir.path());
    let state = store.state(sample.key(0)).unwrap();
    assert_eq!(
        state,
        ShardState::Receiving {
            received: 2,
            total: 3,
            missing: vec![0..1]
        }
    );
    assert_eq!(sample.put(&store, 0, 0), PutOutcome::Completed);
    assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_damage_to_a_file_gives_right_bytes_or_an_error(
        flips in prop::collection::vec((0.0..1.0f64, 1u8..), 1..4),
        cut in prop::option::of(0.0..1.0f64),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let (store, sample) = (open(dir.path()), Sample::new(1, ONE_BLOCK));
        sample.put_all(&store, 0);
        let path = file_of(dir.path(), &sample, 0);
        let len = std::fs::metadata(&path).unwrap().len();
        for (at, mask) in flips {
            flip(&path, (len as f64 * at) as u64, mask);
        }
        if let Some(cut) = cut {
            OpenOptions::new().write(true).open(&path).unwrap().set_len((len as f64 * cut) as u64).unwrap();
        }
        let view = store.held(sample.key(0)).unwrap();
        let mut intact = true;
        for start in (0..sample.column(0).len() as u64).step_by(16 << 10) {
            let group = Group::new(start, 16 << 10).unwrap();
            match store.read_group(&view, group) {
                Ok((_, bytes)) => prop_assert_eq!(&bytes[..], &sample.column(0)[start as usize..start as usize + bytes.len()]),
                Err(ReadError::Corrupt { .. }) => intact = false,
                Err(error) => prop_assert!(false, "{}", error),
            }
        }
        let now = std::fs::read(&path).unwrap();
        let unchanged = now.len() as u64 == len && now[HEADER_LEN as usize..] == *sample.column(0);
        prop_assert_eq!(intact, unchanged);
        prop_assert_eq!(store.examine(sample.key(0)).unwrap().blocks.is_empty(), unchanged);
    }
}
