//! What the API answers to readers: ranges and caches, damage, health and metrics.

use crate::{
    api::{code, raw_async},
    fake_chain::*,
    sample::*,
};
use ballast_core::{EncodingId, Group, ShardIndex};
use ballast_worker_api::{routes, ErrorCode};

#[tokio::test(flavor = "multi_thread")]
async fn raw_bytes_carry_the_headers_of_ranges_and_caches() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let running = Running::start(dir.path(), &FakeChain::with(&[&sample])).await;
    running.upload(&sample, 0).await;
    let path = routes::bytes(sample.id, ShardIndex(0));
    let len = sample.column(0).len();
    let (status, head, body) = raw_async(&running, &format!("GET {path}"), b"").await;
    assert_eq!((status, &body[..]), (200, sample.column(0)));
    let etag = format!("etag: \"{}\"", sample.spec(0).root);
    for header in [
        "accept-ranges: bytes",
        &etag,
        &format!("content-length: {len}"),
        "immutable",
    ] {
        assert!(head.contains(header), "{head}");
    }
    let ranged = |extra: &str| format!("GET {path} HTTP/1.1\r\n{extra}\r\nx-rest:");
    let (status, head, body) =
        raw_async(&running, &ranged("range: bytes=1048570-1048585"), b"").await;
    assert_eq!(
        (status, &body[..]),
        (206, &sample.column(0)[1_048_570..1_048_586])
    );
    assert!(
        head.contains(&format!("content-range: bytes 1048570-1048585/{len}")),
        "{head}"
    );
    let (status, head, _) = raw_async(&running, &ranged("range: bytes=99999999-"), b"").await;
    assert_eq!(status, 416);
    assert!(
        head.contains(&format!("content-range: bytes */{len}")),
        "{head}"
    );
    let stale = ranged("range: bytes=0-1\r\nif-range: \"other\"");
    assert_eq!(raw_async(&running, &stale, b"").await.0, 200);
    let fresh = ranged(&format!(
        "range: bytes=0-1\r\nif-range: \"{}\"",
        sample.spec(0).root
    ));
    assert_eq!(raw_async(&running, &fresh, b"").await.0, 206);
    let (status, head, body) = raw_async(&running, &format!("HEAD {path}"), b"").await;
    assert_eq!((status, body.len()), (200, 0));
    assert!(head.contains(&format!("content-length: {len}")), "{head}");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_is_an_error_everywhere_and_ends_receipts() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, THREE_BLOCKS));
    let running = Running::start(dir.path(), &FakeChain::with(&[&sample])).await;
    running.upload(&sample, 0).await;
    let (id, shard) = (sample.id, ShardIndex(0));
    running.client.receipt(id, shard).await.unwrap();
    let path = dir.path().join("shards/01/0000000000000001-00");
    let mut file = std::fs::read(&path).unwrap();
    file[4096 + (1 << 20)] ^= 1;
    std::fs::write(&path, file).unwrap();

    let corrupt = ErrorCode::Other("corrupt".into());
    let group = Group {
        start: 1 << 20,
        len: 1024,
    };
    assert_eq!(
        code(running.client.group(id, shard, group).await.unwrap_err()),
        corrupt
    );
    assert_eq!(
        code(
            running
                .client
                .bytes(id, shard, 1 << 20..(1 << 20) + 1)
                .await
                .unwrap_err()
        ),
        corrupt
    );
    assert!(running
        .client
        .group(
            id,
            shard,
            Group {
                start: 0,
                len: 1024
            }
        )
        .await
        .is_ok());
    // Damage behind the first block shows only under way: the answer breaks off and is never complete.
    assert!(running.client.bytes(id, shard, 0..3 << 20).await.is_err());
    assert_eq!(
        code(running.client.receipt(id, shard).await.unwrap_err()),
        corrupt
    );
    assert_eq!(
        code(running.client.shard_state(id, shard).await.unwrap_err()),
        corrupt
    );
    assert!(running.worker.app().metrics.damaged_reads.get() >= 3);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_ends_receipts_without_any_read() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, ONE_BLOCK));
    let running = Running::start(dir.path(), &FakeChain::with(&[&sample])).await;
    running.upload(&sample, 0).await;
    std::fs::remove_file(dir.path().join("shards/01/0000000000000001-00")).unwrap();
    let refused = running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap_err();
    assert_eq!(code(refused), ErrorCode::Other("corrupt".into()));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_metrics_tell_what_was_done() {
    let (dir, sample) = (tempfile::tempdir().unwrap(), Sample::new(1, SMALL));
    let chain = FakeChain::with(&[&sample]);
    let running = Running::start(dir.path(), &chain).await;
    running.upload(&sample, 0).await;
    running.upload(&sample, 0).await;
    running
        .client
        .receipt(sample.id, ShardIndex(0))
        .await
        .unwrap();
    running
        .client
        .group(
            sample.id,
            ShardIndex(0),
            Group {
                start: 0,
                len: 1024,
            },
        )
        .await
        .unwrap();
    running
        .client
        .group(
            EncodingId(9),
            ShardIndex(0),
            Group {
                start: 0,
                len: 1024,
            },
        )
        .await
        .unwrap_err();
    running.client.health().await.unwrap();
    let (status, _, body) = raw_async(&running, "GET /v1/health", b"").await;
    assert_eq!(status, 200);
    let health: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&health["status"], &health["chain"]),
        (&"ok".into(), &"following".into())
    );
    running
        .until(|running| {
            running
                .worker
                .app()
                .is_registered
                .load(std::sync::atomic::Ordering::Relaxed)
        })
        .await;
    let (_, head, body) = raw_async(&running, "GET /metrics", b"").await;
    assert!(head.contains("text/plain"));
    let text = String::from_utf8(body).unwrap();
    for line in [
        "ballast_worker_blocks_received_total 1",
        "ballast_worker_blocks_known_total 1",
        "ballast_worker_shards_completed_total 1",
        "ballast_worker_receipts_signed_total 1",
        "ballast_worker_groups_served_total 1",
        "ballast_worker_bytes_served_total 1024",
        "ballast_worker_shards_held 1",
        "ballast_worker_registered 1",
        concat!(
            "ballast_worker_build_info{version=\"",
            env!("CARGO_PKG_VERSION"),
            "\"} 1"
        ),
        "ballast_worker_finalized_block 100",
        "ballast_worker_requests_total{route=\"put_block\",status=\"2xx\"} 2",
        "ballast_worker_requests_total{route=\"group\",status=\"4xx\"} 1",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
    running.stop().await;
}
