//! The store: what is put in comes out, and only that.

use crate::sample::*;
use ballast_core::ShardIndex;
use ballast_core::{tree, BlockIndex, EncodingId, Group};
use ballast_storage_worker::{
    facts::{Encoding, ShardSpec},
    receive::{VerifiedBlock, VerifiedTable},
    store::*,
};
use std::sync::Arc;

#[test]
fn shards_of_every_size_come_back_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let samples = [SMALL, ONE_BLOCK, THREE_BLOCKS, 1_025].map(|len| Sample::new(len, len));
    let store = open(dir.path());
    for sample in &samples {
        for shard in [0, 1, 2]
            .into_iter()
            .filter(|shard| !sample.column(*shard).is_empty())
        {
            sample.put_all(&store, shard);
            assert_eq!(read_all(&store, sample.key(shard)), sample.column(shard));
        }
    }
    let before = store.stats();
    drop(store);
    let (store, recovery) = Store::open(dir.path(), ample()).unwrap();
    assert_eq!(store.stats(), before);
    assert_eq!(
        (
            recovery.receiving,
            recovery.finished,
            recovery.deleted,
            recovery.strays
        ),
        (0, 0, 0, 0)
    );
    for sample in &samples {
        for shard in [0, 1, 2]
            .into_iter()
            .filter(|shard| !sample.column(*shard).is_empty())
        {
            assert_eq!(read_all(&store, sample.key(shard)), sample.column(shard));
            let held = store.held(sample.key(shard)).unwrap();
            assert_eq!(held.fingerprint, sample.fingerprint(shard));
            assert!(store.examine(sample.key(shard)).unwrap().is_none());
        }
    }
}

#[test]
fn the_bound_between_rows_and_files_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    // Full cells of 64 KiB in one stripe: parity shards of exactly the bound, and of twice that.
    let (at, over) = (
        Sample::new(1, 2 * SMALL_SHARD_LEN),
        Sample::new(2, 2 * SMALL_SHARD_LEN + 2),
    );
    assert_eq!(at.column(2).len() as u64, SMALL_SHARD_LEN);
    assert!(over.column(2).len() as u64 > SMALL_SHARD_LEN);
    at.put_all(&store, 2);
    over.put_all(&store, 2);
    assert_eq!(store.held(at.key(2)).unwrap().place, Place::Row);
    assert_eq!(store.held(over.key(2)).unwrap().place, Place::File);
    for sample in [&at, &over] {
        assert_eq!(read_all(&store, sample.key(2)), sample.column(2));
    }
}

#[test]
fn blocks_come_in_any_order_and_the_last_one_completes() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = (open(dir.path()), Sample::new(1, THREE_BLOCKS));
    assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
    assert_eq!(sample.put(&store, 0, 2), PutOutcome::Kept);
    let state = store.state(sample.key(0)).unwrap();
    assert_eq!(
        state,
        ShardState::Receiving {
            received: 1,
            total: 3,
            missing: vec![0..2]
        }
    );
    assert_eq!(sample.put(&store, 0, 0), PutOutcome::Kept);
    assert_eq!(sample.put(&store, 0, 1), PutOutcome::Completed);
    let fingerprint = sample.fingerprint(0);
    assert_eq!(
        store.state(sample.key(0)).unwrap(),
        ShardState::Held {
            fingerprint,
            damaged: false
        }
    );
    assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
}

#[test]
fn a_block_that_is_here_is_known_before_and_after_completion() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample, small) = (
        open(dir.path()),
        Sample::new(1, THREE_BLOCKS),
        Sample::new(2, SMALL),
    );
    assert_eq!(sample.put(&store, 1, 1), PutOutcome::Kept);
    assert_eq!(sample.put(&store, 1, 1), PutOutcome::Known);
    sample.put_all(&store, 1);
    assert_eq!(sample.put(&store, 1, 1), PutOutcome::Known);
    assert_eq!(small.put(&store, 1, 0), PutOutcome::Completed);
    assert_eq!(small.put(&store, 1, 0), PutOutcome::Known);
    assert_eq!(store.stats().held, 2);
}

#[test]
fn groups_of_every_size_verify_against_the_root() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS + 777)] {
        for shard in 0..3 {
            sample.put_all(&store, shard);
            let held = store.held(sample.key(shard)).unwrap();
            let column = sample.column(shard);
            for len in (10..=20).map(|bits| 1u64 << bits) {
                let starts =
                    [0, column.len() as u64 / 2, column.len() as u64 - 1].map(|at| at / len * len);
                for start in starts {
                    let group = Group::new(start, len).unwrap();
                    let (proof, bytes) = store.read_group(&held, group).unwrap();
                    let end = column.len().min((start + len) as usize);
                    assert_eq!(bytes, column[start as usize..end]);
                    let (layout, root) = (&sample.layout, &held.spec.root);
                    tree::verify_group(layout, ShardIndex(shard), group, &bytes, &proof, root)
                        .unwrap();
                }
            }
            let past = Group {
                start: (column.len() as u64).next_multiple_of(1 << 20),
                len: 1024,
            };
            assert!(matches!(
                store.read_group(&held, past),
                Err(ReadError::NoSuchGroup(_))
            ));
        }
    }
}

