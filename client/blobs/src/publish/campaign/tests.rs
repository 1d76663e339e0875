//! What a campaign says next, whatever workers and chain do.

use super::*;
use ballast_core::{
    view::EncodingStatus, Address, ChainingValue, EncodingId, Fingerprint, StorageEpoch,
};

/// An encoding at (4,8), quorum 6, of which two may be reassigned. `empty` data shards have no cell.
fn info(empty: u8) -> EncodingInfo {
    let roots: Vec<_> = (0..8)
        .map(|shard| (shard < 4 - empty || shard >= 4).then_some(ChainingValue([shard; 32])))
        .collect();
    let assignments = (0..8 - empty).map(|i| AssignmentInfo {
        worker: WorkerId([i; 32]),
        generation: 0,
        receipted: false,
        lost: false,
        successor: None,
    });
    EncodingInfo {
        id: EncodingId(1),
        address: Address([1; 32]),
        len: 5000,
        code: Code::new(4, 8).unwrap(),
        publisher: [0; 32],
        status: EncodingStatus::Placed { at: 1 },
        registered_at: 0,
        lapses_at: Some(100),
        expires: StorageEpoch(0),
        deposit: 0,
        lease_held: 0,
        assignments: assignments.collect(),
        roots,
        seed: Some([9; 32]),
        reassigned: 0,
    }
}

fn receipt(shard: u8) -> Receipt {
    let (shard, fingerprint) = (ShardIndex(shard), Fingerprint([0; 16]));
    Receipt {
        shard,
        generation: 0,
        fingerprint,
        expires: 50,
        signature: [0; 64],
    }
}

fn shards(range: impl IntoIterator<Item = u8>) -> Vec<ShardIndex> {
    range.into_iter().map(ShardIndex).collect()
}

fn sign(campaign: &mut Campaign, range: impl IntoIterator<Item = u8>) {
    range
        .into_iter()
        .for_each(|shard| campaign.signed(receipt(shard)));
}

fn silence(campaign: &mut Campaign, range: impl IntoIterator<Item = u8> + Clone) {
    for _ in 0..UPLOAD_ROUNDS {
        range
            .clone()
            .into_iter()
            .for_each(|shard| campaign.failed(ShardIndex(shard), "hangs".into()));
    }
}

/// The chain after a certificate with these shards' receipts.
fn certified(mut info: EncodingInfo, held: impl IntoIterator<Item = u8>) -> EncodingInfo {
    info.status = EncodingStatus::Certified { at: 5 };
    held.into_iter()
        .for_each(|shard| info.assignments[usize::from(shard)].receipted = true);
    info
}

#[test]
fn it_uploads_to_all_certifies_at_the_quorum_and_goes_on_to_all() {
    let mut campaign = Campaign::new(&info(0), true);
    assert_eq!(campaign.next(false), Step::Upload(shards(0..8)));
    sign(&mut campaign, 0..5);
    assert_eq!(campaign.next(false), Step::Upload(shards(5..8)));
    sign(&mut campaign, 5..6);
    assert_eq!(
        campaign.next(false),
        Step::Certify((0..6).map(receipt).collect())
    );
    campaign.refresh(&certified(info(0), 0..6));
    assert_eq!(campaign.next(false), Step::Upload(shards(6..8)));
    sign(&mut campaign, 6..8);
    assert_eq!(
        campaign.next(false),
        Step::Certify(vec![receipt(6), receipt(7)])
    );
    campaign.refresh(&certified(info(0), 0..8));
    assert_eq!(
        (campaign.next(false), campaign.missing().len()),
        (Step::Done, 0)
    );
}

#[test]
fn late_receipts_are_waited_for_only_so_long() {
    let mut campaign = Campaign::new(&certified(info(0), 0..6), true);
    assert_eq!(campaign.next(true), Step::Done);
    sign(&mut campaign, [6]);
    assert_eq!(campaign.next(true), Step::Certify(vec![receipt(6)]));
    assert_eq!(campaign.next(false), Step::Upload(shards([7])));
}

