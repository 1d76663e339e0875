//! Shards of workers that drain or are evicted move to others, and nothing is paid twice.

use crate::{mock::*, RepairFund};
use ballast_core::{view::AssignmentInfo, EncodingId};
use frame_support::assert_ok;
use pallet_blobs::Event;

fn blob() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn started() -> (Library, EncodingId) {
    let mut library = Library::new();
    let id = certified(&mut library, blob(), 40);
    work_to(&library, EPOCH, &[]);
    (library, id)
}

fn assignment(id: EncodingId, shard: u8) -> AssignmentInfo {
    Blobs::encoding(id).unwrap().assignments[usize::from(shard)]
}

fn drain(index: u8) {
    assert_ok!(Workers::drain(RuntimeOrigin::signed(worker(index))));
}

fn evict(index: u8) {
    assert!(Workers::evict(&worker(index)));
}

/// Works on until the shard has, or is to get, another worker, and gives its index.
fn drawn(library: &Library, id: EncodingId, shard: u8) -> u8 {
    let before = assignment(id, shard);
    for _ in 0..60 {
        work_to(library, System::block_number() + 1, &[]);
        check();
        let now = assignment(id, shard);
        if let Some(successor) = now.successor {
            return successor.worker.0[0];
        }
        if now.worker != before.worker {
            return now.worker.0[0];
        }
    }
    panic!("nobody is drawn");
}

#[test]
fn a_draining_worker_is_obliged_and_paid_until_its_successor_has_the_shard() {
    chain(12, || {
        let (library, id) = started();
        let leaving = holder(id, 2);
        drain(leaving);
        let to = drawn(&library, id, 2);
        assert_ne!(to, leaving);
        let now = assignment(id, 2);
        assert_eq!(
            (now.worker, now.receipted, now.lost),
            (worker_id(leaving), true, false)
        );
        assert_eq!(
            now.successor.map(|next| next.generation),
            Some(now.generation + 1)
        );
        let bytes = Workers::assigned_bytes(&worker(leaving));
        assert_eq!(
            bytes,
            library[&id].layout.shard_len(ballast_core::ShardIndex(2))
        );
        // Still asked, still paid.
        let earned = standing(leaving).earned;
        next_window(leaving);
        let end = System::block_number() + DEADLINE + 1;
        work(&library, &[]);
        work_to(&library, end, &[]);
        assert!(standing(leaving).earned > earned);

        certify(&library[&id], id, &[2]).unwrap();
        let after = assignment(id, 2);
        assert_eq!(
            (after.worker, after.receipted, after.successor),
            (worker_id(to), true, None)
        );
        assert_eq!(after.generation, now.generation + 1);
        assert_eq!(Workers::assigned_bytes(&worker(leaving)), 0);
        assert_ok!(Workers::leave(RuntimeOrigin::signed(worker(leaving))));
    });
}

#[test]
fn a_worker_that_resumes_keeps_its_shards() {
    chain(12, || {
        let (library, id) = started();
        let leaving = holder(id, 2);
        drain(leaving);
        work_to(&library, System::block_number() + 3, &[]);
        assert_ok!(Workers::resume(RuntimeOrigin::signed(worker(leaving))));
        work_to(&library, System::block_number() + 50, &[]);
        assert_eq!(assignment(id, 2).successor, None);
        assert_eq!(holder(id, 2), leaving);
    });
}

#[test]
fn an_evicted_workers_shard_is_lost_and_waits_for_company() {
    chain(14, || {
        let (library, id) = started();
        let (one, two) = (holder(id, 0), holder(id, 5));
        evict(one);
        next_block();
        let now = assignment(id, 0);
        assert_eq!(
            (now.worker, now.receipted, now.lost),
            (worker_id(one), false, true)
        );
        assert_eq!(Workers::assigned_bytes(&worker(one)), 0);
        let lost = Event::<Test>::ShardLost {
            encoding: id,
            shard: ballast_core::ShardIndex(0),
            worker: worker_id(one),
        };
        assert!(System::read_events_for_pallet::<Event<Test>>().contains(&lost));
        work_to(&library, System::block_number() + 10, &[]);
        assert!(assignment(id, 0).lost, "one of four spare shards may wait");
        // Two of four are half of them: now both are drawn for at once.
        evict(two);
        work_to(&library, System::block_number() + 4, &[]);
        for shard in [0, 5] {
            let now = assignment(id, shard);
            assert_eq!((now.receipted, now.lost, now.generation), (false, false, 1));
        }
        certify(&library[&id], id, &[0, 5]).unwrap();
        assert!((0..8).all(|shard| assignment(id, shard).receipted));
    });
}

