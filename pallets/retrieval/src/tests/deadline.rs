//! Deadlines: what a miss costs, and who is excused.

use crate::{mock::*, Event, WeightInfo};
use ballast_core::{price::BAL, view::RetrievalState, RetrievalId};
use frame_support::{assert_ok, weights::Weight};
use pallet_possession::RepairFund;

#[test]
fn a_miss_costs_the_shard_and_stake_and_the_bond_goes_back() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let other = Kept::varied(50_000, 6, 1);
        let (index, before) = (kept.holder(2), free(&BOB));
        let id = kept.ask(&BOB, 2);
        let all = Balances::total_issuance();
        run_to(info(id).unwrap().deadline);
        assert_eq!(state(id), RetrievalState::Open);
        next_block();
        let (at, fine) = (System::block_number(), STAKE / 50);
        assert_eq!(state(id), RetrievalState::Missed { at, slashed: fine });
        assert!(kept.is_lost(2));
        assert_eq!((stake(index), slashed(index)), (STAKE - fine, fine));
        assert_eq!(RepairFund::<Test>::get(), fine);
        assert_eq!(free(&BOB), before);
        assert_eq!(Balances::total_issuance(), all);
        // Whatever else it holds it keeps.
        for shard in other.blob.layout.held_shards() {
            assert!(!other.is_lost(shard.0));
        }
        let missed = Event::Missed {
            id,
            worker: worker_id(index),
            encoding: kept.id,
            shard: ballast_core::ShardIndex(2),
            slashed: fine,
        };
        let events = System::read_events_for_pallet::<Event<Test>>();
        assert_eq!(events.last(), Some(&missed));
    });
}

#[test]
fn a_forfeited_shard_is_drawn_for_again_and_never_back_to_who_lost_it() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let index = kept.holder(2);
        let id = kept.ask(&BOB, 2);
        run_to(info(id).unwrap().deadline + 1);
        assert!(kept.is_lost(2));
        for _ in 0..60 {
            next_block();
            check();
        }
        assert!(!kept.is_lost(2));
        assert_ne!(kept.holder(2), index);
        kept.certify(&[2]);
        assert_ok!(kept.answer(kept.ask(&BOB, 2)));
    });
}

#[test]
fn a_worker_whose_stake_no_longer_suffices_is_evicted() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let other = Kept::varied(50_000, 6, 1);
        let index = kept.holder(2);
        crate::Parameters::<Test>::mutate(|params| params.slash_permille = 100);
        let id = kept.ask(&BOB, 2);
        run_to(info(id).unwrap().deadline + 3);
        let status = Workers::status(&worker(index));
        assert_eq!(status, Some(ballast_core::view::WorkerStatus::Evicted));
        let rest = other.blob.layout.held_shards();
        for shard in rest.filter(|shard| other.holder(shard.0) == index) {
            assert!(other.is_lost(shard.0));
        }
    });
}

#[test]
fn several_challenges_of_one_shard_cost_it_once() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let index = kept.holder(2);
        let before = free(&BOB);
        let (first, second) = (kept.ask(&BOB, 2), kept.ask(&BOB, 2));
        run_to(info(first).unwrap().deadline + 1);
        assert!(matches!(state(first), RetrievalState::Missed { .. }));
        assert!(matches!(state(second), RetrievalState::Excused { .. }));
        assert_eq!(slashed(index), STAKE / 50);
        assert_eq!(free(&BOB), before);
    });
}

#[test]
fn who_was_evicted_or_relieved_meanwhile_is_excused() {
    chain(14, || {
        let kept = Kept::new(50_000, 6);
        let (evicted, drained) = (kept.holder(1), kept.holder(2));
        let before = free(&BOB);
        let first = kept.ask(&BOB, 1);
        Workers::evict(&worker(evicted));
        assert_ok!(Workers::drain(RuntimeOrigin::signed(worker(drained))));
        run_to(System::block_number() + 50);
        let second = kept.ask(&BOB, 2);
        kept.certify(&[2]);
        assert_ne!(kept.holder(2), drained);
        run_to(info(second).unwrap().deadline + 1);
        assert!(matches!(state(first), RetrievalState::Excused { .. }));
        assert!(matches!(state(second), RetrievalState::Excused { .. }));
        assert_eq!((slashed(evicted), slashed(drained)), (0, 0));
        assert_eq!(free(&BOB), before);
    });
}

#[test]
fn an_expired_lease_excuses() {
    chain(12, || {
        let kept = Kept::new(50_000, 1);
        // The last blocks of the lease's last epoch.
        run_to(2 * EPOCH - 3);
        let id = kept.ask(&BOB, 2);
        let index = kept.holder(2);
        run_to(2 * EPOCH + DEADLINE);
        assert!(matches!(state(id), RetrievalState::Excused { .. }));
        assert_eq!(slashed(index), 0);
    });
}

