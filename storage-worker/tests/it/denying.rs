//! Blobs on the operator's denylist: not taken, not served, not confirmed; the rest as before.

use crate::{api::code, fake_chain::*, sample::*};
use ballast_core::{Group, ShardIndex};
use ballast_worker_api::ErrorCode;
use std::{fs, time::Duration};

fn denied() -> ErrorCode {
    ErrorCode::Other("denied".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_blob_is_neither_taken_nor_served_and_others_are() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("denied");
    let (held, fresh, other) = (
        Sample::new(1, SMALL),
        Sample::new(2, SMALL + 1),
        Sample::new(3, SMALL + 2),
    );
    let chain = FakeChain::with(&[&held, &fresh, &other]);
    fs::write(&list, "# nothing yet\n").unwrap();
    let config = ballast_storage_worker::config::Config {
        denylist: Some(list.clone()),
        ..config(&dir.path().join("data"))
    };
    let running = Running::start_with(&config, &chain).await;
    let (client, shard) = (&running.client, ShardIndex(0));
    running.upload(&held, 0).await;
    let group = Group::new(0, 1024).unwrap();
    client.group(held.id, shard, group).await.unwrap();

    // The file is read again by itself.
    let lines = [&held, &fresh].map(|sample| sample.table.address().to_string());
    fs::write(&list, lines.join("\n")).unwrap();
    running
        .until(|running| running.worker.app().denied.len() == 2)
        .await;

    for answer in [
        client.group(held.id, shard, group).await.err(),
        client.bytes(held.id, shard, 0..1).await.err(),
        client.table(held.id).await.err(),
        client.receipt(held.id, shard).await.err(),
        client.put_table(fresh.id, fresh.table.values()).await.err(),
        client.receipt(fresh.id, shard).await.err(),
    ] {
        assert_eq!(code(answer.unwrap()), denied());
    }
    let (proof, bytes) = (fresh.proof(0, 0), fresh.block_bytes(0, 0));
    let put = client.put_block(fresh.id, shard, ballast_core::BlockIndex(0), &proof, bytes);
    assert_eq!(code(put.await.unwrap_err()), denied());
    running.upload(&other, 0).await;
    client.group(other.id, shard, group).await.unwrap();

    // What is taken off the list is served again.
    fs::write(&list, "").unwrap();
    running
        .until(|running| running.worker.app().denied.is_empty())
        .await;
    client.group(held.id, shard, group).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_with_a_wrong_denylist_does_not_start() {
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("denied");
    fs::write(&list, "nonsense").unwrap();
    let config = ballast_storage_worker::config::Config {
        denylist: Some(list),
        ..config(&dir.path().join("data"))
    };
    ballast_storage_worker::key::ReceiptKey::init(&config.data_dir).unwrap();
    let connect = std::sync::Arc::new(FakeConnect(FakeChain::new()));
    let started = tokio::time::timeout(
        Duration::from_secs(20),
        ballast_storage_worker::worker::Worker::start(&config, connect),
    );
    let error = started.await.unwrap().err().unwrap().to_string();
    assert!(error.starts_with("line 1 of the denylist"), "{error}");
}