#[test]
fn a_single_loss_is_repaired_when_patience_ends() {
    chain(12, || {
        let (library, id) = started();
        evict(holder(id, 0));
        let start = System::block_number();
        drawn(&library, id, 0);
        let waited = System::block_number() - start;
        assert!((30..40).contains(&waited), "{waited}");
        certify(&library[&id], id, &[0]).unwrap();
        // It is asked and paid like the others from the next epoch on.
        let index = holder(id, 0);
        work_to(&library, System::block_number() + 2 * EPOCH, &[]);
        assert!(standing(index).earned > 0);
    });
}

#[test]
fn a_repair_is_rewarded_out_of_the_fund_as_far_as_it_goes() {
    chain(12, || {
        let (library, id) = started();
        evict(holder(id, 0));
        drawn(&library, id, 0);
        let index = holder(id, 0);
        let before = free(&worker(index));
        certify(&library[&id], id, &[0]).unwrap();
        assert_eq!(free(&worker(index)), before, "the fund is empty");

        let lazy = holder(id, 3);
        work_to(&library, 3 * EPOCH + System::block_number(), &[lazy]);
        evict(holder(id, 1));
        drawn(&library, id, 1);
        let index = holder(id, 1);
        let (before, fund) = (free(&worker(index)), RepairFund::<Test>::get());
        assert!(fund > 0);
        certify(&library[&id], id, &[1]).unwrap();
        let reward = free(&worker(index)) - before;
        let rate = standing(lazy).rate;
        assert_eq!(reward, fund.min(4 * rate));
        assert_eq!(RepairFund::<Test>::get(), fund - reward);
    });
}

#[test]
fn who_is_drawn_for_a_repair_and_stays_silent_is_replaced_and_keeps_its_stake() {
    chain(14, || {
        let (library, id) = started();
        evict(holder(id, 0));
        let silent = drawn(&library, id, 0);
        let next = drawn(&library, id, 0);
        assert_ne!(silent, next);
        assert_eq!(Workers::stake(&worker(silent)), STAKE);
        assert_eq!(Workers::assigned_bytes(&worker(silent)), 0);
        assert_eq!(assignment(id, 0).generation, 2);
        // The silent one's receipt comes too late.
        certify(&library[&id], id, &[0]).unwrap();
        assert_eq!(holder(id, 0), next);
    });
}

#[test]
fn a_silent_successor_is_replaced_while_the_holder_stays() {
    chain(14, || {
        let (library, id) = started();
        let leaving = holder(id, 2);
        drain(leaving);
        let silent = drawn(&library, id, 2);
        let mut next = silent;
        for _ in 0..60 {
            work_to(&library, System::block_number() + 1, &[]);
            check();
            if let Some(successor) = assignment(id, 2).successor {
                next = successor.worker.0[0];
            }
            if next != silent {
                break;
            }
        }
        assert_ne!(next, silent);
        let now = assignment(id, 2);
        assert_eq!((now.worker, now.generation), (worker_id(leaving), 0));
        assert_eq!(now.successor.map(|next| next.generation), Some(2));
        certify(&library[&id], id, &[2]).unwrap();
        assert_eq!((holder(id, 2), assignment(id, 2).generation), (next, 2));
    });
}

#[test]
fn a_holder_that_is_evicted_leaves_its_successor_to_rebuild() {
    chain(14, || {
        let (library, id) = started();
        let leaving = holder(id, 2);
        drain(leaving);
        let successor = drawn(&library, id, 2);
        evict(leaving);
        next_block();
        check();
        let now = assignment(id, 2);
        assert_eq!((now.worker, now.receipted), (worker_id(successor), false));
        assert_eq!((now.lost, now.generation), (false, 1));
        certify(&library[&id], id, &[2]).unwrap();
        assert!(assignment(id, 2).receipted);
    });
}

