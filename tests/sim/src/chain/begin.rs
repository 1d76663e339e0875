//! How a block begins.

use ballast_core::BlockNumber;
use ballast_runtime::{
    constants::SLOT_DURATION_MS, Executive, Hash, Header, Runtime, RuntimeCall, UncheckedExtrinsic,
};
use codec::Encode;
use sp_consensus_babe::{
    digests::{PreDigest, SecondaryPlainPreDigest, SecondaryVRFPreDigest},
    BABE_ENGINE_ID,
};
use sp_core::crypto::VrfSecret;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{traits::Header as _, Digest, DigestItem};

/// Begins a block as Alice: hooks run, the time is set.
pub(super) fn begin(number: BlockNumber, parent: Hash, slot: u64, with_vrf: bool) {
    let digest = pre_digest(slot, with_vrf);
    let header = Header::new(
        number,
        Default::default(),
        Default::default(),
        parent,
        digest,
    );
    Executive::initialize_block(&header);
    let now = slot * SLOT_DURATION_MS;
    let timestamp = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
    let set = Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(timestamp));
    assert_eq!(set, Ok(Ok(())), "the time of block {number} was refused");
}

fn pre_digest(slot: u64, with_vrf: bool) -> Digest {
    let digest = if with_vrf {
        let transcript = sp_consensus_babe::make_vrf_transcript(
            &pallet_babe::Randomness::<Runtime>::get(),
            slot.into(),
            pallet_babe::EpochIndex::<Runtime>::get(),
        );
        let pair = Sr25519Keyring::Alice.pair();
        PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
            authority_index: 0,
            slot: slot.into(),
            vrf_signature: pair.vrf_sign(&transcript.into_sign_data()),
        })
    } else {
        PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: 0,
            slot: slot.into(),
        })
    };
    Digest {
        logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())],
    }
}
