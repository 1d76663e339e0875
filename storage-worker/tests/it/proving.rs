//! The chunks that the chain asks for are shown, whatever the pool, the fork and the disk do.

use crate::{damage::*, fake_chain::*, sample::*};
use ballast_core::{
    challenge::ChunkProof,
    view::{PickInfo, StandingInfo, WindowInfo, WindowOutcome},
    ChunkIndex, ShardIndex, StorageEpoch, WorkerId,
};
use codec::DecodeAll;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// A worker that holds shard 0 of a sample.
struct Proving {
    chain: Arc<FakeChain>,
    sample: Sample,
    me: Running,
    dir: TempDir,
}

impl Proving {
    async fn start() -> Self {
        let sample = Sample::new(1, THREE_BLOCKS);
        let chain = FakeChain::new();
        chain.place(&sample, [MINE, OTHER, OTHER]);
        let dir = tempfile::tempdir().unwrap();
        let me = Running::start(dir.path(), &chain).await;
        sample.put_all(&me.worker.app().store, 0);
        Self {
            chain,
            sample,
            me,
            dir,
        }
    }

    fn window(&self, opened_at: u32, chunks: &[u64]) -> WindowInfo {
        let pick = |chunk: &u64| PickInfo {
            encoding: self.sample.id,
            shard: ShardIndex(0),
            chunk: ChunkIndex(*chunk),
            proven: false,
        };
        WindowInfo {
            epoch: StorageEpoch(5),
            opened_at,
            deadline: opened_at + 8,
            picks: chunks.iter().map(pick).collect(),
        }
    }

    fn open(&self, window: WindowInfo) {
        *self.chain.window.lock().unwrap() = Some(window);
        self.chain.next_best();
    }

    fn proven(&self) -> Vec<bool> {
        let window = self.chain.window.lock().unwrap();
        let picks = window.iter().flat_map(|window| &window.picks);
        picks.map(|pick| pick.proven).collect()
    }

    async fn until_proven(&self, expected: &[bool]) {
        self.me.until(|_| self.proven() == expected).await;
    }

    /// Blocks come until all is proven, at most up to the deadline.
    async fn blocks_until_proven(&self) {
        for _ in 0..7 {
            self.chain.next_best();
            tokio::time::sleep(Duration::from_millis(900)).await;
            if self.proven().iter().all(|proven| *proven) {
                return;
            }
        }
    }

    /// What was shown in each call.
    fn shown(&self) -> Vec<Vec<u8>> {
        let calls = self.chain.calls("prove");
        let proofs = calls.iter().map(|call| {
            let args = <(WorkerId, StorageEpoch, Vec<ChunkProof>)>::decode_all(&mut &*call.args);
            args.unwrap().2
        });
        proofs
            .map(|proofs| proofs.iter().map(|proof| proof.pick).collect())
            .collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_picks_of_a_window_are_shown_in_one_call() {
    let proving = Proving::start().await;
    // The first chunk, one in the middle, the last, and one twice.
    let last = proving.sample.column(0).len() as u64 / 1024 - 1;
    proving.open(proving.window(101, &[0, 1500, last, 1500]));
    proving.until_proven(&[true; 4]).await;
    assert_eq!(proving.shown(), [[0, 1, 2, 3]]);
    assert_eq!(proving.me.worker.app().metrics.windows_opened.get(), 1);
    for _ in 0..3 {
        proving.chain.next_best();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(proving.shown().len(), 1, "nothing is shown twice");
    proving.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_is_lost_or_refused_is_sent_again_before_the_deadline() {
    for pool in [Pool::Loses, Pool::Refuses] {
        let proving = Proving::start().await;
        *proving.chain.pool.lock().unwrap() = pool;
        proving.open(proving.window(101, &[7, 8]));
        proving.me.until(|_| !proving.shown().is_empty()).await;
        *proving.chain.pool.lock().unwrap() = Pool::Takes;
        proving.blocks_until_proven().await;
        assert_eq!(proving.proven(), [true, true], "{pool:?}");
        proving.me.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_reorganisation_the_other_chunks_are_shown() {
    let proving = Proving::start().await;
    proving.open(proving.window(101, &[1, 2]));
    proving.until_proven(&[true, true]).await;
    // Another fork opened the window with other randomness, in the same epoch.
    proving.open(proving.window(101, &[3, 2]));
    proving.until_proven(&[true, true]).await;
    // On a third one the proof that was sent is not included yet.
    proving.open(proving.window(102, &[3, 2]));
    proving.until_proven(&[true, true]).await;
    assert_eq!(proving.shown().len(), 3);
    assert_eq!(
        proving.me.worker.app().metrics.windows_opened.get(),
        1,
        "one epoch"
    );
    proving.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rotted_is_left_out_and_the_rest_is_shown() {
    let proving = Proving::start().await;
    flip(
        &file_of(proving.dir.path(), &proving.sample, 0),
        HEADER_LEN + 5,
        1,
    );
    proving.open(proving.window(101, &[0, 1500]));
    proving.until_proven(&[false, true]).await;
    let app = proving.me.worker.app();
    proving
        .me
        .until(|_| app.metrics.picks_unprovable.get() > 0)
        .await;
    assert_eq!(
        app.store.damaged(9).unwrap(),
        [proving.sample.key(0)],
        "it waits for its repair"
    );
    // It is healed before the deadline.
    let block = ballast_core::BlockIndex(0);
    let healed = app.store.heal(
        proving.sample.key(0),
        block,
        &proving.sample.block_bytes(0, 0),
    );
    assert!(healed.unwrap());
    proving.blocks_until_proven().await;
    assert_eq!(proving.proven(), [true, true]);
    proving.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_at_or_after_the_deadline() {
    let proving = Proving::start().await;
    let window = WindowInfo {
        deadline: 50,
        ..proving.window(42, &[1])
    };
    proving.open(window);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(proving.shown().is_empty());
    proving.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standing_is_in_the_metrics() {
    let proving = Proving::start().await;
    let outcome = |epoch, missed| WindowOutcome {
        epoch: StorageEpoch(epoch),
        proven: 3,
        missed,
        excused: 0,
        first_missed: (missed > 0).then_some((proving.sample.id, ShardIndex(0))),
        paid: 10,
        slashed: 0,
    };
    let standing = StandingInfo {
        score: 1,
        clean_windows: 0,
        recent: vec![outcome(3, 0), outcome(4, 1)],
        shards: 1,
        rate: 12,
        earned: 20,
        forfeited: 4,
        slashed: 0,
    };
    *proving.chain.standing.lock().unwrap() = Some(standing);
    let metrics = &proving.me.worker.app().metrics;
    for _ in 0..12 {
        proving.chain.next_best();
    }
    proving.me.until(|_| metrics.earned.get() == 20).await;
    assert_eq!(
        (metrics.picks_proven.get(), metrics.picks_missed.get()),
        (6, 1)
    );
    assert_eq!(
        (metrics.standing_score.get(), metrics.forfeited.get()),
        (1, 4)
    );
    proving.me.stop().await;
}
