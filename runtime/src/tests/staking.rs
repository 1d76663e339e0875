//! Validators are elected by stake, earn, leave and are slashed, over whole sessions and eras.

use super::*;
use crate::{
    constants::BAL,
    genesis_presets::{DEVELOPMENT_PRESET, LOCAL_PRESET},
    Babe, Balances, Historical, NominationPools, RuntimeOrigin, Session, SessionKeys, Staking,
};
use frame_support::{
    assert_noop, assert_ok,
    traits::{Currency, KeyOwnerProofSystem},
};
use pallet_staking::{ActiveEra, RewardDestination, ValidatorPrefs};
use sp_consensus_babe::{digests::CompatibleDigestItem, EquivocationProof};
use sp_core::Pair;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve};
use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
use sp_runtime::MultiAddress;

/// Blocks of an era on test networks.
const ERA_BLOCKS: u32 = 60;

/// A local network with keys that can be made, and a check of all state at the end.
fn run(preset: &str, test: impl FnOnce(&mut Chain)) {
    let mut ext = ext(preset);
    ext.register_extension(KeystoreExt::new(MemoryKeystore::new()));
    ext.execute_with(|| {
        test(&mut Chain::new());
        check_all_state();
    });
}

fn origin(key: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(key))
}

fn era() -> u32 {
    ActiveEra::<Runtime>::get().unwrap().index
}

/// Makes blocks, each by this validator, until an era begins.
fn run_to_era(chain: &mut Chain, wanted: u32, author: Sr25519Keyring) {
    for _ in 0..(wanted + 1) * ERA_BLOCKS {
        if era() >= wanted {
            break;
        }
        chain.block_by(author);
    }
    assert_eq!(era(), wanted);
}

/// Bonds, sets keys with the proof that the node makes, and offers to validate.
fn offer(key: Sr25519Keyring, stake: u128) {
    assert_ok!(Staking::bond(origin(key), stake, RewardDestination::Staked));
    let generated = SessionKeys::generate(&account(key).encode(), None);
    let proof = generated.proof.encode();
    assert_ok!(Session::set_keys(origin(key), generated.keys, proof));
    assert_ok!(Staking::validate(origin(key), ValidatorPrefs::default()));
}

fn staked(key: Sr25519Keyring) -> u128 {
    pallet_staking::Ledger::<Runtime>::get(account(key)).map_or(0, |ledger| ledger.active)
}

fn validates(key: Sr25519Keyring) -> bool {
    Session::validators().contains(&account(key))
}

#[test]
fn sessions_go_on_with_the_validators_of_genesis() {
    run(LOCAL_PRESET, |chain| {
        assert_eq!(era(), 0);
        for key in [Alice, Bob, Charlie] {
            assert_eq!(staked(key), 100_000 * BAL);
        }
        run_to_era(chain, 3, Bob);
        assert!([Alice, Bob, Charlie].into_iter().all(validates));
        assert!(Session::current_index() >= 9);
        assert!(pallet_babe::EpochIndex::<Runtime>::get() >= 9);
    });
}

