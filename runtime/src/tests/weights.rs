//! What the hooks of our pallets may take of a block, whatever is due, and calls without a fee of the rest.

use super::*;
use crate::constants::MAXIMUM_BLOCK_WEIGHT;
use frame_support::{traits::Get, weights::Weight};
use pallet_inference::{steps_to_pay, types::MAX_FINDINGS, WeightInfo};

type OfInference = <Runtime as pallet_inference::Config>::WeightInfo;

/// Thousandths of a block.
fn permille(weight: Weight) -> u64 {
    weight.ref_time() * 1000 / MAXIMUM_BLOCK_WEIGHT.ref_time()
}

/// The agenda of pallet-inference, if all of it is batches with so many verifiers as cost most.
fn payments() -> Weight {
    let steps: u32 = <Runtime as pallet_inference::Config>::MaxDuePerBlock::get();
    let block = |verifiers| {
        let batches = steps / steps_to_pay(verifiers);
        OfInference::serve_pay(verifiers).saturating_mul(batches.into())
    };
    let worst = (0..=MAX_FINDINGS).map(block);
    worst.fold(Weight::zero(), |most, weight| most.max(weight))
}

#[test]
fn hooks_leave_half_of_a_block_at_worst() {
    let hooks = [
        <Runtime as pallet_blobs::Config>::MaxServiceWeight::get(),
        <Runtime as pallet_possession::Config>::MaxHookWeight::get(),
        <Runtime as pallet_retrieval::Config>::MaxHookWeight::get(),
        payments(),
    ];
    let shares = hooks.map(permille);
    println!("blobs, possession, retrieval, inference: {shares:?} thousandths of a block");
    assert!(shares.iter().sum::<u64>() <= 500, "{shares:?}");
}

#[test]
fn calls_without_a_fee_leave_room_for_those_with_one() {
    let feeless = [
        <Runtime as pallet_blobs::Config>::MaxFeelessWeight::get(),
        <Runtime as pallet_possession::Config>::MaxFeelessWeight::get(),
        <Runtime as pallet_retrieval::Config>::MaxFeelessWeight::get(),
    ];
    let normal = crate::constants::RuntimeBlockWeights::get()
        .get(frame_support::dispatch::DispatchClass::Normal)
        .max_total;
    let shares = feeless.map(permille).iter().sum::<u64>();
    assert!(shares + 150 <= permille(normal.unwrap()), "{shares}");
}
