//! Shards that nobody shows: a worker disputes what it cannot rebuild, says what others ask, and shows what it has.

use crate::{fake_chain::*, sample::*};
use ballast_core::{
    view::{CommitteeSeat, DisputeInfo, EncodingStatus},
    ChainingValue, ChunkIndex, Code, ShardIndex, WorkerId,
};
use ballast_storage_worker::receive::VerifiedTable;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// Where a wrong byte is: in chunk 3.
const WRONG_AT: usize = 3 * 1024 + 5;

/// This worker, one for each other shard of a certified encoding, and a shard that nobody shows.
struct Net {
    chain: Arc<FakeChain>,
    sample: Sample,
    hidden: u8,
    others: Vec<Running>,
    dir: TempDir,
    _dirs: Vec<TempDir>,
}

fn other(shard: u8) -> WorkerId {
    WorkerId([100 + shard; 32])
}

impl Net {
    /// `hidden` is this worker's to rebuild, or of a worker that is gone.
    async fn start(sample: Sample, hidden: u8, is_mine: bool) -> Self {
        let chain = FakeChain::new();
        let shards = sample.layout.code().total_shards();
        let workers: Vec<WorkerId> = (0..shards)
            .map(|shard| match shard == hidden && is_mine {
                true => MINE,
                false => other(shard),
            })
            .collect();
        let mut info = sample.info(&workers);
        info.status = EncodingStatus::Certified { at: 1 };
        for (shard, assignment) in info.assignments.iter_mut().enumerate() {
            assignment.receipted = shard != usize::from(hidden);
            assignment.generation = 5;
        }
        chain.encodings.lock().unwrap().insert(sample.id, info);
        let mut net = Self {
            chain,
            sample,
            hidden,
            others: Vec::new(),
            dir: tempfile::tempdir().unwrap(),
            _dirs: Vec::new(),
        };
        for shard in (0..shards).filter(|shard| *shard != hidden) {
            net.start_other(shard).await;
        }
        net
    }

    async fn start_other(&mut self, shard: u8) {
        let dir = tempfile::tempdir().unwrap();
        let config = ballast_storage_worker::config::Config {
            account: other(shard),
            ..config(dir.path())
        };
        let running = Running::start_with(&config, &self.chain).await;
        self.chain.register_other(other(shard), &running.url);
        let app = running.worker.app();
        let table = self.sample.table.values();
        let table: Vec<u8> = table.iter().flat_map(|value| value.0).collect();
        let table = VerifiedTable::verify(self.sample.encoding(), table.into());
        app.store.put_table(&table.unwrap()).unwrap();
        self.sample.put_all(&app.store, shard);
        self.others.push(running);
        self._dirs.push(dir);
    }

    async fn me(&self) -> Running {
        Running::start(self.dir.path(), &self.chain).await
    }

    async fn stop(mut self, me: Running) {
        me.stop().await;
        for other in self.others.drain(..) {
            other.stop().await;
        }
    }

    fn mark(&self) {
        let shard = (self.sample.id, ShardIndex(self.hidden));
        self.chain.unshown.lock().unwrap().push(shard);
    }

    /// A dispute that another worker opened, with this one on its committee.
    fn dispute(&self, shown_chunks: Vec<ChunkIndex>) {
        let seat = CommitteeSeat {
            worker: MINE,
            seats: 4,
            root: None,
        };
        let dispute = DisputeInfo {
            encoding: self.sample.id,
            shard: ShardIndex(self.hidden),
            generation: 5,
            opened_at: 90,
            opener: other(99),
            opener_root: ChainingValue([1; 32]),
            committee: vec![seat],
            verdict: None,
            ends_at: 200,
            shown_chunks,
        };
        self.chain.disputes.lock().unwrap().push(dispute);
    }

    /// The dispute about the hidden shard.
    fn disputed(&self) -> Option<DisputeInfo> {
        self.chain.disputes.lock().unwrap().first().cloned()
    }

    fn said(&self) -> Option<ChainingValue> {
        let dispute = self.disputed()?;
        dispute.committee.first()?.root
    }
}

fn code() -> Code {
    Code::new(2, 4).unwrap()
}

