//! Lost shards are rebuilt from any k others, whatever single workers do, and count only once they reach their roots.

use crate::{net::*, worker::Mood, wrong_parity::certify_noise};
use ballast_blobs::{
    Audit, Audited, FetchError, Limits, Rebuild, Rebuilt, RepairError, Repairer, ShardStore,
};
use ballast_core::{
    view::EncodingInfo, Address, BlockIndex, CellTable, ChainingValue, Code, Layout, ShardIndex,
    ShardValues,
};
use ballast_worker_api::{Connector, EndpointPolicy, Timeouts};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    io,
    ops::Range,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

/// Blocks of rebuilt shards in memory.
struct Shelf {
    info: EncodingInfo,
    layout: Layout,
    table: Mutex<Option<Vec<ChainingValue>>>,
    blocks: Mutex<BTreeMap<(ShardIndex, u32), Bytes>>,
    puts: AtomicUsize,
    /// Puts after which the disk is full.
    room: AtomicUsize,
}

impl Shelf {
    fn new(info: &EncodingInfo) -> Arc<Self> {
        Arc::new(Self {
            info: info.clone(),
            layout: Layout::new(info.len, info.code).unwrap(),
            table: Mutex::default(),
            blocks: Mutex::default(),
            puts: AtomicUsize::new(0),
            room: AtomicUsize::new(usize::MAX),
        })
    }

    fn puts(&self) -> usize {
        self.puts.load(Ordering::Relaxed)
    }

    fn column(&self, shard: ShardIndex) -> Vec<u8> {
        let blocks = self.blocks.lock().unwrap();
        let of_shard = blocks.range((shard, 0)..=(shard, u32::MAX));
        of_shard.flat_map(|(_, bytes)| bytes.to_vec()).collect()
    }

    fn root(&self, shard: ShardIndex) -> Option<ChainingValue> {
        let mut units = Vec::new();
        let column = self.column(shard);
        ShardValues::hash_units(&self.layout, shard, 0, &column, &mut units).ok()?;
        ShardValues::new(&self.layout, shard, units)
            .ok()?
            .shard_root()
    }

    /// Whether all of these shards are what the chain has the roots of.
    fn is_right(&self, shards: &[u8]) -> bool {
        shards.iter().map(|shard| ShardIndex(*shard)).all(|shard| {
            self.root(shard).is_some() && self.root(shard) == self.info.roots[usize::from(shard.0)]
        })
    }
}

impl ShardStore for Shelf {
    fn table(&self) -> io::Result<Option<Vec<ChainingValue>>> {
        Ok(self.table.lock().unwrap().clone())
    }

    fn put_table(&self, values: &[ChainingValue]) -> io::Result<()> {
        let table = CellTable::new(self.layout, values.to_vec()).unwrap();
        assert_eq!(table.address(), self.info.address);
        *self.table.lock().unwrap() = Some(values.to_vec());
        Ok(())
    }

    fn missing(&self, shard: ShardIndex) -> io::Result<Vec<Range<u32>>> {
        let blocks = self.layout.shard_len(shard).div_ceil(1 << 20) as u32;
        let here = self.blocks.lock().unwrap();
        let missing = (0..blocks).filter(|block| !here.contains_key(&(shard, *block)));
        // Few at a time, as a store does that misses many.
        Ok(missing.map(|block| block..block + 1).take(3).collect())
    }

    fn put(&self, shard: ShardIndex, block: BlockIndex, bytes: Bytes) -> io::Result<bool> {
        if self.puts.fetch_add(1, Ordering::Relaxed) >= self.room.load(Ordering::Relaxed) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let range = self.layout.block_range(shard, block);
        assert_eq!(bytes.len() as u64, range.end - range.start);
        self.blocks.lock().unwrap().insert((shard, block.0), bytes);
        Ok(true)
    }

    fn finish(&self, shard: ShardIndex) -> io::Result<bool> {
        if self.is_right(&[shard.0]) {
            return Ok(true);
        }
        let mut blocks = self.blocks.lock().unwrap();
        blocks.retain(|(of, _), _| *of != shard);
        Ok(false)
    }
}

/// Two blocks and a bit in each shard of (4, 8), in cells of 64 KiB.
const LEN: usize = 9_000_000;

async fn stored(code: (u8, u8), len: usize) -> (Net, Address) {
    let net = Net::start(code.1).await;
    let address = net.publish_bytes(&bytes(77, len), code).await;
    (net, address)
}

fn repairer(net: &Net) -> Repairer {
    repairer_with(net, limits())
}

fn repairer_with(net: &Net, limits: Limits) -> Repairer {
    let second = Duration::from_secs(1);
    let timeouts = Timeouts {
        connect: second,
        idle: 4 * second,
        small: 4 * second,
        transfer: 6 * second,
        receipt: 6 * second,
    };
    let connector = Connector::new(EndpointPolicy::AllowPrivate, timeouts).unwrap();
    Repairer::new(net.chain.clone(), connector, limits)
}

