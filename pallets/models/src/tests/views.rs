use crate::{
    mock::{Models as Pallet, *},
    pallet::{
        CommitmentViewFunction, ModelViewFunction, ModelsInViewFunction, ModelsViewFunction,
        NamespaceViewFunction, ParametersViewFunction, ResolveViewFunction,
        VersionsOfManifestViewFunction, VersionsViewFunction,
    },
};
use ballast_core::{
    view::{
        CommitmentInfo, ModelInfo, ModelKey, ModelParams, NamespaceInfo, Selector, VersionInfo,
    },
    Address,
};
use codec::{Decode, Encode};
use frame_support::{
    assert_ok,
    view_functions::{DispatchViewFunction, ViewFunction},
};

/// Calls a view function as a client does: by id, with encoded arguments.
fn query<V: ViewFunction, R: Decode>(arguments: impl Encode) -> R {
    let mut answer = Vec::new();
    let arguments = arguments.encode();
    RuntimeViewFunction::dispatch_view_function(&V::id(), &mut arguments.as_slice(), &mut answer)
        .unwrap();
    R::decode(&mut answer.as_slice()).unwrap()
}

fn bytes(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn key(namespace: &str, model: &str) -> ModelKey {
    (bytes(namespace), bytes(model))
}

/// `Ada/Tiny` with versions 1 to 3 (manifests 1 to 3), `stable` at 2, and `Bob/Chat` derived from it.
fn catalogue() {
    claim(1, "Ada");
    assert_ok!(try_create(1, ("Ada", "Tiny"), None, 50));
    (1..=3).for_each(|number| try_publish(1, number, &[]).unwrap());
    assert_ok!(Pallet::set_tag(
        origin(1),
        name("ada"),
        name("tiny"),
        tag("stable"),
        2
    ));
    claim(2, "Bob");
    assert_ok!(try_create(2, ("Bob", "Chat"), Some(("ada", "tiny")), 7));
}

fn resolve(namespace: &str, model: &str, selector: Selector) -> Option<u32> {
    let arguments = (bytes(namespace), bytes(model), selector);
    let info: Option<VersionInfo> = query::<ResolveViewFunction<Test>, _>(arguments);
    info.map(|info| info.number)
}

#[test]
fn namespaces_are_found_by_any_spelling() {
    run(|| {
        catalogue();
        let info = NamespaceInfo {
            namespace: bytes("Ada"),
            owner: [1; 32],
            deposit: NAMESPACE_DEPOSIT,
            models: 1,
        };
        for spelling in ["ada", "Ada", "ADA"] {
            let found: Option<NamespaceInfo> =
                query::<NamespaceViewFunction<Test>, _>(bytes(spelling));
            assert_eq!(found, Some(info.clone()));
        }
        assert_eq!(Pallet::namespace(bytes("eve")), None);
        assert_eq!(Pallet::namespace(vec![b'a'; 1 << 16]), None);
    });
}

#[test]
fn models_tell_their_terms_in_their_owners_spelling() {
    run(|| {
        catalogue();
        let chat: Option<ModelInfo> = query::<ModelViewFunction<Test>, _>(key("bob", "chat"));
        let expected = ModelInfo {
            namespace: bytes("Bob"),
            name: bytes("Chat"),
            owner: [2; 32],
            licence: bytes("MIT"),
            base: Some(key("Ada", "Tiny")),
            royalty_permille: 7,
            deprecated: false,
            versions: 0,
            tags: vec![],
        };
        assert_eq!(chat, Some(expected));
        let tiny = Pallet::model(bytes("ADA"), bytes("TINY")).unwrap();
        assert_eq!((tiny.versions, tiny.tags), (3, vec![(bytes("stable"), 2)]));
        assert_eq!(Pallet::model(bytes("ada"), bytes("chat")), None);
        assert_eq!(Pallet::model(bytes("ada"), vec![b'a'; 1 << 16]), None);
    });
}

#[test]
fn versions_come_in_pages_in_ascending_order() {
    run(|| {
        catalogue();
        let page = |after: Option<u32>, limit: u32| -> Vec<u32> {
            let arguments = (bytes("ada"), bytes("tiny"), after, limit);
            let page: Vec<VersionInfo> = query::<VersionsViewFunction<Test>, _>(arguments);
            page.iter().map(|info| info.number).collect()
        };
        assert_eq!(page(None, 2), [1, 2]);
        assert_eq!(page(Some(2), 2), [3]);
        assert_eq!(page(Some(3), 2), [] as [u32; 0]);
        assert_eq!(page(Some(u32::MAX), u32::MAX), [] as [u32; 0]);
        assert_eq!(page(None, u32::MAX), [1, 2, 3]);
        assert!(Pallet::versions(bytes("ada"), bytes("huge"), None, 9).is_empty());
        assert!(Pallet::versions(vec![b'a'; 99], bytes("tiny"), None, 9).is_empty());
    });
}

#[test]
fn resolve_finds_the_version_that_is_meant() {
    run(|| {
        catalogue();
        let number = |selector| resolve("ada", "TINY", selector);
        assert_eq!(number(Selector::Latest), Some(3));
        assert_eq!(number(Selector::Version(1)), Some(1));
        assert_eq!(number(Selector::Tag(bytes("stable"))), Some(2));
        assert_eq!(number(Selector::Version(0)), None);
        assert_eq!(number(Selector::Version(4)), None);
        assert_eq!(number(Selector::Tag(bytes("Stable"))), None);
        assert_eq!(resolve("bob", "chat", Selector::Latest), None);
        assert_eq!(resolve("bob", "huge", Selector::Latest), None);
        let info = Pallet::resolve(bytes("ada"), bytes("tiny"), Selector::Latest).unwrap();
        assert_eq!(
            (info.model, info.manifest),
            (key("Ada", "Tiny"), Address([3; 32]))
        );
    });
}

#[test]
fn pages_of_models_cover_all_of_them_once() {
    run(|| {
        catalogue();
        for model in ["a", "b", "c", "d"] {
            assert_ok!(try_create(1, ("ada", model), None, 0));
        }
        let mut seen = Vec::new();
        let mut after: Option<ModelKey> = None;
        loop {
            let page: Vec<ModelInfo> = query::<ModelsViewFunction<Test>, _>((after, 2u32));
            let Some(last) = page.last() else { break };
            assert!(page.len() <= 2);
            after = Some((last.namespace.clone(), last.name.clone()));
            seen.extend(page.into_iter().map(|info| info.name));
        }
        seen.sort();
        assert_eq!(seen, ["Chat", "Tiny", "a", "b", "c", "d"].map(bytes));
        let beyond = Some((vec![b'a'; 99], bytes("x")));
        assert!(Pallet::models(beyond, 9).is_empty());
    });
}

#[test]
fn the_models_of_a_namespace_are_its_own() {
    run(|| {
        catalogue();
        for model in ["a", "b"] {
            assert_ok!(try_create(1, ("ada", model), None, 0));
        }
        let page = |after: Option<Vec<u8>>, limit: u32| -> Vec<Vec<u8>> {
            let arguments = (bytes("Ada"), after, limit);
            let page: Vec<ModelInfo> = query::<ModelsInViewFunction<Test>, _>(arguments);
            page.into_iter().map(|info| info.name).collect()
        };
        let first = page(None, 2);
        let mut all = [first.clone(), page(first.last().cloned(), 9)].concat();
        all.sort();
        assert_eq!(all, ["Tiny", "a", "b"].map(bytes));
        assert!(page(Some(vec![b'a'; 99]), 9).is_empty());
        assert!(Pallet::models_in(vec![b'a'; 99], None, 9).is_empty());
        assert!(Pallet::models_in(bytes("eve"), None, 9).is_empty());
    });
}

#[test]
fn a_manifest_tells_what_it_is_a_version_of() {
    run(|| {
        catalogue();
        assert_ok!(Pallet::publish_version(
            origin(2),
            name("bob"),
            name("chat"),
            address(3),
            Default::default()
        ));
        let mut found: Vec<(Vec<u8>, Vec<u8>, u32)> =
            query::<VersionsOfManifestViewFunction<Test>, _>(address(3));
        found.sort();
        assert_eq!(
            found,
            [
                (bytes("Ada"), bytes("Tiny"), 3),
                (bytes("Bob"), bytes("Chat"), 1)
            ]
        );
        assert!(Pallet::versions_of_manifest(address(9)).is_empty());
    });
}

#[test]
fn a_commitment_tells_when_it_can_be_revealed() {
    run(|| {
        skip(9);
        assert_ok!(Pallet::commit_namespace(origin(1), [5; 32]));
        let info: Option<CommitmentInfo> = query::<CommitmentViewFunction<Test>, _>(id(1));
        let expected = CommitmentInfo {
            hash: [5; 32],
            committed_at: 10,
            reveal_from: 10 + MIN_AGE,
            reveal_until: 10 + MAX_AGE,
        };
        assert_eq!(info, Some(expected));
        assert_eq!(Pallet::commitment(id(2)), None);
        assert_eq!(Pallet::parameters(), parameters());
    });
}

#[test]
fn clients_read_the_parameters_as_their_own_type() {
    run(|| {
        let expected = ModelParams {
            min_commit_age_blocks: MIN_AGE,
            max_commit_age_blocks: MAX_AGE,
            commitment_deposit: COMMITMENT_DEPOSIT,
            namespace_deposit: NAMESPACE_DEPOSIT,
            model_deposit: MODEL_DEPOSIT,
            version_deposit: VERSION_DEPOSIT,
            tag_deposit: TAG_DEPOSIT,
        };
        let read: ModelParams = query::<ParametersViewFunction<Test>, _>(());
        assert_eq!(read, expected);
        assert_eq!(read.encode(), parameters().encode());
    });
}

#[test]
fn no_page_is_longer_than_the_bound() {
    run(|| {
        MaxVersions::set(300);
        tiny();
        for _ in 0..300 {
            assert_ok!(try_publish(1, 1, &[]));
        }
        let bound = crate::MAX_PAGE as usize;
        let versions = Pallet::versions(bytes("ada"), bytes("tiny"), None, u32::MAX);
        assert_eq!(versions.len(), bound);
        assert_eq!(Pallet::versions_of_manifest(address(1)).len(), bound);
        for number in 0..300 {
            assert_ok!(try_create(1, ("ada", &format!("m{number}")), None, 0));
        }
        assert_eq!(Pallet::models(None, u32::MAX).len(), bound);
        assert_eq!(Pallet::models_in(bytes("ada"), None, u32::MAX).len(), bound);
    });
}
