//! What windows bring.

use crate::{mock::*, Error, RepairFund};
use ballast_core::{
    challenge::chunks_of,
    price::{chunk_rate, BAL},
    Balance, EncodingId, ShardIndex, StorageEpoch,
};
use frame_support::{assert_noop, assert_ok};

fn blob(variant: u64) -> TestBlob {
    TestBlob::varied(50_000, code(4, 8), variant)
}

/// What a shard brings in an epoch, at the price of the chain.
fn shard_rate(blob: &TestBlob, shard: u8) -> Balance {
    let chunks = chunks_of(blob.layout.shard_len(ShardIndex(shard)));
    Balance::from(chunks) * chunk_rate(1_000 * BAL)
}

#[test]
fn a_proven_window_brings_the_epochs_rate() {
    chain(8, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(0), 6);
        let index = holder(id, 5);
        let rate = shard_rate(&library[&id], 5);
        let window = next_window(index);
        assert_eq!(standing(index).rate, rate);
        assert_ok!(prove(&library, index, &[0, 1, 2, 3]));
        run_to(window.deadline);
        assert_eq!(free(&worker(index)), FUNDS - STAKE);
        next_block();
        assert_eq!(free(&worker(index)), FUNDS - STAKE + rate);
        let standing = standing(index);
        assert_eq!(
            (standing.earned, standing.forfeited, standing.score),
            (rate, 0, 0)
        );
        let outcome = standing.recent[0];
        assert_eq!((outcome.proven, outcome.missed, outcome.paid), (4, 0, rate));
    });
}

#[test]
fn what_is_missed_goes_to_the_repair_fund_to_the_planck() {
    chain(8, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(0), 6);
        let index = holder(id, 5);
        let rate = shard_rate(&library[&id], 5);
        let window = next_window(index);
        assert_ok!(prove(&library, index, &[0, 2, 3]));
        work_to(&library, window.deadline + 1, &[index]);
        let earned = rate * 3 / 4;
        assert_eq!(free(&worker(index)), FUNDS - STAKE + earned);
        assert_eq!(standing(index).forfeited, rate - earned);
        // Others, who had their turns before, proved nothing at all.
        let forfeited = (0..8).map(|index| standing(index).forfeited);
        assert_eq!(RepairFund::<Test>::get(), forfeited.sum::<Balance>());
        assert_eq!(
            standing(index).recent[0].first_missed,
            Some((id, ShardIndex(5)))
        );
    });
}

#[test]
fn all_shards_of_all_epochs_together_bring_the_whole_lease() {
    chain(8, || {
        let mut library = Library::new();
        let issuance = Balances::total_issuance();
        let id = certified(&mut library, blob(0), 3);
        let lease = Blobs::encoding(id).unwrap().lease_held;
        assert_eq!(Blobs::pot_balance(), lease);
        work_to(&library, 6 * EPOCH, &[]);
        assert_eq!(Blobs::encoding(id), None);
        let earned: Balance = (0..8)
            .map(|index| free(&worker(index)) - (FUNDS - STAKE))
            .sum();
        assert_eq!(earned, lease);
        assert_eq!(free(&ALICE), FUNDS - lease);
        assert_eq!((Blobs::pot_balance(), RepairFund::<Test>::get()), (0, 0));
        assert_eq!(Balances::total_issuance(), issuance);
    });
}

#[test]
fn what_nobody_held_goes_back_to_the_funders_by_their_parts() {
    chain(8, || {
        let mut library = Library::new();
        let blob = blob(0);
        let id = register(&ALICE, &blob, 2).unwrap();
        next_block();
        next_block();
        // Two shards have no holder in all the time.
        certify(&blob, id, &[0, 1, 2, 3, 4, 5]).unwrap();
        let unheld = 4 * (shard_rate(&blob, 6) + shard_rate(&blob, 7));
        library.insert(id, blob);
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 2));
        let gave = [ALICE, BOB].map(|who| pallet_blobs::Funding::<Test>::get(id, who).unwrap());
        assert_eq!(gave[0], gave[1]);
        work_to(&library, 7 * EPOCH, &[]);
        assert_eq!(Blobs::encoding(id), None);
        let back = [ALICE, BOB].map(|who| free(&who) + gave[0] - FUNDS);
        assert_eq!(back[0] + back[1], unheld);
        assert!(back[0].abs_diff(back[1]) <= 1);
    });
}

