//! What misses cost, one after the other.

use crate::{mock::*, Event, RepairFund, Standings};
use ballast_core::{price::BAL, view::WorkerStatus};
use frame_support::{assert_noop, assert_ok};

fn library() -> (Library, u8) {
    let mut library = Library::new();
    let id = certified(&mut library, TestBlob::new(50_000, code(4, 8)), 30);
    let index = holder(id, 1);
    (library, index)
}

/// Goes on for an epoch in which `lazy` prove nothing.
fn epoch(library: &Library, lazy: &[u8]) {
    let end = (System::block_number() / EPOCH + 1) * EPOCH + EPOCH - 1;
    work_to(library, end, lazy);
}

fn stake(index: u8) -> u128 {
    Workers::stake(&worker(index))
}

#[test]
fn a_miss_is_a_point_and_clean_windows_take_it_off() {
    chain(12, || {
        let (library, index) = library();
        epoch(&library, &[index]);
        assert_eq!((standing(index).score, stake(index)), (1, STAKE));
        epoch(&library, &[]);
        assert_eq!(
            (standing(index).score, standing(index).clean_windows),
            (1, 1)
        );
        epoch(&library, &[]);
        assert_eq!(
            (standing(index).score, standing(index).clean_windows),
            (0, 0)
        );
        let honest = (0..12).filter(|other| *other != index);
        for other in honest.filter(|other| Possession::standing(worker(*other)).is_some()) {
            assert_eq!((standing(other).score, stake(other)), (0, STAKE));
        }
    });
}

#[test]
fn from_a_score_on_misses_cost_stake_which_the_repair_fund_gets() {
    chain(12, || {
        let (library, index) = library();
        for expected in 1..=3 {
            epoch(&library, &[index]);
            assert_eq!((standing(index).score, stake(index)), (expected, STAKE));
        }
        let fund = RepairFund::<Test>::get();
        epoch(&library, &[index]);
        assert_eq!((standing(index).score, stake(index)), (4, STAKE - 10 * BAL));
        let outcome = *standing(index).recent.last().unwrap();
        assert_eq!(outcome.slashed, 10 * BAL);
        assert_eq!(standing(index).slashed, 10 * BAL);
        let forfeited = standing(index).rate;
        assert_eq!(RepairFund::<Test>::get(), fund + 10 * BAL + forfeited);
        // One percent of what is left.
        epoch(&library, &[index]);
        assert_eq!(stake(index), STAKE - 10 * BAL - 99 * BAL / 10);
    });
}

#[test]
fn too_many_points_evict() {
    chain(12, || {
        let (library, index) = library();
        for _ in 0..5 {
            epoch(&library, &[index]);
        }
        let status = |index| Workers::status(&worker(index));
        assert_eq!(status(index), Some(WorkerStatus::Active));
        let mut evicted = false;
        for _ in 0..EPOCH {
            work_to(&library, System::block_number() + 1, &[index]);
            let events = System::read_events_for_pallet::<Event<Test>>();
            evicted |= events.iter().any(|event| {
                matches!(event, Event::Evicted { worker, score: 6, .. } if *worker == worker_id(index))
            });
        }
        assert!(evicted);
        assert_eq!(status(index), Some(WorkerStatus::Evicted));
        next_block();
        assert_eq!(Workers::assigned_bytes(&worker(index)), 0);
        // It may only leave, and starts anew then.
        let origin = || RuntimeOrigin::signed(worker(index));
        assert_noop!(
            Workers::resume(origin()),
            pallet_workers::Error::<Test>::Evicted
        );
        assert_noop!(
            Workers::drain(origin()),
            pallet_workers::Error::<Test>::NotActive
        );
        assert_ok!(Workers::leave(origin()));
        assert_noop!(
            Workers::resume(origin()),
            pallet_workers::Error::<Test>::Evicted
        );
        work_to(&library, System::block_number() + 10, &[]);
        assert_ok!(Workers::withdraw(origin()));
        assert!(!Standings::<Test>::contains_key(worker_id(index)));
    });
}

#[test]
fn too_little_stake_evicts_before_the_score_does() {
    chain(12, || {
        let (library, index) = library();
        // Twenty BAL above the least stake: three slashes of ten are too many, but here the least is raised.
        pallet_workers::Parameters::<Test>::mutate(|params| params.min_stake = STAKE);
        for _ in 0..4 {
            epoch(&library, &[index]);
        }
        assert_eq!(standing(index).score, 4);
        assert_eq!(Workers::status(&worker(index)), Some(WorkerStatus::Evicted));
    });
}

#[test]
fn an_evicted_worker_loses_nothing_more() {
    chain(12, || {
        let (library, index) = library();
        for _ in 0..6 {
            epoch(&library, &[index]);
        }
        let left = stake(index);
        for _ in 0..3 {
            epoch(&library, &[index]);
        }
        assert_eq!(stake(index), left);
        assert_eq!(standing(index).recent.len(), 6);
    });
}

#[test]
fn a_stranger_has_no_standing() {
    chain(1, || assert_eq!(Possession::standing(ALICE), None));
}
