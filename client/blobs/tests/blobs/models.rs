//! Manifests as versions of models.

use crate::{chain::FEE_BASE, net::*, rules::MODEL_PARAMS};
use ballast_blobs::{ModelTarget, NameDeposits, PublishError};
use ballast_chain::{Chain, Signer};
use ballast_core::view::CommitmentInfo;

fn target(tags: &[&str]) -> ModelTarget {
    ModelTarget {
        namespace: "acme".into(),
        name: "tiny".into(),
        licence: "Apache-2.0".into(),
        base: None,
        royalty_permille: 0,
        tags: tags.iter().map(ToString::to_string).collect(),
    }
}

async fn net_with_manifest() -> (Net, ballast_core::Address) {
    let net = Net::start(3).await;
    let source = folder(&[("a", vec![1; 10])]);
    let scan = scanned(source.path()).await;
    let manifest = net.publish(&scan, (2, 3)).await.unwrap().manifest;
    let account = net.signer.account();
    net.chain
        .read(|state| state.namespaces.insert(b"acme".to_vec(), account));
    (net, manifest)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_release_creates_the_model_and_sets_tags() {
    let (net, manifest) = net_with_manifest().await;
    let released = net
        .client
        .release(&net.signer, manifest, &target(&["v1", "stable"]))
        .await
        .unwrap();
    assert_eq!(
        (released.version, released.is_new_model, released.is_known),
        (1, true, false)
    );
    let last = net
        .chain
        .read(|state| state.submitted.last().cloned().unwrap());
    assert_eq!(last, ["create_model", "publish_version"]);
    let model = net.chain.model("acme", "tiny").await.unwrap().unwrap();
    assert_eq!(model.tags, [(b"v1".to_vec(), 1), (b"stable".to_vec(), 1)]);
}

/// Deposits for this target, and what the account has less once it is released.
async fn estimated_and_taken(
    net: &Net,
    manifest: ballast_core::Address,
    tags: &[&str],
) -> (NameDeposits, u128) {
    let account = Some(net.signer.account());
    let estimated = net
        .client
        .name_deposits(account, manifest, &target(tags))
        .await
        .unwrap();
    let before = net.chain.read(|state| state.free);
    net.client
        .release(&net.signer, manifest, &target(tags))
        .await
        .unwrap();
    (estimated, before - net.chain.read(|state| state.free))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_name_takes_is_known_before() {
    let (net, manifest) = net_with_manifest().await;
    let (first, taken) = estimated_and_taken(&net, manifest, &["v1", "stable", "v1"]).await;
    let expected = NameDeposits {
        model: MODEL_PARAMS.model_deposit,
        version: MODEL_PARAMS.version_deposit,
        tags: 2 * MODEL_PARAMS.tag_deposit,
        creates_model: true,
        releases_version: true,
        ..NameDeposits::default()
    };
    assert_eq!((first, taken), (expected, expected.total()));

    let (again, taken) = estimated_and_taken(&net, manifest, &["v1", "new"]).await;
    assert_eq!((again.total(), taken), (7, 7), "a new tag, no new version");

    let source = folder(&[("a", vec![2; 10])]);
    let scan = scanned(source.path()).await;
    let next = net.publish(&scan, (2, 3)).await.unwrap().manifest;
    let (moved, taken) = estimated_and_taken(&net, next, &["v1", "stable"]).await;
    assert_eq!((moved.total(), taken), (20, 20), "moving tags is free");
}

#[tokio::test(flavor = "multi_thread")]
async fn fees_are_known_before_and_no_less_than_what_is_paid() {
    let net = Net::start(3).await;
    let account = net.signer.account();
    net.chain
        .read(|state| state.namespaces.insert(b"acme".to_vec(), account));
    let files = [
        ("a", vec![1; 3 << 20]),
        ("b", vec![2; 2 << 20]),
        ("c", vec![3; 10]),
    ];
    let source = folder(&files);
    let scan = scanned(source.path()).await;
    let (options, target) = (options((2, 3)), target(&["v1"]));
    let estimate = || async {
        let plan = net.client.plan(&scan, account, &options).await.unwrap();
        let name = net
            .client
            .name_deposits(Some(account), plan.manifest, &target);
        let name = name.await.unwrap();
        let fees = net.client.fees(&plan, options.epochs, &target, &name);
        fees.await.unwrap()
    };
    let estimated = estimate().await;
    let manifest = net.publish(&scan, (2, 3)).await.unwrap().manifest;
    net.client
        .release(&net.signer, manifest, &target)
        .await
        .unwrap();
    let paid = net.chain.read(|state| state.paid);
    // Three registrations, each priced with a whole last chunk and as a transaction of its own.
    let slack = 3 * (1024 + FEE_BASE);
    assert!(
        (paid..=paid + slack).contains(&estimated),
        "{estimated} for {paid}"
    );

    let again = estimate().await;
    net.publish(&scan, (2, 3)).await.unwrap();
    let released = net.client.release(&net.signer, manifest, &target).await;
    assert!(released.unwrap().is_known);
    assert!(again < 2 * FEE_BASE && again >= net.chain.read(|state| state.paid) - paid);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_free_namespace_is_counted_and_its_commitment_too() {
    let (net, manifest) = net_with_manifest().await;
    let account = net.signer.account();
    net.chain.read(|state| state.namespaces.clear());
    let estimate = || async {
        let target = target(&[]);
        let estimate = net.client.name_deposits(Some(account), manifest, &target);
        estimate.await.unwrap()
    };
    let before = estimate().await;
    assert_eq!((before.namespace, before.commitment), (1_000, 3));
    assert_eq!((before.total(), before.needed(50)), (1_120, 1_170));
    let open = CommitmentInfo {
        hash: [1; 32],
        committed_at: 1,
        reveal_from: 3,
        reveal_until: 101,
    };
    net.chain
        .read(|state| state.commitments.insert(account, open));
    let committed = estimate().await;
    assert_eq!((committed.total(), committed.needed(50)), (1_120, 1_167));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_manifest_again_is_no_new_version_but_may_get_new_tags() {
    let (net, manifest) = net_with_manifest().await;
    net.client
        .release(&net.signer, manifest, &target(&["v1"]))
        .await
        .unwrap();
    let again = net
        .client
        .release(&net.signer, manifest, &target(&["v1"]))
        .await
        .unwrap();
    assert_eq!((again.version, again.is_known), (1, true));
    assert_eq!(net.chain.count("set_tag"), 0);
    net.client
        .release(&net.signer, manifest, &target(&["v1", "stable"]))
        .await
        .unwrap();
    assert_eq!(
        (
            net.chain.count("set_tag"),
            net.chain.count("publish_version")
        ),
        (1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_manifest_is_the_next_version() {
    let (net, manifest) = net_with_manifest().await;
    net.client
        .release(&net.signer, manifest, &target(&[]))
        .await
        .unwrap();
    let source = folder(&[("a", vec![2; 10])]);
    let next = net
        .publish(&scanned(source.path()).await, (2, 3))
        .await
        .unwrap()
        .manifest;
    let released = net
        .client
        .release(&net.signer, next, &target(&[]))
        .await
        .unwrap();
    assert_eq!((released.version, released.is_new_model), (2, false));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_given_a_model_publishes_its_versions_without_the_namespace() {
    let (net, manifest) = net_with_manifest().await;
    let mine = target(&[]);
    net.client
        .release(&net.signer, manifest, &mine)
        .await
        .unwrap();
    let heir = Signer::from_dev("Bob").unwrap();
    let key = (b"acme".to_vec(), b"tiny".to_vec());
    net.chain.read(|state| {
        let (model, _) = state.models.get_mut(&key).unwrap();
        model.owner = heir.account();
    });
    let source = folder(&[("a", vec![7; 10])]);
    let next = net.publish(&scanned(source.path()).await, (2, 3)).await;
    let next = next.unwrap().manifest;
    let released = net.client.release(&heir, next, &mine).await.unwrap();
    assert_eq!((released.version, released.is_new_model), (2, false));
    let former = net.client.release(&net.signer, manifest, &mine).await;
    assert!(
        matches!(former, Err(PublishError::NotOwner { .. })),
        "{former:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_anothers_or_wrong_is_refused_before_anything_is_sent() {
    let (net, manifest) = net_with_manifest().await;
    net.client
        .release(&net.signer, manifest, &target(&[]))
        .await
        .unwrap();
    let before = net.chain.read(|state| state.submitted.len());
    let stranger = Signer::from_dev("Bob").unwrap();
    let refused = net.client.release(&stranger, manifest, &target(&[])).await;
    assert!(
        matches!(refused, Err(PublishError::NotOwner { .. })),
        "{refused:?}"
    );
    let another = ModelTarget {
        name: "another".into(),
        ..target(&[])
    };
    let refused = net.client.release(&stranger, manifest, &another).await;
    assert!(
        matches!(refused, Err(PublishError::Namespace { .. })),
        "{refused:?}"
    );
    let free = ModelTarget {
        namespace: "nobodys".into(),
        ..target(&[])
    };
    assert!(net
        .client
        .check_model(net.signer.account(), &free)
        .await
        .is_ok());
    assert!(matches!(
        net.client.release(&net.signer, manifest, &free).await,
        Err(PublishError::Namespace { .. })
    ));
    let orphan = ModelTarget {
        name: "new".into(),
        base: Some(("acme".into(), "none".into())),
        ..target(&[])
    };
    assert!(matches!(
        net.client.release(&net.signer, manifest, &orphan).await,
        Err(PublishError::BaseMissing { .. })
    ));
    let crowded = target(&["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"]);
    assert!(matches!(
        net.client.release(&net.signer, manifest, &crowded).await,
        Err(PublishError::TooManyTags { actual: 9, max: 8 })
    ));
    assert!(matches!(
        net.client
            .release(&net.signer, manifest, &target(&["7"]))
            .await,
        Err(PublishError::Name(_))
    ));
    assert_eq!(net.chain.read(|state| state.submitted.len()), before);
}
