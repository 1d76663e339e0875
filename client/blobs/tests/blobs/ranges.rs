//! Ranges of blobs and of files, while all is well.

use crate::net::*;
use ballast_blobs::{BlobReader, FetchError};
use ballast_core::{
    manifest::{FileEntry, Location, Manifest},
    Address,
};
use futures::{StreamExt, TryStreamExt};
use std::{ops::Range, time::Duration};

/// The pieces of a range put together.
pub async fn read(blob: &BlobReader, range: Range<u64>) -> Result<Vec<u8>, FetchError> {
    let stream = blob.stream(range)?;
    let read = stream.try_fold(Vec::new(), |mut all, piece| async move {
        assert!(!piece.is_empty(), "no piece is empty");
        all.extend_from_slice(&piece);
        Ok(all)
    });
    read.await
}

pub fn part(content: &[u8], range: &Range<u64>) -> Vec<u8> {
    content[range.start as usize..range.end as usize].to_vec()
}

/// Ranges of every kind in a blob of this length.
fn kinds(len: u64) -> Vec<Range<u64>> {
    let edges = [
        0,
        1,
        1023,
        1024,
        1025,
        65_536,
        len / 2,
        len - len.min(1500),
        len - len.min(1),
        len,
    ];
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for start in edges.iter().filter(|edge| **edge <= len) {
        ranges.extend(
            edges
                .iter()
                .filter(|end| (start..=&len).contains(end))
                .map(|end| *start..*end),
        );
    }
    ranges.push(0..len);
    ranges
}

