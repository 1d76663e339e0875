//! What the chain, or a node of it, can do to a worker: nothing that loses data.

use crate::{api::code, fake_chain::*, sample::*};
use ballast_core::{Group, ShardIndex};
use ballast_storage_worker::{
    follow::FollowError,
    key::ReceiptKey,
    worker::{Worker, WorkerError},
};
use ballast_worker_api::ErrorCode;
use std::{sync::Arc, time::Duration};

const CHUNK: Group = Group {
    start: 0,
    len: 1024,
};

#[tokio::test(flavor = "multi_thread")]
async fn without_the_chain_held_shards_are_served_and_nothing_is_taken() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    running.upload(&sample, 0).await;
    running.stop().await;

    chain.set_down(true);
    let running = Running::start_alone(&config(dir.path()), &chain).await;
    running
        .client
        .group(sample.id, ShardIndex(0), CHUNK)
        .await
        .unwrap();
    assert_eq!(running.client.info().await.unwrap().genesis_hash, GENESIS);
    assert_eq!(
        code(running.upload_block(&sample, 1, 0).await.unwrap_err()),
        ErrorCode::NotSynced
    );
    assert_eq!(
        code(
            running
                .client
                .receipt(sample.id, ShardIndex(0))
                .await
                .unwrap_err()
        ),
        ErrorCode::NotSynced
    );

    chain.set_down(false);
    running.until(|running| running.head().is_some()).await;
    running.upload(&sample, 1).await;
    running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_outage_does_not_stop_an_upload_under_way() {
    let (dir, sample, other) = (
        tempfile::tempdir().unwrap(),
        Sample::new(1, THREE_BLOCKS),
        Sample::new(2, SMALL),
    );
    let chain = FakeChain::with(&[&sample, &other]);
    let running = Running::start(dir.path(), &chain).await;
    running.upload_block(&sample, 0, 0).await.unwrap();
    // The head moves on, so the answer is no longer of the head; then the node goes away.
    running.follow_to(&chain, chain.number() + 1).await;
    chain.set_down(true);
    running.upload_block(&sample, 0, 1).await.unwrap();
    assert_eq!(
        code(running.upload_block(&other, 0, 0).await.unwrap_err()),
        ErrorCode::NotSynced
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_chain_ends_the_worker_with_a_clear_word() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, SMALL));
    let chain = FakeChain::with(&[&sample]);
    Running::start(dir.path(), &chain).await.stop().await;
    let mut other = Arc::into_inner(FakeChain::new()).unwrap();
    other.genesis = [3; 32];
    let worker = Worker::start(&config(dir.path()), Arc::new(FakeConnect(Arc::new(other))))
        .await
        .unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), worker.join())
        .await
        .unwrap();
    let error = ended.unwrap_err();
    assert!(matches!(
        error,
        WorkerError::Follow(FollowError::WrongChain(_))
    ));
    assert!(error.to_string().contains("0x0909"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_and_a_missing_key_are_refused_at_start() {
    let dir = tempfile::tempdir().unwrap();
    let chain = FakeChain::new();
    let connect = || Arc::new(FakeConnect(chain.clone()));
    let refused = Worker::start(&config(dir.path()), connect())
        .await
        .map(drop)
        .unwrap_err();
    assert!(
        refused.to_string().contains("ballast-storage-worker init"),
        "{refused}"
    );
    ReceiptKey::init(dir.path()).unwrap();
    Running::start(dir.path(), &chain).await.stop().await;
    let config = ballast_storage_worker::config::Config {
        account: OTHER,
        ..config(dir.path())
    };
    assert!(matches!(
        Worker::start(&config, connect()).await,
        Err(WorkerError::Bind(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_assigned_goes_after_the_grace() {
    let dir = tempfile::tempdir().unwrap();
    let (kept, expired, moved) = (
        Sample::new(1, SMALL),
        Sample::new(2, THREE_BLOCKS),
        Sample::new(3, SMALL),
    );
    let chain = FakeChain::with(&[&kept, &expired, &moved]);
    let running = Running::start(dir.path(), &chain).await;
    for sample in [&kept, &expired, &moved] {
        running.upload(sample, 0).await;
        running.upload(sample, 1).await;
        running
            .client
            .put_table(sample.id, sample.table.values())
            .await
            .unwrap();
    }
    // One block of a shard that will never be completed.
    running.upload_block(&expired, 2, 0).await.unwrap();
    chain.encodings.lock().unwrap().remove(&expired.id);
    chain.place(&moved, [OTHER, MINE, MINE]);

    // The grace of 20 blocks begins with the sweep at 110.
    for number in [110, 120, 129] {
        running.follow_to(&chain, number).await;
        running
            .client
            .group(expired.id, ShardIndex(0), CHUNK)
            .await
            .unwrap();
    }
    running.follow_to(&chain, 131).await;
    running
        .until(|running| running.worker.app().metrics.shards_deleted.get() == 4)
        .await;
    assert_eq!(
        code(
            running
                .client
                .group(expired.id, ShardIndex(0), CHUNK)
                .await
                .unwrap_err()
        ),
        ErrorCode::NotFound
    );
    assert_eq!(
        code(
            running
                .client
                .group(moved.id, ShardIndex(0), CHUNK)
                .await
                .unwrap_err()
        ),
        ErrorCode::NotFound
    );
    running
        .client
        .group(moved.id, ShardIndex(1), CHUNK)
        .await
        .unwrap();
    running
        .client
        .group(kept.id, ShardIndex(0), CHUNK)
        .await
        .unwrap();
    running.client.table(moved.id).await.unwrap();
    let store = running.worker.app().store.clone();
    running
        .until(|_| store.encodings(None, 9).unwrap() == [kept.id, moved.id])
        .await;
    assert_eq!(store.table(expired.id).unwrap(), None);
    assert_eq!((store.stats().held, store.stats().receiving), (3, 0));
    assert!(!dir.path().join("shards/02/0000000000000002-00").exists());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_behind_deletes_nothing_and_confirms_nothing() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, SMALL));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    running.upload(&sample, 0).await;
    running.follow_to(&chain, 10_000).await;
    let store = running.worker.app().store.clone();
    running
        .until(|_| store.finalized().unwrap() == 10_000)
        .await;
    running.stop().await;
    drop(store);

    // A node that has just begun to sync: it knows no encoding.
    let syncing = FakeChain::new();
    syncing.set_number(5);
    let running = Running::start(dir.path(), &syncing).await;
    for number in [100, 1_000, 9_000] {
        running.follow_to(&syncing, number).await;
    }
    running
        .client
        .group(sample.id, ShardIndex(0), CHUNK)
        .await
        .unwrap();
    assert_eq!(
        code(
            running
                .client
                .receipt(sample.id, ShardIndex(0))
                .await
                .unwrap_err()
        ),
        ErrorCode::NotSynced
    );
    assert_eq!(
        code(running.upload_block(&sample, 1, 0).await.unwrap_err()),
        ErrorCode::NotSynced
    );
    syncing.place(&sample, [MINE; 3]);
    running.follow_to(&syncing, 10_001).await;
    running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap();
    assert_eq!(running.worker.app().metrics.shards_deleted.get(), 0);
    running.stop().await;
}
