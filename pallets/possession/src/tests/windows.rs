//! When workers are asked, and what for.

use crate::{mock::*, Holdings, Roster, RosterLen, Slots, WindowQueue, Windows};
use ballast_core::{challenge::derive, view::WindowInfo, Address, StorageEpoch};
use std::collections::BTreeSet;

fn blob(variant: u64) -> TestBlob {
    TestBlob::varied(50_000, code(4, 8), variant)
}

#[test]
fn every_worker_with_shards_has_one_window_in_each_epoch() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 6);
        certified(&mut library, blob(1), 6);
        let mut seen = BTreeSet::new();
        for block in System::block_number() + 1..5 * EPOCH {
            run_to(block);
            for index in 0..12 {
                if let Some(window) = window(index) {
                    if window.opened_at == block {
                        assert!(
                            seen.insert((index, window.epoch)),
                            "asked twice in an epoch"
                        );
                    }
                }
            }
            check();
        }
        let holders = Holdings::<Test>::iter_keys().count();
        // Certified in epoch 0: asked in 1, 2, 3, 4.
        assert_eq!(seen.len(), 4 * holders);
    });
}

#[test]
fn windows_are_spread_over_the_epoch_and_end_with_it() {
    chain(12, || {
        let mut library = Library::new();
        for variant in 0..3 {
            certified(&mut library, blob(variant), 6);
        }
        let mut openings = BTreeSet::new();
        run_to(2 * EPOCH - 1);
        for block in 2 * EPOCH..3 * EPOCH {
            run_to(block);
            let opened = Windows::<Test>::iter_values().filter(|window| window.opened_at == block);
            for window in opened {
                openings.insert(block);
                assert_eq!(window.deadline, block + DEADLINE);
                assert!(window.deadline < 3 * EPOCH);
            }
        }
        assert!(openings.len() >= 10, "{openings:?}");
        assert!(openings.iter().all(|block| *block < 3 * EPOCH - DEADLINE));
    });
}

#[test]
fn a_window_is_what_anyone_derives_from_the_previous_blocks_randomness() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 6);
        let index = holder(0.into(), 0);
        let window = next_window(index);
        let seed = *blake3::hash(&(window.opened_at - 1).to_le_bytes()).as_bytes();
        let holding = Holdings::<Test>::get(worker_id(index)).unwrap();
        let lookup = |class, slot| Slots::<Test>::get(worker_id(index), (class, slot));
        let picks = derive(
            &seed,
            &worker_id(index),
            window.epoch,
            &holding.settled(),
            lookup,
            4,
        );
        let asked: Vec<_> = window
            .picks
            .iter()
            .map(|pick| (pick.encoding, pick.shard, pick.chunk, pick.proven))
            .collect();
        let derived: Vec<_> = picks
            .iter()
            .map(|pick| (pick.encoding, pick.shard, pick.chunk, false))
            .collect();
        assert_eq!(asked, derived);
        assert_eq!(asked.len(), 4);
    });
}

#[test]
fn what_happens_later_does_not_change_what_is_asked() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 6);
        let index = holder(0.into(), 0);
        let before = next_window(index);
        certified(&mut library, blob(1), 6);
        let after: WindowInfo = window(index).unwrap();
        assert_eq!(after, before);
    });
}

#[test]
fn a_shard_is_asked_for_from_the_epoch_after_its_receipt() {
    chain(8, || {
        let mut library = Library::new();
        let old = certified(&mut library, blob(0), 6);
        run_to(EPOCH + 1);
        let fresh = certified(&mut library, blob(1), 6);
        let asked = |epoch: u32| {
            let mut asked = BTreeSet::new();
            while Blobs::epoch_now() < StorageEpoch(epoch + 1) {
                next_block();
                let windows = Windows::<Test>::iter_values();
                let windows = windows.filter(|window| window.epoch == StorageEpoch(epoch));
                asked.extend(
                    windows
                        .flat_map(|window| window.picks)
                        .map(|pick| pick.encoding),
                );
            }
            asked
        };
        assert_eq!(asked(1), BTreeSet::from([old]));
        assert_eq!(asked(2), BTreeSet::from([old, fresh]));
    });
}

#[test]
fn a_block_without_randomness_opens_none_and_the_others_catch_up() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 6);
        run_to(EPOCH - 1);
        Silent::set(true);
        run_to(EPOCH + 8);
        assert_eq!(Windows::<Test>::iter_keys().count(), 0);
        Silent::set(false);
        next_block();
        assert!(Windows::<Test>::iter_keys().count() >= 5);
    });
}

#[test]
fn a_small_weight_delays_windows_and_loses_none_of_the_pay() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 3);
        // One window is opened and one closed in a block.
        MaxHookWeight::set(frame_support::weights::Weight::from_parts(1, u64::MAX));
        let mut most = 0;
        for _ in EPOCH..2 * EPOCH {
            let before = WindowQueue::<Test>::get().tail;
            next_block();
            most = most.max(WindowQueue::<Test>::get().tail - before);
            check();
        }
        assert_eq!(most, 1);
    });
}

#[test]
fn who_holds_nothing_any_more_leaves_the_roster() {
    chain(12, || {
        let mut library = Library::new();
        certified(&mut library, blob(0), 1);
        assert_eq!(RosterLen::<Test>::get(), 8);
        work_to(&library, 4 * EPOCH, &[]);
        assert_eq!(RosterLen::<Test>::get(), 0);
        assert_eq!(
            Roster::<Test>::iter().count() + Holdings::<Test>::iter().count(),
            0
        );
        assert_eq!(Slots::<Test>::iter().count(), 0);
        assert!(!Blobs::is_available(Address(
            *blake3::hash(&blob(0).bytes).as_bytes()
        )));
    });
}
