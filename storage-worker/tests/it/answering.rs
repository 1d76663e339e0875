//! The bytes that somebody asks for with a bond are shown, whatever the pool and the disk do.

use crate::{damage::*, fake_chain::*, sample::*};
use ballast_core::{
    view::{RetrievalInfo, RetrievalState},
    Group, GroupProof, RetrievalId, ShardIndex,
};
use codec::DecodeAll;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// A worker that holds shard 0 of a sample.
struct Answering {
    chain: Arc<FakeChain>,
    sample: Sample,
    me: Running,
    dir: TempDir,
}

impl Answering {
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

    /// Asks for `count` chunks from `start` on, with 10 blocks to answer.
    fn ask(&self, id: u64, start: u64, count: u64) {
        let opened_at = self.chain.next_best();
        let asked = RetrievalInfo {
            id: RetrievalId(id),
            challenger: [9; 32],
            worker: MINE,
            encoding: self.sample.id,
            shard: ShardIndex(0),
            group: Group {
                start: start * 1024,
                len: count * 1024,
            },
            bond: 5,
            opened_at,
            deadline: opened_at + 10,
            state: RetrievalState::Open,
        };
        self.chain.retrievals.lock().unwrap().push(asked);
        self.chain.next_best();
    }

    fn open(&self) -> usize {
        self.chain.retrievals.lock().unwrap().len()
    }

    /// Ids of the challenges that answers were sent for.
    fn answered(&self) -> Vec<u64> {
        let calls = self.chain.calls("answer");
        let decode = |args: &[u8]| <(RetrievalId, Vec<u8>, GroupProof)>::decode_all(&mut &*args);
        let ids = calls.iter().map(|call| decode(&call.args).unwrap().0 .0);
        let mut ids: Vec<u64> = ids.collect();
        ids.sort_unstable();
        ids
    }

    /// Blocks come until nothing is open, at most up to the deadline.
    async fn blocks_until_answered(&self) {
        for _ in 0..8 {
            self.chain.next_best();
            tokio::time::sleep(Duration::from_millis(900)).await;
            if self.open() == 0 {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_range_is_shown_once() {
    let answering = Answering::start().await;
    let last = answering.sample.column(0).len() as u64 / 1024 - 1;
    answering.ask(7, 16, 16);
    answering.me.until(|_| answering.open() == 0).await;
    for (id, start, count) in [(8, 0, 1), (9, last, 1), (10, 1024, 8)] {
        answering.ask(id, start, count);
    }
    answering.me.until(|_| answering.open() == 0).await;
    for _ in 0..4 {
        answering.chain.next_best();
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    assert_eq!(
        answering.answered(),
        [7, 8, 9, 10],
        "nothing is shown twice"
    );
    let metrics = &answering.me.worker.app().metrics;
    let counts = || {
        (
            metrics.retrievals_seen.get(),
            metrics.retrievals_answered.get(),
        )
    };
    answering.me.until(|_| counts() == (4, 4)).await;
    assert_eq!(metrics.retrievals_open.get(), 0);
    answering.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_or_refused_is_sent_again_before_the_deadline() {
    for pool in [Pool::Loses, Pool::Refuses] {
        let answering = Answering::start().await;
        *answering.chain.pool.lock().unwrap() = pool;
        answering.ask(1, 7, 1);
        answering
            .me
            .until(|_| !answering.answered().is_empty())
            .await;
        *answering.chain.pool.lock().unwrap() = Pool::Takes;
        answering.blocks_until_answered().await;
        assert_eq!(answering.open(), 0, "{pool:?}");
        answering.me.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rotted_is_answered_once_it_is_healed() {
    let answering = Answering::start().await;
    flip(
        &file_of(answering.dir.path(), &answering.sample, 0),
        HEADER_LEN + 5,
        1,
    );
    answering.ask(1, 0, 2);
    let app = answering.me.worker.app();
    let metrics = &app.metrics;
    answering
        .me
        .until(|_| metrics.retrievals_unanswerable.get() > 0)
        .await;
    assert!(answering.answered().is_empty());
    assert_eq!(
        app.store.damaged(9).unwrap(),
        [answering.sample.key(0)],
        "it waits for its repair"
    );
    let block = ballast_core::BlockIndex(0);
    let healed = app.store.heal(
        answering.sample.key(0),
        block,
        &answering.sample.block_bytes(0, 0),
    );
    assert!(healed.unwrap());
    answering.blocks_until_answered().await;
    assert_eq!(answering.open(), 0);
    answering.me.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_at_or_after_the_deadline() {
    let answering = Answering::start().await;
    for _ in 0..20 {
        answering.chain.next_best();
    }
    answering
        .chain
        .retrievals
        .lock()
        .unwrap()
        .push(RetrievalInfo {
            id: RetrievalId(1),
            challenger: [9; 32],
            worker: MINE,
            encoding: answering.sample.id,
            shard: ShardIndex(0),
            group: Group {
                start: 0,
                len: 1024,
            },
            bond: 5,
            opened_at: 100,
            deadline: 110,
            state: RetrievalState::Open,
        });
    answering.chain.next_best();
    let metrics = &answering.me.worker.app().metrics;
    answering
        .me
        .until(|_| metrics.retrievals_seen.get() == 1)
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(answering.answered().is_empty());
    answering.me.stop().await;
}
