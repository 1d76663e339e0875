//! What is read of an account as somebody to deal with.

use super::*;
use crate::{genesis_presets::DEVELOPMENT_PRESET, Identity, Profiles, RuntimeOrigin};
use ballast_core::view::Dealings;
use frame_support::assert_ok;
use pallet_identity::{legacy::IdentityInfo, Data, Judgement};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use sp_runtime::traits::{BlakeTwo256, Hash};

fn data(text: &str) -> Data {
    Data::Raw(text.as_bytes().to_vec().try_into().unwrap())
}

fn identity(display: Data) -> IdentityInfo<frame_support::traits::ConstU32<16>> {
    IdentityInfo {
        additional: Default::default(),
        display,
        legal: Data::None,
        web: Data::None,
        riot: Data::None,
        email: Data::None,
        pgp_fingerprint: None,
        image: Data::None,
        twitter: Data::None,
    }
}

fn signed(who: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(who))
}

#[test]
fn who_says_nothing_has_an_empty_profile() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let profile = Profiles::profile(account(Dave));
        assert_eq!((profile.name, profile.worker), (None, None));
        assert_eq!(profile.dealings, Dealings::default());
    });
}

#[test]
fn a_name_is_shown_with_what_registrars_think_of_it() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let info = identity(data("Ada's agent"));
        let hash = BlakeTwo256::hash_of(&info);
        assert_ok!(Identity::set_identity(signed(Charlie), Box::new(info)));
        let name = Profiles::profile(account(Charlie)).name.unwrap();
        assert_eq!(name.display, b"Ada's agent");
        assert_eq!((name.approvals, name.objections, name.parent), (0, 0, None));

        let alice = account(Alice).into();
        assert_ok!(Identity::add_registrar(RuntimeOrigin::root(), alice));
        let judge = |judgement| {
            let charlie = account(Charlie).into();
            assert_ok!(Identity::provide_judgement(
                signed(Alice),
                0,
                charlie,
                judgement,
                hash
            ));
            let name = Profiles::profile(account(Charlie)).name.unwrap();
            (name.approvals, name.objections)
        };
        assert_eq!(judge(Judgement::Reasonable), (1, 0));
        assert_eq!(judge(Judgement::Erroneous), (0, 1));

        // Another account of the same identity has a name of its own in it.
        let bob = account(Bob).into();
        assert_ok!(Identity::add_sub(signed(Charlie), bob, data("worker 1")));
        let name = Profiles::profile(account(Bob)).name.unwrap();
        assert_eq!(name.display, b"worker 1");
        assert_eq!(name.parent, Some(account(Charlie).into()));
    });
}

#[test]
fn a_name_of_which_only_a_hash_is_on_chain_is_not_shown() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let info = identity(Data::Sha256([1; 32]));
        assert_ok!(Identity::set_identity(signed(Charlie), Box::new(info)));
        let name = Profiles::profile(account(Charlie)).name.unwrap();
        assert!(name.display.is_empty());
    });
}
