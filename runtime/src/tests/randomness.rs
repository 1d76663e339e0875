//! Placements draw from the previous block's VRF output, or not at all.

use super::*;
use crate::{adapters::PreviousBlockVrf, genesis_presets::DEVELOPMENT_PRESET};
use pallet_blobs::BlockRandomness;

#[test]
fn the_first_block_finds_no_randomness() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut chain = Chain::new();
        chain.begin(chain.next_vrf_digest());
        assert_eq!(PreviousBlockVrf::of_previous_block(), None);
    });
}

#[test]
fn a_block_finds_the_output_of_the_block_before_it_and_not_its_own() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut chain = Chain::new();
        let first = chain.next_randomness();
        chain.block(vec![]);
        let second = chain.next_randomness();
        assert_ne!(first, second);

        chain.begin(chain.next_vrf_digest());
        assert_eq!(PreviousBlockVrf::of_previous_block(), Some(first));
        chain.end();
        chain.begin(chain.next_vrf_digest());
        assert_eq!(PreviousBlockVrf::of_previous_block(), Some(second));
    });
}

#[test]
fn a_block_without_a_vrf_output_leaves_none_rather_than_an_old_one() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let mut chain = Chain::new();
        chain.block(vec![]);
        chain.begin(chain.next_plain_digest());
        chain.end();
        chain.begin(chain.next_vrf_digest());
        assert_eq!(PreviousBlockVrf::of_previous_block(), None);
    });
}

#[test]
fn hooks_of_babe_run_before_those_of_blobs() {
    use frame_support::traits::PalletsInfoAccess;
    let names: Vec<_> = crate::AllPalletsWithSystem::infos()
        .into_iter()
        .map(|pallet| pallet.name)
        .collect();
    let position = |name| names.iter().position(|other| *other == name).unwrap();
    assert!(position("Babe") < position("Blobs"));
}
