#![allow(clippy::unwrap_used)]

use super::*;
use ballast_core::{price::Deposit, ChainingValue, EncodingId, StorageEpoch, WorkerId};

pub fn params() -> ChainParams {
    let deposit = Deposit {
        base: 0,
        per_byte: 0,
    };
    ChainParams {
        epoch_blocks: 20,
        current_epoch: StorageEpoch(5),
        price_per_gib_epoch: 1 << 30,
        max_lease_epochs: 100,
        encoding_deposit: deposit,
        inline_deposit: deposit,
        pending_timeout_blocks: 100,
        lapse_burn_percent: 10,
        reassign_fee: 0,
        receipt_max_age: 100,
        bytes_per_bal: 1,
        max_encodings_per_address: 4,
        active_workers: 10,
    }
}

/// A (4,8) encoding with one empty shard, receipts for the first `receipts` of the others.
pub fn encoding(receipts: usize, status: EncodingStatus) -> EncodingInfo {
    let mut roots = vec![Some(ChainingValue([1; 32])); 8];
    roots[3] = None;
    let assignment = |i: usize| AssignmentInfo {
        worker: WorkerId([1; 32]),
        generation: 0,
        receipted: i < receipts,
        lost: false,
        successor: None,
    };
    EncodingInfo {
        id: EncodingId(7),
        address: Address([9; 32]),
        len: 3000,
        code: Code::new(4, 8).unwrap(),
        publisher: [2; 32],
        status,
        registered_at: 90,
        lapses_at: None,
        expires: StorageEpoch(8),
        deposit: 0,
        lease_held: 0,
        roots,
        assignments: (0..7).map(assignment).collect(),
        seed: None,
        reassigned: 0,
    }
}

fn of(encodings: Vec<EncodingInfo>) -> BlobReport {
    disputed(encodings, &[])
}

fn disputed(encodings: Vec<EncodingInfo>, disputes: &[DisputeInfo]) -> BlobReport {
    let named = NamedBlob {
        address: Address([9; 32]),
        name: None,
    };
    let info = Some(BlobInfo::Encoded { encodings });
    BlobReport::new(named, info, &params(), 100, disputes)
}

#[test]
fn the_margin_counts_receipts_and_empty_shards() {
    let report = of(vec![encoding(5, EncodingStatus::Certified { at: 95 })]);
    assert_eq!(report.stored, Stored::Certified);
    let encoding = &report.encodings[0];
    assert_eq!(
        (encoding.shards, encoding.receipts, encoding.margin),
        (7, 5, 2)
    );
    let missing = encoding
        .assignments
        .iter()
        .filter(|assignment| !assignment.receipted);
    assert_eq!(
        missing
            .map(|assignment| assignment.shard)
            .collect::<Vec<_>>(),
        [6, 7]
    );
    let shards: Vec<u8> = encoding
        .assignments
        .iter()
        .map(|assignment| assignment.shard)
        .collect();
    assert_eq!(shards, [0, 1, 2, 4, 5, 6, 7]);
    assert_eq!(encoding.expires_in_blocks, 60);
    assert_eq!(encoding.quorum, 5);
    assert!(encoding.text().contains("2 may be lost"));
}

#[test]
fn a_pending_encoding_is_not_available() {
    let report = of(vec![encoding(1, EncodingStatus::Placed { at: 95 })]);
    assert_eq!(report.stored, Stored::Pending);
    assert!(!report.is_available());
    assert!(report.text().contains("2 more needed to read it"));
}

#[test]
fn blobs_without_encodings_say_where_they_are() {
    let named = |address| NamedBlob {
        address: Address(address),
        name: Some("x".into()),
    };
    let empty = BlobReport::new(
        named(*blake3::hash(b"").as_bytes()),
        None,
        &params(),
        1,
        &[],
    );
    assert_eq!(empty.stored, Stored::Empty);
    let nowhere = BlobReport::new(named([1; 32]), None, &params(), 1, &[]);
    assert_eq!(nowhere.stored, Stored::Nowhere);
    assert!(!nowhere.is_available());
    let inline = BlobReport::new(
        named([1; 32]),
        Some(BlobInfo::Inline { bytes: vec![1, 2] }),
        &params(),
        1,
        &[],
    );
    assert_eq!((inline.stored, inline.length), (Stored::Inline, Some(2)));
}

