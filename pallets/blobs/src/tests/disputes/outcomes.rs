//! How disputes end, and who pays.

use super::*;
use crate::{Encodings, Error, Event};
use ballast_core::{
    limits::{COMMITTEE_QUORUM, COMMITTEE_SEATS},
    price::BAL,
};
use frame_support::assert_noop;

#[test]
fn a_shard_off_the_code_that_nobody_shows_ends_the_encoding() {
    chain(14, || {
        let wrong = right().with_wrong_parity(SHARD);
        let id = certified_for_long(&wrong);
        let record = Encodings::<Test>::get(id).unwrap();
        assert_ok!(Blobs::extend(RuntimeOrigin::signed(BOB), id, 3));
        opened(id, root(&right()));
        decide(id, root(&right()));
        let ends_at = dispute(id).unwrap().ends_at;
        assert_eq!(ends_at, System::block_number() + 12);
        run_to(ends_at);
        assert!(Blobs::is_kept(id));
        run(1);
        assert!(!Blobs::is_kept(id) && dispute(id).is_none());
        let told = events().into_iter().find_map(|event| match event {
            Event::Disproved {
                encoding,
                burned,
                reward,
                root,
                ..
            } => Some((encoding, burned, reward, root)),
            _ => None,
        });
        let (encoding, burned, reward, reached) = told.unwrap();
        assert_eq!((encoding, reached), (id, root(&right())));
        // Whole shares of two fifths of the deposit, the rest burns.
        assert_eq!(burned + reward, record.deposit);
        assert!(reward <= record.deposit * 40 / 100);
        assert!(reward + Balance::from(COMMITTEE_SEATS + 1) > record.deposit * 40 / 100);
        assert_eq!(worker_money(), reward);
        run(6);
        assert!(!Encodings::<Test>::contains_key(id));
        assert_eq!(free(&ALICE), FUNDS - record.deposit);
        assert_eq!(free(&BOB), FUNDS);
        assert_eq!(Fined::get(), vec![]);
        // The address is free for the right encoding.
        certified(&right());
        assert!(Blobs::is_available(wrong.address()));
    });
}

#[test]
fn liars_against_a_right_shard_are_outvoted_and_pay() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        let mut lied = vec![opened.opener];
        let (mut liars, mut lying) = (Vec::new(), 0);
        // As many of the committee lie as leave a quorum of others.
        for seat in &opened.committee {
            if lying + u32::from(seat.seats) <= COMMITTEE_SEATS - COMMITTEE_QUORUM {
                lying += u32::from(seat.seats);
                liars.push(seat.worker);
            }
        }
        assert!(!liars.is_empty());
        for liar in &liars {
            assert_ok!(attest(id, liar.0[0], LIE));
        }
        for member in members(&opened) {
            if !liars.contains(&WorkerId([member; 32])) {
                assert_ok!(attest(id, member, root(&right())));
            }
        }
        assert_eq!(dispute(id).unwrap().verdict, Some(root(&right())));
        run(1);
        lied.extend(liars);
        lied.sort_unstable();
        lied.dedup();
        assert_eq!(Fined::get(), lied);
        let told = Event::DisputeRefuted {
            encoding: id,
            shard: ShardIndex(SHARD),
            slashed: lied.len() as Balance * BAL,
        };
        assert!(events().contains(&told));
        assert!(Blobs::is_kept(id) && dispute(id).is_none());
        assert_eq!(Blobs::unshown(id), vec![]);
    });
}

#[test]
fn a_holder_that_shows_the_shard_ends_the_dispute_and_nobody_pays() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        run(2);
        decide(id, LIE);
        // Two thirds of the committee lie. The worker has rebuilt the shard after all, or another one that was drawn.
        let early = refute(id, ShownChunks::default());
        assert_noop!(early, refusal(Error::NothingToShow));
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        assert_eq!(dispute(id).unwrap().shown_chunks, vec![]);
        run(2);
        let good = asked_chunks(id, &right());
        assert!(good.len() > 5);
        let few = ShownChunks::truncate_from(good[1..].to_vec());
        assert_noop!(refute(id, few), refusal(Error::TooFewChunks));
        let mut forged = good.clone();
        forged[3].bytes[5] ^= 1;
        assert_noop!(refute(id, forged), refusal(Error::WrongChunk));
        let mut swapped = good.clone();
        swapped[0].pick = 1;
        assert_noop!(refute(id, swapped), refusal(Error::WrongChunk));
        assert_ok!(refute(id, good));
        assert!(dispute(id).is_none());
        run(20);
        assert!(Blobs::is_kept(id));
        assert_eq!(Fined::get(), vec![]);
    });
}

/// Chunks of a wrong shard that are right by chance must not cost the honest: the league shows them and the dispute is over,
/// but its shard has a holder again, who can be asked for the others.
#[test]
fn a_league_that_shows_some_chunks_costs_the_honest_nothing() {
    chain(14, || {
        let wrong = right().with_wrong_parity(SHARD);
        let id = certified_for_long(&wrong);
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, root(&right())));
        run(2);
        decide(id, root(&right()));
        let info = Blobs::encoding(id).unwrap();
        let fingerprint = right().fingerprint(&info, ShardIndex(SHARD));
        assert_ok!(certify(
            id,
            vec![signed_receipt(id, SHARD, fingerprint, drawn)]
        ));
        run(2);
        let shown = asked_chunks(id, &wrong);
        assert_ok!(refute(id, shown));
        assert_eq!(Fined::get(), vec![]);
        assert!(Blobs::is_kept(id));
        // The next missed challenge begins again.
        opened(id, root(&right()));
    });
}

#[test]
fn without_a_quorum_the_mark_goes_and_nobody_pays() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        assert_ok!(attest(id, members(&opened)[0], LIE));
        assert_ok!(attest(id, members(&opened)[1], root(&right())));
        run_to(opened.ends_at);
        assert!(dispute(id).is_some());
        run(1);
        assert!(events().contains(&Event::DisputeLapsed {
            encoding: id,
            shard: ShardIndex(SHARD)
        }));
        assert!(Blobs::is_kept(id) && dispute(id).is_none());
        assert_eq!((Fined::get(), Blobs::unshown(id)), (vec![], vec![]));
        let member = members(&opened)[2];
        assert_noop!(attest(id, member, LIE), refusal(Error::NotUnshown));
    });
}

#[test]
fn a_dispute_that_gets_no_committee_ends_all_the_same() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        Silent::set(true);
        run(14);
        assert!(dispute(id).is_none());
        assert!(Blobs::is_kept(id));
    });
}

#[test]
fn a_dispute_goes_with_its_encoding() {
    chain(14, || {
        let wrong = right().with_wrong_parity(SHARD);
        let id = certified_for_long(&wrong);
        opened(id, root(&right()));
        let encoding = Encodings::<Test>::get(id).unwrap();
        Blobs::end_without_deposit(id, encoding, 0);
        assert!(dispute(id).is_none());
        run(6);
        assert!(!Encodings::<Test>::contains_key(id));
    });
}

#[test]
fn a_dispute_ends_with_the_lease() {
    chain(14, || {
        let id = register_for(&ALICE, &right(), 3).unwrap();
        run(2);
        assert_ok!(certify(id, all_receipts(id, &right())));
        let opened = opened(id, LIE);
        decide(id, LIE);
        assert!(opened.ends_at > 40);
        run_to(39);
        assert!(Blobs::is_kept(id) && dispute(id).is_some());
        run_to(60);
        assert!(dispute(id).is_none());
        assert!(!Encodings::<Test>::contains_key(id));
        assert_eq!(free(&ALICE), FUNDS);
    });
}