#[tokio::test(flavor = "multi_thread")]
async fn any_range_of_a_blob_of_any_size_is_its_bytes() {
    let net = Net::start(8).await;
    for len in [0usize, 1, 1024, 1025, 5000, 77_777, 1_000_001] {
        let content = bytes(len as u64, len);
        let address = net.publish_bytes(&content, (4, 8)).await;
        let blob = net.client.open(address).await.unwrap();
        assert_eq!((blob.address(), blob.len()), (address, len as u64));
        for range in kinds(len as u64) {
            assert!(
                read(&blob, range.clone()).await.unwrap() == part(&content, &range),
                "{range:?} of {len}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_of_many_windows_comes_in_order_and_whole() {
    let net = Net::start(4).await;
    let content = bytes(1, 21_000_003);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    assert!(read(&blob, 0..blob.len()).await.unwrap() == content);
    let middle = 5_000_000..16_000_001;
    assert!(blob.read(middle.clone()).await.unwrap() == part(&content, &middle));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_past_the_end_or_backwards_is_refused_with_the_length() {
    let net = Net::start(4).await;
    for len in [0usize, 900, 5000] {
        let address = net.publish_bytes(&bytes(3, len), (2, 3)).await;
        let blob = net.client.open(address).await.unwrap();
        let len = len as u64;
        #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
        for range in [
            0..len + 1,
            len..len + 1,
            len + 5..len + 6,
            1..0,
            u64::MAX..u64::MAX,
        ] {
            let refused = blob.stream(range.clone()).map(|_| ()).unwrap_err();
            assert!(
                matches!(refused, FetchError::Range { len: said, .. } if said == len),
                "{range:?}: {refused}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_the_chain_does_not_know_cannot_be_opened() {
    let net = Net::start(1).await;
    let refused = net.client.open(Address([9; 32])).await.unwrap_err();
    assert!(matches!(refused, FetchError::Unknown { .. }), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_range_asks_one_worker_for_little() {
    let net = Net::start(4).await;
    let content = bytes(1, 3_000_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    for range in [0..1u64, 1_234_567..1_235_000, 2_999_999..3_000_000] {
        let before = net.served();
        assert!(read(&blob, range.clone()).await.unwrap() == part(&content, &range));
        let served = net.served() - before;
        assert!(served <= 2048, "{served} bytes were served for {range:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_goes_into_a_file_of_its_own_and_over_no_other() {
    let net = Net::start(4).await;
    let content = bytes(21, 3_000_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("part");
    let fetched = net
        .client
        .fetch_range(&blob, 1_000_003..2_500_000, &file, false)
        .await
        .unwrap();
    assert_eq!((fetched.files, fetched.bytes), (1, 1_499_997));
    assert!(std::fs::read(&file).unwrap() == content[1_000_003..2_500_000]);
    let refused = net.client.fetch_range(&blob, 0..10, &file, false).await;
    assert!(
        matches!(refused, Err(FetchError::Exists { .. })),
        "{refused:?}"
    );
    net.client
        .fetch_range(&blob, 0..10, &file, true)
        .await
        .unwrap();
    assert_eq!(contents(folder.path()).len(), 1, "nothing else is left");
    assert!(std::fs::read(&file).unwrap() == content[..10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_asks_each_worker_once_where_a_stream_would_begin_with_less() {
    let net = Net::start(4).await;
    let content = bytes(1, 24 << 20);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    // Cells of 256 KiB: a MiB is half a column block of each of the two data shards.
    let range = (5 << 20)..(6 << 20);
    assert!(blob.read(range.clone()).await.unwrap() == part(&content, &range));
    assert_eq!((net.groups(), net.served()), (2, 1 << 20));
    assert!(read(&blob, range.clone()).await.unwrap() == part(&content, &range));
    assert_eq!(net.groups(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_fetched_before_the_stream_is_read_and_little_ahead_of_it() {
    let net = Net::start(4).await;
    let content = bytes(1, 24 << 20);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let limits = ballast_blobs::Limits {
        stream_memory: 4 << 20,
        ..limits()
    };
    let blob = net
        .client
        .clone()
        .with_limits(limits)
        .open(address)
        .await
        .unwrap();
    let mut stream = blob.stream(0..blob.len()).unwrap();
    assert_eq!(net.served(), 0);
    let first = stream.next().await.unwrap().unwrap();
    assert!(first[..] == content[..first.len()]);
    let settled = settled(&net).await;
    assert!(settled <= 5 << 20, "{settled} bytes were fetched ahead");
    let rest: Vec<u8> = stream.try_collect::<Vec<_>>().await.unwrap().concat();
    assert!(rest == content[first.len()..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_stream_stops_its_work() {
    let net = Net::start(4).await;
    let content = bytes(1, 24 << 20);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    net.set(address, 0..4, crate::worker::Mood::Slow);
    let mut stream = blob.stream(0..blob.len()).unwrap();
    // Begun, but no answer is here yet.
    let begun = tokio::time::timeout(Duration::from_millis(50), stream.next()).await;
    assert!(begun.is_err());
    drop(stream);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(net.served(), 0, "the requests were given up");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_ranges_of_one_blob_are_read_at_the_same_time() {
    let net = Net::start(4).await;
    let content = bytes(1, 4_000_000);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let blob = net.client.open(address).await.unwrap();
    let ranges = (0..64u64).map(|i| i * 60_000..i * 60_000 + 100_000 + i);
    let reads = ranges.map(|range| {
        let (blob, expected) = (blob.clone(), part(&content, &range));
        async move { read(&blob, range).await.unwrap() == expected }
    });
    assert!(futures::future::join_all(reads)
        .await
        .into_iter()
        .all(|right| right));
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_manifest_are_read_wherever_they_are() {
    let net = Net::start(4).await;
    let files = [
        ("a", bytes(1, 5000)),
        ("b/large", bytes(2, 1_500_000)),
        ("b/small", bytes(3, 300_000)),
        ("c", vec![]),
        ("d", bytes(4, 1)),
    ];
    let source = folder(&files);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    for (path, content) in files {
        let entry = scan.manifest.find(path).unwrap();
        let file = net.client.open_file(entry).await.unwrap();
        assert_eq!(
            (file.address(), file.len()),
            (entry.blake3, content.len() as u64)
        );
        for range in kinds(file.len()) {
            assert!(
                read(&file, range.clone()).await.unwrap() == part(&content, &range),
                "{range:?} of {path}"
            );
        }
        assert!(matches!(
            file.stream(0..file.len() + 1).map(|_| ()),
            Err(FetchError::Range { .. })
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_opened_once_for_its_files() {
    let net = Net::start(4).await;
    let source = folder(&[("a", bytes(1, 5000)), ("b", bytes(2, 3000))]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let entry = |path: &str| scan.manifest.find(path).unwrap();
    let pack = net.client.open(entry("a").blob().unwrap()).await.unwrap();
    for (path, content) in [("a", bytes(1, 5000)), ("b", bytes(2, 3000))] {
        let file = pack.file(entry(path)).unwrap();
        assert!(file.read(10..2000).await.unwrap() == part(&content, &(10..2000)));
    }
    let elsewhere = FileEntry {
        location: Location::Pack {
            address: Address([1; 32]),
            offset: 0,
        },
        ..entry("a").clone()
    };
    assert!(matches!(
        pack.file(&elsewhere),
        Err(FetchError::WrongManifest { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_lies_about_a_file_is_found_out_before_its_first_byte() {
    let net = Net::start(4).await;
    let source = folder(&[
        ("a", bytes(1, 5000)),
        ("b", bytes(2, 3000)),
        ("c", bytes(2, 1 << 20)),
    ]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let entry = |path: &str| scan.manifest.find(path).unwrap().clone();
    let Location::Pack { address, offset } = entry("b").location else {
        panic!("it is packed")
    };
    let at = |offset| FileEntry {
        location: Location::Pack { address, offset },
        ..entry("b")
    };
    let moved = net.client.open_file(&at(offset - 1024)).await.unwrap();
    let refused = read(&moved, 5..6).await.unwrap_err();
    assert!(
        matches!(refused, FetchError::WrongManifest { .. }),
        "{refused}"
    );
    let longer = FileEntry {
        length: (1 << 20) + 1,
        ..entry("c")
    };
    for lying in [at(1 << 20), longer] {
        Manifest::new(vec![lying.clone()]).unwrap();
        let refused = net.client.open_file(&lying).await.unwrap_err();
        assert!(
            matches!(refused, FetchError::WrongManifest { .. }),
            "{refused}"
        );
    }
}

/// Bytes served, once no more are.
async fn settled(net: &Net) -> u64 {
    let mut served = net.served();
    for _ in 0..40 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let now = net.served();
        if now == served {
            break;
        }
        served = now;
    }
    served
}