#[test]
fn workers_that_stay_silent_are_left_alone_after_a_certificate() {
    let mut campaign = Campaign::new(&certified(info(0), 0..6), true);
    silence(&mut campaign, 6..8);
    assert_eq!(campaign.next(false), Step::Done);
    assert_eq!(
        campaign.missing()[0],
        (ShardIndex(6), WorkerId([6; 32]), "hangs".into())
    );
}

#[test]
fn silent_workers_are_replaced_if_there_is_no_quorum_without_them() {
    let mut campaign = Campaign::new(&info(0), true);
    sign(&mut campaign, 0..5);
    silence(&mut campaign, 5..8);
    // A quarter of eight.
    assert_eq!(campaign.next(false), Step::Replace(shards(5..7)));
    let mut replaced = info(0);
    replaced.reassigned = 2;
    replaced.assignments[5] = AssignmentInfo {
        worker: WorkerId([20; 32]),
        generation: 1,
        receipted: false,
        lost: false,
        successor: None,
    };
    replaced.assignments[6] = AssignmentInfo {
        worker: WorkerId([21; 32]),
        generation: 1,
        receipted: false,
        lost: false,
        successor: None,
    };
    assert_eq!(campaign.refresh(&replaced), shards([5, 6]));
    assert_eq!(campaign.next(false), Step::Upload(shards(5..7)));
    assert_eq!(
        campaign.assignment(ShardIndex(5)),
        Some((WorkerId([20; 32]), 1))
    );
    silence(&mut campaign, 5..7);
    assert_eq!(campaign.next(false), Step::GiveUp);
}

#[test]
fn it_gives_up_where_replacing_does_not_help_or_is_not_wanted() {
    let mut hopeless = Campaign::new(&info(0), true);
    sign(&mut hopeless, 0..3);
    silence(&mut hopeless, 3..8);
    assert_eq!(hopeless.next(false), Step::GiveUp);
    let mut unwanted = Campaign::new(&info(0), false);
    sign(&mut unwanted, 0..5);
    silence(&mut unwanted, 5..8);
    assert_eq!(unwanted.next(false), Step::GiveUp);
    assert_eq!((unwanted.held(), unwanted.quorum()), (5, 6));
}

#[test]
fn a_worker_may_be_tried_once_more_while_its_replacement_has_to_wait() {
    let mut campaign = Campaign::new(&info(0), true);
    sign(&mut campaign, 0..5);
    silence(&mut campaign, 5..8);
    campaign.try_again();
    assert_eq!(campaign.next(false), Step::Upload(shards(5..8)));
    (5..8).for_each(|shard| campaign.failed(ShardIndex(shard), "hangs".into()));
    assert_eq!(campaign.next(false), Step::Replace(shards(5..7)));
}

#[test]
fn a_liar_loses_its_receipt_and_is_not_asked_again() {
    let mut campaign = Campaign::new(&info(0), true);
    sign(&mut campaign, 0..6);
    campaign.banned(ShardIndex(2), "wrong fingerprint".into());
    assert!(!campaign.has_quorum());
    assert_eq!(campaign.next(false), Step::Upload(shards(6..8)));
    sign(&mut campaign, [6]);
    let signed = [0, 1, 3, 4, 5, 6].map(receipt).to_vec();
    assert_eq!(campaign.next(false), Step::Certify(signed));
}

#[test]
fn empty_shards_count_as_held() {
    let mut campaign = Campaign::new(&info(2), true);
    assert_eq!(campaign.held(), 2);
    assert_eq!(
        campaign.next(false),
        Step::Upload(shards([0, 1, 4, 5, 6, 7]))
    );
    sign(&mut campaign, [0, 1, 4, 5]);
    assert!(matches!(campaign.next(false), Step::Certify(receipts) if receipts.len() == 4));
    // The fourth assignment is shard 5's, since shards 2 and 3 have none.
    assert_eq!(
        campaign.assignment(ShardIndex(5)),
        Some((WorkerId([3; 32]), 0))
    );
}

#[test]
fn receipts_in_hand_survive_a_look_at_the_chain() {
    let mut campaign = Campaign::new(&info(0), true);
    sign(&mut campaign, 0..3);
    assert_eq!(campaign.refresh(&info(0)), []);
    assert_eq!(campaign.receipts().len(), 3);
}
