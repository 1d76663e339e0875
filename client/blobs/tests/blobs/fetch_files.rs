//! Files that are there, in the way, or not asked for.

use crate::net::*;
use ballast_blobs::{FetchError, FetchOptions};
use ballast_core::{
    manifest::{FileEntry, Location, Manifest},
    Address,
};
use std::path::Path;

async fn published(net: &Net) -> Manifest {
    let source = folder(&[
        ("a", bytes(1, 5000)),
        ("sub/b", bytes(2, 3000)),
        ("sub/empty", vec![]),
    ]);
    let scan = scanned(source.path()).await;
    net.publish(&scan, (2, 3)).await.unwrap();
    scan.manifest
}

async fn fetch(
    net: &Net,
    manifest: &Manifest,
    dir: &Path,
    overwrite: bool,
) -> Result<ballast_blobs::Fetched, FetchError> {
    net.client
        .fetch_files(
            manifest,
            dir,
            &FetchOptions {
                overwrite,
                ..FetchOptions::default()
            },
        )
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn right_files_are_kept_and_missing_ones_are_added() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let target = folder(&[("a", bytes(1, 5000))]);
    let modified = |path: &str| {
        std::fs::metadata(target.path().join(path))
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = modified("a");
    let fetched = fetch(&net, &manifest, target.path(), false).await.unwrap();
    assert_eq!((fetched.files, fetched.kept, fetched.bytes), (2, 1, 3000));
    assert_eq!(modified("a"), before);
    let served = net.served();
    let again = fetch(&net, &manifest, target.path(), false).await.unwrap();
    assert_eq!((again.files, again.kept, net.served()), (0, 3, served));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_in_the_way_stays_unless_overwriting_is_allowed() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let target = folder(&[("sub/b", b"mine".to_vec())]);
    let refused = fetch(&net, &manifest, target.path(), false).await;
    assert!(matches!(refused, Err(FetchError::Exists { path }) if path.ends_with("sub/b")));
    assert_eq!(
        contents(target.path()).len(),
        1,
        "nothing is fetched before all is clear"
    );
    fetch(&net, &manifest, target.path(), true).await.unwrap();
    assert_eq!(
        std::fs::read(target.path().join("sub/b")).unwrap(),
        bytes(2, 3000)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_the_way_is_refused_even_then() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let target = folder(&[("a/mine", vec![1])]);
    assert!(matches!(
        fetch(&net, &manifest, target.path(), true).await,
        Err(FetchError::NotAFile { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_place_of_the_target_folder_is_told_and_stays() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let target = folder(&[("out", b"mine".to_vec())]);
    let refused = fetch(&net, &manifest, &target.path().join("out"), true).await;
    let error = refused.unwrap_err();
    assert_eq!(error.class(), ballast_chain::ErrorClass::Usage);
    assert!(
        error.to_string().contains("choose another folder"),
        "{error}"
    );
    assert_eq!(std::fs::read(target.path().join("out")).unwrap(), b"mine");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_matches_is_fetched() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let target = tempfile::tempdir().unwrap();
    let options = FetchOptions {
        include: vec!["sub/*".into()],
        overwrite: false,
    };
    net.client
        .fetch_files(&manifest, target.path(), &options)
        .await
        .unwrap();
    assert_eq!(
        contents(target.path()).into_keys().collect::<Vec<_>>(),
        ["sub/b", "sub/empty"]
    );
    let options = FetchOptions {
        include: vec!["*.safetensors".into()],
        overwrite: false,
    };
    let nothing = net
        .client
        .fetch_files(&manifest, target.path(), &options)
        .await;
    assert!(matches!(nothing, Err(FetchError::NothingMatches { example, .. }) if example == "a"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_lies_about_its_packs_or_lengths_is_found_out() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let entry = |path: &str| manifest.find(path).unwrap().clone();
    let Location::Pack { address, offset } = entry("sub/b").location else {
        panic!("it is packed")
    };
    let moved = |offset| FileEntry {
        location: Location::Pack { address, offset },
        ..entry("sub/b")
    };
    let longer = FileEntry {
        length: 6000,
        location: Location::Blob,
        blake3: address,
        ..entry("a")
    };
    for file in [moved(offset - 1024), moved(1 << 20), longer] {
        let lying = Manifest::new(vec![file]).unwrap();
        let target = tempfile::tempdir().unwrap();
        let refused = fetch(&net, &lying, target.path(), false).await;
        assert!(
            matches!(refused, Err(FetchError::WrongManifest { .. })),
            "{refused:?}"
        );
        assert!(contents(target.path()).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_does_not_have_is_said_so() {
    let net = Net::start(4).await;
    let unknown = Address([7; 32]);
    assert!(
        matches!(net.fetch(unknown).await, Err(FetchError::Unknown { address }) if address == unknown)
    );
    let content = bytes(1, 5000);
    let address = net.publish_bytes(&content, (2, 3)).await;
    let refused = net.client.manifest(address).await;
    assert!(matches!(refused, Err(FetchError::NotAManifest { .. })));
    net.chain.read(|state| {
        let stored = state
            .encodings
            .values_mut()
            .find(|stored| stored.info.address == address)
            .unwrap();
        stored.info.status = ballast_core::view::EncodingStatus::Placed { at: 1 };
    });
    assert!(matches!(
        net.fetch(address).await,
        Err(FetchError::NotCertified { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_lies_about_a_small_blob_is_found_out() {
    let net = Net::start(4).await;
    let address = net.publish_bytes(&bytes(1, 100), (2, 3)).await;
    net.chain
        .read(|state| state.inline.insert(address, bytes(2, 100)));
    assert!(matches!(
        net.fetch(address).await,
        Err(FetchError::Malformed { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_through_links() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let (target, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(elsewhere.path(), target.path().join("sub")).unwrap();
    let refused = fetch(&net, &manifest, target.path(), true).await;
    assert!(matches!(refused, Err(FetchError::Unsafe { path }) if path.ends_with("sub")));
    assert!(contents(elsewhere.path()).is_empty());
    // A link in place of a file is replaced, not followed.
    std::fs::remove_file(target.path().join("sub")).unwrap();
    std::fs::write(elsewhere.path().join("other"), b"mine").unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("other"), target.path().join("a")).unwrap();
    assert!(matches!(
        fetch(&net, &manifest, target.path(), false).await,
        Err(FetchError::Exists { .. })
    ));
    fetch(&net, &manifest, target.path(), true).await.unwrap();
    assert_eq!(
        std::fs::read(elsewhere.path().join("other")).unwrap(),
        b"mine"
    );
    assert_eq!(
        std::fs::read(target.path().join("a")).unwrap(),
        bytes(1, 5000)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_cannot_name_the_files_a_fetch_writes_to() {
    let net = Net::start(4).await;
    let manifest = published(&net).await;
    let entry = |path: &str| FileEntry {
        path: path.into(),
        ..manifest.find("a").unwrap().clone()
    };
    let sly = Manifest::new(vec![entry("a"), entry("a.ballast-part")]).unwrap();
    let target = tempfile::tempdir().unwrap();
    let refused = fetch(&net, &sly, target.path(), true).await;
    assert!(matches!(refused, Err(FetchError::Reserved { path }) if path == "a.ballast-part"));
    assert!(contents(target.path()).is_empty());
}
