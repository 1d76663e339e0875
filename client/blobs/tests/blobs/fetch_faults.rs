//! Workers that are gone, slow or lying while a blob is fetched; disks that are full.

use crate::{net::*, worker::Mood};
use ballast_blobs::{FetchError, Sink};
use ballast_core::ShardIndex;
use std::{
    io,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
};

const LEN: usize = 300_000;

async fn stored(code: (u8, u8)) -> (Net, ballast_core::Address, Vec<u8>) {
    let net = Net::start(code.1).await;
    let content = bytes(u64::from(code.1), LEN);
    let address = net.publish_bytes(&content, code).await;
    (net, address, content)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_n_minus_k_workers_may_be_gone() {
    for gone in [0..4u8, 4..8, 2..6] {
        let (net, address, content) = stored((4, 8)).await;
        net.stop(address, gone.clone()).await;
        assert!(
            net.fetch(address).await.unwrap() == content,
            "without {gone:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_choice_of_k_workers_suffices() {
    let (net, address, content) = stored((4, 8)).await;
    for answering in (0..=u8::MAX).filter(|choice| choice.count_ones() == 4) {
        for shard in 0..8 {
            let mood = match (answering >> shard) & 1 {
                1 => Mood::Honest,
                _ => Mood::Fails,
            };
            net.set(address, [shard], mood);
        }
        let fetched = net.fetch(address).await;
        assert!(fetched.unwrap() == content, "only {answering:08b} answer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_one_more_gone_it_fails_and_names_the_shards() {
    let (net, address, content) = stored((4, 8)).await;
    net.stop(address, [0, 2, 4, 6, 7]).await;
    match net.fetch(address).await {
        Err(FetchError::Unavailable {
            needed: 4,
            reachable: 3,
            missing,
            ..
        }) => {
            assert_eq!(shards(&missing), [0, 2, 4, 6, 7].map(ShardIndex));
            assert!(missing
                .iter()
                .all(|failure| failure.worker == net.holder(address, failure.shard.0).id));
            assert!(
                missing
                    .iter()
                    .all(|failure| failure.endpoint.starts_with("http://127.0.0.1")),
                "{missing:?}"
            );
        }
        other => panic!("{other:?}"),
    }
    net.holder(address, 2).restart().await;
    assert!(net.fetch(address).await.unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_fail_babble_or_lie_are_replaced_by_others() {
    for mood in [
        Mood::Fails,
        Mood::Babbles,
        Mood::LiesInGroups,
        Mood::LiesInTables,
    ] {
        let (net, address, content) = stored((2, 4)).await;
        net.set(address, 0..2, mood);
        assert!(net.fetch(address).await.unwrap() == content, "{mood:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn liars_are_named_when_there_are_too_many() {
    let (net, address, _) = stored((2, 4)).await;
    net.set(address, 1..4, Mood::LiesInGroups);
    match net.fetch(address).await {
        Err(FetchError::Unavailable { missing, .. }) => {
            assert_eq!(shards(&missing), [1, 2, 3].map(ShardIndex));
            assert!(
                missing[0].reason.contains("lead to root"),
                "{}",
                missing[0].reason
            );
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_hang_are_hedged() {
    let (net, address, content) = stored((4, 8)).await;
    net.set(address, [0, 1, 3], Mood::Hangs);
    net.stop(address, [5]).await;
    assert!(net.fetch(address).await.unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn when_all_hang_it_ends() {
    let (net, address, _) = stored((2, 3)).await;
    net.set(address, 0..3, Mood::Hangs);
    assert!(
        matches!(net.fetch(address).await, Err(FetchError::NoTable { missing, .. }) if missing.len() == 3)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_table_everywhere_is_no_table() {
    let (net, address, _) = stored((2, 3)).await;
    net.set(address, 0..3, Mood::LiesInTables);
    match net.fetch(address).await {
        Err(FetchError::NoTable { missing, .. }) => {
            assert!(missing[0].reason.contains("not that of the address"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_rebuilt_from_whatever_is_left() {
    let net = Net::start(4).await;
    let content = bytes(77, 2_300_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    net.holder(address, 0).set(Mood::LiesInGroups);
    net.stop(address, [3]).await;
    assert!(net.fetch(address).await.unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_blob_with_empty_shards_survives_too() {
    let net = Net::start(8).await;
    // Shards 2 and 3 have no byte.
    let content = bytes(5, 1025);
    let address = net.publish_bytes(&content, (4, 8)).await;
    net.stop(address, [0, 1, 4, 6]).await;
    assert!(net.fetch(address).await.unwrap() == content);
    net.stop(address, [7]).await;
    match net.fetch(address).await {
        Err(FetchError::Unavailable {
            needed: 4,
            reachable: 3,
            ..
        })
        | Err(FetchError::NoTable { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_encoding_serves_when_the_first_one_cannot() {
    let (net, address, content) = stored((2, 4)).await;
    let first = net.encoding(address);
    // The same blob, registered by another account under another code: 3 more workers, so that no worker has both.
    let more = crate::worker::FakeWorker::start(&net.chain, 50).await;
    let other = ballast_chain::Signer::from_dev("Bob").unwrap();
    net.chain.read(|state| {
        let stored = state.encodings.get_mut(&first.id).unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Placed { at: 1 };
    });
    let source = folder(&[("file.bin", content.clone())]);
    let scan = scanned(source.path()).await;
    net.client
        .publish(&scan, &other, &options((2, 3)))
        .await
        .unwrap();
    net.chain.read(|state| {
        let stored = state.encodings.get_mut(&first.id).unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Certified { at: 1 };
        // Its workers are gone.
        stored
            .info
            .assignments
            .iter_mut()
            .for_each(|assignment| assignment.worker.0 = [200; 32]);
    });
    assert!(net.fetch(address).await.unwrap() == content);
    more.stop().await;
}

/// A disk with room for some bytes.
struct FullDisk(AtomicU64);

impl Sink for FullDisk {
    fn write_at(&self, _: u64, bytes: &[u8]) -> io::Result<()> {
        let left = self.0.load(Ordering::Relaxed);
        match left.checked_sub(bytes.len() as u64) {
            Some(left) => {
                self.0.store(left, Ordering::Relaxed);
                Ok(())
            }
            None => Err(io::ErrorKind::StorageFull.into()),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_ends_the_fetch_with_its_error() {
    let (net, address, _) = stored((2, 3)).await;
    let refused = net
        .client
        .fetch_into(address, Arc::new(FullDisk(AtomicU64::new(200_000))))
        .await;
    match refused {
        Err(FetchError::Sink { source }) => assert_eq!(source.kind(), io::ErrorKind::StorageFull),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        net.client
            .fetch_into(address, Arc::new(FullDisk(AtomicU64::new(LEN as u64))))
            .await
            .unwrap(),
        LEN as u64
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_to_is_an_error() {
    let (net, address, _) = stored((2, 3)).await;
    let folder = folder(&[("file", vec![1])]);
    let below_a_file = folder.path().join("file/out");
    let refused = net.client.fetch_blob(address, &below_a_file, false).await;
    assert!(
        matches!(refused, Err(FetchError::Write { .. })),
        "{refused:?}"
    );
}
