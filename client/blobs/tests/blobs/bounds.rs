//! Bounds that a user sets: on bytes per second, and on workers at a time.

use crate::{net::*, worker::Mood};
use ballast_blobs::Limits;
use std::{
    num::{NonZeroU64, NonZeroUsize},
    time::{Duration, Instant},
};

const MIB: u64 = 1 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn no_more_workers_are_asked_at_a_time_than_allowed() {
    let net = Net::start(4).await;
    net.workers.iter().for_each(|worker| worker.set(Mood::Slow));
    // Nothing is begun again while its worker is still at it.
    let minute = Duration::from_secs(60);
    let patient = Limits {
        hedge_delay: minute,
        lag_grace: minute,
        straggler_wait: minute,
        ..limits()
    };
    for workers in [1, 2] {
        let client = net
            .client
            .clone()
            .with_limits(patient)
            .with_max_workers(NonZeroUsize::new(workers).unwrap());
        let source = folder(&[("file", bytes(workers as u64, 2_500_000))]);
        let scan = scanned(source.path()).await;
        client
            .publish(&scan, &net.signer, &options((2, 4)))
            .await
            .unwrap();
        assert!((1..=workers).contains(&net.most_at_once()));
        let target = source.path().join("fetched");
        let address = scan.manifest.files()[0].blake3;
        client.fetch_blob(address, &target, false).await.unwrap();
        assert!((1..=workers).contains(&net.most_at_once()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn few_workers_at_a_time_decode_what_is_missing_too() {
    let net = Net::start(4).await;
    let content = bytes(5, 12_000_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    net.stop(address, [1]).await;
    net.set(address, [2], Mood::LiesInGroups);
    for workers in [1, 2] {
        let client = net
            .client
            .clone()
            .with_max_workers(NonZeroUsize::new(workers).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("fetched");
        client.fetch_blob(address, &target, false).await.unwrap();
        assert!(std::fs::read(&target).unwrap() == content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_bounds_a_publish_and_a_fetch() {
    let net = Net::start(4).await;
    let rate = NonZeroU64::new(8 * MIB).unwrap();
    let client = net.client.clone().with_rate(rate);
    let source = folder(&[("file", bytes(9, 6 << 20))]);
    let scan = scanned(source.path()).await;
    let begun = Instant::now();
    client
        .publish(&scan, &net.signer, &options((2, 4)))
        .await
        .unwrap();
    // 12 blocks of 1 MiB, the last of which waits for the others.
    assert!(begun.elapsed() >= Duration::from_millis(1300));
    let target = source.path().join("fetched");
    let address = scan.manifest.files()[0].blake3;
    let begun = Instant::now();
    client.fetch_blob(address, &target, false).await.unwrap();
    // Three rows of 2 MiB.
    assert!(begun.elapsed() >= Duration::from_millis(450));
}
