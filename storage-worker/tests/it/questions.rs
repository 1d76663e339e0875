//! What strangers can make this worker ask its chain node: little.

use crate::{api::code, fake_chain::*, sample::*};
use ballast_core::{EncodingId, ShardIndex};
use ballast_http_server::Peer;
use ballast_storage_worker::{
    assign::{AssignError, Assignments, FAILURE_PAUSE, QUESTIONS_MAX, QUESTION_TIMEOUT, STALE_MAX},
    chain::{ChainLink, Head, LinkError},
    facts::ShardKey,
};
use ballast_worker_api::ErrorCode;
use std::{
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

/// Encodings of which no shard is this worker's.
const STRANGE: u64 = 40;

fn chain_of_strangers() -> Arc<FakeChain> {
    let (chain, sample) = (FakeChain::new(), Sample::new(1, SMALL));
    for id in 1..=STRANGE {
        let mut info = sample.info(&[OTHER; 3]);
        info.id = EncodingId(id);
        chain.encodings.lock().unwrap().insert(info.id, info);
    }
    chain
}

fn assignments(chain: &Arc<FakeChain>) -> (Assignments, Arc<ChainLink>) {
    let link = Arc::new(ChainLink::default());
    link.set_chain(chain.clone());
    set_head(&link, chain.number());
    (Assignments::new(link.clone(), MINE), link)
}

fn set_head(link: &ChainLink, number: u32) {
    link.set_head(Head {
        number,
        learnt: Instant::now(),
        is_behind: false,
    });
}

fn key(id: u64) -> ShardKey {
    ShardKey {
        encoding: EncodingId(id),
        shard: ShardIndex(0),
    }
}

fn peer(last: u8) -> Peer {
    Peer::of([192, 0, 2, last].into())
}

fn asked(count: &AtomicU32) -> u32 {
    count.load(Ordering::SeqCst)
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_no_encoding_has_cost_one_question_a_block_by_any_route() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, SMALL));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    for block in 1..=2 {
        for id in [2, 3, 1 << 40, u64::MAX] {
            let (id, shard) = (EncodingId(id), ShardIndex(0));
            let client = &running.client;
            let state = client.shard_state(id, shard).await.unwrap_err();
            let receipt = client.receipt(id, shard).await.unwrap_err();
            let table = client.put_table(id, sample.table.values()).await;
            let upload = client
                .put_block(
                    id,
                    shard,
                    ballast_core::BlockIndex(0),
                    &sample.proof(0, 0),
                    sample.block_bytes(0, 0),
                )
                .await;
            for refused in [state, receipt, table.unwrap_err(), upload.unwrap_err()] {
                assert_eq!(code(refused), ErrorCode::NotSynced);
            }
        }
        let questions = (asked(&chain.questions), asked(&chain.id_questions));
        assert_eq!(questions, (0, block));
        running.follow_to(&chain, chain.number() + 1).await;
    }
    // What is there is still found.
    running.upload_block(&sample, 0, 0).await.unwrap();
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn only_a_few_questions_are_under_way_at_once_and_fewer_for_one_address() {
    let chain = chain_of_strangers();
    *chain.takes.lock().unwrap() = Duration::from_millis(20);
    for (peers, most) in [(STRANGE, QUESTIONS_MAX), (1, QUESTIONS_MAX / 4)] {
        let (assignments, _) = assignments(&chain);
        chain.most_under_way.store(0, Ordering::SeqCst);
        let questions = (1..=STRANGE).map(|id| {
            let peer = peer((id % peers) as u8);
            assignments.shard(key(id), peer)
        });
        for answer in futures::future::join_all(questions).await {
            assert!(
                matches!(answer, Err(AssignError::NotAssigned { .. })),
                "{answer:?}"
            );
        }
        assert_eq!(asked(&chain.most_under_way), most);
    }
}

#[tokio::test(start_paused = true)]
async fn questions_that_would_wait_long_are_told_to_come_back() {
    let chain = chain_of_strangers();
    *chain.takes.lock().unwrap() = QUESTION_TIMEOUT / 2;
    let (assignments, _) = assignments(&chain);
    let questions = (1..=STRANGE).map(|id| assignments.shard(key(id), peer(id as u8)));
    let answers = futures::future::join_all(questions).await;
    let full =
        |answer: &&Result<_, _>| matches!(answer, Err(AssignError::Link(LinkError::Full(_))));
    let refused = answers.iter().filter(full).count();
    assert_eq!(refused, (STRANGE as u32 - QUESTIONS_MAX) as usize);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_hangs_is_waited_for_once_and_not_by_each_in_turn() {
    let chain = chain_of_strangers();
    let (assignments, _) = assignments(&chain);
    *chain.takes.lock().unwrap() = Duration::from_secs(3600);
    let started = tokio::time::Instant::now();
    let waiting = (0..20).map(|_| assignments.shard(key(1), Peer::of([127, 0, 0, 1].into())));
    for answer in futures::future::join_all(waiting).await {
        assert!(
            matches!(answer, Err(AssignError::Link(LinkError::Chain(_)))),
            "{answer:?}"
        );
    }
    assert!(started.elapsed() < QUESTION_TIMEOUT + FAILURE_PAUSE);
    assert_eq!(asked(&chain.questions), 1);
    // Soon it is asked again.
    *chain.takes.lock().unwrap() = Duration::ZERO;
    tokio::time::sleep(FAILURE_PAUSE).await;
    let answer = assignments.shard(key(1), peer(1)).await;
    assert!(matches!(answer, Err(AssignError::NotAssigned { .. })));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_not_good_for_ever_when_no_new_block_is_seen() {
    let chain = chain_of_strangers();
    let (assignments, link) = assignments(&chain);
    let ask = || assignments.shard(key(1), peer(1));
    assert!(matches!(ask().await, Err(AssignError::NotAssigned { .. })));
    chain.set_down(true);
    set_head(&link, chain.number() + 1);
    tokio::time::sleep(STALE_MAX / 2).await;
    assert!(matches!(ask().await, Err(AssignError::NotAssigned { .. })));
    set_head(&link, chain.number());
    tokio::time::sleep(STALE_MAX).await;
    let answer = ask().await;
    assert!(
        matches!(answer, Err(AssignError::Link(LinkError::Chain(_)))),
        "{answer:?}"
    );
}
