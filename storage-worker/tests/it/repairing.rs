//! Shards that the chain moves here, and blocks that rot here, are rebuilt from other workers.

use crate::{damage::*, fake_chain::*, sample::*};
use ballast_core::{
    view::{EncodingStatus, SuccessorInfo},
    BlockIndex, Group, ShardIndex, WorkerId,
};
use ballast_storage_worker::{
    receive::RebuiltBlock,
    scrub::{self, Cursor},
    store::*,
};
use ballast_worker_api::ErrorCode;
use bytes::Bytes;
use std::sync::Arc;
use tempfile::TempDir;

const THIRD: WorkerId = WorkerId([9; 32]);

/// This worker, and two others that hold the shards 1 and 2 of a certified encoding.
struct Net {
    chain: Arc<FakeChain>,
    sample: Sample,
    others: Vec<Running>,
    dir: TempDir,
    _dirs: Vec<TempDir>,
}

impl Net {
    async fn start(len: u64) -> Self {
        let sample = Sample::new(1, len);
        let chain = FakeChain::new();
        chain.place(&sample, [MINE, OTHER, THIRD]);
        chain.change(sample.id, |info| {
            info.status = EncodingStatus::Certified { at: 1 };
            info.assignments[1].receipted = true;
            info.assignments[2].receipted = true;
        });
        let mut net = Self {
            chain,
            sample,
            others: Vec::new(),
            dir: tempfile::tempdir().unwrap(),
            _dirs: Vec::new(),
        };
        for (shard, worker) in [(1, OTHER), (2, THIRD)] {
            net.start_other(shard, worker).await;
        }
        net
    }

    /// Another worker that holds a shard.
    async fn start_other(&mut self, shard: u8, worker: WorkerId) {
        let dir = tempfile::tempdir().unwrap();
        let config = ballast_storage_worker::config::Config {
            account: worker,
            ..config(dir.path())
        };
        let other = Running::start_with(&config, &self.chain).await;
        self.chain.register_other(worker, &other.url);
        let app = other.worker.app();
        let encoding = self.sample.encoding();
        let table = self.sample.table.values();
        let table: Vec<u8> = table.iter().flat_map(|value| value.0).collect();
        let table = ballast_storage_worker::receive::VerifiedTable::verify(encoding, table.into());
        app.store.put_table(&table.unwrap()).unwrap();
        self.sample.put_all(&app.store, shard);
        self.others.push(other);
        self._dirs.push(dir);
    }

    async fn stop_others(&mut self) {
        for other in self.others.drain(..) {
            other.stop().await;
        }
    }

    async fn me(&self) -> Running {
        Running::start(self.dir.path(), &self.chain).await
    }

    fn is_receipted(&self) -> bool {
        let encodings = self.chain.encodings.lock().unwrap();
        let assignment = encodings[&self.sample.id].assignments[0];
        assignment.worker == MINE && assignment.receipted
    }

    fn is_held(&self, me: &Running) -> bool {
        let state = me.worker.app().store.state(self.sample.key(0)).unwrap();
        matches!(state, ShardState::Held { damaged: false, .. })
    }

    fn file(&self) -> std::path::PathBuf {
        file_of(self.dir.path(), &self.sample, 0)
    }

