//! Bytes: whole files, ranges, conditions, any blob by its hash, the cache, workers that are gone.

use crate::{
    http::ask,
    net::bytes,
    setup::{address, commit, files, Setup},
    worker::Mood,
};
use ballast_core::manifest::Location;

const WEIGHTS: &str = "/acme/tiny/resolve/main/weights.safetensors";

#[tokio::test(flavor = "multi_thread")]
async fn every_file_is_served_with_the_hash_that_clients_verify() {
    let (setup, manifest) = Setup::with_model().await;
    for (path, content) in files() {
        let encoded = path.replace(' ', "%20").replace('\u{e4}', "%C3%A4");
        let target = format!("/acme/tiny/resolve/main/{encoded}");
        let (head, get) = (setup.head(&target).await, setup.get(&target).await);
        let entry = manifest.find(path).unwrap();
        let etag = match content.len() > 1 << 20 {
            true => format!("\"{}\"", hex::encode(entry.sha256)),
            false => format!("\"{}\"", hex::encode(entry.git_sha1)),
        };
        for answer in [&head, &get] {
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            assert_eq!(answer.header("etag"), Some(etag.as_str()), "{path}");
            assert_eq!(
                answer.header("content-length"),
                Some(content.len().to_string().as_str())
            );
            assert_eq!(answer.header("accept-ranges"), Some("bytes"));
            assert_eq!(
                answer.header("x-repo-commit"),
                Some(commit(&manifest).as_str())
            );
            assert_eq!(answer.header("content-encoding"), None);
            assert_eq!(
                answer.header("x-xet-hash"),
                None,
                "clients would ask a Xet server"
            );
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        }
        assert!(head.body.is_empty() && get.body == content, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_are_parts_of_the_file() {
    let (setup, _) = Setup::with_model().await;
    let (weights, readme) = (
        files()["weights.safetensors"].clone(),
        files()["README.md"].clone(),
    );
    let len = weights.len();
    for (range, start, end) in [
        ("bytes=0-0".to_owned(), 0, 1),
        (format!("bytes={}-", len - 5), len - 5, len),
        ("bytes=-7".into(), len - 7, len),
        (
            format!("bytes={}-{}", (1 << 20) - 1, 1 << 20),
            (1 << 20) - 1,
            (1 << 20) + 1,
        ),
        (format!("bytes=1000000-{}", u64::MAX), 1_000_000, len),
    ] {
        let answer = setup.get_with(WEIGHTS, &[("range", &range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        let expected = format!("bytes {start}-{}/{len}", end - 1);
        assert_eq!(answer.header("content-range"), Some(expected.as_str()));
        assert!(answer.body == weights[start..end], "{range}");
    }
    let packed = setup
        .get_with(
            "/acme/tiny/resolve/main/README.md",
            &[("range", "bytes=4-10")],
        )
        .await;
    assert_eq!((packed.status, packed.body), (206, readme[4..11].to_vec()));
    let outside = setup
        .get_with(WEIGHTS, &[("range", &format!("bytes={len}-"))])
        .await;
    assert_eq!(
        (outside.status, outside.header("content-range")),
        (416, Some(format!("bytes */{len}").as_str()))
    );
    assert!(outside.json()["error"].is_string());
    let several = setup.get_with(WEIGHTS, &[("range", "bytes=0-1,4-5")]).await;
    assert!(several.status == 200 && several.body == weights);
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_hold() {
    let (setup, manifest) = Setup::with_model().await;
    let etag = format!(
        "\"{}\"",
        hex::encode(manifest.find("weights.safetensors").unwrap().sha256)
    );
    let known = setup.get_with(WEIGHTS, &[("if-none-match", &etag)]).await;
    assert!(
        known.status == 304 && known.body.is_empty() && known.header("etag") == Some(etag.as_str())
    );
    assert_eq!(
        setup
            .get_with(WEIGHTS, &[("if-match", "\"x\"")])
            .await
            .status,
        412
    );
    let resumed = setup
        .get_with(WEIGHTS, &[("range", "bytes=0-0"), ("if-range", &etag)])
        .await;
    assert_eq!(resumed.status, 206);
    let anew = setup
        .get_with(WEIGHTS, &[("range", "bytes=0-0"), ("if-range", "\"old\"")])
        .await;
    assert_eq!(
        (anew.status, anew.body.len()),
        (200, files()["weights.safetensors"].len())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn any_blob_is_served_by_its_hash() {
    let (setup, manifest) = Setup::with_model().await;
    let weights = files()["weights.safetensors"].clone();
    let target = format!("/b3/{}", address(&weights));
    let answer = setup.get_with(&target, &[("range", "bytes=100-299")]).await;
    assert!(answer.status == 206 && answer.body == weights[100..300]);
    let etag = format!("\"{}\"", address(&weights));
    assert_eq!(answer.header("etag"), Some(etag.as_str()));
    assert!(answer
        .header("cache-control")
        .unwrap()
        .contains("immutable"));
    let described = setup.get(&format!("/b3/{}", manifest.address())).await;
    assert_eq!(described.body, manifest.to_bytes());
    let Location::Pack { address: pack, .. } = manifest.find("README.md").unwrap().location else {
        panic!("small files are packed");
    };
    let pack = setup.get(&format!("/b3/{pack}")).await;
    assert!(pack.body.windows(5).any(|window| window == b"model"));
    assert_eq!(
        setup.get(&format!("/b3/{}", address(b""))).await.status,
        200
    );
    assert_eq!(
        setup.get(&format!("/b3/{}", "00".repeat(32))).await.status,
        404
    );
    assert_eq!(setup.get("/b3/abc").await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_cache_serves_without_workers_also_after_a_restart() {
    let (mut setup, manifest) = Setup::with_model().await;
    let weights = files()["weights.safetensors"].clone();
    assert!(setup.get(WEIGHTS).await.body == weights);
    setup.stop().await;
    for worker in &setup.net.workers {
        worker.stop().await;
    }
    setup.start().await;
    assert!(setup.get(WEIGHTS).await.body == weights);
    assert!(
        setup
            .get(&format!("/b3/{}", manifest.address()))
            .await
            .status
            == 200
    );
    let cold = setup.get("/acme/tiny/resolve/main/README.md").await;
    assert_eq!(cold.status, 503, "the pack is not cached: {cold:?}");
    assert!(cold.header("retry-after").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_bit_on_disk_is_found_and_fetched_again() {
    let (setup, _) = Setup::with_model().await;
    let weights = files()["weights.safetensors"].clone();
    setup.get(WEIGHTS).await;
    for path in setup.cached() {
        let mut content = std::fs::read(&path).unwrap();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        std::fs::write(&path, content).unwrap();
    }
    assert!(setup.get(WEIGHTS).await.body == weights);
    let metrics = String::from_utf8(setup.get("/metrics").await.body).unwrap();
    assert!(!metrics.contains("cache_damaged_total 0"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_are_gone_or_lie_are_replaced_by_parity() {
    let (setup, _) = Setup::with_model().await;
    let weights = files()["weights.safetensors"].clone();
    setup.net.stop(address(&weights), [0]).await;
    setup.net.set(address(&weights), [1], Mood::LiesInGroups);
    assert!(setup.get(WEIGHTS).await.body == weights);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_ranges_at_once_fetch_each_group_once() {
    let (setup, _) = Setup::with_model().await;
    let weights = files()["weights.safetensors"].clone();
    // The manifest and the file's table are read first, so that only groups count.
    setup.get_with(WEIGHTS, &[("range", "bytes=0-0")]).await;
    let before = setup.net.served();
    let asked = (0..12usize).map(|i| {
        let (start, end) = (i * 1000, weights.len() - i * 1000);
        let range = format!("bytes={start}-{}", end - 1);
        let (setup, weights) = (&setup, &weights);
        async move {
            let answer = ask(setup.address, "GET", WEIGHTS, &[("range", &range)], b"").await;
            assert!(answer.status == 206 && answer.body == weights[start..end]);
        }
    });
    futures::future::join_all(asked).await;
    let fetched = setup.net.served() - before;
    assert!(
        fetched <= weights.len() as u64 + (1 << 20),
        "{fetched} bytes were fetched"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_its_manifest_says_is_refused() {
    let setup = Setup::empty().await;
    let (one, other) = (bytes(5, 3000), bytes(6, 3000));
    let published = setup
        .publish("right", &[("a", one.clone()), ("b", other)], &[])
        .await;
    // The same pack, but the files have changed places.
    let mut entries: Vec<_> = published.files().to_vec();
    let places = (entries[0].location, entries[1].location);
    (entries[0].location, entries[1].location) = (places.1, places.0);
    let wrong = ballast_core::manifest::Manifest::new(entries).unwrap();
    let stored = setup.publish_blob(&wrong.to_bytes()).await;
    let answer = setup.get(&format!("/b3/{stored}/resolve/main/a")).await;
    assert_eq!(answer.status, 502, "{answer:?}");
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains("manifest"),
        "{answer:?}"
    );
}
