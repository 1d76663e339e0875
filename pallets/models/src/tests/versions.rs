use crate::{
    mock::{Models as Pallet, *},
    Error, Event, HoldReason, ManifestVersions, Version, VersionId, Versions,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

fn version(number: u32) -> Option<Version> {
    Versions::<Test>::get(model_id("ada", "tiny"), number)
}

#[test]
fn publish_numbers_versions_from_one_and_keeps_all_of_them() {
    run(|| {
        tiny();
        let first = System::block_number();
        assert_ok!(try_publish(1, 11, &[]));
        skip(3);
        assert_ok!(try_publish(1, 12, &[]));
        assert_eq!(
            version(1),
            Some(Version {
                manifest: address(11),
                published_at: first
            })
        );
        assert_eq!(
            version(2),
            Some(Version {
                manifest: address(12),
                published_at: first + 3
            })
        );
        assert_eq!(stored("ada", "tiny").versions, 2);
        assert_eq!(
            held(HoldReason::Model, 1),
            MODEL_DEPOSIT + 2 * VERSION_DEPOSIT
        );
        let model = model_id("ada", "tiny");
        let manifest = address(12);
        System::assert_last_event(
            Event::VersionPublished {
                model,
                number: 2,
                manifest,
            }
            .into(),
        );
    });
}

#[test]
fn publish_points_its_tags_to_the_new_version() {
    run(|| {
        tiny();
        assert_ok!(try_publish(1, 11, &["stable", "v1"]));
        assert_ok!(try_publish(1, 12, &["stable"]));
        let entries = crate::Tags::<Test>::get(model_id("ada", "tiny"));
        let pointed: Vec<_> = entries
            .iter()
            .map(|entry| (&entry.tag[..], entry.version))
            .collect();
        assert_eq!(pointed, [(&b"stable"[..], 2), (&b"v1"[..], 1)]);
        let deposits = MODEL_DEPOSIT + 2 * VERSION_DEPOSIT + 2 * TAG_DEPOSIT;
        assert_eq!(held(HoldReason::Model, 1), deposits);
        let model = model_id("ada", "tiny");
        System::assert_last_event(
            Event::TagSet {
                model,
                tag: tag("stable"),
                version: 2,
            }
            .into(),
        );
    });
}

#[test]
fn a_tag_named_twice_in_one_publication_is_one_tag() {
    run(|| {
        tiny();
        assert_ok!(try_publish(1, 11, &["stable", "stable"]));
        assert_eq!(crate::Tags::<Test>::get(model_id("ada", "tiny")).len(), 1);
        assert_eq!(
            stored("ada", "tiny").deposit,
            MODEL_DEPOSIT + VERSION_DEPOSIT + TAG_DEPOSIT
        );
    });
}

#[test]
fn a_manifest_may_be_published_again_under_any_model() {
    run(|| {
        tiny();
        claim(2, "bob");
        assert_ok!(try_create(2, ("bob", "copy"), None, 0));
        assert_ok!(try_publish(1, 11, &[]));
        assert_ok!(try_publish(1, 11, &[]));
        assert_ok!(Pallet::publish_version(
            origin(2),
            name("bob"),
            name("copy"),
            address(11),
            Default::default()
        ));
        for (namespace, model, number) in
            [("ada", "tiny", 1), ("ada", "tiny", 2), ("bob", "copy", 1)]
        {
            let id = VersionId {
                model: model_id(namespace, model),
                number,
            };
            assert!(ManifestVersions::<Test>::contains_key(address(11), id));
        }
    });
}

#[test]
fn publish_refuses_a_manifest_that_nobody_can_fetch() {
    run(|| {
        tiny();
        assert_noop!(try_publish(1, 200, &[]), Error::<Test>::ManifestUnavailable);
    });
}

#[test]
fn publish_refuses_strangers_and_unknown_models() {
    run(|| {
        assert_noop!(try_publish(1, 1, &[]), Error::<Test>::UnknownModel);
        tiny();
        assert_noop!(try_publish(2, 1, &[]), Error::<Test>::NotModelOwner);
        let unsigned = Pallet::publish_version(
            RuntimeOrigin::none(),
            name("ada"),
            name("tiny"),
            address(1),
            Default::default(),
        );
        assert_eq!(unsigned, Err(BadOrigin.into()));
    });
}

#[test]
fn publish_refuses_more_versions_than_a_model_may_have() {
    run(|| {
        MaxVersions::set(2);
        tiny();
        assert_ok!(try_publish(1, 1, &[]));
        assert_ok!(try_publish(1, 2, &[]));
        assert_noop!(try_publish(1, 3, &[]), Error::<Test>::TooManyVersions);
    });
}

#[test]
fn publish_refuses_bad_tags_and_too_many() {
    run(|| {
        tiny();
        for bad in ["", "7", "-x", "a b", &"ab".repeat(20), &"ab".repeat(32)] {
            assert_noop!(try_publish(1, 1, &["fine", bad]), Error::<Test>::TagInvalid);
        }
        assert_ok!(try_publish(1, 1, &["a", "b", "c", "d", "e", "f", "g", "h"]));
        assert_noop!(
            try_publish(1, 1, &["i", "j", "k"]),
            Error::<Test>::TooManyTags
        );
        assert_ok!(try_publish(1, 1, &["i", "j", "a"]));
    });
}

#[test]
fn publish_refuses_empty_purses() {
    run(|| {
        tiny();
        crate::Parameters::<Test>::mutate(|parameters| parameters.version_deposit = FUNDS);
        assert_noop!(try_publish(1, 1, &[]), Error::<Test>::Unaffordable);
    });
}