#[test]
fn what_is_not_complete_is_not_held() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = (open(dir.path()), Sample::new(1, THREE_BLOCKS));
    sample.put(&store, 0, 0);
    assert!(matches!(
        store.held(sample.key(0)),
        Err(ReadError::NotHeld { .. })
    ));
    assert!(matches!(
        store.held(sample.key(1)),
        Err(ReadError::NotHeld { .. })
    ));
}

#[test]
fn capacity_counts_shards_whole_from_their_first_block() {
    let dir = tempfile::tempdir().unwrap();
    let sample = Sample::new(1, THREE_BLOCKS);
    let len = sample.column(0).len() as u64;
    let limits = StoreLimits {
        capacity: 2 * len,
        ..ample()
    };
    let (store, _) = Store::open(dir.path(), limits).unwrap();
    sample.put(&store, 0, 0);
    assert_eq!(store.stats().used_bytes, len);
    sample.put(&store, 1, 0);
    let refused = store.put_block(&sample.spec(2), &sample.block(2, 0));
    assert!(
        matches!(refused, Err(PutError::Capacity { .. })),
        "{refused:?}"
    );
    let small = Sample::new(2, SMALL);
    assert!(matches!(
        store.put_block(&small.spec(0), &small.block(0, 0)),
        Err(PutError::Capacity { .. })
    ));
    sample.put_all(&store, 0);
    assert!(store.delete(sample.key(1)).unwrap());
    assert_eq!(store.stats().used_bytes, len);
    sample.put_all(&store, 2);
    assert_eq!(
        store.stats(),
        StoreStats {
            used_bytes: 2 * len,
            capacity: 2 * len,
            held: 2,
            receiving: 0
        }
    );
}

#[test]
fn a_disk_below_its_reserve_takes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let limits = StoreLimits {
        capacity: u64::MAX,
        reserve: u64::MAX,
        ..ample()
    };
    let (store, _) = Store::open(dir.path(), limits).unwrap();
    for sample in [Sample::new(1, SMALL), Sample::new(2, ONE_BLOCK)] {
        let refused = store.put_block(&sample.spec(0), &sample.block(0, 0));
        assert!(
            matches!(refused, Err(PutError::DiskFull { .. })),
            "{refused:?}"
        );
        let values: Vec<u8> = sample
            .table
            .values()
            .iter()
            .flat_map(|value| value.0)
            .collect();
        let table = VerifiedTable::verify(sample.encoding(), values.into()).unwrap();
        assert!(matches!(
            store.put_table(&table),
            Err(PutError::DiskFull { .. })
        ));
        assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
    }
    assert_eq!(store.stats().used_bytes, 0);
}

#[test]
fn deleting_removes_rows_files_and_usage_and_the_shard_can_come_again() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for sample in [Sample::new(1, SMALL), Sample::new(2, THREE_BLOCKS)] {
        sample.put_all(&store, 0);
        read_all(&store, sample.key(0));
        let view = store.held(sample.key(0)).unwrap();
        assert!(store.delete(sample.key(0)).unwrap());
        assert!(!store.delete(sample.key(0)).unwrap());
        assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
        assert!(matches!(
            store.held(sample.key(0)),
            Err(ReadError::NotHeld { .. })
        ));
        assert!(
            matches!(
                store.read_block(&view, BlockIndex(0)),
                Err(ReadError::NotHeld { .. })
            ),
            "an old view"
        );
        assert_eq!(store.stats().used_bytes, 0);
        sample.put_all(&store, 0);
        assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
        assert!(store.delete(sample.key(0)).unwrap());
        sample.put(&store, 0, 0);
        store.delete(sample.key(0)).unwrap();
    }
    assert_eq!(files_under(dir.path()), Vec::<String>::new());
}

#[test]
fn an_encoding_is_forgotten_only_without_shards() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample) = (open(dir.path()), Sample::new(1, SMALL));
    let values: Vec<u8> = sample
        .table
        .values()
        .iter()
        .flat_map(|value| value.0)
        .collect();
    let table = VerifiedTable::verify(sample.encoding(), values.clone().into()).unwrap();
    store.put_table(&table).unwrap();
    assert_eq!(store.table(sample.id).unwrap(), Some(values));
    sample.put_all(&store, 2);
    assert!(!store.delete_encoding(sample.id).unwrap());
    assert_eq!(store.encodings(None, 9).unwrap(), [sample.id]);
    store.delete(sample.key(2)).unwrap();
    assert!(store.delete_encoding(sample.id).unwrap());
    assert_eq!(
        (
            store.table(sample.id).unwrap(),
            store.facts(sample.id).unwrap()
        ),
        (None, None)
    );
}