#[test]
fn a_wrong_encoding_excuses() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let (id, index) = (kept.ask(&BOB, 2), kept.holder(2));
        // What an accepted report of a wrong encoding does: the lease ends now.
        pallet_blobs::Encodings::<Test>::mutate(kept.id, |encoding| {
            let encoding = encoding.as_mut().unwrap();
            let pallet_blobs::types::Stage::Certified { at, expires } = encoding.stage else {
                panic!("certified");
            };
            let now = Blobs::epoch_now();
            pallet_blobs::ExpiriesDue::<Test>::remove(expires, kept.id);
            pallet_blobs::ExpiriesDue::<Test>::insert(now, kept.id, ());
            pallet_blobs::ExpiryCursor::<Test>::put(now);
            encoding.stage = pallet_blobs::types::Stage::Certified { at, expires: now };
        });
        run_to(info(id).unwrap().deadline + 1);
        assert!(matches!(state(id), RetrievalState::Excused { .. }));
        assert_eq!(slashed(index), 0);
        // Nothing to prove it against is left.
        assert_eq!(pallet_blobs::Encodings::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_block_ends_as_many_as_fit_and_at_least_one() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let ids: Vec<RetrievalId> = (0..4).map(|shard| kept.ask(&BOB, shard)).collect();
        assert_ok!(kept.answer(ids[1]));
        MaxHookWeight::set(Weight::from_parts(1, 1));
        let end = info(ids[0]).unwrap().deadline;
        let open = || {
            ids.iter()
                .filter(|id| state(**id) == RetrievalState::Open)
                .count()
        };
        run_to(end + 1);
        assert_eq!(open(), 2);
        // The one that was answered takes a turn as well.
        run_to(end + 2);
        assert_eq!(open(), 2);
        MaxHookWeight::set(<() as WeightInfo>::miss().saturating_mul(2));
        run_to(end + 3);
        assert_eq!(open(), 0);
    });
}

#[test]
fn ends_are_kept_for_the_last_challenges_only() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let first = kept.ask(&BOB, 1);
        assert_ok!(kept.answer(first));
        crate::NextId::<Test>::put(RetrievalId(crate::KEPT_CHALLENGES));
        crate::Cursor::<Test>::put(RetrievalId(crate::KEPT_CHALLENGES));
        assert!(info(first).is_some());
        let next = kept.ask(&BOB, 1);
        assert!(info(first).is_none());
        assert_ok!(kept.answer(next));
        assert_eq!(info(next).map(|info| info.bond), Some(BAL));
    });
}

/// A worker that is drawn for a shard which was not shown says of a right one that it is wrong. The committee says otherwise,
/// and the liar pays what the miss had cost.
#[test]
fn who_lies_about_a_shard_that_was_not_shown_pays_as_for_a_miss() {
    use ballast_core::{
        dispute::{RebuildAttestation, RebuildBody},
        ChainingValue, ShardIndex,
    };
    use sp_core::Pair;
    let attest = |kept: &Kept, generation, index: u8, root| {
        let body = RebuildBody {
            genesis_hash: System::block_hash(0).0,
            encoding: kept.id,
            shard: ShardIndex(2),
            generation,
            root,
        };
        let signature = key_pair(index).sign(&body.signing_payload()).0;
        apply(RuntimeCall::Blobs(pallet_blobs::Call::attest_rebuild {
            worker: worker_id(index),
            encoding: kept.id,
            attestation: RebuildAttestation::new(&body, signature),
        }))
    };
    chain(12, || {
        let kept = Kept::new(50_000, 20);
        let id = kept.ask(&BOB, 2);
        let lost = kept.holder(2);
        assert_eq!(Blobs::unshown(kept.id), vec![]);
        run_to(info(id).unwrap().deadline + 1);
        assert_eq!(Blobs::unshown(kept.id), vec![ShardIndex(2)]);
        for _ in 0..60 {
            if kept.holder(2) == lost {
                next_block();
            }
        }
        assert_ne!(kept.holder(2), lost);
        let liar = kept.holder(2);
        assert_ok!(attest(&kept, 1, liar, ChainingValue([9; 32])));
        next_block();
        next_block();
        let root = Blobs::commitment(kept.id, ShardIndex(2)).unwrap().1;
        for seat in Blobs::disputes()[0].committee.clone() {
            let member = seat.worker.0[0];
            let root = if member == liar {
                ChainingValue([9; 32])
            } else {
                root
            };
            let _ = attest(&kept, 1, member, root);
            check();
        }
        let before = stake(liar);
        let (fund, all) = (RepairFund::<Test>::get(), Balances::total_issuance());
        next_block();
        check();
        assert_eq!(Blobs::disputes(), vec![]);
        let fine = before / 50;
        assert_eq!(stake(liar), before - fine);
        assert_eq!(RepairFund::<Test>::get(), fund + fine);
        assert_eq!(Balances::total_issuance(), all);
        assert!(Blobs::is_kept(kept.id));
    });
}