    async fn stop(mut self, me: Running) {
        me.stop().await;
        self.stop_others().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_is_moved_here_is_rebuilt_and_receipted_by_itself() {
    for len in [SMALL, ONE_BLOCK, THREE_BLOCKS] {
        let net = Net::start(len).await;
        let me = net.me().await;
        me.until(|_| net.is_receipted()).await;
        let app = me.worker.app();
        assert_eq!(
            read_all(&app.store, net.sample.key(0)),
            net.sample.column(0)
        );
        assert!(
            app.store.has_table(net.sample.id).unwrap(),
            "the table came along"
        );
        assert_eq!(app.metrics.shards_repaired.get(), 1);
        assert_eq!(net.chain.calls("certify").len(), 1);
        net.stop(me).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_that_broke_is_tried_again() {
    let net = Net::start(SMALL).await;
    *net.chain.pool.lock().unwrap() = Pool::BreaksOnce;
    let me = net.me().await;
    me.until(|_| net.is_receipted()).await;
    assert_eq!(me.worker.app().metrics.repairs_failed.get(), 1);
    assert_eq!(net.chain.calls("certify").len(), 2);
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_was_killed_goes_on_with_what_is_missing() {
    let mut net = Net::start(THREE_BLOCKS).await;
    net.stop_others().await;
    {
        // The first block came before the kill.
        let store = open(net.dir.path());
        store.bind_account(MINE.0).unwrap();
        net.sample.put(&store, 0, 0);
        store.flush().unwrap();
    }
    let me = net.me().await;
    me.until(|me| me.worker.app().metrics.repairs_failed.get() > 0)
        .await;
    me.stop().await;
    for (shard, worker) in [(1, OTHER), (2, THIRD)] {
        net.start_other(shard, worker).await;
    }
    let me = net.me().await;
    me.until(|_| net.is_receipted()).await;
    let rebuilt = me.worker.app().metrics.bytes_repaired.get();
    assert_eq!(rebuilt, net.sample.column(0).len() as u64 - (1 << 20));
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_encoding_is_left_to_its_publisher() {
    let net = Net::start(ONE_BLOCK).await;
    net.chain.change(net.sample.id, |info| {
        info.status = EncodingStatus::Placed { at: 1 }
    });
    let me = net.me().await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    let state = me.worker.app().store.state(net.sample.key(0)).unwrap();
    assert_eq!(state, ShardState::Absent);
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_copies_from_who_leaves_and_names_its_own_generation() {
    let mut net = Net::start(ONE_BLOCK).await;
    // Shard 1 is to move from OTHER to this worker; the third one is gone, so nothing can be decoded.
    net.chain.change(net.sample.id, |info| {
        info.assignments[0].worker = THIRD;
        info.assignments[1].successor = Some(SuccessorInfo {
            worker: MINE,
            generation: 5,
        });
    });
    net.others.pop().unwrap().stop().await;
    let me = net.me().await;
    let successor = |net: &Net| net.chain.encodings.lock().unwrap()[&net.sample.id].assignments[1];
    me.until(|_| successor(&net).worker == MINE).await;
    assert_eq!(successor(&net).generation, 5);
    assert_eq!(
        read_all(&me.worker.app().store, net.sample.key(1)),
        net.sample.column(1)
    );
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rot_is_found_by_the_scrub_and_healed_in_place() {
    let net = Net::start(THREE_BLOCKS).await;
    let me = net.me().await;
    me.until(|_| net.is_receipted()).await;
    flip(&net.file(), HEADER_LEN + (1 << 20) + 77, 1);
    let metrics = &me.worker.app().metrics;
    me.until(|_| metrics.scrub_damage.get() == 1 && net.is_held(&me))
        .await;
    me.until(|me| me.worker.app().store.damaged(9).unwrap().is_empty())
        .await;
    let bytes = std::fs::read(net.file()).unwrap();
    assert!(bytes[HEADER_LEN as usize..] == *net.sample.column(0));
    assert_eq!(metrics.shards_repaired.get(), 2, "moved here, then healed");
    assert_eq!(net.chain.calls("certify").len(), 1, "its receipt stands");
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_in_quarantine_is_not_served_and_the_others_are() {
    let mut net = Net::start(THREE_BLOCKS).await;
    let me = net.me().await;
    me.until(|_| net.is_receipted()).await;
    net.stop_others().await;
    flip(&net.file(), HEADER_LEN + 5, 1);
    me.until(|me| !me.worker.app().store.damaged(9).unwrap().is_empty())
        .await;
    // It is quarantined though the disk has thought better of it.
    flip(&net.file(), HEADER_LEN + 5, 1);
    let me = {
        me.stop().await;
        net.me().await
    };
    let id = net.sample.id;
    let group = |block| {
        me.client
            .group(id, ShardIndex(0), Group::block(BlockIndex(block)))
    };
    let error = group(0).await.unwrap_err();
    assert_eq!(
        error.code(),
        Some(&ErrorCode::Other("corrupt".into())),
        "{error}"
    );
    assert!(group(1).await.is_ok() && group(2).await.is_ok());
    assert!(me
        .client
        .receipt(net.sample.id, ShardIndex(0))
        .await
        .is_err());
    for (shard, worker) in [(1, OTHER), (2, THIRD)] {
        net.start_other(shard, worker).await;
    }
    me.until(|me| net.is_held(me)).await;
    assert!(group(0).await.is_ok());
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_truncated_or_spoilt_file_is_put_in_order() {
    let net = Net::start(THREE_BLOCKS).await;
    let me = net.me().await;
    me.until(|_| net.is_receipted()).await;
    let damages: [fn(&std::path::Path); 3] = [
        |path| std::fs::remove_file(path).unwrap(),
        |path| {
            let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
            file.set_len(HEADER_LEN + (1 << 20) + 9).unwrap();
        },
        |path| flip(path, 3, 0xff),
    ];
    let metrics = &me.worker.app().metrics;
    for damage in damages {
        let before = metrics.scrub_damage.get();
        damage(&net.file());
        me.until(|_| metrics.scrub_damage.get() > before).await;
        me.until(|me| me.worker.app().store.damaged(9).unwrap().is_empty() && net.is_held(me))
            .await;
        assert!(read_all(&me.worker.app().store, net.sample.key(0)) == net.sample.column(0));
    }
    net.stop(me).await;
}

#[test]
fn the_scrub_goes_on_over_a_restart_and_comes_round() {
    let dir = tempfile::tempdir().unwrap();
    let sample = Sample::new(1, 24 << 20);
    let small = Sample::new(2, SMALL);
    let mut cursor = Cursor::default();
    let read = {
        let store = open(dir.path());
        sample.put_all(&store, 0);
        small.put_all(&store, 1);
        let step = scrub::step(&store, &mut cursor).unwrap();
        store.record_scrub(&cursor).unwrap();
        assert!(step.bytes >= scrub::STEP_BYTES && !step.is_end);
        step.bytes
    };
    let store = open(dir.path());
    assert_eq!(store.scrub_cursor::<Cursor>().unwrap(), Some(cursor));
    let (mut bytes, mut passes) = (read, 0);
    for _ in 0..10 {
        let step = scrub::step(&store, &mut cursor).unwrap();
        bytes += step.bytes;
        passes += u64::from(step.is_end);
        if step.is_end {
            break;
        }
    }
    let held = sample.column(0).len() + small.column(1).len();
    assert_eq!((bytes, passes, cursor.passes), (held as u64, 1, 1));
}

#[test]
fn a_small_shard_heals_in_its_row_and_wrong_bytes_heal_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (sample, block) in [
        (Sample::new(1, SMALL), 0),
        (Sample::new(2, THREE_BLOCKS), 2),
    ] {
        let (key, block) = (sample.key(0), BlockIndex(block));
        sample.put_all(&store, 0);
        assert!(store.quarantine(key, &[block]).unwrap());
        assert!(!store.quarantine(key, &[block]).unwrap());
        let good = sample.block_bytes(0, block.0);
        let mut wrong = good.to_vec();
        wrong[9] ^= 1;
        assert!(!store.heal(key, block, &wrong).unwrap());
        assert!(matches!(
            store.state(key).unwrap(),
            ShardState::Held { damaged: true, .. }
        ));
        let view = store.held(key).unwrap();
        assert!(store.read_block(&view, block).is_err());
        assert!(store.heal(key, block, &good).unwrap());
        assert!(matches!(
            store.state(key).unwrap(),
            ShardState::Held { damaged: false, .. }
        ));
        assert!(read_all(&store, key) == sample.column(0));
    }
    assert!(store.damaged(9).unwrap().is_empty());
}

#[test]
fn rebuilt_blocks_that_miss_the_root_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    for (id, len) in [(1, SMALL), (2, THREE_BLOCKS)] {
        let sample = Sample::new(id, len);
        let (spec, key) = (sample.spec(0), sample.key(0));
        let rebuilt = |block, wrong: bool| {
            let mut bytes = sample.block_bytes(0, block).to_vec();
            bytes[7] ^= u8::from(wrong);
            RebuiltBlock::hash(&spec, BlockIndex(block), Bytes::from(bytes)).unwrap()
        };
        let last = sample.blocks(0) - 1;
        for block in 0..last {
            store
                .put_rebuilt(&spec, &rebuilt(block, block == 1))
                .unwrap();
        }
        let put = store
            .put_rebuilt(&spec, &rebuilt(last, last == 0))
            .unwrap_err();
        assert!(matches!(put, PutError::WrongRoot { .. }), "{put}");
        assert_eq!(store.state(key).unwrap(), ShardState::Absent);
        assert_eq!(store.stats().used_bytes, 0);
        for block in 0..=last {
            store.put_rebuilt(&spec, &rebuilt(block, false)).unwrap();
        }
        assert!(read_all(&store, key) == sample.column(0));
        store.delete(key).unwrap();
    }
}

/// The last rows may be on disk when the kill comes, before anything was compared.
#[test]
fn a_kill_before_the_root_is_compared_makes_nothing_held() {
    struct StopAt(Point);
    impl Hooks for StopAt {
        fn at(&self, point: Point) -> std::io::Result<()> {
            match point == self.0 {
                true => Err(std::io::Error::other("stopped")),
                false => Ok(()),
            }
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let sample = Sample::new(1, THREE_BLOCKS);
    {
        let hooks = Box::new(StopAt(Point::BlocksRecorded));
        let (store, _) = Store::open_with(dir.path(), ample(), hooks).unwrap();
        for block in 0..3 {
            let mut bytes = sample.block_bytes(0, block).to_vec();
            bytes[7] ^= 1;
            let block = RebuiltBlock::hash(&sample.spec(0), BlockIndex(block), bytes.into());
            let _ = store.put_rebuilt(&sample.spec(0), &block.unwrap());
        }
    }
    let store = open(dir.path());
    assert_eq!(store.state(sample.key(0)).unwrap(), ShardState::Absent);
    assert_eq!(store.stats().used_bytes, 0);
}
