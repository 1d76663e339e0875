//! What clients read.

use crate::mock::*;
use ballast_core::{
    view::{BlobInfo, EncodingStatus},
    Address, EncodingId, ShardIndex, StorageEpoch,
};
use frame_support::assert_ok;
use std::collections::BTreeSet;

#[test]
fn params_tell_what_is_stored_and_what_follows() {
    chain(6, || {
        run_to(25);
        let params = Blobs::params();
        assert_eq!(
            (params.epoch_blocks, params.current_epoch),
            (10, StorageEpoch(2))
        );
        assert_eq!(
            (params.pending_timeout_blocks, params.receipt_max_age),
            (40, 20)
        );
        assert_eq!(
            (params.max_lease_epochs, params.lapse_burn_percent),
            (50, 10)
        );
        assert_eq!(params.encoding_deposit, parameters().encoding_deposit);
        assert_eq!(params.price_per_gib_epoch, Price::get());
        assert_eq!(params.active_workers, 6);
    });
}

#[test]
fn what_does_not_exist_is_none() {
    chain(0, || {
        let nowhere = Address([9; 32]);
        assert_eq!(Blobs::encoding(EncodingId(0)), None);
        assert_eq!(Blobs::blob(nowhere), None);
        assert_eq!(Blobs::inline(nowhere), None);
        assert!(Blobs::encodings(nowhere, None, 10).is_empty());
        assert!(!Blobs::is_available(nowhere));
        assert!(Blobs::encodings_by_worker(ALICE, None, 10).is_empty());
    });
}

#[test]
fn encodings_come_in_pages_certified_ones_first() {
    chain(10, || {
        let blob = TestBlob::new(50_000, code(4, 8));
        let mut ids = BTreeSet::new();
        for who in [&ALICE, &BOB, &CHARLIE] {
            ids.insert(register(who, &blob).unwrap());
            ids.insert(register(who, &blob.with_wrong_parity(4)).unwrap());
        }
        run(3);
        for id in [EncodingId(2), EncodingId(4)] {
            assert_ok!(certify(id, all_receipts(id, &blob)));
        }
        for limit in 1..7 {
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = Blobs::encodings(blob.address(), after, limit);
                assert!(page.len() <= limit as usize);
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                seen.extend(page);
            }
            assert_eq!(seen.len(), 6);
            assert_eq!(
                seen.iter().map(|info| info.id).collect::<BTreeSet<_>>(),
                ids
            );
            let certified = |status| matches!(status, EncodingStatus::Certified { .. });
            assert!(seen[..2].iter().all(|info| certified(info.status)));
        }
        let Some(BlobInfo::Encoded { encodings }) = Blobs::blob(blob.address()) else {
            panic!()
        };
        assert!(encodings.windows(2).all(|pair| pair[0].id < pair[1].id));
    });
}

#[test]
fn a_worker_finds_its_shards() {
    chain(4, || {
        for variant in 0..5 {
            register(&ALICE, &TestBlob::varied(2_000, code(2, 4), variant)).unwrap();
        }
        run(4);
        let me = worker(1);
        let all = Blobs::encodings_by_worker(me.clone(), None, 100);
        assert_eq!(all.len(), 5);
        for (id, shard, generation) in &all {
            assert_eq!((assigned(*id, shard.0), *generation), (1, 0));
        }
        let (mut seen, mut after) = (Vec::new(), None);
        while let [one] = Blobs::encodings_by_worker(me.clone(), after, 1)[..] {
            after = Some((one.0, one.1));
            seen.push(one);
        }
        assert_eq!(seen, all);
        // A page goes on even if its last shard is gone by then.
        let gone: (EncodingId, ShardIndex) = (EncodingId(77), ShardIndex(3));
        assert!(Blobs::encodings_by_worker(me, Some(gone), 100).len() <= 5);
    });
}

#[test]
fn funders_come_in_pages() {
    chain(10, || {
        let id = certified(&TestBlob::new(50_000, code(4, 8)));
        for who in [BOB, CHARLIE] {
            assert_ok!(Blobs::extend(RuntimeOrigin::signed(who), id, 1));
        }
        let all = Blobs::funders(id, None, 10);
        assert_eq!(all.len(), 3);
        for (who, amount) in all.iter().filter(|(who, _)| *who != ALICE) {
            assert_eq!(free(who), FUNDS - amount);
        }
        let sum: u128 = all.iter().map(|(_, amount)| amount).sum();
        assert_eq!(Blobs::pot_balance(), sum);
        let rest = Blobs::funders(id, Some(all[0].0.clone()), 10);
        assert_eq!(rest, all[1..]);
    });
}