#[test]
fn a_successor_that_is_evicted_leaves_the_shard_where_it_is() {
    chain(14, || {
        let (library, id) = started();
        let leaving = holder(id, 2);
        drain(leaving);
        let successor = drawn(&library, id, 2);
        evict(successor);
        next_block();
        check();
        assert_eq!(
            (holder(id, 2), assignment(id, 2).successor),
            (leaving, None)
        );
        let next = drawn(&library, id, 2);
        assert_ne!(next, successor);
    });
}

#[test]
fn a_receipt_of_wrong_content_repairs_nothing() {
    chain(12, || {
        let (library, id) = started();
        evict(holder(id, 6));
        drawn(&library, id, 6);
        let wrong = library[&id].with_wrong_parity(6);
        assert!(certify(&wrong, id, &[6]).is_err());
        assert!(!assignment(id, 6).receipted);
        certify(&library[&id], id, &[6]).unwrap();
    });
}

#[test]
fn who_drains_before_its_receipt_holds_the_shard_only_until_another_is_drawn() {
    chain(14, || {
        let (library, id) = started();
        evict(holder(id, 6));
        let leaving = drawn(&library, id, 6);
        drain(leaving);
        next_block();
        certify(&library[&id], id, &[6]).unwrap();
        check();
        assert_eq!(holder(id, 6), leaving);
        drawn(&library, id, 6);
        certify(&library[&id], id, &[6]).unwrap();
        assert_ok!(Workers::leave(RuntimeOrigin::signed(worker(leaving))));
    });
}

#[test]
fn who_drains_while_the_encoding_is_pending_is_replaced_after_the_certificate() {
    chain(14, || {
        let (mut library, blob) = (Library::new(), blob());
        let id = register(&ALICE, &blob, 40).unwrap();
        next_block();
        next_block();
        let leaving = holder(id, 3);
        drain(leaving);
        next_block();
        certify(&blob, id, &[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
        check();
        library.insert(id, blob);
        drawn(&library, id, 3);
        certify(&library[&id], id, &[3]).unwrap();
        assert_ok!(Workers::leave(RuntimeOrigin::signed(worker(leaving))));
    });
}

#[test]
fn the_receipt_of_an_evicted_worker_is_refused_and_another_is_drawn() {
    chain(14, || {
        let (library, id) = started();
        evict(holder(id, 6));
        let evicted = drawn(&library, id, 6);
        evict(evicted);
        assert!(certify(&library[&id], id, &[6]).is_err());
        next_block();
        assert!(certify(&library[&id], id, &[6]).is_err());
        assert_ne!(drawn(&library, id, 6), evicted);
        certify(&library[&id], id, &[6]).unwrap();
    });
}

#[test]
fn when_too_few_workers_are_left_as_many_shards_as_possible_are_drawn_for() {
    chain(10, || {
        let (library, id) = started();
        // Three lost, two workers left.
        for shard in [0, 3, 6] {
            evict(holder(id, shard));
        }
        work_to(&library, System::block_number() + 12, &[]);
        let lost = (0..8).filter(|shard| assignment(id, *shard).lost).count();
        assert_eq!(lost, 2);
        check();
        for index in 20..23 {
            add_worker(index);
        }
        let assigned: Vec<u8> = (0..8)
            .filter(|shard| !assignment(id, *shard).receipted && !assignment(id, *shard).lost)
            .collect();
        certify(&library[&id], id, &assigned).unwrap();
        work_to(&library, System::block_number() + 40, &[]);
        assert!((0..8).all(|shard| !assignment(id, shard).lost));
    });
}

#[test]
fn a_lease_that_ends_frees_everybody_who_waits() {
    chain(14, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(), 4);
        work_to(&library, EPOCH, &[]);
        let (leaving, gone) = (holder(id, 2), holder(id, 5));
        drain(leaving);
        evict(gone);
        work_to(&library, 7 * EPOCH, &[]);
        assert_eq!(Blobs::encoding(id), None);
        assert!((0..14).all(|index| Workers::assigned_bytes(&worker(index)) == 0));
        assert_eq!(Blobs::pot_balance(), RepairFund::<Test>::get());
    });
}
