//! The scenario of the crate's documentation, step by step.

use crate::{
    mock::{Models as Pallet, *},
    Error,
};
use ballast_core::view::Selector;
use frame_support::{assert_noop, assert_ok};

const ADA: u8 = 1;
const BOB: u8 = 2;

fn published(selector: Selector) -> ballast_core::Address {
    Pallet::resolve(b"Ada_Labs".to_vec(), b"tiny".to_vec(), selector)
        .unwrap()
        .manifest
}

fn publish(manifest: u8, tags: &[&str]) {
    let tags = tags
        .iter()
        .map(|text| tag(text))
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    let (namespace, model) = (name("ada-labs"), name("tiny"));
    assert_ok!(Pallet::publish_version(
        origin(ADA),
        namespace,
        model,
        address(manifest),
        tags
    ));
}

#[test]
fn ada_publishes_and_bob_derives() {
    run(|| {
        claim(ADA, "ada-labs");
        assert_ok!(try_create(ADA, ("ada-labs", "tiny"), None, 50));
        publish(1, &["stable"]);
        claim(BOB, "bob");
        assert_ok!(try_create(
            BOB,
            ("bob", "tiny-chat"),
            Some(("ada-labs", "tiny")),
            100
        ));
        assert_eq!(stored("bob", "tiny-chat").line.permille, 150);

        publish(2, &[]);
        let stable = || published(Selector::Tag(b"stable".to_vec()));
        assert_eq!(
            (published(Selector::Latest), stable()),
            (address(2), address(1))
        );
        let (namespace, model) = (name("ada-labs"), name("tiny"));
        assert_ok!(Pallet::set_tag(
            origin(ADA),
            namespace,
            model,
            tag("stable"),
            2
        ));
        assert_eq!(
            (published(Selector::Version(1)), stable()),
            (address(1), address(2))
        );

        let (namespace, model) = (name("ada-labs"), name("tiny"));
        assert_ok!(Pallet::transfer_model(
            origin(ADA),
            namespace,
            model,
            id(BOB)
        ));
        let deprecate = |who| Pallet::deprecate(origin(who), name("ada-labs"), name("tiny"), true);
        assert_noop!(deprecate(ADA), Error::<Test>::NotModelOwner);
        assert_ok!(deprecate(BOB));
        assert_eq!(stable(), address(2));
    });
}
