//! Each invariant notices its own breach.

use crate::{
    mock::{Models as Pallet, *},
    Commitments, ManifestVersions, Model, ModelId, Models, Namespace, Namespaces, Parameters, Tags,
    VersionId, Versions,
};
use frame_support::assert_ok;
use sp_runtime::DispatchError;

fn tiny_id() -> ModelId {
    model_id("ada", "tiny")
}

/// Breaks a sound state (`ada/tiny` with a tagged version, `ada/chat` derived from it, a commitment of account 2) and
/// expects invariant `number` to notice.
fn assert_noticed(number: u32, breach: impl FnOnce()) {
    ext().execute_with(|| {
        System::set_block_number(1);
        tiny();
        assert_ok!(try_publish(1, 1, &["stable"]));
        assert_ok!(try_create(1, ("ada", "chat"), Some(("ada", "tiny")), 9));
        commit(2, "bob");
        assert_ok!(Pallet::do_try_state());
        breach();
        let Err(DispatchError::Other(text)) = Pallet::do_try_state() else {
            panic!("the breach of invariant {number} goes unnoticed")
        };
        assert!(text.starts_with(&format!("models {number}:")), "{text}");
    });
}

fn change(model: ModelId, change: impl FnOnce(&mut Model)) {
    Models::<Test>::mutate(model.namespace, model.name, |entry| {
        change(entry.as_mut().unwrap())
    });
}

fn change_namespace(change: impl FnOnce(&mut Namespace)) {
    Namespaces::<Test>::mutate(tiny_id().namespace, |entry| change(entry.as_mut().unwrap()));
}

#[test]
fn breaches_of_parameters_and_namespaces_are_noticed() {
    assert_noticed(1, || {
        Parameters::<Test>::mutate(|it| it.min_commit_age_blocks = 0)
    });
    assert_noticed(2, || change_namespace(|entry| entry.name = name("eve")));
    assert_noticed(3, || change_namespace(|entry| entry.models = 1));
}

#[test]
fn breaches_of_a_models_record_are_noticed() {
    assert_noticed(4, || change(tiny_id(), |entry| entry.name = name("huge")));
    assert_noticed(5, || Namespaces::<Test>::remove(tiny_id().namespace));
    assert_noticed(6, || change(tiny_id(), |entry| entry.line.permille = 1));
    assert_noticed(6, || {
        change(model_id("ada", "chat"), |entry| entry.line.depth = 0)
    });
    assert_noticed(6, || {
        let gone = Some(model_id("ada", "gone"));
        change(model_id("ada", "chat"), |entry| entry.base = gone)
    });
}

#[test]
fn breaches_of_versions_and_tags_are_noticed() {
    assert_noticed(7, || {
        change(tiny_id(), |entry| entry.versions = MaxVersions::get() + 1)
    });
    assert_noticed(8, || change(tiny_id(), |entry| entry.versions = 2));
    assert_noticed(8, || Versions::<Test>::remove(tiny_id(), 1));
    assert_noticed(9, || {
        let id = VersionId {
            model: tiny_id(),
            number: 1,
        };
        ManifestVersions::<Test>::remove(address(1), id)
    });
    assert_noticed(10, || {
        Tags::<Test>::mutate(tiny_id(), |tags| tags[0].version = 2)
    });
    assert_noticed(11, || {
        Tags::<Test>::mutate(tiny_id(), |tags| tags.try_push(tags[0].clone()).unwrap())
    });
    assert_noticed(12, || {
        Tags::<Test>::mutate(tiny_id(), |tags| tags[0].deposit = FUNDS)
    });
}

#[test]
fn entries_of_nobody_are_noticed() {
    let gone = model_id("ada", "gone");
    assert_noticed(13, || {
        Tags::<Test>::insert(&gone, Tags::<Test>::get(tiny_id()));
    });
    assert_noticed(13, || {
        let version = Versions::<Test>::get(tiny_id(), 1).unwrap();
        Versions::<Test>::insert(&gone, 1, version);
    });
    assert_noticed(14, || {
        let id = VersionId {
            model: tiny_id(),
            number: 1,
        };
        ManifestVersions::<Test>::insert(address(2), id, ());
    });
}

#[test]
fn breaches_of_deposits_are_noticed() {
    assert_noticed(15, || {
        Commitments::<Test>::mutate(id(2), |entry| entry.as_mut().unwrap().deposit += 1)
    });
    assert_noticed(16, || change_namespace(|entry| entry.deposit += 1));
    assert_noticed(17, || change(tiny_id(), |entry| entry.deposit += 1));
    assert_noticed(17, || change(tiny_id(), |entry| entry.owner = id(3)));
}