#[test]
fn a_validator_bonds_is_elected_earns_and_leaves() {
    run(LOCAL_PRESET, |chain| {
        chain.block_by(Alice);
        offer(Dave, 50_000 * BAL);
        assert!(!validates(Dave));
        let info = crate::Validators::validator(account(Dave));
        assert!(info.offers && !info.elected && info.session_keys.is_some());
        assert_eq!((info.stake, info.min_stake), (50_000 * BAL, 1_000 * BAL));
        run_to_era(chain, 2, Alice);
        assert!(validates(Dave));

        run_to_era(chain, 3, Dave);
        let info = crate::Validators::validator(account(Dave));
        assert!(info.elected && info.elected_next && !info.disabled);
        assert_eq!((info.era, info.unpaid_eras), (3, vec![2]));
        assert_ok!(Staking::payout_stakers(origin(Eve), account(Dave), 2));
        let earned = staked(Dave) - 50_000 * BAL;
        assert!(earned > BAL / 1_000, "{earned}");
        let again = Staking::payout_stakers(origin(Eve), account(Dave), 2);
        let claimed = pallet_staking::Error::<Runtime>::AlreadyClaimed;
        assert_eq!(again.unwrap_err().error, claimed.into());

        assert_ok!(Staking::chill(origin(Dave)));
        run_to_era(chain, 5, Alice);
        assert!(!validates(Dave));
        assert_ok!(Staking::unbond(origin(Dave), staked(Dave)));
        let info = crate::Validators::validator(account(Dave));
        assert!(!info.offers && !info.unpaid_eras.contains(&2));
        assert_eq!(info.unbonding.first().map(|(_, era)| *era), Some(8));
        run_to_era(chain, 8, Alice);
        assert_ok!(Session::purge_keys(origin(Dave)));
        assert_ok!(Staking::withdraw_unbonded(origin(Dave), 0));
        assert_eq!(Balances::reserved_balance(account(Dave)), 0);
        assert!(Balances::free_balance(account(Dave)) > 1_000_000 * BAL - BAL);
    });
}

#[test]
fn who_is_away_earns_nothing() {
    run(LOCAL_PRESET, |chain| {
        run_to_era(chain, 2, Alice);
        assert_ok!(Staking::payout_stakers(origin(Eve), account(Alice), 1));
        assert_ok!(Staking::payout_stakers(origin(Eve), account(Bob), 1));
        assert!(staked(Alice) > 100_000 * BAL);
        assert_eq!(staked(Bob), 100_000 * BAL);
    });
}

#[test]
fn keys_without_a_proof_by_their_owner_are_refused() {
    run(LOCAL_PRESET, |_| {
        let generated = SessionKeys::generate(&account(Eve).encode(), None);
        let call = Session::set_keys(origin(Dave), generated.keys, generated.proof.encode());
        assert_noop!(call, pallet_session::Error::<Runtime>::InvalidProof);
    });
}

#[test]
fn a_nominator_earns_with_its_validator() {
    run(LOCAL_PRESET, |chain| {
        assert_ok!(Staking::bond(
            origin(Eve),
            200_000 * BAL,
            RewardDestination::Staked
        ));
        let targets = vec![MultiAddress::Id(account(Bob))];
        assert_ok!(Staking::nominate(origin(Eve), targets));
        run_to_era(chain, 3, Bob);
        assert_ok!(Staking::payout_stakers(origin(Dave), account(Bob), 2));
        let (eve, bob) = (staked(Eve) - 200_000 * BAL, staked(Bob) - 100_000 * BAL);
        assert!(
            bob > 0 && eve > bob * 19 / 10 && eve < bob * 21 / 10,
            "{eve} {bob}"
        );
    });
}

#[test]
fn a_pool_member_earns_with_what_is_too_little_to_nominate() {
    run(LOCAL_PRESET, |chain| {
        let admin = || MultiAddress::Id(account(Dave));
        assert_ok!(NominationPools::create(
            origin(Dave),
            1_000 * BAL,
            admin(),
            admin(),
            admin()
        ));
        assert_ok!(NominationPools::nominate(
            origin(Dave),
            1,
            vec![account(Bob)]
        ));
        assert_ok!(NominationPools::join(origin(Eve), 50 * BAL, 1));
        run_to_era(chain, 3, Bob);
        assert_ok!(Staking::payout_stakers(origin(Dave), account(Bob), 2));
        let before = Balances::free_balance(account(Eve));
        assert_ok!(NominationPools::claim_payout(origin(Eve)));
        assert!(Balances::free_balance(account(Eve)) > before);
    });
}

#[test]
fn fees_and_the_rest_of_the_inflation_go_to_the_treasury() {
    run(LOCAL_PRESET, |chain| {
        let treasury = crate::configs::governance::TreasuryAccount::get();
        let issuance = Balances::total_issuance();
        let before = Balances::free_balance(&treasury);
        run_to_era(chain, 2, Alice);
        let remainder = Balances::free_balance(&treasury) - before;
        assert!(remainder > 0);
        assert_eq!(Balances::total_issuance() - issuance, remainder);
    });
}

