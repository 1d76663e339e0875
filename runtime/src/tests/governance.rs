//! Referenda decide and act, each on its own track; the committee can do one thing and no more.

use super::*;
use crate::{
    configs::governance::{track, Tracks, TreasuryAccount},
    constants::BAL,
    genesis_presets::DEVELOPMENT_PRESET,
    origins::Origin,
    Balances, ConvictionVoting, OriginCaller, Preimage, Referenda, RuntimeOrigin,
    TechnicalCommittee, Treasury, TxPause,
};
use frame_support::{
    assert_noop, assert_ok,
    dispatch::GetDispatchInfo,
    traits::{schedule::DispatchTime, Bounded, StorePreimage},
};
use pallet_conviction_voting::{AccountVote, Conviction, Vote};
use pallet_referenda::{ReferendumInfo, ReferendumInfoFor, TracksInfo};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::{traits::Dispatchable, DispatchError};

fn run(test: impl FnOnce(&mut Chain)) {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut chain = Chain::new();
        chain.block(vec![]);
        test(&mut chain);
        check_all_state();
    });
}

fn origin(key: Sr25519Keyring) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(key))
}

/// Proposes a call under an origin, and lets three accounts vote for or against it.
fn propose(origin_of: OriginCaller, call: RuntimeCall, aye: bool) -> u32 {
    let index = pallet_referenda::ReferendumCount::<Runtime>::get();
    let proposal = Preimage::bound(call).unwrap();
    assert_ok!(Referenda::submit(
        origin(Dave),
        Box::new(origin_of),
        proposal,
        DispatchTime::After(1)
    ));
    assert_ok!(Referenda::place_decision_deposit(origin(Dave), index));
    for voter in [Alice, Bob, Charlie] {
        let vote = Vote {
            aye,
            conviction: Conviction::Locked1x,
        };
        let balance = 800_000 * BAL;
        assert_ok!(ConvictionVoting::vote(
            origin(voter),
            index,
            AccountVote::Standard { vote, balance }
        ));
    }
    index
}

/// Blocks until a referendum is decided and what it decided is done.
fn decide(chain: &mut Chain, index: u32) -> bool {
    for _ in 0..2_000 {
        match ReferendumInfoFor::<Runtime>::get(index).unwrap() {
            ReferendumInfo::Ongoing(_) => chain.block(vec![]),
            ReferendumInfo::Approved(since, ..) => {
                for _ in 0..200 {
                    chain.block(vec![]);
                }
                assert!(since > 0);
                return true;
            }
            _ => return false,
        };
    }
    panic!("referendum {index} is not decided after 2,000 blocks");
}

fn root() -> OriginCaller {
    OriginCaller::system(frame_system::RawOrigin::Root)
}

fn authorize_upgrade() -> RuntimeCall {
    let code_hash = Hash::repeat_byte(7);
    RuntimeCall::System(frame_system::Call::authorize_upgrade { code_hash })
}

fn block_device() -> RuntimeCall {
    let call = pallet_attestation::Call::block_device {
        device: [3; 32],
        blocked: true,
    };
    RuntimeCall::Attestation(call)
}

#[test]
fn a_referendum_authorizes_an_upgrade() {
    run(|chain| {
        let index = propose(root(), authorize_upgrade(), true);
        assert!(decide(chain, index));
        let authorized = System::authorized_upgrade().unwrap();
        assert_eq!(authorized.code_hash(), &Hash::repeat_byte(7));
    });
}

#[test]
fn a_referendum_that_is_voted_down_does_nothing() {
    run(|chain| {
        let index = propose(root(), authorize_upgrade(), false);
        assert!(!decide(chain, index));
        assert!(System::authorized_upgrade().is_none());
    });
}

#[test]
fn a_referendum_on_parameters_blocks_a_device() {
    run(|chain| {
        let index = propose(Origin::Parameters.into(), block_device(), true);
        assert!(decide(chain, index));
        assert!(pallet_attestation::Blocked::<Runtime>::contains_key(
            [3; 32]
        ));
    });
}

#[test]
fn each_origin_may_do_its_own_and_no_more() {
    run(|_| {
        let narrow = [
            Origin::Parameters,
            Origin::StakingAdmin,
            Origin::IdentityAdmin,
            Origin::Treasurer,
            Origin::SmallSpender,
            Origin::ReferendumCanceller,
            Origin::ReferendumKiller,
        ];
        for one in narrow {
            let as_one = || RuntimeOrigin::from(one.clone());
            let upgrade = authorize_upgrade().dispatch(as_one());
            assert_eq!(
                upgrade.unwrap_err().error,
                DispatchError::BadOrigin,
                "{one:?}"
            );
            let block = block_device().dispatch(as_one());
            assert_eq!(block.is_ok(), one == Origin::Parameters, "{one:?}");
        }
        assert!(block_device().dispatch(origin(Alice)).is_err());
    });
}

