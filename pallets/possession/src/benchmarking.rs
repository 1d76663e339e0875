//! Benchmarks: the call, and each unit of work of the hook. Every pick is of an encoding of its own, with the widest list of
//! roots and a long path.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::{
    traits::BenchmarkHelper,
    types::{Standing, Window},
};
use alloc::{vec, vec::Vec};
use ballast_core::{
    challenge::{chunks_of, ChunkProof, HeldShard, Pick},
    limits::{MAX_BLOB_LEN, MAX_PICKS},
    price::BAL,
    tree::{verify_group, TreeError},
    ChainingValue, ChunkIndex, Code, EncodingId, GroupProof, Layout, ShardIndex, StorageEpoch,
    WorkerId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    weights::{Weight, WeightMeter},
    BoundedVec,
};
use frame_system::RawOrigin;

/// Shards that a worker holds while picks are looked for: of the size that most tries miss.
const SHARDS: u32 = 100;

fn layout() -> Layout {
    let code = Code::new(64, 255).expect("the widest code");
    Layout::new(MAX_BLOB_LEN, code).expect("the greatest length")
}

fn pick(encoding: u32) -> Pick {
    Pick {
        encoding: EncodingId(encoding.into()),
        shard: ShardIndex(0),
        chunk: ChunkIndex(12_345),
    }
}

/// A chunk and a path, and the root that they lead to: any are as dear to check as those of a real shard.
fn chunk_and_root(layout: &Layout, index: u8) -> (ChunkProof, ChainingValue) {
    let pick = pick(0);
    let siblings = GroupProof::expected_len(layout, pick.shard, pick.group()).expect("inside");
    let proof = ChunkProof {
        pick: index,
        bytes: vec![7; 1_024],
        proof: GroupProof {
            siblings: vec![ChainingValue([index; 32]); siblings],
        },
    };
    let wrong = ChainingValue([0; 32]);
    let refused = verify_group(
        layout,
        pick.shard,
        pick.group(),
        &proof.bytes,
        &proof.proof,
        &wrong,
    );
    let Err(TreeError::WrongRoot { actual, .. }) = refused else {
        panic!("nothing leads to a root of zeros");
    };
    (proof, actual)
}

fn held(encoding: EncodingId, chunks: u32) -> HeldShard {
    HeldShard {
        encoding,
        shard: ShardIndex(0),
        chunks,
    }
}

/// A worker that is asked for `picks` chunks, with their proofs.
fn asked<T: Config>(picks: u32) -> (WorkerId, StorageEpoch, Vec<ChunkProof>) {
    // Between the set-up and the measured part the framework goes from block 0 to 1, which would be past the deadline.
    frame_system::Pallet::<T>::set_block_number(1u32.into());
    let worker = WorkerId(T::BenchmarkHelper::add_worker().into());
    let (layout, epoch) = (layout(), Pallet::<T>::current_epoch());
    let chunks = chunks_of(layout.shard_len(ShardIndex(0)));
    let mut proofs = Vec::new();
    for index in 0..picks {
        let (proof, root) = chunk_and_root(&layout, index as u8);
        let id = EncodingId(index.into());
        T::BenchmarkHelper::add_encoding(id, layout, root);
        // Paid in this epoch, so that there is something to settle.
        Pallet::<T>::take(worker, held(id, chunks), &[(epoch, 1_000)]);
        proofs.push(proof);
    }
    let now = Pallet::<T>::now();
    let window = Window {
        epoch,
        opened_at: now,
        deadline: now,
        picks: BoundedVec::truncate_from((0..picks).map(pick).collect()),
        proven: 0,
    };
    Windows::<T>::insert(worker, window);
    WindowsDue::<T>::insert(0, (now, worker, epoch));
    WindowQueue::<T>::mutate(|queue| queue.tail = 1);
    (worker, epoch, proofs)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn prove(p: Linear<1, MAX_PICKS>) {
        let (worker, epoch, proofs) = asked::<T>(p);

        #[extrinsic_call]
        _(
            RawOrigin::Authorized,
            worker,
            epoch,
            Proofs::truncate_from(proofs),
        );

        let window = Windows::<T>::get(worker).expect("open");
        assert_eq!(window.proven.count_ones(), p);
    }

    #[benchmark]
    fn authorize_prove(p: Linear<1, MAX_PICKS>) -> Result<(), BenchmarkError> {
        let (worker, epoch, proofs) = asked::<T>(p);
        let call = Call::<T>::prove {
            worker,
            epoch,
            proofs: Proofs::truncate_from(proofs),
        };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or("prove authorises itself")??;
        }

        Ok(())
    }

    #[benchmark]
    fn on_initialize_base() {
        #[block]
        {
            Pallet::<T>::serve_windows();
            FeelessWeight::<T>::kill();
        }
    }

    #[benchmark]
    fn open_window(p: Linear<1, MAX_PICKS>) {
        let worker = WorkerId(T::BenchmarkHelper::add_worker().into());
        for index in 0..SHARDS {
            Pallet::<T>::take(worker, held(EncodingId(index.into()), (1 << 20) + 1), &[]);
        }
        // The shards count from the next epoch on.
        let mut holding = Holdings::<T>::get(worker).expect("it holds");
        for list in holding.lists.iter_mut() {
            list.settled = list.all;
        }
        Holdings::<T>::insert(worker, holding);
        Parameters::<T>::mutate(|params| params.picks_per_window = p as u8);
        T::BenchmarkHelper::set_randomness([5; 32]);

        #[block]
        {
            // The first unit is always granted, a second never.
            let mut meter = WeightMeter::with_limit(Weight::zero());
            Pallet::<T>::open_windows(&mut meter);
        }

        let window = Windows::<T>::get(worker).expect("opened");
        assert_eq!(window.picks.len() as u32, p);
    }

    /// Everything is missed, part of the stake is taken and the worker is evicted.
    #[benchmark]
    fn close_window() {
        let (worker, _, proofs) = asked::<T>(MAX_PICKS);
        T::BenchmarkHelper::fill_pot(1_000 * BAL);
        let params = Parameters::<T>::get();
        Standings::<T>::insert(
            worker,
            Standing {
                score: params.evict_at_score.saturating_sub(1),
                ..Default::default()
            },
        );
        // One is proven, so that there is something to pay.
        Windows::<T>::mutate(worker, |window| {
            let window = window.as_mut().expect("open");
            window.set_proven(proofs.first().map_or(0, |proof| proof.pick));
        });
        let next = Pallet::<T>::now() + 1;
        frame_system::Pallet::<T>::set_block_number(next.into());

        #[block]
        {
            let mut meter = WeightMeter::with_limit(Weight::zero());
            Pallet::<T>::close_windows(&mut meter);
        }

        assert!(Standings::<T>::get(worker).evicted);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_chain(0), crate::mock::Test);
}