/// Two blocks of a validator for one slot.
fn equivocation(offender: Sr25519Keyring) -> EquivocationProof<Header> {
    let slot = Babe::current_slot();
    let authority_index = chain_index(offender);
    let header = |number| {
        let digest = pre_digest(PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index,
            slot,
        }));
        let mut header = Header::new(
            number,
            Hash::zero(),
            Hash::zero(),
            System::parent_hash(),
            digest,
        );
        let signature = offender.pair().sign(header.hash().as_ref()).into();
        header
            .digest_mut()
            .push(<DigestItem as CompatibleDigestItem>::babe_seal(signature));
        header
    };
    EquivocationProof {
        slot,
        offender: offender.public().into(),
        first_header: header(1),
        second_header: header(2),
    }
}

fn chain_index(key: Sr25519Keyring) -> u32 {
    let found = Session::validators()
        .iter()
        .position(|validator| *validator == account(key));
    found.unwrap() as u32
}

fn report(offender: Sr25519Keyring) -> UncheckedExtrinsic {
    let key: sp_consensus_babe::AuthorityId = offender.public().into();
    let key_owner_proof = Historical::prove((sp_consensus_babe::KEY_TYPE, key)).unwrap();
    let call = pallet_babe::Call::report_equivocation_unsigned {
        equivocation_proof: Box::new(equivocation(offender)),
        key_owner_proof,
    };
    UncheckedExtrinsic::new_bare(RuntimeCall::Babe(call))
}

#[test]
fn an_equivocation_is_reported_without_a_fee_and_slashed() {
    run(LOCAL_PRESET, |chain| {
        run_to_era(chain, 1, Alice);
        let report = report(Charlie);
        let results = chain.block_with(Alice, vec![report.clone()]);
        assert_eq!(results, vec![Ok(Ok(()))]);
        // Less than a third are disabled, which of three is nobody.
        assert_eq!(Session::disabled_validators(), Vec::<u32>::new());
        assert_eq!(staked(Charlie), 100_000 * BAL, "the slash is deferred");

        let info = crate::Validators::validator(account(Charlie));
        assert_eq!(info.slashes, vec![(3, 100_000 * BAL)]);

        // The same once more is refused by the pool and by the block.
        let again = chain.block_with(Alice, vec![report]);
        assert!(again[0].is_err(), "{again:?}");

        run_to_era(chain, 3, Alice);
        // One of three: all of the stake is lost.
        assert_eq!(staked(Charlie), 0);
        assert!(Balances::free_balance(account(Charlie)) <= 900_000 * BAL);
        run_to_era(chain, 5, Alice);
        assert!(!validates(Charlie));
    });
}

#[test]
fn a_report_that_proves_nothing_is_refused() {
    run(LOCAL_PRESET, |chain| {
        run_to_era(chain, 1, Alice);
        let key: sp_consensus_babe::AuthorityId = Charlie.public().into();
        let mut proof = equivocation(Charlie);
        proof.second_header = proof.first_header.clone();
        let call = pallet_babe::Call::report_equivocation_unsigned {
            equivocation_proof: Box::new(proof),
            key_owner_proof: Historical::prove((sp_consensus_babe::KEY_TYPE, key)).unwrap(),
        };
        let bare = UncheckedExtrinsic::new_bare(RuntimeCall::Babe(call));
        let results = chain.block_with(Alice, vec![bare]);
        assert_ne!(results, vec![Ok(Ok(()))]);
        run_to_era(chain, 3, Alice);
        assert_eq!(staked(Charlie), 100_000 * BAL);
    });
}

#[test]
fn governance_cancels_a_deferred_slash() {
    run(LOCAL_PRESET, |chain| {
        run_to_era(chain, 1, Alice);
        let report = report(Charlie);
        assert_eq!(chain.block_with(Alice, vec![report]), vec![Ok(Ok(()))]);
        let admin: RuntimeOrigin = crate::origins::Origin::StakingAdmin.into();
        assert_ok!(Staking::cancel_deferred_slash(admin, 3, vec![0]));
        run_to_era(chain, 4, Alice);
        assert_eq!(staked(Charlie), 100_000 * BAL);
    });
}

