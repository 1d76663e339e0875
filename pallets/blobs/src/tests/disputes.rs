//! Shards that nobody shows: disputes, who decides them, and who pays.

use crate::{
    dispute::{ShownChunks, ATTEST_TAG, REFUTE_TAG},
    mock::*,
    Disputes, Encodings, Error, Event, WeightInfo,
};
use ballast_core::{
    challenge::ChunkProof,
    dispute::{RebuildAttestation, RebuildBody},
    limits::{COMMITTEE_QUORUM, COMMITTEE_SEATS, MAX_DISPUTES},
    price::BAL,
    view::DisputeInfo,
    Balance, ChainingValue, EncodingId, ShardIndex, WorkerId,
};
use codec::Encode;
use frame_support::{assert_noop, assert_ok};
use sp_core::Pair;
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

const SHARD: u8 = 6;

fn right() -> TestBlob {
    TestBlob::new(50_000, code(4, 8))
}

fn root(blob: &TestBlob) -> ChainingValue {
    blob.table.shard_roots()[usize::from(SHARD)].unwrap()
}

/// A root that no rebuild reaches.
const LIE: ChainingValue = ChainingValue([0x11; 32]);

/// Certified for long, by workers that sign the fingerprints of the right encoding, whatever they hold.
fn certified_for_long(blob: &TestBlob) -> EncodingId {
    let id = register_for(&ALICE, blob, 40).unwrap();
    run(2);
    let info = Blobs::encoding(id).unwrap();
    let receipts = (0..8).map(|shard| {
        let fingerprint = right().fingerprint(&info, ShardIndex(shard));
        signed_receipt(id, shard, fingerprint, assigned(id, shard))
    });
    certify(id, receipts.collect()).unwrap();
    id
}

/// The holder of the shard misses a retrieval challenge, and another worker is drawn. Gives that one.
fn lost_and_drawn(id: EncodingId) -> u8 {
    let holder = assigned(id, SHARD);
    Blobs::forfeit(id, ShardIndex(SHARD));
    check();
    for _ in 0..50 {
        run(1);
        if assigned(id, SHARD) != holder {
            return assigned(id, SHARD);
        }
    }
    panic!("nobody was drawn")
}

fn attestation(
    id: EncodingId,
    generation: u32,
    root: ChainingValue,
    signer: u8,
) -> RebuildAttestation {
    let body = RebuildBody {
        genesis_hash: System::block_hash(0).0,
        encoding: id,
        shard: ShardIndex(SHARD),
        generation,
        root,
    };
    let signature = key_pair(signer).sign(&body.signing_payload()).0;
    RebuildAttestation::new(&body, signature)
}

fn attest_call(id: EncodingId, worker: u8, attestation: RebuildAttestation) -> RuntimeCall {
    RuntimeCall::Blobs(crate::Call::attest_rebuild {
        worker: WorkerId([worker; 32]),
        encoding: id,
        attestation,
    })
}

fn generation(id: EncodingId) -> u32 {
    match Disputes::<Test>::get(id) {
        Some(dispute) => dispute.generation,
        None => assignment(id, SHARD).generation,
    }
}

fn attest(id: EncodingId, worker: u8, root: ChainingValue) -> Result<(), TransactionValidityError> {
    let attestation = attestation(id, generation(id), root, worker);
    apply(attest_call(id, worker, attestation))
}

fn dispute(id: EncodingId) -> Option<DisputeInfo> {
    let mut open = Blobs::disputes().into_iter();
    open.find(|dispute| dispute.encoding == id)
}

/// A dispute that the drawn worker opened with `root`, with its committee.
fn opened(id: EncodingId, root: ChainingValue) -> DisputeInfo {
    let drawn = lost_and_drawn(id);
    assert_ok!(attest(id, drawn, root));
    run(2);
    let dispute = dispute(id).unwrap();
    assert_eq!(dispute.opener, WorkerId([drawn; 32]));
    dispute
}

