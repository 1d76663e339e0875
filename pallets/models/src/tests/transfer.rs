use crate::{
    mock::{Models as Pallet, *},
    Error, Event, HoldReason,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::{traits::BadOrigin, DispatchResult};

fn give_model(who: u8, to: u8) -> DispatchResult {
    Pallet::transfer_model(origin(who), name("ada"), name("tiny"), id(to))
}

fn give_namespace(who: u8, to: u8) -> DispatchResult {
    Pallet::transfer_namespace(origin(who), name("Ada"), id(to))
}

#[test]
fn a_namespace_goes_with_its_deposit_and_without_its_models() {
    run(|| {
        tiny();
        assert_ok!(give_namespace(1, 2));
        assert_eq!(held(HoldReason::Namespace, 1), 0);
        assert_eq!(held(HoldReason::Namespace, 2), NAMESPACE_DEPOSIT);
        assert_eq!(Balances::free_balance(id(2)), FUNDS);
        assert_eq!(stored("ada", "tiny").owner, id(1));
        let namespace = model_id("ada", "tiny").namespace;
        let event = Event::NamespaceTransferred {
            namespace,
            from: id(1),
            to: id(2),
        };
        System::assert_last_event(event.into());
        assert_noop!(
            try_create(1, ("ada", "next"), None, 0),
            Error::<Test>::NotNamespaceOwner
        );
        assert_ok!(try_create(2, ("ada", "next"), None, 0));
        assert_ok!(try_publish(1, 1, &[]));
    });
}

#[test]
fn a_namespace_is_given_by_its_owner_alone_to_another_that_can_hold() {
    run(|| {
        assert_noop!(give_namespace(1, 2), Error::<Test>::UnknownNamespace);
        claim(1, "ada");
        assert_noop!(give_namespace(2, 2), Error::<Test>::NotNamespaceOwner);
        assert_noop!(give_namespace(1, 1), Error::<Test>::AlreadyOwner);
        assert_noop!(give_namespace(1, 99), Error::<Test>::RecipientCannotHold);
        assert_noop!(
            Pallet::transfer_namespace(RuntimeOrigin::none(), name("ada"), id(2)),
            BadOrigin
        );
    });
}

#[test]
fn a_model_goes_with_the_deposits_of_its_versions_and_tags() {
    run(|| {
        tiny();
        assert_ok!(try_publish(1, 1, &["stable", "beta"]));
        let deposit = MODEL_DEPOSIT + VERSION_DEPOSIT + 2 * TAG_DEPOSIT;
        assert_ok!(give_model(1, 2));
        assert_eq!(
            (held(HoldReason::Model, 1), held(HoldReason::Model, 2)),
            (0, deposit)
        );
        let model = model_id("ada", "tiny");
        let event = Event::ModelTransferred {
            model,
            from: id(1),
            to: id(2),
        };
        System::assert_last_event(event.into());
        assert_noop!(try_publish(1, 2, &[]), Error::<Test>::NotModelOwner);
        assert_ok!(try_publish(2, 2, &["stable"]));
        assert_ok!(Pallet::remove_tag(
            origin(2),
            name("ada"),
            name("tiny"),
            tag("beta")
        ));
        assert_eq!(
            Balances::free_balance(id(2)),
            FUNDS + TAG_DEPOSIT - VERSION_DEPOSIT
        );
    });
}

#[test]
fn only_the_transferred_models_deposit_goes() {
    run(|| {
        tiny();
        assert_ok!(try_create(1, ("ada", "next"), None, 0));
        assert_ok!(give_model(1, 2));
        assert_eq!(held(HoldReason::Model, 1), MODEL_DEPOSIT);
        assert_eq!(held(HoldReason::Model, 2), MODEL_DEPOSIT);
    });
}

#[test]
fn a_model_is_given_by_its_owner_alone_to_another_that_can_hold() {
    run(|| {
        assert_noop!(give_model(1, 2), Error::<Test>::UnknownModel);
        tiny();
        assert_noop!(give_model(2, 2), Error::<Test>::NotModelOwner);
        assert_noop!(give_model(1, 1), Error::<Test>::AlreadyOwner);
        assert_noop!(give_model(1, 99), Error::<Test>::RecipientCannotHold);
        assert_noop!(
            Pallet::transfer_model(RuntimeOrigin::none(), name("ada"), name("tiny"), id(2)),
            BadOrigin
        );
    });
}

#[test]
fn the_owner_of_a_namespace_has_no_power_over_a_model_given_away() {
    run(|| {
        tiny();
        assert_ok!(give_model(1, 2));
        assert_noop!(give_model(1, 3), Error::<Test>::NotModelOwner);
        assert_noop!(try_publish(1, 1, &[]), Error::<Test>::NotModelOwner);
    });
}
