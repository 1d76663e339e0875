//! Workers that are gone, slow or lying while a blob is published; sources that change; accounts without funds.

use crate::{net::*, worker::Mood};
use ballast_blobs::{PublishError, PublishOptions, SourceError};
use ballast_core::ShardIndex;
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_fails_in_any_way_is_survived_while_there_is_a_quorum() {
    let reasons = [
        "as told",
        "malformed",
        "not signed",
        "wrong fingerprint",
        "not-synced",
        "no-space",
    ];
    let moods = [
        Mood::Fails,
        Mood::Babbles,
        Mood::Forges,
        Mood::LiesInReceipts,
        Mood::Behind,
        Mood::Full,
    ];
    for ((seed, mood), reason) in (0..).zip(moods).zip(reasons) {
        // (2,4) needs 3 receipts.
        let net = Net::start(4).await;
        net.workers[1].set(mood);
        if mood == Mood::Full {
            net.publish_bytes(&bytes(1000, 2000), (2, 4)).await;
        }
        let source = folder(&[("file", bytes(seed, 20_000))]);
        let scan = scanned(source.path()).await;
        let published = net.publish(&scan, (2, 4)).await.unwrap();
        assert_eq!(
            (published.blobs[0].held, published.blobs[0].missing.len()),
            (3, 1),
            "{mood:?} {published:?}"
        );
        let given = &published.blobs[0].missing[0].1;
        assert!(given.contains(reason), "{mood:?}: {given}");
        assert!(net.fetch(scan.manifest.files()[0].blake3).await.unwrap() == bytes(seed, 20_000));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_hangs_or_is_gone_is_survived_while_there_is_a_quorum() {
    let net = Net::start(4).await;
    net.workers[0].set(Mood::Hangs);
    let source = folder(&[("file", bytes(1, 20_000))]);
    let published = net
        .publish(&scanned(source.path()).await, (2, 4))
        .await
        .unwrap();
    assert_eq!(published.blobs[0].held, 3);
    net.workers[0].set(Mood::Honest);
    net.workers[3].stop().await;
    let source = folder(&[("file", bytes(2, 20_000))]);
    let published = net
        .publish(&scanned(source.path()).await, (2, 4))
        .await
        .unwrap();
    assert_eq!(published.blobs[0].held, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_takes_no_block_holds_nobody_up() {
    let net = Net::start(4).await;
    net.workers[3].set(Mood::HangsOnBlocks);
    // Seven column blocks: more than wait for one worker.
    let content = bytes(1, 13 << 20);
    let source = folder(&[("file", content.clone())]);
    let scan = scanned(source.path()).await;
    let published = net.publish(&scan, (2, 4)).await.unwrap();
    assert_eq!(published.blobs[0].held, 3);
    let layout = ballast_core::Layout::new(13 << 20, options((2, 4)).code.unwrap()).unwrap();
    let per_shard = layout.coded_shard_len();
    assert_eq!(net.received(), 3 * per_shard);
    assert!(net.fetch(scan.manifest.files()[0].blake3).await.unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_workers_are_waited_for() {
    let net = Net::start(3).await;
    net.workers[2].set(Mood::Slow);
    let source = folder(&[("file", bytes(1, 20_000))]);
    let published = net
        .publish(&scanned(source.path()).await, (2, 3))
        .await
        .unwrap();
    assert_eq!(
        (published.blobs[0].held, published.blobs[0].missing.len()),
        (3, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_quorum_it_fails_and_names_shards_and_workers() {
    let net = Net::start(4).await;
    net.workers[0].stop().await;
    net.workers[2].set(Mood::Fails);
    let source = folder(&[("file", bytes(1, 20_000))]);
    let scan = scanned(source.path()).await;
    let options = PublishOptions {
        replace_silent: false,
        ..options((2, 4))
    };
    match net.client.publish(&scan, &net.signer, &options).await {
        Err(PublishError::TooFewReceipts {
            held: 2,
            needed: 3,
            failed,
            address,
            ..
        }) => {
            assert_eq!(address, scan.manifest.files()[0].blake3);
            assert_eq!(failed.len(), 2);
            let mut workers: Vec<_> = failed.iter().map(|(_, worker, _)| *worker).collect();
            workers.sort();
            assert_eq!(workers, [net.workers[0].id, net.workers[2].id]);
            assert!(failed
                .iter()
                .all(|(shard, worker, _)| net.holder(address, shard.0).id == *worker));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(net.chain.count("reassign"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_workers_are_replaced_after_the_chains_grace_period() {
    let net = Net::start(6).await;
    net.chain.read(|state| state.grace = 12);
    let source = folder(&[("file", bytes(1, 20_000))]);
    let scan = scanned(source.path()).await;
    // Two of the four that are drawn stop as soon as they are: two are left, three are needed, one may be replaced.
    // Until then all are slow, so that nobody has a receipt before they stop.
    net.workers.iter().for_each(|worker| worker.set(Mood::Slow));
    let chain = net.chain.clone();
    let drawn = async {
        loop {
            let info = chain.read(|state| {
                state
                    .encodings
                    .values()
                    .next()
                    .map(|stored| stored.info.clone())
            });
            match info.filter(|info| info.seed.is_some()) {
                Some(info) => return info,
                None => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
            }
        }
    };
    let stopping = async {
        let info = drawn.await;
        net.workers
            .iter()
            .for_each(|worker| worker.set(Mood::Honest));
        for assignment in &info.assignments[..2] {
            net.workers
                .iter()
                .find(|worker| worker.id == assignment.worker)
                .unwrap()
                .set(Mood::Fails);
        }
    };
    let (published, ()) = tokio::join!(net.publish(&scan, (2, 4)), stopping);
    let blob = &published.unwrap().blobs[0];
    assert_eq!((blob.held, blob.missing.len()), (3, 1));
    assert!(net.chain.count("reassign") >= 2, "the first was too early");
    let info = net.encoding(blob.address);
    assert_eq!((info.reassigned, info.assignments[0].generation), (1, 1));
    assert!(net.fetch(blob.address).await.unwrap() == bytes(1, 20_000));
}

/// Changes one byte, and nothing that the file system tells.
fn change_a_byte(path: &Path, at: u64) {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let modified = file.metadata().unwrap().modified().unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[byte[0] ^ 1], at).unwrap();
    file.set_modified(modified).unwrap();
}

fn is_changed(result: Result<ballast_blobs::Published, PublishError>, expected: &str) -> bool {
    match result {
        Err(PublishError::Source(SourceError::Changed { path, what })) => {
            path.ends_with("file") && what == expected
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changes_before_the_first_pass_is_found_out() {
    let net = Net::start(3).await;
    let source = folder(&[("file", bytes(1, 1 << 20))]);
    let path = source.path().join("file");
    let scan = scanned(source.path()).await;
    change_a_byte(&path, 700_000);
    assert!(is_changed(net.publish(&scan, (2, 3)).await, "its bytes"));
    std::fs::write(&path, bytes(1, 1 << 20)).unwrap();
    assert!(is_changed(
        net.publish(&scan, (2, 3)).await,
        "its time of modification"
    ));
    assert!(
        net.chain.read(|state| state.submitted.is_empty()),
        "nothing was registered"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_changes_between_the_passes_is_found_out_and_nobody_blamed() {
    let net = Net::start(3).await;
    let source = folder(&[("file", bytes(1, 1 << 20))]);
    let path = source.path().join("file");
    let scan = scanned(source.path()).await;
    let changed = path.clone();
    *net.chain.before_submit.lock().unwrap() =
        Some(Box::new(move |_| change_a_byte(&changed, 900_000)));
    assert!(is_changed(net.publish(&scan, (2, 3)).await, "its bytes"));
    assert_eq!(net.chain.count("certify"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_file_that_changes_is_found_out_too() {
    let net = Net::start(3).await;
    let source = folder(&[("a", bytes(1, 3000)), ("file", bytes(2, 3000))]);
    let scan = scanned(source.path()).await;
    std::fs::write(source.path().join("file"), bytes(3, 3000)).unwrap();
    assert!(is_changed(
        net.publish(&scan, (2, 3)).await,
        "its time of modification"
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_funds_is_told_before_anything_is_sent() {
    let net = Net::start(3).await;
    net.chain.read(|state| state.free = 10);
    let source = folder(&[("file", bytes(1, 20_000))]);
    let refused = net.publish(&scanned(source.path()).await, (2, 3)).await;
    assert!(matches!(refused, Err(PublishError::Funds { free: 10, .. })));
    assert!(net.chain.read(|state| state.submitted.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_workers_for_any_or_for_this_code_are_told_before_anything_is_sent() {
    let net = Net::start(5).await;
    let source = folder(&[("file", bytes(1, 20_000))]);
    let scan = scanned(source.path()).await;
    let by_default = net
        .client
        .publish(&scan, &net.signer, &PublishOptions::default())
        .await;
    assert!(matches!(
        by_default,
        Err(PublishError::NoCode {
            active: 5,
            needed: 6
        })
    ));
    assert!(matches!(
        net.publish(&scan, (4, 8)).await,
        Err(PublishError::TooFewWorkers { .. })
    ));
    assert!(net.chain.read(|state| state.submitted.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoding_that_lapses_meanwhile_is_told() {
    let net = Net::start(4).await;
    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Behind));
    let source = folder(&[("file", bytes(1, 20_000))]);
    let scan = scanned(source.path()).await;
    let chain = net.chain.clone();
    let lapse = async move {
        while chain.read(|state| {
            state
                .encodings
                .values()
                .all(|stored| stored.info.seed.is_none())
        }) {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        chain.read(|state| state.encodings.clear());
    };
    let (published, ()) = tokio::join!(net.publish(&scan, (2, 4)), lapse);
    match published {
        Err(PublishError::Gone { .. }) => {}
        Err(PublishError::TooFewReceipts { failed, .. }) => assert_eq!(failed[0].0, ShardIndex(0)),
        other => panic!("{other:?}"),
    }
}