fn members(dispute: &DisputeInfo) -> Vec<u8> {
    dispute
        .committee
        .iter()
        .map(|seat| seat.worker.0[0])
        .collect()
}

/// Members say `root` until they have a quorum.
fn decide(id: EncodingId, root: ChainingValue) {
    for member in members(&dispute(id).unwrap()) {
        if dispute(id).is_some_and(|dispute| dispute.verdict.is_none()) {
            let _ = attest(id, member, root);
            check();
        }
    }
    assert_eq!(dispute(id).unwrap().verdict, Some(root));
}

/// Chunks of a blob's shard, those that the dispute asks for.
fn asked_chunks(id: EncodingId, blob: &TestBlob) -> ShownChunks {
    let asked = dispute(id).unwrap().shown_chunks;
    let chunks = asked.into_iter().zip(0u8..).map(|(chunk, pick)| {
        let (bytes, proof) = blob.prove(ShardIndex(SHARD), chunk);
        ChunkProof { pick, bytes, proof }
    });
    ShownChunks::try_from(chunks.collect::<Vec<_>>()).unwrap()
}

fn refute(id: EncodingId, chunks: ShownChunks) -> Result<(), TransactionValidityError> {
    apply(RuntimeCall::Blobs(crate::Call::refute {
        encoding: id,
        chunks,
    }))
}

fn worker_money() -> Balance {
    (0..14).map(|index| free(&worker(index))).sum()
}

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
fn without_a_missed_challenge_nothing_begins() {
    chain(14, || {
        let id = certified_for_long(&right());
        let holder = assigned(id, SHARD);
        assert_noop!(attest(id, holder, LIE), refusal(Error::NotUnshown));
        let drawn = lost_and_drawn(id);
        assert_eq!(Blobs::unshown(id), vec![ShardIndex(SHARD)]);
        // Not by others, not for another assignment, not with the root on chain.
        let other = (0..14).find(|index| *index != drawn).unwrap();
        assert_noop!(attest(id, other, LIE), refusal(Error::NotOnCommittee));
        let late = attestation(id, 9, LIE, drawn);
        let late = attest_call(id, drawn, late);
        assert_noop!(apply(late), refusal(Error::WrongGeneration));
        let reached = attest(id, drawn, root(&right()));
        assert_noop!(reached, refusal(Error::RootReached));
        // A receipt takes the mark away.
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        assert_eq!(Blobs::unshown(id), vec![]);
        assert_noop!(attest(id, drawn, LIE), refusal(Error::NotUnshown));
    });
}

#[test]
fn an_encoding_that_does_not_exist_has_no_disputes() {
    chain(14, || {
        let id = EncodingId(9);
        let unknown = attest_call(id, 1, attestation(id, 1, LIE, 1));
        assert_noop!(apply(unknown), refusal(Error::UnknownEncoding));
        let none = refute(id, ShownChunks::default());
        assert_noop!(none, refusal(Error::NoDispute));
        let id = placed(&right());
        let pending = attest_call(id, 1, attestation(id, 0, LIE, 1));
        assert_noop!(apply(pending), refusal(Error::NotCertified));
    });
}

#[test]
fn the_committee_is_drawn_by_stake_alone_from_later_randomness() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        // Nearly all of the stake, and its operator holds a shard.
        let rich = assigned(id, 0);
        Workers::mutate(worker(rich), |worker| {
            worker.as_mut().unwrap().stake = 1_000_000_000 * BAL
        });
        assert_ok!(attest(id, drawn, LIE));
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        run(1);
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        Silent::set(true);
        run(2);
        assert_eq!(dispute(id).unwrap().committee, vec![]);
        Silent::set(false);
        run(1);
        let dispute = dispute(id).unwrap();
        let richest = dispute
            .committee
            .iter()
            .find(|seat| seat.worker.0[0] == rich)
            .unwrap();
        assert!(u32::from(richest.seats) > COMMITTEE_QUORUM, "{richest:?}");
        assert_eq!(dispute.ends_at, System::block_number() + 12);
    });
}

