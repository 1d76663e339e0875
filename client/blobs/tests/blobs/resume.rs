//! A publish or a fetch that stopped, and the next one.

use crate::{
    net::*,
    worker::{FakeWorker, Mood},
};
use ballast_blobs::{
    Cache, Client, FetchError, FetchOptions, Fetched, Limits, Phase, PublishError, PublishOptions,
    Sink, STAGING_SUFFIX,
};
use ballast_core::{
    manifest::{FileEntry, Location, Manifest},
    Address, Code, Layout,
};
use std::{
    collections::BTreeMap,
    fs::File,
    future::Future,
    io,
    ops::Range,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, AtomicUsize, Ordering},
        Arc,
    },
    time::Duration,
};

const MIB: u64 = 1 << 20;

/// Long enough for 12 column blocks at k = 2.
const LONG: usize = 24_000_000;

/// A client that asks for nothing twice.
fn patient(net: &Net) -> Client {
    net.client.clone().with_limits(Limits {
        hedge_delay: Duration::from_secs(30),
        ..limits()
    })
}

/// Fetches a blob until some of it was served, and drops the fetch there. Returns the bytes served.
async fn cut_off(net: &Net, address: Address, file: &Path) -> u64 {
    let (client, target) = (patient(net), file.to_path_buf());
    drop_midway(net, async move {
        client.fetch_blob(address, &target, false).await
    })
    .await
}

/// Drops a fetch when some of it was served. Returns the bytes served.
async fn drop_midway<F>(net: &Net, fetch: F) -> u64
where
    F: Future<Output = Result<Fetched, FetchError>> + Send + 'static,
{
    net.workers.iter().for_each(|worker| worker.set(Mood::Slow));
    let before = net.served();
    let fetch = tokio::spawn(fetch);
    for _ in 0..2000 {
        if net.served() - before >= 8 * MIB {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(!fetch.is_finished());
    fetch.abort();
    assert!(fetch.await.unwrap_err().is_cancelled());
    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Honest));
    // What was on its way when it was cut off is served, and lost.
    tokio::time::sleep(Duration::from_millis(600)).await;
    net.served() - before
}

/// Writes slowly, and remembers how many write at a time.
#[derive(Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Sink for Crowd {
    fn write_at(&self, _: u64, _: &[u8]) -> io::Result<()> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(2));
        self.now.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_each_worker_one_block_at_a_time_is_read_and_written() {
    let net = Net::start(4).await;
    let address = net.publish_bytes(&bytes(8, LONG), (2, 4)).await;
    let crowd = Arc::new(Crowd::default());
    let fetched = patient(&net).fetch_into(address, crowd.clone()).await;
    assert_eq!(fetched.unwrap(), LONG as u64);
    // As many as there are data shards, each with a worker of its own.
    assert_eq!(crowd.most.load(Ordering::SeqCst), 2);
}

/// Counts the bytes written of one data shard of two, and how far what others served is ahead of that.
struct Lead {
    parity: Vec<Arc<FakeWorker>>,
    written: AtomicU64,
    most: AtomicU64,
}

