//! What is planned for blobs in every state, and what it costs.

use super::*;
use crate::source::Source;
use ballast_core::{
    limits::CHUNK_LEN,
    manifest::{FileEntry, Location, Manifest},
    price::{Deposit, GIB},
    view::EncodingStatus,
    ChainingValue,
};

const PRICE: Balance = GIB;

fn params() -> ChainParams {
    ChainParams {
        epoch_blocks: 20,
        current_epoch: StorageEpoch(10),
        price_per_gib_epoch: PRICE,
        max_lease_epochs: 1000,
        encoding_deposit: Deposit {
            base: 1000,
            per_byte: 1,
        },
        inline_deposit: Deposit {
            base: 100,
            per_byte: 10,
        },
        pending_timeout_blocks: 100,
        lapse_burn_percent: 10,
        reassign_fee: 1,
        receipt_max_age: 100,
        bytes_per_bal: 1,
        max_encodings_per_address: 4,
        active_workers: 10,
    }
}

fn scan_of(len: usize) -> Scan {
    let bytes = vec![7u8; len];
    let blake3 = Address(*blake3::hash(&bytes).as_bytes());
    let entry = FileEntry {
        path: "model".into(),
        length: len as u64,
        blake3,
        sha256: [0; 32],
        git_sha1: [0; 20],
        location: Location::Blob,
    };
    let source = Source::Bytes(bytes.into());
    let blob = BlobSource {
        address: blake3,
        kind: BlobKind::File,
        source,
        paths: vec!["model".into()],
    };
    Scan {
        root: "model".into(),
        manifest: Manifest::new(vec![entry]).unwrap(),
        blobs: vec![blob],
    }
}

fn encoding(id: u64, code: (u8, u8), certified: bool, expires: u32) -> EncodingInfo {
    let status = match certified {
        true => EncodingStatus::Certified { at: 1 },
        false => EncodingStatus::Placed { at: 1 },
    };
    EncodingInfo {
        id: EncodingId(id),
        address: Address([0; 32]),
        len: 5000,
        code: Code::new(code.0, code.1).unwrap(),
        publisher: [1; 32],
        status,
        registered_at: 0,
        lapses_at: None,
        expires: StorageEpoch(expires),
        deposit: 0,
        lease_held: 0,
        roots: vec![Some(ChainingValue([0; 32]))],
        assignments: vec![],
        seed: None,
        reassigned: 0,
    }
}

fn step_for(
    len: usize,
    facts: BlobFacts,
    options: &PublishOptions,
) -> Result<BlobStep, PublishError> {
    plan(&scan_of(len), &[facts], &params(), options).map(|plan| plan.blobs[0].step.clone())
}

/// Bytes of all shards, each in whole chunks: what a lease is counted by.
fn charged_len(layout: &Layout) -> Balance {
    let chunks = layout
        .held_shards()
        .map(|shard| layout.shard_len(shard).div_ceil(CHUNK_LEN));
    Balance::from(chunks.sum::<u64>() * CHUNK_LEN)
}

#[test]
fn a_new_blob_is_encoded_with_the_widest_code_and_costs_lease_and_deposit() {
    let plan = plan(
        &scan_of(5000),
        &[BlobFacts::default()],
        &params(),
        &PublishOptions::default(),
    )
    .unwrap();
    let code = Code::new(4, 8).unwrap();
    let layout = Layout::new(5000, code).unwrap();
    // The price makes a byte of a chunk cost one for each epoch.
    let lease = charged_len(&layout) * 24;
    let deposit = 1000 + Balance::from(encoding_state_bytes(code));
    let stored_len = layout.stored_len();
    assert_eq!(
        plan.blobs[0].step,
        BlobStep::Encode {
            code,
            stored_len,
            lease,
            deposit,
            resume: vec![]
        }
    );
    assert_eq!(
        (plan.cost().unwrap(), plan.stored_len(), plan.new_len()),
        (lease + deposit, stored_len, 5000)
    );
}