#[test]
fn members_say_one_word_each_and_sign_it() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        let member = members(&opened)[0];
        let stranger = (0..14).find(|index| !members(&opened).contains(index));
        if let Some(stranger) = stranger {
            assert_noop!(attest(id, stranger, LIE), refusal(Error::NotOnCommittee));
        }
        let generation = opened.generation;
        let forged = attestation(id, generation, LIE, member + 1);
        let forged = attest_call(id, member, forged);
        assert_noop!(apply(forged), refusal(Error::BadAttestation));
        let other = attest_call(id, member, attestation(id, generation + 1, LIE, member));
        assert_noop!(apply(other), refusal(Error::OtherDispute));
        assert_ok!(attest(id, member, LIE));
        let again = attest(id, member, root(&right()));
        assert_noop!(again, refusal(Error::AlreadyAttested));
        // Who is evicted has nothing to lose by its word.
        let evicted = members(&opened)[1];
        Workers::mutate(worker(evicted), |worker| {
            worker.as_mut().unwrap().evicted = true
        });
        assert_noop!(attest(id, evicted, LIE), refusal(Error::UnknownWorker));
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
fn chunks_count_only_while_somebody_holds_the_shard() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        run(3);
        let good = asked_chunks(id, &right());
        Blobs::forfeit(id, ShardIndex(SHARD));
        assert_noop!(refute(id, good), refusal(Error::NothingToShow));
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
fn a_decided_dispute_takes_no_more_words() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        decide(id, LIE);
        let left = members(&opened);
        let words = dispute(id).unwrap().committee;
        let silent = left.iter().find(|member| {
            let seat = words.iter().find(|seat| seat.worker.0[0] == **member);
            seat.unwrap().root.is_none()
        });
        let late = attest(id, *silent.unwrap(), root(&right()));
        assert_noop!(late, refusal(Error::DisputeOver));
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

#[test]
fn disputes_are_few() {
    chain(14, || {
        let id = certified_for_long(&right());
        let drawn = lost_and_drawn(id);
        assert_ok!(attest(id, drawn, LIE));
        let template = Disputes::<Test>::get(id).unwrap();
        Disputes::<Test>::remove(id);
        for other in 0..u64::from(MAX_DISPUTES) {
            Disputes::<Test>::insert(EncodingId(100 + other), template.clone());
        }
        assert_noop!(attest(id, drawn, LIE), refusal(Error::TooManyDisputes));
        // What is of no encoding goes.
        run(1);
        assert_eq!(Disputes::<Test>::count(), 0);
    });
}

#[test]
fn calls_cost_nothing_stay_under_the_weight_and_have_one_tag() {
    chain(14, || {
        let id = certified_for_long(&right());
        let opened = opened(id, LIE);
        let member = members(&opened)[0];
        let call = attest_call(id, member, attestation(id, opened.generation, LIE, member));
        let tag = (ATTEST_TAG, id, WorkerId([member; 32])).encode();
        assert_eq!(validate_call(call).unwrap().provides, vec![tag]);
        let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
        MaxFeelessWeight::set(<() as WeightInfo>::attest_rebuild() / 2);
        assert_noop!(attest(id, member, LIE), full);
        MaxFeelessWeight::set(<() as WeightInfo>::certify(255) * 100);
        assert_ok!(certify(id, vec![receipt(id, &right(), SHARD)]));
        run(2);
        let chunks = asked_chunks(id, &right());
        let call = RuntimeCall::Blobs(crate::Call::refute {
            encoding: id,
            chunks: chunks.clone(),
        });
        let tag = (REFUTE_TAG, id).encode();
        assert_eq!(validate_call(call).unwrap().provides, vec![tag]);
        MaxFeelessWeight::set(<() as WeightInfo>::refute() / 2);
        assert_noop!(refute(id, chunks), full);
    });
}