/// Rebuilds shards without the help of who holds them.
fn job(net: &Net, address: Address, lost: &[u8]) -> Rebuild {
    let mut info = net.encoding(address);
    for shard in lost {
        info.assignments[usize::from(*shard)].worker = Default::default();
    }
    Rebuild {
        info,
        shards: lost.iter().map(|shard| ShardIndex(*shard)).collect(),
        without: Some(Default::default()),
    }
}

async fn rebuild(net: &Net, job: &Rebuild, shelf: &Arc<Shelf>) -> Result<Rebuilt, RepairError> {
    repairer(net).rebuild(job, shelf.clone()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn several_lost_shards_cost_one_decode_of_k_others() {
    let (net, address) = stored((4, 8), LEN).await;
    let lost = [1, 3, 4, 7];
    let job = job(&net, address, &lost);
    let shelf = Shelf::new(&job.info);
    let before = net.served();
    let done = rebuild(&net, &job, &shelf).await.unwrap();
    assert!(shelf.is_right(&lost));
    let layout = shelf.layout;
    let lens = |shards: &[u8]| -> u64 {
        shards
            .iter()
            .map(|shard| layout.shard_len(ShardIndex(*shard)))
            .sum()
    };
    assert_eq!((done.bytes, done.blocks), (lens(&lost), 4 * 3));
    assert_eq!(done.sent, lens(&[0, 2, 5, 6]), "four others, each once");
    assert_eq!(net.served() - before, done.sent);
    assert!(shelf.table().unwrap().is_some(), "the table came along");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_still_holds_the_shard_is_copied_and_proven() {
    let (net, address) = stored((4, 8), LEN).await;
    let job = Rebuild {
        info: net.encoding(address),
        shards: vec![ShardIndex(6)],
        without: None,
    };
    let shelf = Shelf::new(&job.info);
    let done = rebuild(&net, &job, &shelf).await.unwrap();
    assert!(shelf.is_right(&[6]));
    assert_eq!(done.sent, done.bytes, "no other shard was read");
    // It lies: the others have to do.
    net.set(address, [6], Mood::LiesInGroups);
    let shelf = Shelf::new(&job.info);
    rebuild(&net, &job, &shelf).await.unwrap();
    assert!(shelf.is_right(&[6]));
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_that_lie_fail_babble_or_hang_are_replaced() {
    for mood in [
        Mood::LiesInGroups,
        Mood::LiesInTables,
        Mood::Fails,
        Mood::Babbles,
        Mood::Hangs,
    ] {
        let (net, address) = stored((2, 6), 300_000).await;
        net.set(address, [1, 2], mood);
        net.stop(address, [3]).await;
        let job = job(&net, address, &[0]);
        let shelf = Shelf::new(&job.info);
        rebuild(&net, &job, &shelf).await.unwrap();
        assert!(shelf.is_right(&[0]), "{mood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_fewer_than_k_it_names_who_failed_and_goes_on_when_one_is_back() {
    let (net, address) = stored((4, 8), LEN).await;
    let job = job(&net, address, &[0, 1]);
    let shelf = Shelf::new(&job.info);
    // The disk has room for two of the six blocks, then workers go.
    shelf.room.store(2, Ordering::Relaxed);
    let full = rebuild(&net, &job, &shelf).await.unwrap_err();
    assert!(matches!(full, RepairError::Store { .. }), "{full}");
    // What was being put when the error came fails too.
    tokio::time::sleep(Duration::from_millis(500)).await;
    shelf.room.store(usize::MAX, Ordering::Relaxed);
    net.stop(address, [2, 3, 4]).await;
    match rebuild(&net, &job, &shelf).await.unwrap_err() {
        RepairError::Sources {
            source: FetchError::Unavailable { missing, .. },
            ..
        } => assert_eq!(shards(&missing), [2, 3, 4].map(ShardIndex)),
        other => panic!("{other}"),
    }
    net.holder(address, 3).restart().await;
    let kept = shelf.blocks.lock().unwrap().len();
    assert_eq!(kept, 2);
    let before = shelf.puts();
    let done = rebuild(&net, &job, &shelf).await.unwrap();
    assert!(shelf.is_right(&[0, 1]));
    assert_eq!(
        (done.blocks, shelf.puts() - before),
        (4, 4),
        "the rest only"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_killed_goes_on_where_it_was() {
    let (net, address) = stored((4, 8), 40_000_000).await;
    let job = job(&net, address, &[5]);
    let shelf = Shelf::new(&job.info);
    let blocks = shelf.layout.shard_len(ShardIndex(5)).div_ceil(1 << 20);
    // One row at a time, so that the kill comes in the middle.
    let slow = Limits {
        fetch_memory: 1 << 20,
        ..limits()
    };
    let repairer = repairer_with(&net, slow);
    {
        let killed = repairer.rebuild(&job, shelf.clone());
        tokio::pin!(killed);
        for _ in 0..20_000 {
            tokio::select! {
                _ = &mut killed => panic!("it was to be killed before"),
                () = tokio::time::sleep(Duration::from_millis(1)) => {}
            }
            if shelf.puts() >= 3 {
                break;
            }
        }
    }
    // What was being put when the kill came may still arrive.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let kept = shelf.blocks.lock().unwrap().len() as u64;
    assert!(kept >= 3 && kept < blocks, "{kept}");
    let done = rebuild(&net, &job, &shelf).await.unwrap();
    assert!(shelf.is_right(&[5]));
    assert_eq!(done.blocks + kept, blocks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_parity_shard_among_the_sources_is_repaired_around() {
    for noisy in [2, 3] {
        let net = Net::start(4).await;
        let address =
            certify_noise(&net, &bytes(10, 50_000), Code::new(2, 4).unwrap(), &[noisy]).await;
        let job = job(&net, address, &[0]);
        let shelf = Shelf::new(&job.info);
        rebuild(&net, &job, &shelf).await.unwrap();
        assert!(shelf.is_right(&[0]), "noise in {noisy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_is_not_of_the_code_is_never_kept() {
    let net = Net::start(4).await;
    let content = bytes(11, 50_000);
    let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[2]).await;
    let job = job(&net, address, &[2]);
    let shelf = Shelf::new(&job.info);
    match rebuild(&net, &job, &shelf).await.unwrap_err() {
        RepairError::OffCode { shard, .. } => assert_eq!(shard, ShardIndex(2)),
        other => panic!("{other}"),
    }
    assert!(shelf.column(ShardIndex(2)).is_empty());
}

/// Cells of 2 MiB: the table has no value for a block, the root alone says what is right.
#[tokio::test(flavor = "multi_thread")]
async fn where_cells_are_longer_than_a_block_the_root_decides() {
    const LONG: usize = 140_000_000;
    let net = Net::start(4).await;
    let content = bytes(12, LONG);
    let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[3]).await;
    let right = job(&net, address, &[1]);
    let shelf = Shelf::new(&right.info);
    net.set(address, [3], Mood::Slow);
    rebuild(&net, &right, &shelf).await.unwrap();
    assert!(shelf.is_right(&[1]));
    let wrong = job(&net, address, &[3]);
    let shelf = Shelf::new(&wrong.info);
    assert!(matches!(
        rebuild(&net, &wrong, &shelf).await,
        Err(RepairError::OffCode { .. })
    ));
    assert!(shelf.column(ShardIndex(3)).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_does_not_exist_is_refused() {
    let (net, address) = stored((2, 4), 5000).await;
    let job = Rebuild {
        shards: vec![ShardIndex(9)],
        ..job(&net, address, &[])
    };
    let shelf = Shelf::new(&job.info);
    let error = rebuild(&net, &job, &shelf).await.unwrap_err();
    assert!(matches!(error, RepairError::NoSuchShard { .. }), "{error}");
}

/// What a stranger sees of the shards at a group of `len` bytes from the start.
async fn audit(net: &Net, address: Address, lost: &[u8], len: u64) -> Audited {
    let info = job(net, address, lost).info;
    let group = ballast_core::Group { start: 0, len };
    let audit = Audit {
        info: &info,
        group,
        auditor: Default::default(),
        own: Arc::new(|_, _| None),
    };
    repairer(net).audit(&audit).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_of_right_shards_finds_nothing() {
    let (net, address) = stored((4, 8), LEN).await;
    let audited = audit(&net, address, &[], 65_536).await;
    assert_eq!((audited.answered, audited.finding), (8, None));
    // Nor with k of them, which always fit.
    let audited = audit(&net, address, &[0, 2, 5, 7], 65_536).await;
    assert_eq!((audited.answered, audited.finding), (4, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_audit_finds_a_wrong_parity_shard_and_shows_it_with_k_plus_one_chunks() {
    let net = Net::start(4).await;
    let content = bytes(11, 50_000);
    let address = certify_noise(&net, &content, Code::new(2, 4).unwrap(), &[2]).await;
    let finding = audit(&net, address, &[], 65_536).await.finding.unwrap();
    let shards: Vec<u8> = finding.chunks.iter().map(|chunk| chunk.shard.0).collect();
    assert_eq!((shards, finding.chunk.0), (vec![0, 1, 2], 0));
    let pieces: Vec<_> = finding
        .chunks
        .iter()
        .map(|chunk| (chunk.shard, chunk.bytes.as_slice()))
        .collect();
    let off = ballast_erasure::first_off_code(Code::new(2, 4).unwrap(), &pieces);
    assert_eq!(off.unwrap().unwrap().shard, ShardIndex(2));
    // Without the wrong shard the others fit.
    assert_eq!(audit(&net, address, &[2], 65_536).await.finding, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_met_a_wrong_shard_says_where() {
    let net = Net::start(4).await;
    let address = certify_noise(&net, &bytes(10, 50_000), Code::new(2, 4).unwrap(), &[2]).await;
    let job = job(&net, address, &[0]);
    net.set(address, [3], Mood::Slow);
    let done = rebuild(&net, &job, &Shelf::new(&job.info)).await.unwrap();
    assert_eq!(done.wrong, Some(BlockIndex(0)));
}