#[test]
fn a_node_answers_what_its_voters_and_finders_ask() {
    run(LOCAL_PRESET, |_| {
        let authorities = crate::AuthorityDiscovery::authorities();
        let mut expected: Vec<sp_authority_discovery::AuthorityId> = [Alice, Bob, Charlie]
            .map(|key| key.public().into())
            .to_vec();
        expected.sort();
        assert_eq!(authorities, expected);
        let configuration = crate::pace::EpochSlots::get();
        assert_eq!(configuration, 20);
    });
}

#[test]
fn one_validator_alone_goes_through_eras() {
    run(DEVELOPMENT_PRESET, |chain| {
        run_to_era(chain, 3, Alice);
        assert_ok!(Staking::payout_stakers(origin(Eve), account(Alice), 2));
        assert!(staked(Alice) > 100_000 * BAL);
    });
}

#[test]
fn what_validators_and_nominators_call_fits_into_a_block() {
    use frame_support::dispatch::{DispatchClass, GetDispatchInfo};
    run(LOCAL_PRESET, |_| {
        let most = crate::constants::RuntimeBlockWeights::get();
        let most = most.get(DispatchClass::Normal).max_extrinsic.unwrap();
        let targets = vec![MultiAddress::Id(account(Bob)); 16];
        let validator_stash = account(Bob);
        let calls = [
            RuntimeCall::Staking(pallet_staking::Call::payout_stakers {
                validator_stash,
                era: 1,
            }),
            RuntimeCall::Staking(pallet_staking::Call::nominate { targets }),
            RuntimeCall::Staking(pallet_staking::Call::withdraw_unbonded {
                num_slashing_spans: 32,
            }),
            RuntimeCall::NominationPools(pallet_nomination_pools::Call::join {
                amount: 1,
                pool_id: 1,
            }),
        ];
        for call in calls {
            let weight = call.get_dispatch_info().total_weight();
            assert!(weight.all_lte(most), "{call:?}: {weight:?}");
        }
    });
}

/// How long the greatest election takes here, natively; run it with `--ignored --nocapture`.
#[test]
#[ignore = "measures"]
fn the_greatest_election_takes_far_less_than_a_block() {
    use crate::configs::staking::{MAX_ELECTABLE_TARGETS, MAX_ELECTING_VOTERS, MAX_NOMINATIONS};
    use frame_election_provider_support::{onchain::OnChainExecution, ElectionProvider};
    run(LOCAL_PRESET, |_| {
        let who = |index: u32| AccountId::new(sp_io::hashing::blake2_256(&index.encode()));
        for index in 0..MAX_ELECTING_VOTERS {
            let stash = who(index);
            let stake = (20_000 + u128::from(index * 7_919 % 10_007)) * BAL;
            let _ = Balances::deposit_creating(&stash, 2 * stake);
            let signed = || RuntimeOrigin::signed(stash.clone());
            assert_ok!(Staking::bond(signed(), stake, RewardDestination::Staked));
            if index < MAX_ELECTABLE_TARGETS - 3 {
                assert_ok!(Staking::validate(signed(), ValidatorPrefs::default()));
            } else {
                let targets = (0..MAX_NOMINATIONS)
                    .map(|n| MultiAddress::Id(who((index * 31 + n * 17) % 200)))
                    .collect();
                assert_ok!(Staking::nominate(signed(), targets));
            }
        }
        pallet_staking::ValidatorCount::<Runtime>::put(100);
        let begin = std::time::Instant::now();
        type Election = OnChainExecution<crate::configs::staking::SequentialElection>;
        let winners = <Election as ElectionProvider>::elect(0).unwrap();
        println!("{} winners in {:?}", winners.len(), begin.elapsed());
        assert_eq!(winners.len(), 100);
    });
}
