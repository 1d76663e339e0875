//! Benchmarks: the calls, and each unit of work of the hook. Lists of workers and of roots are the widest, the list of the
//! worker is as long as anybody could pay for, and answers have the longest paths.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::{
    traits::BenchmarkHelper,
    types::{Challenge, MAX_ANSWER_LEN},
};
use alloc::vec;
use ballast_core::{
    limits::{MAX_BLOB_LEN, MAX_OPEN_RETRIEVALS},
    tree::verify_group,
    view::RetrievalState,
    ChainingValue, Code, EncodingId, Group, GroupProof, Layout, RetrievalId, ShardIndex, TreeError,
    WorkerId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    pallet_prelude::{Authorize, TransactionSource},
    weights::{Weight, WeightMeter},
};
use frame_system::RawOrigin;

const ENCODING: EncodingId = EncodingId(0);
const SHARD: ShardIndex = ShardIndex(0);

fn layout(len: u64) -> Layout {
    let code = Code::new(64, 255).expect("the widest code");
    Layout::new(len, code).expect("at most the greatest length")
}

/// A shard of a MiB, held by a worker.
fn held<T: Config>() -> WorkerId {
    let worker = WorkerId(T::BenchmarkHelper::add_worker().into());
    T::BenchmarkHelper::add_held(ENCODING, layout(64 << 20), ChainingValue([1; 32]), worker);
    worker
}

fn chunk() -> Group {
    Group {
        start: 0,
        len: 1_024,
    }
}

/// Opens a challenge of `bond` doublings.
fn ask<T: Config>(seed: u32, doublings: u32) -> RetrievalId {
    let id = NextId::<T>::get();
    let bond = Parameters::<T>::get().least_bond << doublings;
    let challenger = T::BenchmarkHelper::rich(seed);
    Pallet::<T>::do_challenge(challenger, ENCODING, SHARD, chunk(), bond)
        .expect("the bond is high enough");
    id
}

/// Fills the list of the worker but for one place, the lowest bonds first.
fn fill<T: Config>() {
    for index in 1..MAX_OPEN_RETRIEVALS {
        ask::<T>(index % 8, index);
    }
}

/// An open challenge for `len` bytes of the longest shard there is, with its answer.
fn asked<T: Config>(len: u32) -> (RetrievalId, AnswerBytes, GroupProof) {
    let (layout, group) = (layout(MAX_BLOB_LEN), group(len));
    let siblings = GroupProof::expected_len(&layout, SHARD, group).expect("inside");
    let proof = GroupProof {
        siblings: vec![ChainingValue([3; 32]); siblings],
    };
    let bytes = vec![7; group.len as usize];
    let wrong = ChainingValue([0; 32]);
    let refused = verify_group(&layout, SHARD, group, &bytes, &proof, &wrong);
    let Err(TreeError::WrongRoot { actual, .. }) = refused else {
        panic!("nothing leads to a root of zeros");
    };
    let worker = held::<T>();
    fill::<T>();
    let id = ask::<T>(9, MAX_OPEN_RETRIEVALS);
    T::BenchmarkHelper::add_encoding(ENCODING, layout, actual);
    Challenges::<T>::mutate(id, |challenge| {
        let challenge: &mut Challenge = challenge.as_mut().expect("open");
        assert_eq!(challenge.worker, worker);
        challenge.group = group;
    });
    (id, AnswerBytes::truncate_from(bytes), proof)
}

/// The group of the greatest power of two up to `len` bytes.
fn group(len: u32) -> Group {
    let len = u64::from(len.max(1_024));
    Group {
        start: 0,
        len: 1 << len.ilog2(),
    }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn challenge() {
        let worker = held::<T>();
        fill::<T>();
        let challenger = T::BenchmarkHelper::rich(9);
        let bond = Parameters::<T>::get().least_bond << MAX_OPEN_RETRIEVALS;

        #[extrinsic_call]
        _(
            RawOrigin::Signed(challenger),
            ENCODING,
            SHARD,
            chunk(),
            bond,
        );

        assert!(Open::<T>::get(worker).is_full());
    }

    #[benchmark]
    fn answer(b: Linear<1024, MAX_ANSWER_LEN>) {
        let (id, bytes, proof) = asked::<T>(b);

        #[extrinsic_call]
        _(RawOrigin::Authorized, id, bytes, proof);

        assert!(!Challenges::<T>::contains_key(id));
    }

    #[benchmark]
    fn authorize_answer(b: Linear<1024, MAX_ANSWER_LEN>) -> Result<(), BenchmarkError> {
        let (id, bytes, proof) = asked::<T>(b);
        let call = Call::<T>::answer { id, bytes, proof };

        #[block]
        {
            call.authorize(TransactionSource::External)
                .ok_or("answer authorises itself")??;
        }

        Ok(())
    }

    #[benchmark]
    fn on_initialize_base() {
        #[block]
        {
            Pallet::<T>::serve_deadlines();
            FeelessWeight::<T>::kill();
        }
    }

    #[benchmark]
    fn pass_over() {
        NextId::<T>::put(RetrievalId(1));

        #[block]
        {
            let mut meter = WeightMeter::with_limit(Weight::zero());
            Pallet::<T>::end_overdue(&mut meter);
        }

        assert_eq!(Cursor::<T>::get(), RetrievalId(1));
    }

    /// The shard is lost, and the worker evicted because of what is taken of its stake.
    #[benchmark]
    fn miss() {
        held::<T>();
        fill::<T>();
        Parameters::<T>::mutate(|params| params.slash_permille = 1_000);
        let first = Challenges::<T>::get(RetrievalId(0)).expect("open");
        frame_system::Pallet::<T>::set_block_number((first.deadline + 1).into());

        #[block]
        {
            // The first unit is always granted, a second never.
            let mut meter = WeightMeter::with_limit(Weight::zero());
            Pallet::<T>::end_overdue(&mut meter);
        }

        let ended = Closed::<T>::get(RetrievalId(0)).expect("over");
        assert!(matches!(ended.state, RetrievalState::Missed { slashed, .. } if slashed > 0));
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_chain(0), crate::mock::Test);
}