#[test]
fn a_chain_with_other_facts_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (store, sample, other) = (
        open(dir.path()),
        Sample::new(1, ONE_BLOCK),
        Sample::new(2, ONE_BLOCK),
    );
    sample.put_all(&store, 0);
    // The same number with the facts of another blob.
    let impostor = Arc::new(Encoding::new(sample.id, other.facts()).unwrap());
    let spec = ShardSpec::new(impostor, ShardIndex(1)).unwrap();
    let block = VerifiedBlock::verify(
        &spec,
        BlockIndex(0),
        &other.proof(1, 0),
        other.block_bytes(1, 0),
    )
    .unwrap();
    assert!(matches!(
        store.put_block(&spec, &block),
        Err(PutError::FactsDiffer { .. })
    ));
    assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
}

#[test]
fn a_data_directory_belongs_to_one_chain_and_one_account() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    store.bind_genesis([1; 32]).unwrap();
    store.bind_account([2; 32]).unwrap();
    drop(store);
    let store = open(dir.path());
    store.bind_genesis([1; 32]).unwrap();
    let error = store.bind_genesis([3; 32]).unwrap_err().to_string();
    assert!(
        error.contains("chain with genesis 0x0101") && error.contains("0x0303"),
        "{error}"
    );
    assert!(matches!(
        store.bind_account([3; 32]),
        Err(BindError::Differs { .. })
    ));
    assert_eq!(store.genesis().unwrap(), Some([1; 32]));
}

#[test]
fn every_directory_of_shards_is_made_at_open_and_none_later() {
    let dir = tempfile::tempdir().unwrap();
    let made = || {
        std::fs::read_dir(dir.path().join("shards"))
            .unwrap()
            .count()
    };
    drop(open(dir.path()));
    assert_eq!(made(), 256);
    // A store of an earlier version has those it needed only; it gains the others.
    for number in 2..256 {
        std::fs::remove_dir(dir.path().join(format!("shards/{number:02x}"))).unwrap();
    }
    let store = open(dir.path());
    assert_eq!(made(), 256);
    // One that is lost while the store is open is not made again unseen, and costs nothing but its shards.
    let (sample, other) = (Sample::new(5, ONE_BLOCK), Sample::new(6, ONE_BLOCK));
    std::fs::remove_dir(dir.path().join("shards/05")).unwrap();
    let refused = store.put_block(&sample.spec(0), &sample.block(0, 0));
    assert!(matches!(refused, Err(PutError::Store(_))), "{refused:?}");
    other.put_all(&store, 0);
    drop(store);
    let store = open(dir.path());
    sample.put_all(&store, 0);
    for sample in [&sample, &other] {
        assert_eq!(read_all(&store, sample.key(0)), sample.column(0));
    }
}

#[test]
fn a_directory_in_use_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let _store = open(dir.path());
    assert!(matches!(
        Store::open(dir.path(), ample()),
        Err(OpenError::InUse { .. })
    ));
}

#[test]
fn a_later_format_and_a_foreign_database_are_refused() {
    for (key, value, foreign) in [
        (
            "Mballast-storage-worker format",
            9u32.to_le_bytes().to_vec(),
            false,
        ),
        ("something", vec![1], true),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(dir.path()).unwrap();
        let db = rocksdb::DB::open_default(index_path(dir.path())).unwrap();
        db.put(key, value).unwrap();
        drop(db);
        match Store::open(dir.path(), ample()).map(drop).unwrap_err() {
            OpenError::Newer {
                found: 9,
                supported: FORMAT,
                ..
            } if !foreign => {}
            OpenError::Foreign { .. } if foreign => {}
            other => panic!("{other}"),
        }
    }
}

#[test]
fn more_shards_than_can_be_open_are_received_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let sample = Sample::new(1, THREE_BLOCKS);
    let spec = |id: u64| {
        let encoding = Encoding::new(EncodingId(id), sample.facts()).unwrap();
        ShardSpec::new(Arc::new(encoding), ShardIndex(0)).unwrap()
    };
    let put = |id: u64, block: u32| {
        let (spec, bytes) = (spec(id), sample.block_bytes(0, block));
        let block = VerifiedBlock::verify(&spec, BlockIndex(block), &sample.proof(0, block), bytes)
            .unwrap();
        store.put_block(&spec, &block).unwrap()
    };
    let count = 270;
    let limits = store.stats().capacity;
    assert!(limits > count * sample.column(0).len() as u64);
    for id in 0..count {
        assert_eq!(put(id, 0), PutOutcome::Kept);
    }
    for id in [0, 1, count - 1] {
        put(id, 1);
        assert_eq!(put(id, 2), PutOutcome::Completed);
        assert_eq!(read_all(&store, spec(id).key), sample.column(0));
    }
    assert_eq!(store.stats().receiving, count - 3);
}

/// Files in staging and shards.
pub fn files_under(root: &std::path::Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut dirs = vec![root.join("staging"), root.join("shards")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => dirs.push(path),
                false => files.push(path.strip_prefix(root).unwrap().display().to_string()),
            }
        }
    }
    files.sort();
    files
}