impl Sink for Lead {
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let layout = Layout::new(LONG as u64, Code::new(2, 4).unwrap()).unwrap();
        let served = self
            .parity
            .iter()
            .map(|worker| worker.served.load(Ordering::SeqCst));
        let lead = served.sum::<u64>() - self.written.load(Ordering::SeqCst);
        self.most.fetch_max(lead, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(2));
        if layout.locate(offset).unwrap().0 .0 == 1 {
            self.written.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_row_at_a_time_has_parity_to_decode_with() {
    let net = Net::start(4).await;
    let address = net.publish_bytes(&bytes(8, LONG), (2, 4)).await;
    net.stop(address, [1]).await;
    let lead = Arc::new(Lead {
        parity: [2, 3]
            .map(|shard| net.holder(address, shard).clone())
            .into(),
        written: AtomicU64::new(0),
        most: AtomicU64::new(0),
    });
    let fetched = patient(&net).fetch_into(address, lead.clone()).await;
    assert_eq!(fetched.unwrap(), LONG as u64);
    let written = lead.written.load(Ordering::SeqCst);
    assert!(written > 11 * MIB, "{written} bytes were decoded");
    assert_eq!(lead.most.load(Ordering::SeqCst), MIB);
}

fn part_of(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap().to_str().unwrap();
    file.with_file_name(format!("{name}{STAGING_SUFFIX}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_that_was_cut_off_goes_on_with_what_is_missing() {
    let net = Net::start(4).await;
    let content = bytes(3, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let first = cut_off(&net, address, &file).await;
    assert!(part_of(&file).exists() && !file.exists());

    let before = net.served();
    patient(&net)
        .fetch_blob(address, &file, false)
        .await
        .unwrap();
    let second = net.served() - before;
    assert!(std::fs::read(&file).unwrap() == content);
    assert!(!part_of(&file).exists());
    // Two workers, and of each a block that is read and one that waits to be.
    assert!(
        first + second <= LONG as u64 + 4 * MIB,
        "{first} and {second} bytes were served"
    );
    assert!(net.progress.skipped(Phase::Fetch) >= LONG as u64 - second);
    assert_eq!(net.progress.of(Phase::Fetch), (LONG as u64, LONG as u64));
}

/// Publishes files that make one pack of 12 column blocks at k = 2 together. Returns what is to come of it, the manifest,
/// and where in `dir` an unfinished fetch has the pack.
async fn published_pack(net: &Net, dir: &Path) -> (BTreeMap<String, Vec<u8>>, Manifest, PathBuf) {
    let files: BTreeMap<_, _> = (0..24)
        .map(|i| (format!("part{i:02}"), bytes(i, 1_000_000)))
        .collect();
    let named: Vec<_> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.clone()))
        .collect();
    let source = folder(&named);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 4)).await.unwrap();
    let Location::Pack { address, .. } = scan.manifest.files()[0].location else {
        panic!("it is packed")
    };
    let unfinished = part_of(&part_of(&dir.join(address.to_string())));
    (files, scan.manifest, unfinished)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_was_cut_off_goes_on_with_what_is_missing() {
    let (net, target) = (Net::start(4).await, tempfile::tempdir().unwrap());
    let (files, manifest, unfinished) = published_pack(&net, target.path()).await;
    let (client, all, dir) = (patient(&net), manifest.clone(), target.path().to_path_buf());
    let fetch = async move { client.fetch_files(&all, &dir, &everything()).await };
    let first = drop_midway(&net, fetch).await;
    assert!(unfinished.exists());

    let before = net.served();
    let fetch = || async {
        let client = patient(&net);
        client
            .fetch_files(&manifest, target.path(), &everything())
            .await
    };
    fetch().await.unwrap();
    let second = net.served() - before;
    assert!(contents(target.path()) == files);
    // Two workers, and of each a block that is read and one that waits to be.
    assert!(
        first + second <= LONG as u64 + 4 * MIB,
        "{first} and {second} bytes were served"
    );

    // As if it had been killed when most files were there: what is missing comes out of the pack.
    std::fs::remove_file(target.path().join("part03")).unwrap();
    let pack = match manifest.files()[0].location {
        Location::Pack { address, .. } => address,
        other => panic!("it is packed, not {other:?}"),
    };
    net.client
        .fetch_blob(pack, &unfinished, false)
        .await
        .unwrap();
    let before = net.served();
    fetch().await.unwrap();
    assert_eq!(net.served(), before);
    assert!(contents(target.path()) == files);

    // As if it had been killed when all files were there.
    std::fs::write(&unfinished, b"rest").unwrap();
    fetch().await.unwrap();
    assert!(contents(target.path()) == files);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_out_of_a_part_of_a_pack_that_was_cut_off_are_not_fetched_again() {
    let (net, target) = (Net::start(4).await, tempfile::tempdir().unwrap());
    let (mut files, manifest, _) = published_pack(&net, target.path()).await;
    let Location::Pack { address: pack, .. } = manifest.files()[0].location else {
        panic!("it is packed")
    };
    // Ten of 24: less than half of the pack.
    files.retain(|path, _| path.starts_with("part0"));
    let some = FetchOptions {
        include: vec!["part0*".into()],
        ..everything()
    };
    let (client, all, dir) = (patient(&net), manifest.clone(), target.path().to_path_buf());
    let options = some.clone();
    let fetch = async move { client.fetch_files(&all, &dir, &options).await };
    let first = drop_midway(&net, fetch).await;

    // What a fetch that was killed may leave.
    let rest = part_of(&part_of(&target.path().join(format!("{pack}.some"))));
    std::fs::write(&rest, b"rest").unwrap();
    let before = net.served();
    let fetched = patient(&net)
        .fetch_files(&manifest, target.path(), &some)
        .await
        .unwrap();
    let second = net.served() - before;
    assert!(fetched.kept >= 6, "{fetched:?}");
    assert!(contents(target.path()) == files);
    // A block of each of two workers.
    let least: u64 = files.values().map(|bytes| bytes.len() as u64).sum();
    assert!(
        first + second <= least + 4 * MIB,
        "{first} and {second} bytes were served"
    );
}

/// Begins and ends within blocks, and wants a cell of neither end whole.
const RANGE: Range<u64> = 1_300_001..23_100_003;

/// Fetches a range with a worker stopped or none, is cut off midway, and goes on. Returns the bytes served in both.
async fn range_that_was_cut_off(net: &Net, address: Address, content: &[u8]) -> (u64, u64) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    let fetch = |client: Client| {
        let target = file.clone();
        async move {
            let blob = client.open(address).await?;
            client.fetch_range(&blob, RANGE, &target, false).await
        }
    };
    let first = drop_midway(net, fetch(patient(net))).await;
    assert!(part_of(&file).exists() && !file.exists());
    let before = net.served();
    fetch(patient(net)).await.unwrap();
    let second = net.served() - before;
    assert!(std::fs::read(&file).unwrap() == content[RANGE.start as usize..RANGE.end as usize]);
    assert_eq!(contents(folder.path()).len(), 1, "nothing else is left");
    (first, second)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_that_was_cut_off_goes_on_with_what_is_missing() {
    let net = Net::start(4).await;
    let content = bytes(13, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let (first, second) = range_that_was_cut_off(&net, address, &content).await;
    // Two workers, and of each a block that is read and one that waits to be; groups at the ends reach beyond it.
    let least = RANGE.end - RANGE.start;
    assert!(
        first + second <= least + 6 * MIB,
        "{first} and {second} bytes were served"
    );
    assert!(net.progress.skipped(Phase::Fetch) >= least - second);
    assert_eq!(net.progress.of(Phase::Fetch), (least, least));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_range_that_lacks_a_worker_goes_on_and_is_proven() {
    let net = Net::start(4).await;
    let content = bytes(14, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    net.stop(address, [1]).await;
    let (first, second) = range_that_was_cut_off(&net, address, &content).await;
    // As before; around the ends two cells of 256 KiB are proven, for which two shards are asked each.
    let least = RANGE.end - RANGE.start;
    assert!(
        first + second <= least + 8 * MIB,
        "{first} and {second} bytes were served"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_an_unfinished_range_the_next_fetch_is_right() {
    let net = Net::start(4).await;
    let content = bytes(15, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let len = RANGE.end - RANGE.start;
    type Damage = fn(&std::fs::File, u64);
    let damages: [Damage; 4] = [
        |part, _| part.write_all_at(&[0; 4 << 20], 0).unwrap(),
        |part, len| part.write_all_at(&[7; 40], len + 150).unwrap(),
        |part, _| part.set_len(1000).unwrap(),
        |part, len| part.write_all_at(&vec![7; 1 << 20], len).unwrap(),
    ];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out");
        let (client, target) = (patient(&net), file.clone());
        drop_midway(&net, async move {
            let blob = client.open(address).await?;
            client.fetch_range(&blob, RANGE, &target, false).await
        })
        .await;
        let part = File::options().write(true).open(part_of(&file)).unwrap();
        damage(&part, len);
        let blob = net.client.open(address).await.unwrap();
        // Another range of the same length first: what is there is not its.
        let other = RANGE.start + 1..RANGE.end + 1;
        for range in [other, RANGE] {
            let within = range.start as usize..range.end as usize;
            let fetched = net.client.fetch_range(&blob, range, &file, true).await;
            assert_eq!(fetched.unwrap().bytes, len);
            assert!(std::fs::read(&file).unwrap() == content[within]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_before_one_that_the_manifest_lies_about_are_there() {
    let (net, target) = (Net::start(4).await, tempfile::tempdir().unwrap());
    let (files, manifest, _) = published_pack(&net, target.path()).await;
    let mut some = manifest.files()[..8].to_vec();
    let place = |file: &FileEntry| match file.location {
        Location::Pack { offset, .. } => offset,
        _ => panic!("it is packed"),
    };
    some.sort_by_key(place);
    let lie = FileEntry {
        blake3: Address([7; 32]),
        ..some[7].clone()
    };
    some[7] = lie.clone();
    some.sort_by(|one, other| one.path.cmp(&other.path));
    let lying = Manifest::new(some).unwrap();
    let fetched = net
        .client
        .fetch_files(&lying, target.path(), &everything())
        .await;
    match fetched {
        Err(FetchError::WrongManifest { path, .. }) => assert_eq!(path, lie.path),
        other => panic!("{other:?}"),
    }
    // Those of the blocks before; nothing unfinished is left.
    let there = contents(target.path());
    assert!(there.len() >= 5 && !there.contains_key(&lie.path));
    assert!(there.iter().all(|(path, bytes)| files[path] == *bytes));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_pack_that_somebody_wrote_to_does_no_harm() {
    let (net, target) = (Net::start(4).await, tempfile::tempdir().unwrap());
    let (files, manifest, unfinished) = published_pack(&net, target.path()).await;
    std::fs::write(unfinished, vec![7; LONG + 5000]).unwrap();
    let fetched = net
        .client
        .fetch_files(&manifest, target.path(), &everything())
        .await;
    assert_eq!(fetched.unwrap().files, 24);
    assert!(contents(target.path()) == files);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_an_unfinished_file_the_next_fetch_is_right() {
    let net = Net::start(4).await;
    let content = bytes(4, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    type Damage = fn(&std::fs::File);
    let damages: [Damage; 6] = [
        // The bytes, as after a crash of the machine.
        |part| part.write_all_at(&[0; 4 << 20], 0).unwrap(),
        |part| part.write_all_at(&[7; 100], LONG as u64 / 2).unwrap(),
        // The list.
        |part| part.write_all_at(&[7; 40], LONG as u64).unwrap(),
        |part| part.write_all_at(&[7; 40], LONG as u64 + 150).unwrap(),
        |part| part.set_len(part.metadata().unwrap().len() - 3).unwrap(),
        // Both.
        |part| part.set_len(1000).unwrap(),
    ];
    for damage in damages {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out");
        cut_off(&net, address, &file).await;
        damage(
            &std::fs::File::options()
                .write(true)
                .read(true)
                .open(part_of(&file))
                .unwrap(),
        );
        net.client.fetch_blob(address, &file, false).await.unwrap();
        assert!(std::fs::read(&file).unwrap() == content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfinished_file_of_another_blob_is_of_no_use_and_no_harm() {
    let net = Net::start(4).await;
    let address = net.publish_bytes(&bytes(5, LONG), (2, 4)).await;
    let other = bytes(6, LONG);
    let other_address = net.publish_bytes(&other, (2, 4)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    cut_off(&net, address, &file).await;
    net.client
        .fetch_blob(other_address, &file, false)
        .await
        .unwrap();
    assert!(std::fs::read(&file).unwrap() == other);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_fetched_helps_to_decode_the_rest() {
    let net = Net::start(4).await;
    let content = bytes(7, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    cut_off(&net, address, &file).await;
    net.stop(address, [1]).await;
    net.client.fetch_blob(address, &file, false).await.unwrap();
    assert!(std::fs::read(&file).unwrap() == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fetch_that_lacks_workers_keeps_what_it_has_until_they_are_back() {
    let net = Net::start(4).await;
    let content = bytes(8, LONG);
    let address = net.publish_bytes(&content, (2, 4)).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out");
    net.stop(address, [1, 2, 3]).await;
    let failed = net.client.fetch_blob(address, &file, false).await;
    assert!(
        matches!(failed, Err(FetchError::Unavailable { .. })),
        "{failed:?}"
    );
    assert!(part_of(&file).exists() && !file.exists());
    for shard in [1, 2, 3] {
        net.holder(address, shard).restart().await;
    }
    let before = net.served();
    net.client.fetch_blob(address, &file, false).await.unwrap();
    assert!(std::fs::read(&file).unwrap() == content);
    assert!(
        net.served() - before < LONG as u64,
        "not all of it was fetched again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_cache_the_next_publish_encodes_only_what_was_not_done() {
    let net = Net::start(4).await;
    let content = bytes(9, LONG);
    let source = folder(&[("file", content.clone())]);
    let scan = scanned(source.path()).await;
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let client = net.client.clone().with_cache(cache);
    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Fails));
    let options = PublishOptions {
        replace_silent: false,
        ..options((2, 4))
    };
    let failed = client.publish(&scan, &net.signer, &options).await;
    assert!(
        matches!(failed, Err(PublishError::TooFewReceipts { .. })),
        "{failed:?}"
    );
    assert_eq!(net.progress.skipped(Phase::Encode), 0);
    assert!(!contents(folder.path()).is_empty());

    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Honest));
    client.publish(&scan, &net.signer, &options).await.unwrap();
    // The row with the last block is read again for the length proof.
    let skipped = net.progress.skipped(Phase::Encode);
    assert!(
        skipped >= LONG as u64 - 2 * MIB,
        "{skipped} bytes were known"
    );
    assert_eq!(
        net.chain.count("register"),
        1,
        "the file, once; the manifest is short and lies in chain state"
    );
    let address = scan.manifest.files()[0].blake3;
    assert!(net.fetch(address).await.unwrap() == content);
    assert!(
        contents(folder.path()).is_empty(),
        "nobody needs it any more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_written_to_between_two_publishes_is_published_as_it_is() {
    let net = Net::start(4).await;
    let source = folder(&[("file", bytes(9, 5_000_000))]);
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    let client = net.client.clone().with_cache(cache.clone());
    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Fails));
    let options = PublishOptions {
        replace_silent: false,
        ..options((2, 4))
    };
    let path = source.path().join("file");
    let at_rest = std::time::SystemTime::now() - Duration::from_secs(100);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(at_rest).unwrap();
    let before = ballast_blobs::scan_cached(source.path(), &cache, net.progress.clone())
        .await
        .unwrap();
    client
        .publish(&before, &net.signer, &options)
        .await
        .unwrap_err();
    let known = ballast_blobs::scan_cached(source.path(), &cache, net.progress.clone())
        .await
        .unwrap();
    assert_eq!(known.address(), before.address());
    assert_eq!(net.progress.skipped(Phase::Scan), 5_000_000);

    net.workers
        .iter()
        .for_each(|worker| worker.set(Mood::Honest));
    file.write_all_at(b"other", 4_000_000).unwrap();
    let refused = client.publish(&before, &net.signer, &options).await;
    assert!(
        matches!(refused, Err(PublishError::Source(_))),
        "{refused:?}"
    );
    let after = ballast_blobs::scan_cached(source.path(), &cache, net.progress.clone())
        .await
        .unwrap();
    assert_ne!(after.address(), before.address());
    client.publish(&after, &net.signer, &options).await.unwrap();
    let address = after.manifest.files()[0].blake3;
    assert!(net.fetch(address).await.unwrap() == std::fs::read(path).unwrap());
}

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
