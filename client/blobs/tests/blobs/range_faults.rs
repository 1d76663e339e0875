//! Ranges while workers are gone, hang or lie, and when parity was made wrong.

use crate::{
    net::*,
    ranges::{part, read},
    worker::Mood,
};
use ballast_blobs::FetchError;
use ballast_core::ShardIndex;
use std::ops::Range;

/// Long enough for cells of two column blocks at k = 2.
const LARGE_CELLS: usize = 129 << 20;

fn ranges(len: u64) -> [Range<u64>; 5] {
    [
        0..1,
        700..1500,
        len / 3..len / 3 + 100_000,
        len - len.min(1500)..len,
        0..len.min(3_000_000),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn any_n_minus_k_workers_may_be_gone() {
    for len in [1025usize, 30_000, 2_300_000] {
        for gone in [0..4u8, 4..8, 2..6] {
            let net = Net::start(8).await;
            let content = bytes(len as u64, len);
            let address = net.publish_bytes(&content, (4, 8)).await;
            let blob = net.client.open(address).await.unwrap();
            let held = net.encoding(address).roots;
            let gone = gone.filter(|shard| held[usize::from(*shard)].is_some());
            net.stop(address, gone).await;
            for range in ranges(len as u64)
                .into_iter()
                .filter(|range| range.end <= len as u64)
            {
                assert!(
                    read(&blob, range.clone()).await.unwrap() == part(&content, &range),
                    "{range:?} of {len}"
                );
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_fail_babble_hang_or_lie_are_replaced_by_others() {
    for mood in [Mood::Fails, Mood::Babbles, Mood::LiesInGroups, Mood::Hangs] {
        let net = Net::start(4).await;
        let content = bytes(5, 1_300_000);
        let address = net.publish_bytes(&content, (2, 4)).await;
        let blob = net.client.open(address).await.unwrap();
        net.set(address, 0..2, mood);
        for range in ranges(content.len() as u64)
            .into_iter()
            .filter(|range| range.end <= content.len() as u64)
        {
            assert!(
                read(&blob, range.clone()).await.unwrap() == part(&content, &range),
                "{range:?}, {mood:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_too_few_workers_the_stream_ends_with_the_shards_that_are_missing() {
    let net = Net::start(4).await;
    let content = bytes(5, 1_300_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    net.stop(address, [0, 1, 3]).await;
    match read(&blob, 0..blob.len()).await {
        Err(FetchError::Unavailable {
            needed: 2,
            reachable: 1,
            missing,
            ..
        }) => {
            assert_eq!(shards(&missing), [0, 1, 3].map(ShardIndex));
        }
        other => panic!("{:?}", other.map(|bytes| bytes.len())),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_several_blocks_are_read_directly_or_proven_whole() {
    let net = Net::start(4).await;
    let content = bytes(8, LARGE_CELLS);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    let len = content.len() as u64;
    let ranges = [
        0..1u64,
        (2 << 20) - 700..(2 << 20) + 700,
        50_000_000..58_000_000,
        len - 1_100_000..len,
    ];
    for gone in [None, Some(0), Some(3)] {
        if let Some(shard) = gone {
            net.stop(address, [shard]).await;
        }
        for range in ranges.clone() {
            assert!(
                read(&blob, range.clone()).await.unwrap() == part(&content, &range),
                "{range:?} without {gone:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_goes_on_with_another_encoding_when_the_first_one_cannot_be_read() {
    let net = Net::start(4).await;
    let content = bytes(5, 300_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let first = net.encoding(address);
    let more = crate::worker::FakeWorker::start(&net.chain, 50).await;
    net.chain.read(|state| {
        let stored = state.encodings.get_mut(&first.id).unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Placed { at: 1 };
    });
    let source = folder(&[("file.bin", content.clone())]);
    let scan = scanned(source.path()).await;
    let other = ballast_chain::Signer::from_dev("Bob").unwrap();
    net.client
        .publish(&scan, &other, &options((2, 3)))
        .await
        .unwrap();
    net.chain.read(|state| {
        let stored = state.encodings.get_mut(&first.id).unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Certified { at: 1 };
    });
    let blob = net.client.open(address).await.unwrap();
    assert!(read(&blob, 0..1000).await.unwrap() == content[..1000]);
    // The shards of the first encoding are lost; the workers still have those of the second.
    net.workers
        .iter()
        .for_each(|worker| worker.forget(first.id));
    assert!(read(&blob, 0..blob.len()).await.unwrap() == content);
    more.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn parity_that_does_not_fit_is_never_passed_on() {
    for len in [50_000usize, LARGE_CELLS] {
        let net = Net::start(4).await;
        let content = bytes(9, len);
        let code = ballast_core::Code::new(2, 4).unwrap();
        let address = crate::wrong_parity::certify_noise(&net, &content, code, &[2, 3]).await;
        let blob = net.client.open(address).await.unwrap();
        net.stop(address, [1]).await;
        // Shard 0 is there; its cell comes first.
        assert!(read(&blob, 0..700).await.unwrap() == content[..700]);
        match read(&blob, 0..blob.len()).await {
            Err(FetchError::WrongParity { shard, .. }) => assert_eq!(shard, ShardIndex(1)),
            other => panic!("{:?}", other.map(|bytes| bytes.len())),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_wrong_parity_shard_among_right_ones_is_read_around() {
    for (len, noisy) in [(50_000usize, 2), (50_000, 3), (LARGE_CELLS, 2)] {
        let net = Net::start(4).await;
        let content = bytes(10, len);
        let code = ballast_core::Code::new(2, 4).unwrap();
        let address = crate::wrong_parity::certify_noise(&net, &content, code, &[noisy]).await;
        let blob = net.client.open(address).await.unwrap();
        net.stop(address, [0]).await;
        let range = 0..blob.len().min(5_000_000);
        assert!(
            read(&blob, range.clone()).await.unwrap() == part(&content, &range),
            "noise in {noisy} of {len}"
        );
    }
}
