use crate::{
    mock::{Models as Pallet, *},
    Error, Event, HoldReason, Tags,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, DispatchResult};

fn set(who: u8, text: &str, version: u32) -> DispatchResult {
    Pallet::set_tag(origin(who), name("ada"), name("tiny"), tag(text), version)
}

fn remove(who: u8, text: &str) -> DispatchResult {
    Pallet::remove_tag(origin(who), name("ada"), name("tiny"), tag(text))
}

fn pointed() -> Vec<(String, u32)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let entries = Tags::<Test>::get(model_id("ada", "tiny"));
    entries
        .iter()
        .map(|entry| (text(&entry.tag), entry.version))
        .collect()
}

/// `ada/tiny` with three versions.
fn three_versions() {
    tiny();
    (1..=3).for_each(|number| try_publish(1, number, &[]).unwrap());
}

#[test]
fn a_new_tag_costs_a_deposit_and_moving_it_costs_nothing() {
    run(|| {
        three_versions();
        let before = held(HoldReason::Model, 1);
        assert_ok!(set(1, "stable", 2));
        assert_ok!(set(1, "stable", 3));
        assert_ok!(set(1, "stable", 3));
        assert_eq!(pointed(), [("stable".to_string(), 3)]);
        assert_eq!(held(HoldReason::Model, 1), before + TAG_DEPOSIT);
        let model = model_id("ada", "tiny");
        System::assert_last_event(
            Event::TagSet {
                model,
                tag: tag("stable"),
                version: 3,
            }
            .into(),
        );
    });
}

#[test]
fn tags_are_told_apart_by_case() {
    run(|| {
        three_versions();
        assert_ok!(set(1, "v1.0", 1));
        assert_ok!(set(1, "V1.0", 2));
        assert_eq!(
            pointed(),
            [("v1.0".to_string(), 1), ("V1.0".to_string(), 2)]
        );
    });
}

#[test]
fn set_refuses_versions_that_do_not_exist() {
    run(|| {
        tiny();
        assert_noop!(set(1, "stable", 1), Error::<Test>::UnknownVersion);
        assert_ok!(try_publish(1, 1, &[]));
        assert_noop!(set(1, "stable", 0), Error::<Test>::UnknownVersion);
        assert_noop!(set(1, "stable", 2), Error::<Test>::UnknownVersion);
    });
}

#[test]
fn set_refuses_strangers_bad_tags_full_lists_and_empty_purses() {
    run(|| {
        assert_noop!(set(1, "stable", 1), Error::<Test>::UnknownModel);
        three_versions();
        assert_noop!(set(2, "stable", 1), Error::<Test>::NotModelOwner);
        assert_noop!(set(1, "12", 1), Error::<Test>::TagInvalid);
        MaxTags::set(1);
        assert_ok!(set(1, "stable", 1));
        assert_noop!(set(1, "beta", 1), Error::<Test>::TooManyTags);
        MaxTags::set(2);
        crate::Parameters::<Test>::mutate(|parameters| parameters.tag_deposit = FUNDS);
        assert_noop!(set(1, "beta", 1), Error::<Test>::Unaffordable);
        let (namespace, model) = (name("ada"), name("tiny"));
        assert_noop!(
            Pallet::set_tag(RuntimeOrigin::none(), namespace, model, tag("beta"), 1),
            BadOrigin
        );
    });
}

#[test]
fn removing_a_tag_returns_its_deposit() {
    run(|| {
        three_versions();
        let before = Balances::free_balance(id(1));
        assert_ok!(set(1, "stable", 2));
        assert_ok!(set(1, "beta", 3));
        assert_ok!(remove(1, "stable"));
        let model = model_id("ada", "tiny");
        System::assert_last_event(
            Event::TagRemoved {
                model,
                tag: tag("stable"),
            }
            .into(),
        );
        assert_eq!(pointed(), [("beta".to_string(), 3)]);
        assert_ok!(remove(1, "beta"));
        assert_eq!(Balances::free_balance(id(1)), before);
    });
}

#[test]
fn a_tags_deposit_returns_as_it_was_taken_whatever_the_parameter_is_now() {
    run(|| {
        three_versions();
        let before = Balances::free_balance(id(1));
        assert_ok!(set(1, "stable", 2));
        crate::Parameters::<Test>::mutate(|parameters| parameters.tag_deposit = 1);
        assert_ok!(remove(1, "stable"));
        assert_eq!(Balances::free_balance(id(1)), before);
    });
}

#[test]
fn a_tag_without_a_deposit_is_set_and_removed_like_any_other() {
    run(|| {
        three_versions();
        crate::Parameters::<Test>::mutate(|parameters| parameters.tag_deposit = 0);
        assert_ok!(set(1, "stable", 2));
        assert_ok!(remove(1, "stable"));
        assert!(pointed().is_empty());
    });
}

#[test]
fn remove_refuses_strangers_and_unknown_tags() {
    run(|| {
        assert_noop!(remove(1, "stable"), Error::<Test>::UnknownModel);
        three_versions();
        assert_ok!(set(1, "stable", 1));
        assert_noop!(remove(2, "stable"), Error::<Test>::NotModelOwner);
        assert_noop!(remove(1, "Stable"), Error::<Test>::UnknownTag);
        assert_noop!(
            Pallet::remove_tag(
                RuntimeOrigin::none(),
                name("ada"),
                name("tiny"),
                tag("stable")
            ),
            BadOrigin
        );
    });
}