#[test]
fn there_is_a_track_for_each_origin_and_root_takes_longest() {
    run(|_| {
        assert_ok!(Tracks::check_integrity());
        let id = |origin: OriginCaller| Tracks::track_for(&origin).unwrap();
        assert_eq!(id(root()), track::ROOT);
        assert_eq!(id(Origin::Parameters.into()), track::PARAMETERS);
        assert_eq!(
            id(Origin::ReferendumKiller.into()),
            track::REFERENDUM_KILLER
        );
        let signed = OriginCaller::system(frame_system::RawOrigin::Signed(account(Eve)));
        assert!(
            Tracks::track_for(&signed).is_err(),
            "nobody's account is voted on"
        );
        for found in Tracks::tracks() {
            let info = &found.info;
            let periods = [
                info.prepare_period,
                info.confirm_period,
                info.decision_period,
                info.min_enactment_period,
            ];
            assert!(periods.iter().all(|blocks| *blocks > 0), "{info:?}");
        }
    });
}

#[test]
fn a_day_of_a_track_is_a_day_of_the_network() {
    for (day, two_hours) in [(80, 6), (96, 8), (49, 4), (crate::constants::DAYS, 2_400)] {
        run(|_| {
            crate::pace::pallet::Periods::<Runtime>::mutate(|periods| {
                periods.governance_day_blocks = day;
            });
            let root = Tracks::tracks()
                .find(|found| found.id == track::ROOT)
                .unwrap();
            assert_eq!(root.info.confirm_period, day);
            assert_eq!(root.info.min_enactment_period, day);
            assert_eq!(root.info.decision_period, 14 * day);
            assert_eq!(root.info.prepare_period, two_hours);
        });
    }
}

#[test]
fn an_approved_spend_is_claimed_by_its_beneficiary() {
    run(|chain| {
        let treasury = TreasuryAccount::get();
        assert_ok!(Balances::transfer_keep_alive(
            origin(Alice),
            treasury.into(),
            5_000 * BAL
        ));
        let spend = |bal: u128| {
            RuntimeCall::Treasury(pallet_treasury::Call::spend {
                asset_kind: Box::new(()),
                amount: bal * BAL,
                beneficiary: Box::new(account(Ferdie)),
                valid_from: None,
            })
        };
        let too_much = spend(1_001).dispatch(Origin::SmallSpender.into());
        assert!(too_much.is_err());
        let index = propose(Origin::SmallSpender.into(), spend(900), true);
        assert!(decide(chain, index));
        let before = Balances::free_balance(account(Ferdie));
        assert_ok!(Treasury::payout(origin(Eve), 0));
        assert_eq!(Balances::free_balance(account(Ferdie)) - before, 900 * BAL);
    });
}

fn name(pallet: &str, call: &str) -> pallet_tx_pause::RuntimeCallNameOf<Runtime> {
    (
        pallet.as_bytes().to_vec().try_into().unwrap(),
        call.as_bytes().to_vec().try_into().unwrap(),
    )
}

fn pause(pallet: &str, call: &str) -> RuntimeCall {
    let full_name = name(pallet, call);
    RuntimeCall::TxPause(pallet_tx_pause::Call::pause { full_name })
}

/// A motion of the committee with these members in favour; what came of the call, if it was made.
fn motion(call: RuntimeCall, ayes: &[Sr25519Keyring]) -> Option<Result<(), DispatchError>> {
    use sp_runtime::traits::Hash as _;
    let length = call.encoded_size() as u32;
    let weight = call.get_dispatch_info().total_weight();
    let hash = sp_runtime::traits::BlakeTwo256::hash_of(&call);
    let index = pallet_collective::ProposalCount::<Runtime, pallet_collective::Instance1>::get();
    let proposal = Box::new(call);
    assert_ok!(TechnicalCommittee::propose(
        origin(ayes[0]),
        2,
        proposal,
        length
    ));
    for member in ayes {
        assert_ok!(TechnicalCommittee::vote(origin(*member), hash, index, true));
    }
    System::reset_events();
    let closed = TechnicalCommittee::close(origin(Eve), hash, index, weight, length);
    if closed.is_err() {
        return None;
    }
    System::events()
        .iter()
        .find_map(|record| match &record.event {
            crate::RuntimeEvent::TechnicalCommittee(pallet_collective::Event::Executed {
                result,
                ..
            }) => Some(*result),
            _ => None,
        })
}

#[test]
fn two_thirds_of_the_committee_pause_a_call_and_let_it_go_on() {
    run(|chain| {
        assert_eq!(
            motion(pause("Balances", "transfer_keep_alive"), &[Alice]),
            None
        );
        let paused = motion(pause("Balances", "transfer_allow_death"), &[Alice, Bob]);
        assert_eq!(paused, Some(Ok(())));
        let dest = account(Charlie).into();
        let value = BAL;
        let call =
            RuntimeCall::Balances(pallet_balances::Call::transfer_allow_death { dest, value });
        let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
        assert_eq!(
            chain.block(vec![signed(Dave, 0, call.clone())]),
            vec![Ok(filtered)]
        );
        let full_name = name("Balances", "transfer_allow_death");
        let resume = RuntimeCall::TxPause(pallet_tx_pause::Call::unpause { ident: full_name });
        assert_eq!(motion(resume, &[Alice, Charlie]), Some(Ok(())));
        assert_eq!(chain.block(vec![signed(Dave, 1, call)]), vec![Ok(Ok(()))]);
    });
}