fn root(sample: &Sample, shard: u8) -> ChainingValue {
    sample.table.shard_roots()[usize::from(shard)].unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_worker_whose_rebuild_misses_disputes_a_shard_that_was_not_shown() {
    for len in [SMALL, THREE_BLOCKS] {
        let sample = Sample::wrong(1, len, code(), &[3], WRONG_AT);
        let right = Sample::with_code(1, len, code());
        let net = Net::start(sample, 3, true).await;
        net.mark();
        let me = net.me().await;
        me.until(|_| net.disputed().is_some()).await;
        let dispute = net.disputed().unwrap();
        assert_eq!((dispute.shard, dispute.generation), (ShardIndex(3), 5));
        assert_eq!(dispute.opener_root, root(&right, 3));
        assert_ne!(dispute.opener_root, root(&net.sample, 3));
        let metrics = &me.worker.app().metrics;
        me.until(|_| metrics.rebuilds_attested.get() == 1).await;
        net.stop(me).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_missed_challenge_nothing_is_disputed() {
    let sample = Sample::wrong(1, SMALL, code(), &[3], WRONG_AT);
    let net = Net::start(sample, 3, true).await;
    let me = net.me().await;
    let metrics = &me.worker.app().metrics;
    me.until(|_| metrics.repairs_failed.get() > 1).await;
    assert!(net.chain.calls("attest_rebuild").is_empty());
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_of_the_committee_says_which_root_it_reached() {
    for len in [SMALL, THREE_BLOCKS] {
        // A data shard and a parity shard, each of a right encoding and of a wrong one.
        for (hidden, wrong) in [(0, None), (3, None), (3, Some(3))] {
            let sample = match wrong {
                Some(shard) => Sample::wrong(1, len, code(), &[shard], WRONG_AT),
                None => Sample::with_code(1, len, code()),
            };
            let expected = root(&Sample::with_code(1, len, code()), hidden);
            let net = Net::start(sample, hidden, false).await;
            net.dispute(vec![]);
            let me = net.me().await;
            me.until(|_| net.said().is_some()).await;
            assert_eq!(net.said(), Some(expected));
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(net.chain.calls("attest_rebuild").len(), 1);
            net.stop(me).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_broke_on_its_way_is_said_again() {
    let net = Net::start(Sample::with_code(1, SMALL, code()), 0, false).await;
    *net.chain.pool.lock().unwrap() = Pool::BreaksOnce;
    net.dispute(vec![]);
    let me = net.me().await;
    me.until(|_| net.said().is_some()).await;
    assert_eq!(net.chain.calls("attest_rebuild").len(), 2);
    net.stop(me).await;
}

/// Another wrong shard, which is shown, must not make this worker say what is not so: it says the truth or nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_shard_among_the_sources_makes_nobody_lie() {
    let code = Code::new(2, 5).unwrap();
    let sample = Sample::wrong(1, SMALL, code, &[2], WRONG_AT);
    let truth = root(&sample, 0);
    for _ in 0..3 {
        let sample = Sample::wrong(1, SMALL, code, &[2], WRONG_AT);
        let net = Net::start(sample, 0, false).await;
        net.dispute(vec![]);
        let me = net.me().await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert!(net.said().is_none_or(|said| said == truth));
        net.stop(me).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_rebuild_says_nothing() {
    let mut net = Net::start(Sample::with_code(1, SMALL, code()), 0, false).await;
    for other in net.others.drain(1..) {
        other.stop().await;
    }
    net.dispute(vec![]);
    let me = net.me().await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(net.chain.calls("attest_rebuild").is_empty());
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_disputed_shard_shows_it() {
    let net = Net::start(Sample::with_code(1, THREE_BLOCKS, code()), 1, true).await;
    {
        let store = open(net.dir.path());
        store.bind_account(MINE.0).unwrap();
        net.sample.put_all(&store, 1);
    }
    net.chain
        .change(net.sample.id, |info| info.assignments[1].receipted = true);
    net.dispute([0, 7, 1030, 2050].map(ChunkIndex).to_vec());
    let me = net.me().await;
    me.until(|_| net.disputed().is_none()).await;
    let metrics = &me.worker.app().metrics;
    me.until(|_| metrics.disputes_refuted.get() == 1).await;
    assert_eq!(net.chain.calls("refute").len(), 1);
    net.stop(me).await;
}