#[test]
fn a_manifest_that_cannot_be_read_is_told_beside_its_own_status() {
    let report = StatusReport {
        target: "a/b".into(),
        available: false,
        published_as: vec![],
        unlisted: Some("no worker answers".into()),
        blobs: vec![of(vec![encoding(5, EncodingStatus::Certified { at: 95 })])],
    };
    let text = report.text();
    assert!(
        text.contains("cannot be listed: no worker answers"),
        "{text}"
    );
    assert!(text.contains("2 may be lost"), "{text}");
}

#[test]
fn an_address_names_the_versions_it_is() {
    let versions = |count: usize| StatusReport {
        target: "ab".into(),
        available: true,
        published_as: (1..=count).map(|number| format!("a/b@{number}")).collect(),
        unlisted: None,
        blobs: vec![],
    };
    assert!(!versions(0).text().contains("published"));
    assert!(versions(2).text().contains("published as a/b@1, a/b@2\n"));
    assert!(versions(10).text().contains("a/b@8 and 2 more"));
}

#[test]
fn json_has_a_flat_list_of_blobs() {
    let blobs = vec![of(vec![encoding(7, EncodingStatus::Certified { at: 95 })])];
    let report = StatusReport {
        target: "a/b".into(),
        available: true,
        published_as: vec![],
        unlisted: None,
        blobs,
    };
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["blobs"][0]["stored"], "certified");
    assert_eq!(json["blobs"][0]["encodings"][0]["code"], "4,8");
    assert_eq!(json["blobs"][0]["encodings"][0]["margin"], 4);
    let assignment = &json["blobs"][0]["encodings"][0]["assignments"][3];
    assert_eq!(assignment["shard"], 4);
    assert_eq!(assignment["worker"], ss58::encode(&[1; 32]));
    assert_eq!(assignment["receipted"], true);
    assert_eq!(json["blobs"][0]["address"], "09".repeat(32));
}

#[test]
fn lost_shards_and_those_that_move_are_told() {
    let mut info = encoding(7, EncodingStatus::Certified { at: 95 });
    info.assignments[1].receipted = false;
    info.assignments[1].lost = true;
    // Shard 3 is empty, so this is shard 5.
    info.assignments[4].receipted = false;
    info.assignments[4].generation = 1;
    info.assignments[6].successor = Some(ballast_core::view::SuccessorInfo {
        worker: WorkerId([8; 32]),
        generation: 1,
    });
    let report = of(vec![info]);
    let encoding = &report.encodings[0];
    assert_eq!(
        (encoding.lost, encoding.moving, encoding.receipts),
        (1, 2, 5)
    );
    let text = encoding.text();
    let expected = "1 shards lost (1), 2 on their way to new workers";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_dispute_is_told_with_what_its_committee_says() {
    use ballast_core::{view::CommitteeSeat, ShardIndex};
    let seat = |seats, root: Option<u8>| CommitteeSeat {
        worker: WorkerId([seats; 32]),
        seats,
        root: root.map(|root| ChainingValue([root; 32])),
    };
    let mut dispute = DisputeInfo {
        encoding: EncodingId(7),
        shard: ShardIndex(4),
        generation: 1,
        opened_at: 90,
        opener: WorkerId([3; 32]),
        opener_root: ChainingValue([5; 32]),
        committee: vec![],
        verdict: None,
        ends_at: 120,
        shown_chunks: vec![],
    };
    let encodings = || vec![encoding(5, EncodingStatus::Certified { at: 95 })];
    let text = disputed(encodings(), &[dispute.clone()]).text();
    assert!(text.contains("shard 4 is disputed"), "{text}");
    assert!(text.contains("not drawn yet"), "{text}");
    // The root on chain is that of ones.
    dispute.committee = vec![
        seat(21, Some(5)),
        seat(4, Some(1)),
        seat(5, Some(6)),
        seat(1, None),
    ];
    dispute.verdict = Some(ChainingValue([5; 32]));
    let report = disputed(encodings(), &[dispute.clone()]);
    let text = report.text();
    assert!(
        text.contains("21 of 31 seats say that it is wrong, 4 that it is right"),
        "{text}"
    );
    assert!(text.contains("ends after block 120"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["encodings"][0]["dispute"]["wrong"], 21);
    dispute.encoding = EncodingId(8);
    assert!(!disputed(encodings(), &[dispute])
        .text()
        .contains("disputed"));
}
