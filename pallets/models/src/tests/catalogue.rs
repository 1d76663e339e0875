use crate::{
    mock::{Models as Pallet, *},
    Error, Event, HoldReason, Line, Namespaces,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::traits::BadOrigin;

#[test]
fn create_stores_the_terms_against_a_deposit() {
    run(|| {
        claim(1, "Ada");
        let (namespace, model) = (name("ada"), name("Tiny.v1"));
        let created = Pallet::create_model(origin(1), namespace, model, licence("MIT"), None, 50);
        assert_ok!(created);
        let model = stored("ADA", "tiny-v1");
        assert_eq!((model.name, model.owner), (name("Tiny.v1"), id(1)));
        assert_eq!((model.licence, model.base), (licence("MIT"), None));
        assert_eq!(
            model.line,
            Line {
                depth: 0,
                permille: 50
            }
        );
        assert_eq!((model.deprecated, model.versions), (false, 0));
        assert_eq!(held(HoldReason::Model, 1), MODEL_DEPOSIT);
        let models = Namespaces::<Test>::get(model_id("ada", "x").namespace)
            .unwrap()
            .models;
        assert_eq!(models, 1);
        System::assert_last_event(
            Event::ModelCreated {
                model: model_id("ada", "tiny-v1"),
                owner: id(1),
            }
            .into(),
        );
    });
}

#[test]
fn only_the_owner_of_a_namespace_creates_models_in_it() {
    run(|| {
        assert_noop!(
            try_create(1, ("ada", "tiny"), None, 0),
            Error::<Test>::UnknownNamespace
        );
        claim(1, "ada");
        assert_noop!(
            try_create(2, ("ada", "tiny"), None, 0),
            Error::<Test>::NotNamespaceOwner
        );
        let unsigned = Pallet::create_model(
            RuntimeOrigin::none(),
            name("ada"),
            name("tiny"),
            licence("MIT"),
            None,
            0,
        );
        assert_eq!(unsigned, Err(BadOrigin.into()));
    });
}

#[test]
fn create_refuses_what_is_no_name() {
    run(|| {
        claim(1, "ada");
        for bad in [
            "", ".tiny", "tiny.", "a--b", "a..b", "a/b", "a@b", "tiny.git",
        ] {
            assert_noop!(
                try_create(1, ("ada", bad), None, 0),
                Error::<Test>::NameInvalid
            );
        }
    });
}

#[test]
fn create_refuses_a_name_that_reads_like_another_in_the_namespace() {
    run(|| {
        tiny();
        claim(2, "bob");
        for taken in ["tiny", "TINY", "Tiny"] {
            assert_noop!(
                try_create(1, ("ada", taken), None, 0),
                Error::<Test>::ModelExists
            );
        }
        assert_ok!(try_create(2, ("bob", "tiny"), None, 0));
    });
}

#[test]
fn create_refuses_what_is_no_licence() {
    run(|| {
        claim(1, "ada");
        for bad in ["", "MIT OR", "(MIT", "free for all!"] {
            let (namespace, model) = (name("ada"), name("tiny"));
            assert_noop!(
                Pallet::create_model(origin(1), namespace, model, licence(bad), None, 0),
                Error::<Test>::LicenceInvalid
            );
        }
    });
}

#[test]
fn create_refuses_empty_purses() {
    run(|| {
        claim(1, "ada");
        crate::Parameters::<Test>::mutate(|parameters| parameters.model_deposit = FUNDS);
        assert_noop!(
            try_create(1, ("ada", "tiny"), None, 0),
            Error::<Test>::Unaffordable
        );
    });
}

#[test]
fn a_base_may_be_anyones_model_but_must_exist() {
    run(|| {
        tiny();
        claim(2, "bob");
        let unknown = Some(("ada", "huge"));
        assert_noop!(
            try_create(2, ("bob", "chat"), unknown, 0),
            Error::<Test>::UnknownBase
        );
        assert_noop!(
            try_create(2, ("bob", "chat"), Some(("bob", "chat")), 0),
            Error::<Test>::UnknownBase
        );
        assert_ok!(try_create(2, ("bob", "chat"), Some(("ADA", "Tiny")), 100));
        let model = stored("bob", "chat");
        assert_eq!(model.base, Some(model_id("ada", "tiny")));
        assert_eq!(
            model.line,
            Line {
                depth: 1,
                permille: 150
            }
        );
    });
}

#[test]
fn base_lines_are_at_most_four_deep() {
    run(|| {
        claim(1, "ada");
        assert_ok!(try_create(1, ("ada", "m0"), None, 0));
        for (base, model) in [("m0", "m1"), ("m1", "m2"), ("m2", "m3"), ("m3", "m4")] {
            assert_ok!(try_create(1, ("ada", model), Some(("ada", base)), 0));
        }
        assert_eq!(stored("ada", "m4").line.depth, 4);
        assert_noop!(
            try_create(1, ("ada", "m5"), Some(("ada", "m4")), 0),
            Error::<Test>::BaseLineTooDeep
        );
    });
}

#[test]
fn royalty_shares_along_a_line_sum_to_at_most_the_whole() {
    run(|| {
        claim(1, "ada");
        assert_noop!(
            try_create(1, ("ada", "m0"), None, 1_001),
            Error::<Test>::RoyaltiesExceedWhole
        );
        assert_ok!(try_create(1, ("ada", "m0"), None, 600));
        let base = Some(("ada", "m0"));
        for permille in [401, u16::MAX] {
            assert_noop!(
                try_create(1, ("ada", "m1"), base, permille),
                Error::<Test>::RoyaltiesExceedWhole
            );
        }
        assert_ok!(try_create(1, ("ada", "m1"), base, 400));
        assert_eq!(stored("ada", "m1").line.permille, 1_000);
        assert_noop!(
            try_create(1, ("ada", "m2"), Some(("ada", "m1")), 1),
            Error::<Test>::RoyaltiesExceedWhole
        );
        assert_ok!(try_create(1, ("ada", "m2"), Some(("ada", "m1")), 0));
    });
}

#[test]
fn deprecating_is_advice_that_the_owner_gives_and_takes_back() {
    run(|| {
        tiny();
        for advice in [true, true, false] {
            assert_ok!(Pallet::deprecate(
                origin(1),
                name("ada"),
                name("tiny"),
                advice
            ));
            assert_eq!(stored("ada", "tiny").deprecated, advice);
            System::assert_last_event(
                Event::ModelDeprecated {
                    model: model_id("ada", "tiny"),
                    deprecated: advice,
                }
                .into(),
            );
        }
    });
}

#[test]
fn a_deprecated_model_still_serves_as_base_and_takes_versions() {
    run(|| {
        tiny();
        assert_ok!(Pallet::deprecate(
            origin(1),
            name("ada"),
            name("tiny"),
            true
        ));
        assert_ok!(try_create(1, ("ada", "tiny-2"), Some(("ada", "tiny")), 0));
        assert_ok!(try_publish(1, 1, &[]));
    });
}

#[test]
fn deprecate_refuses_strangers_and_unknown_models() {
    run(|| {
        tiny();
        let of = |who: RuntimeOrigin, model| Pallet::deprecate(who, name("ada"), name(model), true);
        assert_noop!(of(origin(2), "tiny"), Error::<Test>::NotModelOwner);
        assert_noop!(of(origin(1), "huge"), Error::<Test>::UnknownModel);
        assert_noop!(of(RuntimeOrigin::none(), "tiny"), BadOrigin);
    });
}
