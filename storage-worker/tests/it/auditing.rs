//! Wrong encodings are found by rebuilding and at random, and reported without anybody's doing.

use crate::{fake_chain::*, sample::*};
use ballast_core::{
    challenge::ShardChunk, view::EncodingStatus, ChunkIndex, Code, EncodingId, ShardIndex, WorkerId,
};
use ballast_storage_worker::{config::Config, receive::VerifiedTable};
use codec::DecodeAll;
use std::{sync::Arc, time::Duration};
use tempfile::TempDir;

/// Where the wrong byte is: in chunk 3.
const WRONG_AT: usize = 3 * 1024 + 5;

/// This worker, and one for each of the other shards of a certified encoding.
struct Net {
    chain: Arc<FakeChain>,
    sample: Sample,
    others: Vec<Running>,
    dir: TempDir,
    _dirs: Vec<TempDir>,
}

fn other(shard: u8) -> WorkerId {
    WorkerId([100 + shard; 32])
}

impl Net {
    /// Shard 0 is this worker's; it holds it and has its receipt on chain, or is to rebuild it.
    async fn start(sample: Sample, is_held: bool) -> Self {
        let chain = FakeChain::new();
        let shards = sample.layout.code().total_shards();
        let workers: Vec<WorkerId> = (0..shards)
            .map(|shard| if shard == 0 { MINE } else { other(shard) })
            .collect();
        let mut info = sample.info(&workers);
        info.status = EncodingStatus::Certified { at: 1 };
        for (shard, assignment) in info.assignments.iter_mut().enumerate() {
            assignment.receipted = shard > 0 || is_held;
        }
        chain.encodings.lock().unwrap().insert(sample.id, info);
        let mut net = Self {
            chain,
            sample,
            others: Vec::new(),
            dir: tempfile::tempdir().unwrap(),
            _dirs: Vec::new(),
        };
        for shard in 1..shards {
            net.start_other(shard).await;
        }
        net
    }

    async fn start_other(&mut self, shard: u8) {
        let dir = tempfile::tempdir().unwrap();
        let config = Config {
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

    /// This worker, which audits something at random every `audit_interval` seconds.
    async fn me(&self, holds: bool, audit_interval: u32) -> Running {
        let config = Config {
            audit_interval,
            ..config(self.dir.path())
        };
        if holds {
            let store = open(self.dir.path());
            store.bind_account(MINE.0).unwrap();
            self.sample.put_all(&store, 0);
        }
        Running::start_with(&config, &self.chain).await
    }

    async fn stop(mut self, me: Running) {
        me.stop().await;
        for other in self.others.drain(..) {
            other.stop().await;
        }
    }

    /// The reported chunk and its shards.
    fn reported(&self) -> (u64, Vec<u8>) {
        type Report = ([u8; 32], EncodingId, ChunkIndex, Vec<ShardChunk>);
        let calls = self.chain.calls("report_wrong");
        assert_eq!(calls.len(), 1);
        let (_, _, chunk, chunks) = Report::decode_all(&mut &*calls[0].args).unwrap();
        let shards = chunks.iter().map(|chunk| chunk.shard.0);
        (chunk.0, shards.collect())
    }

    fn is_ended(&self) -> bool {
        self.chain.encodings.lock().unwrap().is_empty()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_encoding_that_a_rebuild_meets_is_reported() {
    let code = Code::new(2, 4).unwrap();
    // Whichever parity shard takes part is wrong.
    let sample = Sample::wrong(1, SMALL, code, &[2, 3], WRONG_AT);
    let net = Net::start(sample, false).await;
    let me = net.me(false, 0).await;
    me.until(|_| net.is_ended()).await;
    assert_eq!(net.reported(), (3, vec![1, 2, 3]));
    let metrics = &me.worker.app().metrics;
    me.until(|_| metrics.wrong_reported.get() == 1).await;
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_random_audit_finds_and_reports_a_wrong_encoding() {
    let code = Code::new(2, 4).unwrap();
    // Four chunks in each shard: one of them is wrong.
    let sample = Sample::wrong(1, 8 * 1024, code, &[3], WRONG_AT);
    assert_eq!(sample.layout.shard_len(ShardIndex(3)), 4 * 1024);
    let net = Net::start(sample, true).await;
    let me = net.me(true, 1).await;
    me.until(|_| net.is_ended()).await;
    let (chunk, shards) = net.reported();
    assert_eq!(chunk, 3);
    assert_eq!(shards.len(), 3);
    assert!(shards.contains(&3), "{shards:?}");
    net.stop(me).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn audits_of_a_right_encoding_report_nothing() {
    let sample = Sample::with_code(1, 8 * 1024, Code::new(2, 4).unwrap());
    let net = Net::start(sample, true).await;
    let me = net.me(true, 1).await;
    let metrics = &me.worker.app().metrics;
    me.until(|_| metrics.audits.get() >= 3).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!net.is_ended());
    assert_eq!(metrics.wrong_reported.get(), 0);
    net.stop(me).await;
}
