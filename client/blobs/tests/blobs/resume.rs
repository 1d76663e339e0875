//! A publish that stopped, and the next one.

use crate::{net::*, worker::Mood};
use ballast_blobs::{PublishError, PublishOptions};

#[tokio::test(flavor = "multi_thread")]
async fn the_next_publish_goes_on_with_the_registration_and_sends_only_what_is_missing() {
    let net = Net::start(4).await;
    let source = folder(&[("file", bytes(1, 1_300_000))]);
    let scan = scanned(source.path()).await;
    net.workers[0].set(Mood::Fails);
    net.workers[1].set(Mood::Fails);
    let options = PublishOptions {
        replace_silent: false,
        ..options((2, 4))
    };
    let failed = net.client.publish(&scan, &net.signer, &options).await;
    assert!(
        matches!(failed, Err(PublishError::TooFewReceipts { held: 2, .. })),
        "{failed:?}"
    );
    let (registered, received) = (net.chain.count("register"), net.received());
    let free = net.chain.read(|state| state.free);

    net.workers[0].set(Mood::Honest);
    net.workers[1].set(Mood::Honest);
    let plan = net
        .client
        .plan(&scan, net.signer.account(), &options)
        .await
        .unwrap();
    let published = net
        .client
        .publish(&scan, &net.signer, &options)
        .await
        .unwrap();
    let blob = published
        .blobs
        .iter()
        .find(|blob| blob.address == scan.manifest.files()[0].blake3)
        .unwrap();
    assert_eq!((blob.held, blob.missing.len()), (4, 0));
    assert_eq!(net.chain.count("register"), registered);
    assert_eq!(
        plan.cost().unwrap(),
        free - net.chain.read(|state| state.free)
    );
    let layout = ballast_core::Layout::new(1_300_000, options.code.unwrap()).unwrap();
    assert_eq!(
        net.received(),
        layout.stored_len(),
        "each block was sent once; {received} came in the first try"
    );
    assert!(net.fetch(blob.address).await.unwrap() == bytes(1, 1_300_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_garbage_under_the_same_address_hinders_nobody() {
    let net = Net::start(4).await;
    let content = bytes(1, 20_000);
    let address = net.publish_bytes(&content, (2, 3)).await;
    // As if a stranger had registered it with other roots and never uploaded.
    net.chain.read(|state| {
        let stored = state.encodings.values_mut().next().unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Placed { at: 1 };
        stored.info.publisher = [77; 32];
        stored.info.roots[2] = Some(ballast_core::ChainingValue([1; 32]));
    });
    let source = folder(&[("file.bin", content.clone())]);
    net.publish(&scanned(source.path()).await, (2, 3))
        .await
        .unwrap();
    assert_eq!(net.chain.read(|state| state.encodings.len()), 2);
    assert!(net.fetch(address).await.unwrap() == content);
}
