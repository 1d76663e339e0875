//! Whether a blob is there, from samples.

use crate::{net::*, worker::Mood};
use ballast_blobs::{FetchError, SampleOptions};
use ballast_core::Address;

const CODE: (u8, u8) = (4, 8);

async fn published(len: usize) -> (Net, Address) {
    let net = Net::start(10).await;
    let address = net.publish_bytes(&bytes(71, len), CODE).await;
    (net, address)
}

fn few() -> SampleOptions {
    SampleOptions {
        max_samples: 48,
        ..SampleOptions::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_that_is_there_is_told_so_with_few_samples_and_few_bytes() {
    let (net, address) = published(3 << 20).await;
    let before = net.served();
    let sampled = net
        .client
        .sample(address, &SampleOptions::default())
        .await
        .unwrap();
    assert!(sampled.confidence() >= 0.999_999);
    let encoding = &sampled.encodings[0];
    assert_eq!((sampled.encodings.len(), sampled.len), (1, 3 << 20));
    assert_eq!(encoding.answered, encoding.samples);
    assert!(encoding.samples <= 32, "{}", encoding.samples);
    assert!(encoding.missing_below.unwrap() < 1.0);
    assert!(encoding.failures.is_empty());
    assert!(net.served() - before <= 32 * 4096);
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_gone_are_named_and_the_blob_is_still_there() {
    let (net, address) = published(2 << 20).await;
    net.stop(address, [2]).await;
    let sampled = net
        .client
        .sample(address, &SampleOptions::default())
        .await
        .unwrap();
    assert!(sampled.confidence() >= 0.999_999);
    let encoding = &sampled.encodings[0];
    if encoding.answered < encoding.samples {
        assert_eq!(shards(&encoding.failures), [ballast_core::ShardIndex(2)]);
        assert_eq!(encoding.missing_below, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_whose_workers_are_gone_is_not_believed() {
    let (net, address) = published(2 << 20).await;
    net.stop(address, 0..5).await;
    let sampled = net.client.sample(address, &few()).await.unwrap();
    assert!(sampled.confidence() < 0.999_999, "{sampled:?}");
    assert_eq!(sampled.encodings[0].samples, 48);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_bytes_are_no_answer() {
    let (net, address) = published(2 << 20).await;
    net.set(address, 0..8, Mood::LiesInGroups);
    let sampled = net.client.sample(address, &few()).await.unwrap();
    assert_eq!(sampled.encodings[0].answered, 0);
    assert!(sampled.confidence() < 0.01);
    let reason = &sampled.encodings[0].failures[0].reason;
    assert!(reason.contains("root"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_chain_state_needs_no_samples_and_what_is_nowhere_is_an_error() {
    let (net, _) = published(2 << 20).await;
    let empty = Address(*blake3::hash(b"").as_bytes());
    let sampled = net.client.sample(empty, &few()).await.unwrap();
    assert!(sampled.encodings.is_empty() && sampled.confidence() >= 1.0);
    let unknown = net.client.sample(Address([7; 32]), &few()).await;
    assert!(matches!(unknown, Err(FetchError::Unknown { .. })));
}
