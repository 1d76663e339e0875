use crate::sample::*;
use ballast_core::{BlockIndex, Code, EncodingId, Layout, ShardIndex, ShardValues};
use ballast_storage_worker::{facts::*, receive::VerifiedBlock, store::*};
use std::{path::Path, sync::Arc, time::Instant};

/// Data shard 0 of a blob whose every shard has `len` bytes, under many ids.
fn specs(len: u64) -> impl Fn(u64) -> (ShardSpec, VerifiedBlock) {
    let sample = Sample::new(1, 2 * len);
    move |id| {
        let encoding = Arc::new(Encoding::new(EncodingId(id), sample.facts()).unwrap());
        let spec = ShardSpec::new(encoding, ShardIndex(0)).unwrap();
        let block = VerifiedBlock::verify(
            &spec,
            BlockIndex(0),
            &sample.proof(0, 0),
            sample.block_bytes(0, 0),
        )
        .unwrap();
        (spec, block)
    }
}

#[test]
#[ignore]
fn start_time() {
    let dir = tempfile::tempdir_in("/root/.cache").unwrap();
    let make = specs(1024);
    let (store, _) = Store::open(dir.path(), ample()).unwrap();
    let t = Instant::now();
    let n = 20_000;
    for id in 0..n {
        let (spec, block) = make(id);
        store.put_block(&spec, &block).unwrap();
    }
    println!("put {n} small in {:?}", t.elapsed());
    drop(store);
    let t = Instant::now();
    let (_, r) = Store::open(dir.path(), ample()).unwrap();
    println!("open {r:?} in {:?}", t.elapsed());
}

#[test]
#[ignore]
fn sizes() {
    for kib in [4u64, 16, 64, 256, 1024] {
        let dir = tempfile::tempdir_in("/root/.cache").unwrap();
        let make = specs(kib << 10);
        let (store, _) = Store::open(dir.path(), ample()).unwrap();
        let n = (64 << 10) / kib.max(64);
        let blocks: Vec<_> = (0..n).map(&make).collect();
        let t = Instant::now();
        for (spec, block) in &blocks {
            store.put_block(spec, block).unwrap();
        }
        let put = t.elapsed() / n as u32;
        let t = Instant::now();
        for (spec, _) in &blocks {
            let v = store.held(spec.key).unwrap();
            store.read_block(&v, BlockIndex(0)).unwrap();
        }
        println!(
            "{kib} KiB x {n}: put {put:?}, read {:?}, place {:?}",
            t.elapsed() / n as u32,
            store.held(blocks[0].0.key).unwrap().place
        );
    }
}

#[test]
#[ignore]
fn full_disk() {
    let root = std::env::var("FULL").unwrap();
    let root = Path::new(&root);
    let sample = Sample::new(1, THREE_BLOCKS);
    let make = |id: u64, b: u32| {
        let encoding = Arc::new(Encoding::new(EncodingId(id), sample.facts()).unwrap());
        let spec = ShardSpec::new(encoding, ShardIndex(0)).unwrap();
        let block = VerifiedBlock::verify(
            &spec,
            BlockIndex(b),
            &sample.proof(0, b),
            sample.block_bytes(0, b),
        )
        .unwrap();
        (spec, block)
    };
    let small = specs(60 << 10);
    let (store, _) = Store::open(root, ample()).unwrap();
    let mut n = 0;
    let err = loop {
        let r = (0..3).try_for_each(|b| {
            let (s, b) = make(n, b);
            store.put_block(&s, &b).map(drop)
        });
        if let Err(e) = r {
            break e;
        }
        n += 1;
    };
    println!("{n} shards, then {err}");
    // brim
    std::fs::write(root.join("filler"), vec![1u8; 200 << 20]).unwrap_err();
    println!("free {}", store.free_bytes().unwrap());
    let mut fails = 0;
    for id in 1000..1200 {
        let (s, b) = small(id);
        match store.put_block(&s, &b) {
            Ok(_) => {}
            Err(e) => {
                if fails == 0 || id == 1199 {
                    println!("{id}: {e}");
                }
                fails += 1;
            }
        }
    }
    for id in 0..5 {
        println!(
            "delete {id} at the brim: {:?}",
            store.delete(make(id, 0).0.key).map_err(|e| e.to_string())
        );
    }
    std::fs::write(root.join("filler2"), vec![1u8; 200 << 20]).unwrap_err();
    let mut first = None;
    for id in 0..2_000_000u32 {
        if let Err(e) = store.record_finalized(id) {
            first = Some((id, e.to_string()));
            break;
        }
    }
    println!("first failing write: {first:?}");
    for _id in 0..3 {
        println!(
            "then {:?}",
            store.record_finalized(1).map_err(|e| e.to_string())
        );
    }
    println!(
        "reads go on: {}",
        read_all(&store, make(7, 0).0.key) == sample.column(0)
    );
    std::fs::remove_file(root.join("filler2")).unwrap();
    println!(
        "{fails} of 200 small failed; free {}",
        store.free_bytes().unwrap()
    );
    for id in 5..n {
        assert_eq!(read_all(&store, make(id, 0).0.key), sample.column(0));
    }
    std::fs::remove_file(root.join("filler")).unwrap();
    println!("free {}", store.free_bytes().unwrap());
    for id in 2000..2010 {
        let (s, b) = small(id);
        println!(
            "{id}: {:?}",
            store.put_block(&s, &b).map_err(|e| e.to_string())
        );
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
    println!(
        "delete: {:?}",
        store.delete(make(0, 0).0.key).map_err(|e| e.to_string())
    );
    println!("stats {:?}", store.stats());
    drop(store);
    let (store, r) = Store::open(root, ample()).unwrap();
    println!("{r:?} {:?}", store.stats());
    for id in 5..n {
        assert_eq!(read_all(&store, make(id, 0).0.key), sample.column(0));
    }
    let (s, b) = small(3000);
    println!("{:?}", store.put_block(&s, &b).map_err(|e| e.to_string()));
    let _ = (
        Code::new(2, 3),
        Layout::new(2000, Code::new(2, 3).unwrap()),
        ShardValues::new,
    );
}
