//! What goes in comes out.

use crate::net::*;
use ballast_blobs::{verify, BlobKind, BlobStep, Content, Limits, Phase};
use ballast_core::{manifest::Location, Address};
use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};

fn sizes() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", vec![]),
        ("one", bytes(1, 1)),
        ("deep/chunk", bytes(2, 1024)),
        ("deep/chunk-and-one", bytes(3, 1025)),
        ("deep/er/odd", bytes(4, 77_777)),
        ("deep/er/same-as-odd", bytes(4, 77_777)),
        ("just-packed", bytes(5, (1 << 20) - 1)),
        ("not-packed", bytes(6, 1 << 20)),
        ("several-rows", bytes(7, 2_500_000)),
        ("several-rows-again", bytes(7, 2_500_000)),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_every_size_comes_back_as_it_was() {
    let net = Net::start(4).await;
    let source = folder(&sizes());
    let scan = scanned(source.path()).await;
    let published = net.publish(&scan, (2, 3)).await.unwrap();
    assert_eq!(published.manifest, scan.manifest.address());
    assert!(
        published
            .blobs
            .iter()
            .all(|blob| blob.held == 3 && blob.missing.is_empty()),
        "{published:?}"
    );
    let (done, total) = net.progress.of(Phase::Upload);
    assert_eq!((done, net.received()), (total, total));

    let Content::Manifest(manifest) = net.client.inspect(published.manifest).await.unwrap() else {
        panic!("a manifest is one");
    };
    assert_eq!(manifest, scan.manifest);
    let target = tempfile::tempdir().unwrap();
    let fetched = net
        .client
        .fetch_files(&manifest, target.path(), &everything())
        .await
        .unwrap();
    assert_eq!((fetched.files, fetched.kept), (10, 0));
    assert_eq!(contents(target.path()), contents(source.path()));
    assert_eq!(
        net.progress.of(Phase::Fetch),
        (manifest.total_len(), manifest.total_len())
    );
    let report = verify(target.path(), &manifest, Arc::new(()))
        .await
        .unwrap();
    assert!(report.is_right() && report.right == 10, "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_of_its_own_blob_can_be_fetched_by_its_b3sum() {
    let net = Net::start(8).await;
    for len in [0usize, 1, 1024, 1025, 2048, 100_000, 1 << 20] {
        let content = bytes(len as u64, len);
        let address = net.publish_bytes(&content, (4, 8)).await;
        assert_eq!(address, Address(*blake3::hash(&content).as_bytes()));
        assert_eq!(net.fetch(address).await.unwrap(), content, "{len}");
        assert_eq!(
            net.client.inspect(address).await.unwrap(),
            Content::Blob { len: len as u64 }
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_holds_each_content_once_at_multiples_of_a_chunk() {
    let source = folder(&sizes());
    let scan = scanned(source.path()).await;
    let packs: Vec<_> = scan
        .blobs
        .iter()
        .filter(|blob| blob.kind == BlobKind::Pack)
        .collect();
    assert_eq!(packs.len(), 1);
    let places: Vec<(&str, u64)> = scan
        .manifest
        .files()
        .iter()
        .filter_map(|file| match file.location {
            Location::Pack { offset, .. } => Some((file.path.as_str(), offset)),
            _ => None,
        })
        .collect();
    let expected = [
        ("deep/chunk", 0),
        ("deep/chunk-and-one", 1024),
        ("deep/er/odd", 3072),
        ("deep/er/same-as-odd", 3072),
        ("just-packed", 3072 + 76 * 1024),
        ("one", 3072 + 76 * 1024 + (1 << 20)),
    ];
    assert_eq!(places, expected);
    assert_eq!(packs[0].len(), 3072 + 76 * 1024 + (1 << 20) + 1);
    let files: Vec<_> = scan
        .blobs
        .iter()
        .filter(|blob| blob.kind == BlobKind::File)
        .map(|blob| &blob.paths)
        .collect();
    assert_eq!(
        files,
        [
            &vec!["not-packed".to_string()],
            &vec!["several-rows".into(), "several-rows-again".into()]
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_the_same_again_uploads_nothing_and_registers_nothing() {
    let net = Net::start(4).await;
    let source = folder(&[
        ("a", bytes(1, 5000)),
        ("b", bytes(2, 3000)),
        ("c", bytes(3, 10)),
    ]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let (received, calls) = (net.received(), net.chain.count("register"));

    let elsewhere = folder(&[
        ("a", bytes(1, 5000)),
        ("b", bytes(2, 3000)),
        ("c", bytes(3, 10)),
    ]);
    let again = scanned(elsewhere.path()).await;
    assert_eq!(again.address(), scan.address());
    let plan = net
        .client
        .plan(&again, net.signer.account(), &options((2, 3)))
        .await
        .unwrap();
    assert!(
        plan.blobs
            .iter()
            .all(|blob| blob.step == BlobStep::Stored { extend: None }),
        "{plan:?}"
    );
    assert_eq!(
        (plan.new_len(), plan.stored_len(), plan.cost().unwrap()),
        (0, 0, 0)
    );
    assert_eq!(net.publish(&again, (2, 3)).await.unwrap().blobs, []);
    assert_eq!(
        (net.received(), net.chain.count("register")),
        (received, calls)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_changes_nothing_and_costs_what_publishing_takes() {
    let net = Net::start(4).await;
    let source = folder(&[("a", bytes(1, 5000)), ("b", bytes(2, 3000))]);
    let scan = scanned(source.path()).await;
    let plan = net
        .client
        .plan(&scan, net.signer.account(), &options((2, 3)))
        .await
        .unwrap();
    assert!(net.chain.read(|state| state.submitted.is_empty()));
    let before = net.chain.read(|state| state.free);
    net.publish(&scan, (2, 3)).await.unwrap();
    assert_eq!(
        plan.cost().unwrap(),
        before - net.chain.read(|state| state.free)
    );
    assert_eq!(plan.stored_len(), net.received());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_lease_extends_what_is_stored() {
    let net = Net::start(4).await;
    let source = folder(&[("a", bytes(1, 5000))]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let address = scan.manifest.files()[0].blake3;
    let before = net.encoding(address).expires;
    let longer = ballast_blobs::PublishOptions {
        epochs: 30,
        ..options((2, 3))
    };
    net.client
        .publish(&scan, &net.signer, &longer)
        .await
        .unwrap();
    assert_eq!(net.encoding(address).expires.0, before.0 + 6);
    assert_eq!(net.chain.count("register"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_blobs_are_registered_in_one_transaction() {
    let net = Net::start(4).await;
    let source = folder(&[
        ("a", bytes(1, 1 << 20)),
        ("b", bytes(2, (1 << 20) + 1)),
        ("c", vec![3; 2000]),
        ("d", vec![4; 9]),
    ]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let first = net.chain.read(|state| state.submitted[0].clone());
    assert_eq!(first, ["register"; 4]);
    assert_eq!(net.chain.count("certify"), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_files_alone_are_fetched_without_the_rest_of_the_pack() {
    let net = Net::start(4).await;
    let mut files: Vec<(String, Vec<u8>)> = (0..20u64)
        .map(|i| (format!("part{i:02}"), bytes(i, 50_000)))
        .collect();
    files.push(("config.json".into(), bytes(99, 700)));
    let files: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let source = folder(&files);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 4)).await.unwrap();
    let served = net.served();
    let target = tempfile::tempdir().unwrap();
    let options = ballast_blobs::FetchOptions {
        include: vec!["*.json".into()],
        ..everything()
    };
    let fetched = net
        .client
        .fetch_files(&scan.manifest, target.path(), &options)
        .await
        .unwrap();
    assert_eq!((fetched.files, fetched.bytes), (1, 700));
    assert_eq!(
        contents(target.path()).into_iter().next().unwrap(),
        ("config.json".into(), bytes(99, 700))
    );
    assert!(
        net.served() - served <= 2048,
        "{} bytes were served for 700",
        net.served() - served
    );
    assert!(net
        .workers
        .iter()
        .any(|worker| worker.served.load(Ordering::Relaxed) > 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_of_five_hundred_small_files_is_a_handful_of_blobs() {
    let net = Net::start(4).await;
    // From 1 KiB to 1 MiB, as many of each size below as above.
    let len = |i: u64| (1024.0 * 1024f64.powf(i as f64 / 500.0)) as usize;
    let files: Vec<(String, Vec<u8>)> = (0..500u64)
        .map(|i| (format!("layer{:02}/part{i:03}", i % 37), bytes(i, len(i))))
        .collect();
    let files: Vec<(&str, Vec<u8>)> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let source = folder(&files);
    let scan = scanned(source.path()).await;
    assert!(scan.blobs.len() <= 4, "{} blobs", scan.blobs.len());
    net.publish(&scan, (2, 4)).await.unwrap();
    let served = net.served();
    let target = tempfile::tempdir().unwrap();
    // Nothing is asked for twice.
    let patient = net.client.clone().with_limits(Limits {
        hedge_delay: Duration::from_secs(60),
        ..limits()
    });
    let fetched = patient
        .fetch_files(&scan.manifest, target.path(), &everything())
        .await
        .unwrap();
    assert_eq!(fetched.files, 500);
    assert!(contents(target.path()) == contents(source.path()));
    // Every byte once: packs fill files up to whole chunks.
    let most = scan.blobs.iter().map(|blob| blob.len()).sum::<u64>() + (1 << 20);
    assert!(net.served() - served <= most, "{}", net.served() - served);
}
