//! A production genesis has founders and no backdoor.

use super::*;
use crate::{
    constants::{BAL, DAYS},
    genesis_presets::{
        staging::{
            check_genesis, genesis, sudo_key, validators_key, well_known_keys, Founder, Founders,
            FoundersError, GenesisError,
        },
        test_root_keys, DEVELOPMENT_PRESET, LOCAL_PRESET, STAGING_PRESET,
    },
    pace::Periods,
    Babe, Balances, Pace, Session, SessionKeys, Staking, TechnicalCommittee,
};
use sp_core::{ed25519, sr25519, Pair};
use std::collections::BTreeMap;

fn sr(seed: &str) -> sr25519::Public {
    sr25519::Pair::from_string(&format!("0x{}", seed_of(seed)), None)
        .unwrap()
        .public()
}

fn seed_of(text: &str) -> String {
    sp_io::hashing::blake2_256(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn person(name: &str) -> AccountId {
    AccountId::new(sr(name).0)
}

fn founder(name: &str) -> Founder {
    let ed = ed25519::Pair::from_string(&format!("0x{}", seed_of(name)), None).unwrap();
    Founder {
        account: person(name),
        stake: 20_000,
        session_keys: SessionKeys {
            babe: sr(&format!("{name} babe")).into(),
            grandpa: ed.public().into(),
            authority_discovery: sr(&format!("{name} audi")).into(),
        },
    }
}

const NAMES: [&str; 4] = ["Ada", "Ben", "Cleo", "Dan"];

fn founders() -> Founders {
    Founders {
        validators: NAMES.map(founder).to_vec(),
        balances: NAMES.map(|name| (person(name), 30_000)).to_vec(),
        committee: NAMES.map(person).to_vec(),
    }
}

fn build(founders: &Founders) -> TestExternalities {
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    merge(&mut config, genesis(founders).unwrap());
    let json = config.to_string().into_bytes();
    let mut ext = TestExternalities::default();
    ext.execute_with(|| build_state::<RuntimeGenesisConfig>(json).unwrap());
    ext
}

#[test]
fn a_network_of_founders_starts_with_their_stake() {
    build(&founders()).execute_with(|| {
        assert_eq!(Session::validators().len(), 4);
        assert_eq!(Babe::authorities().len(), 4);
        for name in NAMES {
            let ledger = pallet_staking::Ledger::<Runtime>::get(person(name)).unwrap();
            assert_eq!(ledger.active, 20_000 * BAL);
            assert_eq!(Balances::free_balance(person(name)), 10_000 * BAL);
        }
        assert_eq!(
            pallet_staking::ActiveEra::<Runtime>::get().unwrap().index,
            0
        );
        assert_eq!(Staking::current_era(), Some(0));
        let members = pallet_collective::Members::<Runtime, pallet_collective::Instance1>::get();
        assert_eq!(members.len(), 4);
        assert!(TechnicalCommittee::is_member(&person("Ada")));
    });
}

#[test]
fn a_production_network_has_no_sudo_key_and_no_test_root() {
    build(&founders()).execute_with(|| {
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        assert!(!test_root_keys()
            .iter()
            .any(|key| sp_io::storage::exists(key)));
        let sudo = crate::Sudo::sudo(
            crate::RuntimeOrigin::signed(account(Sr25519Keyring::Alice)),
            Box::new(transfer(Sr25519Keyring::Bob, BAL)),
        );
        assert!(sudo.is_err());
    });
}

#[test]
fn no_well_known_key_is_anywhere_in_its_genesis() {
    let known = well_known_keys();
    assert!(known.contains(&Sr25519Keyring::Alice.to_raw_public()));
    assert!(known.contains(&Sr25519Keyring::FerdieStash.to_raw_public()));
    assert_eq!(check_genesis(&state(build(&founders()))), Ok(()));
    for preset in [DEVELOPMENT_PRESET, LOCAL_PRESET] {
        let mut state = state(ext(preset));
        assert_eq!(check_genesis(&state), Err(GenesisError::TestRoot));
        for key in test_root_keys() {
            state.remove(&key);
        }
        assert_eq!(check_genesis(&state), Err(GenesisError::Sudo));
        state.remove(&sudo_key());
        let found = check_genesis(&state);
        assert!(
            matches!(found, Err(GenesisError::WellKnown(_))),
            "{found:?}"
        );
        state.remove(&validators_key());
        assert_eq!(check_genesis(&state), Err(GenesisError::NoValidators));
    }
}

fn state(mut ext: TestExternalities) -> BTreeMap<Vec<u8>, Vec<u8>> {
    ext.execute_with(|| {
        let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
        std::iter::successors(next(&vec![]), next)
            .map(|key| (key.clone(), sp_io::storage::get(&key).unwrap().to_vec()))
            .collect()
    })
}

#[test]
fn its_pace_is_productions() {
    build(&founders()).execute_with(|| {
        assert_eq!(Pace::periods(), Periods::default());
        assert_eq!(Pace::periods().governance_day_blocks, DAYS);
        assert_eq!(Pace::periods().epoch_slots, 1_200);
    });
}

#[test]
fn the_preset_alone_has_nobody() {
    ext(STAGING_PRESET).execute_with(|| {
        assert!(Session::validators().is_empty());
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        assert!(Balances::total_issuance() < BAL);
    });
}

#[test]
fn founders_with_a_well_known_key_are_refused() {
    let refused = |change: &dyn Fn(&mut Founders)| {
        let mut founders = founders();
        change(&mut founders);
        match genesis(&founders) {
            Err(FoundersError::WellKnown(what)) => what,
            other => panic!("{other:?}"),
        }
    };
    let alice = || account(Sr25519Keyring::Alice);
    refused(&|all| all.balances.push((alice(), 1)));
    refused(&|all| all.committee.push(account(Sr25519Keyring::BobStash)));
    refused(&|all| {
        all.validators[0].session_keys.grandpa = sp_keyring::Ed25519Keyring::Eve.public().into()
    });
    refused(&|all| {
        all.validators[1].session_keys.babe = Sr25519Keyring::Dave.public().into();
    });
    let what = refused(&|all| {
        all.validators[2].session_keys.authority_discovery = Sr25519Keyring::One.public().into();
    });
    assert!(what.contains("authority discovery key"), "{what}");
}

#[test]
fn founders_who_cannot_start_a_network_are_refused_with_the_reason() {
    let refused = |change: &dyn Fn(&mut Founders)| {
        let mut founders = founders();
        change(&mut founders);
        genesis(&founders).unwrap_err()
    };
    let too_few = refused(&|all| {
        all.validators.pop();
    });
    assert_eq!(too_few, FoundersError::Validators(3));
    let committee = refused(&|all| all.committee.truncate(2));
    assert_eq!(committee, FoundersError::Committee(2));
    let stake = refused(&|all| all.validators[0].stake = 999);
    assert!(matches!(stake, FoundersError::Stake { stake: 999, .. }));
    let poor = refused(&|all| all.balances[3].1 = 20_000);
    assert!(matches!(
        poor,
        FoundersError::Balance { needed: 20_001, .. }
    ));
    let absent = refused(&|all| {
        all.balances.remove(0);
    });
    assert!(matches!(absent, FoundersError::Balance { .. }));
    let twice = refused(&|all| {
        let keys = all.validators[0].session_keys.clone();
        all.validators[1].session_keys.babe = keys.babe;
    });
    assert!(twice.to_string().contains("BABE key"), "{twice}");
}

#[test]
fn founders_are_read_from_json_and_unknown_fields_are_refused() {
    let json = serde_json::to_value(founders()).unwrap();
    assert!(json["validators"][0]["sessionKeys"]["babe"].is_string());
    let read: Founders = serde_json::from_value(json.clone()).unwrap();
    assert!(read.check().is_ok());
    let mut odd = json;
    odd["sudo"] = "5Grwva".into();
    let error = serde_json::from_value::<Founders>(odd).unwrap_err();
    assert!(error.to_string().contains("sudo"), "{error}");
}