#[test]
fn the_committee_can_do_nothing_else() {
    run(|_| {
        let force_transfer = RuntimeCall::Balances(pallet_balances::Call::force_transfer {
            source: account(Eve).into(),
            dest: account(Alice).into(),
            value: BAL,
        });
        let set_code = RuntimeCall::System(frame_system::Call::set_code { code: vec![1] });
        let cancel = RuntimeCall::Referenda(pallet_referenda::Call::cancel { index: 0 });
        for call in [
            force_transfer,
            set_code,
            cancel,
            authorize_upgrade(),
            block_device(),
        ] {
            let result = motion(call.clone(), &[Alice, Bob, Charlie]);
            assert_eq!(result, Some(Err(DispatchError::BadOrigin)), "{call:?}");
        }
    });
}

#[test]
fn nobody_pauses_governance_exits_or_proofs() {
    run(|_| {
        for (pallet, call) in [
            ("ConvictionVoting", "vote"),
            ("Referenda", "submit"),
            ("Preimage", "note_preimage"),
            ("Timestamp", "set"),
            ("Possession", "prove"),
            ("Blobs", "certify"),
            ("Blobs", "attest_rebuild"),
            ("Retrieval", "answer"),
            ("Inference", "redeem"),
            ("Inference", "close"),
            ("Inference", "reveal_score"),
            ("Proxy", "proxy"),
            ("Multisig", "as_multi"),
            ("Vesting", "vest"),
            ("Workers", "withdraw"),
            ("Staking", "unbond"),
            ("TxPause", "unpause"),
        ] {
            let result = motion(pause(pallet, call), &[Alice, Bob]);
            let unpausable = pallet_tx_pause::Error::<Runtime>::Unpausable;
            assert_eq!(result, Some(Err(unpausable.into())), "{pallet}.{call}");
        }
    });
}

/// A call that is renamed would drop out of the list in silence.
#[test]
fn every_call_that_is_never_paused_is_there() {
    use frame_support::traits::GetCallMetadata;
    for pallet in crate::configs::governance::NEVER_PAUSED_PALLETS {
        assert!(RuntimeCall::get_module_names().contains(pallet), "{pallet}");
    }
    for (pallet, call) in crate::configs::governance::NEVER_PAUSED_CALLS {
        assert!(
            RuntimeCall::get_call_names(pallet).contains(call),
            "{pallet}.{call}"
        );
    }
}

#[test]
fn an_outsider_has_no_part_in_the_committee() {
    run(|_| {
        let call = TechnicalCommittee::propose(
            origin(Eve),
            2,
            Box::new(pause("Balances", "transfer_all")),
            100,
        );
        assert_noop!(
            call,
            pallet_collective::Error::<Runtime, pallet_collective::Instance1>::NotMember
        );
        assert_noop!(
            TxPause::pause(origin(Alice), name("Balances", "transfer_all")),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn a_runtime_of_two_megabytes_fits_into_a_block_of_governance() {
    run(|_| {
        let call = RuntimeCall::System(frame_system::Call::set_code {
            code: vec![0; 2 << 20],
        });
        let most: frame_support::weights::Weight =
            crate::configs::governance::MaxScheduledWeight::get();
        let weight = call.get_dispatch_info().call_weight;
        assert!(weight.all_lte(most), "{weight:?} of {most:?}");
        let note = RuntimeCall::Preimage(pallet_preimage::Call::note_preimage {
            bytes: vec![0; 2 << 20],
        });
        let normal = crate::constants::RuntimeBlockWeights::get();
        let normal = normal.get(frame_support::dispatch::DispatchClass::Normal);
        let weight = note.get_dispatch_info().total_weight();
        assert!(weight.all_lte(normal.max_extrinsic.unwrap()), "{weight:?}");
    });
}

#[test]
fn governance_works_through_a_proxy_that_may_move_no_money() {
    run(|_| {
        use crate::configs::accounts::ProxyType;
        assert_ok!(crate::Proxy::add_proxy(
            origin(Alice),
            account(Eve).into(),
            ProxyType::Governance,
            0
        ));
        let by_proxy = |call: RuntimeCall| {
            let real = account(Alice).into();
            System::reset_events();
            assert_ok!(crate::Proxy::proxy(origin(Eve), real, None, Box::new(call)));
            System::events()
                .iter()
                .find_map(|record| match &record.event {
                    crate::RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => {
                        Some(*result)
                    }
                    _ => None,
                })
                .unwrap()
        };
        let submit = RuntimeCall::Referenda(pallet_referenda::Call::submit {
            proposal_origin: Box::new(root()),
            proposal: Bounded::Inline(authorize_upgrade().encode().try_into().unwrap()),
            enactment_moment: DispatchTime::After(1),
        });
        assert_ok!(by_proxy(submit));
        let theft = transfer(Eve, BAL);
        assert!(by_proxy(theft.clone()).is_err());
        let hidden = RuntimeCall::Utility(pallet_utility::Call::batch_all { calls: vec![theft] });
        assert!(by_proxy(hidden).is_err());
    });
}
