//! Asking: whom, for what, for which bond.

use crate::{mock::*, types::MAX_ANSWER_LEN, Error, Event, HoldReason};
use ballast_core::{price::BAL, view::RetrievalState, EncodingId, Group, RetrievalId, ShardIndex};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_runtime::{AccountId32, DispatchError};

fn held(who: &AccountId32) -> u128 {
    Balances::balance_on_hold(&HoldReason::Bond.into(), who)
}

#[test]
fn the_holder_is_asked_and_the_bond_is_held() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        assert_ok!(kept.challenge(&BOB, 2, chunks(4, 2), 3 * BAL));
        let (id, asked) = (RetrievalId(0), kept.holder(2));
        let now = System::block_number();
        let info = info(id).unwrap();
        assert_eq!(
            (info.worker, info.shard, info.group, info.bond, info.state),
            (
                worker_id(asked),
                ShardIndex(2),
                chunks(4, 2),
                3 * BAL,
                RetrievalState::Open
            )
        );
        assert_eq!((info.opened_at, info.deadline), (now, now + DEADLINE));
        assert_eq!(info.challenger, <[u8; 32]>::from(BOB));
        assert_eq!(Retrieval::open(worker(asked)), vec![info]);
        assert_eq!(held(&BOB), 3 * BAL);
        let events = System::read_events_for_pallet::<Event<Test>>();
        assert!(matches!(
            events.last(),
            Some(Event::Challenged {
                id: RetrievalId(0),
                ..
            })
        ));
    });
}

#[test]
fn only_short_aligned_ranges_inside_a_shard_are_asked_for() {
    chain(12, || {
        let kept = Kept::new(150_000, 6);
        let ask = |start, len| kept.challenge(&BOB, 1, Group { start, len }, BAL);
        assert_noop!(
            ask(0, 2 * u64::from(MAX_ANSWER_LEN)),
            Error::<Test>::TooLong
        );
        assert_noop!(ask(0, 512), Error::<Test>::NotAGroup);
        assert_noop!(ask(0, 3_072), Error::<Test>::NotAGroup);
        assert_noop!(ask(1_024, 2_048), Error::<Test>::NotAGroup);
        assert_noop!(ask(7, 1_024), Error::<Test>::NotAGroup);
        let end = kept
            .blob
            .layout
            .shard_len(ShardIndex(1))
            .next_multiple_of(1_024);
        assert_noop!(ask(end, 1_024), Error::<Test>::PastTheEnd);
        assert_noop!(ask(u64::MAX - 1_023, 1_024), Error::<Test>::PastTheEnd);
        assert_ok!(ask(end - 1_024, 1_024));
        assert_ok!(kept.challenge(&ALICE, 1, chunks(0, 16), BAL));
    });
}

#[test]
fn only_who_holds_a_shard_that_is_kept_is_asked() {
    chain(12, || {
        let kept = Kept::new(50_000, 1);
        let stranger = Kept {
            id: EncodingId(7),
            blob: TestBlob::new(9_000, code(4, 8)),
        };
        let ask = |kept: &Kept, shard| kept.challenge(&BOB, shard, chunks(0, 1), BAL);
        assert_noop!(ask(&stranger, 0), Error::<Test>::NotKept);
        assert_noop!(ask(&kept, 8), Error::<Test>::UnknownShard);
        Workers::evict(&worker(kept.holder(3)));
        next_block();
        assert_noop!(ask(&kept, 3), Error::<Test>::NotHeld);
        // Two epochs on the lease has ended.
        run_to(2 * EPOCH);
        assert_noop!(ask(&kept, 0), Error::<Test>::NotKept);
        check();
    });
}

#[test]
fn a_pending_encoding_is_not_asked_for() {
    chain(12, || {
        let blob = TestBlob::new(50_000, code(4, 8));
        let id = Blobs::next_encoding_id();
        assert_ok!(Blobs::register(
            RuntimeOrigin::signed(ALICE),
            blob.address(),
            blob.layout.len(),
            blob.layout.code(),
            blob.table.values().to_vec().try_into().unwrap(),
            blob.length_proof.clone(),
            2,
        ));
        next_block();
        next_block();
        let kept = Kept { id, blob };
        let asked = kept.challenge(&BOB, 0, chunks(0, 1), BAL);
        assert_noop!(asked, Error::<Test>::NotKept);
    });
}

#[test]
fn an_empty_shard_has_no_holder_to_ask() {
    chain(12, || {
        // Two chunks fill two of four data shards.
        let kept = Kept::new(2_000, 6);
        let asked = kept.challenge(&BOB, 3, chunks(0, 1), BAL);
        assert_noop!(asked, Error::<Test>::UnknownShard);
        assert_ok!(kept.challenge(&BOB, 1, chunks(0, 1), BAL));
    });
}

#[test]
fn an_unsigned_or_poor_challenger_is_refused() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let unsigned = Retrieval::challenge(
            RuntimeOrigin::none(),
            kept.id,
            ShardIndex(0),
            chunks(0, 1),
            BAL,
        );
        assert_noop!(unsigned, DispatchError::BadOrigin);
        let beyond = kept.challenge(&BOB, 0, chunks(0, 1), FUNDS + 1);
        assert_noop!(beyond, Error::<Test>::Unaffordable);
    });
}

#[test]
fn the_least_bond_doubles_with_ones_own_challenges_and_with_a_crowd() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let least = |who: &AccountId32| kept.least_bond(who, 1);
        assert_eq!(least(&BOB), BAL);
        assert_noop!(
            kept.challenge(&BOB, 1, chunks(0, 1), BAL - 1),
            Error::<Test>::BondTooLow
        );
        // One's own count in full.
        kept.ask(&BOB, 1);
        kept.ask(&BOB, 1);
        assert_eq!((least(&BOB), least(&ALICE)), (4 * BAL, BAL));
        // Others' count from the fifth on.
        for reader in 50..53 {
            assert_eq!(least(&worker(reader)), BAL);
            kept.ask(&worker(reader), 1);
        }
        assert_eq!((least(&ALICE), least(&BOB)), (2 * BAL, 4 * BAL));
        kept.ask(&worker(53), 1);
        assert_eq!((least(&ALICE), least(&BOB)), (4 * BAL, 4 * BAL));
        // Another worker's price is its own.
        assert_eq!(kept.least_bond(&BOB, 2), BAL);
    });
}

#[test]
fn the_price_falls_again_when_challenges_are_over() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let ids: Vec<_> = (0..5).map(|_| kept.ask(&BOB, 1)).collect();
        assert_eq!(kept.least_bond(&BOB, 1), 32 * BAL);
        for id in &ids {
            assert_ok!(kept.answer(*id));
        }
        assert_eq!(kept.least_bond(&BOB, 1), BAL);
    });
}

#[test]
fn the_list_of_a_worker_is_ranked_by_bond() {
    chain(12, || {
        let kept = Kept::new(50_000, 6);
        let ask = |who: u8, bond| kept.challenge(&worker(who), 1, chunks(0, 1), bond);
        assert_ok!(ask(50, 2 * BAL));
        assert_ok!(ask(51, 5 * BAL));
        assert_ok!(ask(52, 2 * BAL));
        assert_ok!(ask(53, 3 * BAL));
        let open = Retrieval::open(worker(kept.holder(1)));
        let ids: Vec<u64> = open.iter().map(|info| info.id.0).collect();
        assert_eq!(ids, vec![1, 3, 0, 2]);
    });
}