#[test]
fn an_extension_at_another_price_pays_that_price_in_its_time() {
    chain(8, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(0), 2);
        let index = holder(id, 5);
        let first = shard_rate(&library[&id], 5);
        // All ask twice as much: the price follows with the next epoch.
        for index in 0..8 {
            let profile = pallet_workers::Workers::<Test>::get(worker(index))
                .unwrap()
                .profile;
            let profile = pallet_workers::WorkerProfile {
                ask_per_gib_epoch: 2_000 * BAL / 2,
                ..profile
            };
            assert_ok!(Workers::update(
                RuntimeOrigin::signed(worker(index)),
                profile
            ));
        }
        pallet_workers::Price::<Test>::put(2_000 * BAL);
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 1));
        let chunks = chunks_of(library[&id].layout.shard_len(ShardIndex(5)));
        let second = Balance::from(chunks) * chunk_rate(2_000 * BAL);
        let mut rates = Vec::new();
        for epoch in 0..5 {
            work_to(&library, epoch * EPOCH + EPOCH - 1, &[]);
            rates.push(rate(index));
        }
        // Once its window is over, a worker's books stand in the next epoch.
        assert_eq!(rates, [0, first, second, 0, 0]);
        assert_eq!(standing(index).earned, 2 * first + second);
    });
}

#[test]
fn an_epoch_without_a_window_is_paid_in_full() {
    chain(8, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(0), 6);
        let index = holder(id, 5);
        run_to(EPOCH - 1);
        Silent::set(true);
        run_to(2 * EPOCH - 1);
        Silent::set(false);
        let window = next_window(index);
        assert_eq!(window.epoch, StorageEpoch(2));
        let rate = shard_rate(&library[&id], 5);
        assert_eq!(standing(index).earned, rate);
        assert_eq!(standing(index).recent, []);
    });
}

#[test]
fn a_lease_that_has_ended_excuses_its_picks() {
    chain(8, || {
        let mut library = Library::new();
        let id = certified(&mut library, blob(0), 1);
        let index = holder(id, 5);
        let window = next_window(index);
        // As if the expiry came while the window is open: only a chain that lags behind sees that.
        pallet_blobs::Encodings::<Test>::mutate(id, |encoding| {
            let encoding = encoding.as_mut().unwrap();
            if let pallet_blobs::types::Stage::Certified { expires, .. } = &mut encoding.stage {
                *expires = StorageEpoch(1);
            }
        });
        assert_noop!(prove(&library, index, &[0]), refusal(Error::NothingDue));
        Possession::close_window(worker_id(index), window.epoch);
        let outcome = standing(index).recent[0];
        assert_eq!((outcome.excused, outcome.missed), (4, 0));
        assert_eq!(outcome.paid, shard_rate(&library[&id], 5));
        assert_eq!(standing(index).score, 0);
        pallet_blobs::Encodings::<Test>::mutate(id, |encoding| {
            let encoding = encoding.as_mut().unwrap();
            if let pallet_blobs::types::Stage::Certified { expires, .. } = &mut encoding.stage {
                *expires = StorageEpoch(2);
            }
        });
    });
}

#[test]
fn a_worker_of_two_shards_is_paid_for_both() {
    chain(8, || {
        let mut library = Library::new();
        let (one, two) = (
            certified(&mut library, blob(0), 6),
            certified(&mut library, TestBlob::new(90_000, code(4, 8)), 6),
        );
        let index = holder(one, 5);
        let other = (0..8).find(|shard| holder(two, *shard) == index).unwrap();
        next_window(index);
        let rate = shard_rate(&library[&one], 5) + shard_rate(&library[&two], other);
        assert_eq!(standing(index).rate, rate);
        assert_eq!(standing(index).shards, 2);
        let _: EncodingId = two;
    });
}