#[test]
fn at_most_a_chunk_goes_into_chain_state() {
    let options = PublishOptions::default();
    let inline = step_for(1024, BlobFacts::default(), &options).unwrap();
    assert_eq!(
        inline,
        BlobStep::Inline {
            deposit: 100 + 10 * 1024
        }
    );
    assert!(matches!(
        step_for(1025, BlobFacts::default(), &options),
        Ok(BlobStep::Encode { .. })
    ));
    let there = BlobFacts {
        inline: true,
        ..BlobFacts::default()
    };
    assert_eq!(
        step_for(1024, there, &options).unwrap(),
        BlobStep::Stored { extend: None }
    );
}

#[test]
fn what_is_certified_is_not_uploaded_and_extended_only_as_far_as_needed() {
    let options = PublishOptions {
        epochs: 24,
        ..PublishOptions::default()
    };
    let stored = |expires: &[u32]| {
        let certified = (0..)
            .zip(expires)
            .map(|(id, expires)| encoding(id, (4, 8), true, *expires))
            .collect();
        step_for(
            5000,
            BlobFacts {
                certified,
                ..BlobFacts::default()
            },
            &options,
        )
        .unwrap()
    };
    // A new lease would end with epoch 10 + 1 + 24.
    assert_eq!(stored(&[35]), BlobStep::Stored { extend: None });
    assert_eq!(stored(&[20, 50]), BlobStep::Stored { extend: None });
    let cost = charged_len(&Layout::new(5000, Code::new(4, 8).unwrap()).unwrap()) * 5;
    let extend = Some(Extension {
        encoding: EncodingId(1),
        epochs: 5,
        cost,
    });
    assert_eq!(stored(&[20, 30]), BlobStep::Stored { extend });
}

#[test]
fn what_has_expired_is_stored_anew() {
    let facts = BlobFacts {
        certified: vec![encoding(1, (4, 8), true, 10)],
        ..BlobFacts::default()
    };
    let step = step_for(5000, facts, &PublishOptions::default()).unwrap();
    assert!(matches!(step, BlobStep::Encode { resume, .. } if resume.is_empty()));
}

#[test]
fn ones_own_pending_encoding_is_taken_up_with_its_code_and_costs_nothing_more() {
    let pending = vec![encoding(7, (2, 4), false, 0)];
    let facts = BlobFacts {
        pending,
        ..BlobFacts::default()
    };
    let planned = plan(
        &scan_of(5000),
        std::slice::from_ref(&facts),
        &params(),
        &PublishOptions::default(),
    )
    .unwrap();
    let code = Code::new(2, 4).unwrap();
    assert!(
        matches!(&planned.blobs[0].step, BlobStep::Encode { code: c, resume, .. } if *c == code && *resume == [EncodingId(7)])
    );
    assert_eq!(planned.cost().unwrap(), 0);
    let other = PublishOptions {
        code: Some(Code::new(4, 8).unwrap()),
        ..PublishOptions::default()
    };
    let step = step_for(5000, facts, &other).unwrap();
    assert!(matches!(step, BlobStep::Encode { resume, .. } if resume.is_empty()));
}

#[test]
fn a_code_needs_as_many_workers_as_it_has_shards_with_bytes() {
    let with = |active_workers, code: Option<(u8, u8)>, len| {
        let params = ChainParams {
            active_workers,
            ..params()
        };
        let code = code.map(|(k, n)| Code::new(k, n).unwrap());
        let options = PublishOptions {
            code,
            ..PublishOptions::default()
        };
        plan(&scan_of(len), &[BlobFacts::default()], &params, &options).map(|_| ())
    };
    assert!(matches!(
        with(5, None, 5000),
        Err(PublishError::NoCode {
            active: 5,
            needed: 6
        })
    ));
    assert!(matches!(
        with(7, Some((4, 8)), 5000),
        Err(PublishError::TooFewWorkers {
            active: 7,
            needed: 8,
            ..
        })
    ));
    // 1,025 bytes fill two of four data shards.
    assert!(with(6, Some((4, 8)), 1025).is_ok());
}

#[test]
fn a_lease_beyond_the_horizon_is_refused() {
    let options = PublishOptions {
        epochs: 1001,
        ..PublishOptions::default()
    };
    let refused = step_for(5000, BlobFacts::default(), &options);
    assert!(matches!(
        refused,
        Err(PublishError::BeyondHorizon {
            asked: 1001,
            max: 1000
        })
    ));
}
