//! Tests of the composition: genesis, extrinsics, randomness, fees, and the interface that clients rely on.

#![allow(clippy::unwrap_used, reason = "tests")]

mod attestation;
#[allow(dead_code, reason = "the tests of pallet-blobs use all of it")]
#[path = "../../../pallets/blobs/src/tests/blob.rs"]
mod blob;
mod calls;
mod extrinsics;
mod genesis;
mod governance;
mod inference;
mod interface;
mod profiles;
mod randomness;
mod scenario;
mod staging;
mod staking;
mod wallets;
mod weights;

use codec::Encode;
use frame_support::genesis_builder_helper::build_state;
use sp_consensus_babe::{
    digests::{PreDigest, SecondaryPlainPreDigest, SecondaryVRFPreDigest},
    BABE_ENGINE_ID,
};
use sp_core::crypto::VrfSecret;
use sp_io::TestExternalities;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::Era, traits::Header as _, ApplyExtrinsicResult, Digest, DigestItem, MultiSignature,
};

use crate::{
    constants::SLOT_DURATION_MS, AccountId, BlockNumber, Executive, Hash, Header, Nonce, Runtime,
    RuntimeCall, RuntimeGenesisConfig, SignedPayload, System, TxExtension, UncheckedExtrinsic,
};

/// The slot of the first block: well past the one in which no block may be.
const FIRST_SLOT: u64 = 1_000;

/// State after the genesis of a preset.
fn ext(preset: &str) -> TestExternalities {
    let mut ext = TestExternalities::default();
    ext.execute_with(|| build_state::<RuntimeGenesisConfig>(genesis_json(preset)).unwrap());
    ext
}

/// What a node gives to `build_state`: the default configuration, patched with the preset.
fn genesis_json(preset: &str) -> Vec<u8> {
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).unwrap();
    let patch = crate::genesis_presets::get_preset(&preset.into()).unwrap();
    merge(&mut config, serde_json::from_slice(&patch).unwrap());
    config.to_string().into_bytes()
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
    match (into, patch) {
        (serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

fn account(key: Sr25519Keyring) -> AccountId {
    key.to_account_id()
}

fn extension(nonce: Nonce) -> TxExtension {
    (
        frame_system::AuthorizeCall::new(),
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckMortality::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
        frame_system::WeightReclaim::new(),
    )
}

fn signed(signer: Sr25519Keyring, nonce: Nonce, call: RuntimeCall) -> UncheckedExtrinsic {
    let payload = SignedPayload::new(call, extension(nonce)).unwrap();
    let signature = payload.using_encoded(|bytes| signer.sign(bytes));
    let (call, extension, _) = payload.deconstruct();
    UncheckedExtrinsic::new_signed(
        call,
        account(signer).into(),
        MultiSignature::Sr25519(signature),
        extension,
    )
}

/// A general transaction: no signer, but the extensions.
fn general(call: RuntimeCall) -> UncheckedExtrinsic {
    UncheckedExtrinsic::new_transaction(call, extension(0))
}

fn transfer(to: Sr25519Keyring, value: u128) -> RuntimeCall {
    let dest = account(to).into();
    RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive { dest, value })
}

/// What every pallet says of its own state; the SDK's pallets say so with the feature `try-runtime` alone.
fn check_all_state() {
    #[cfg(feature = "try-runtime")]
    <crate::AllPalletsWithSystem as frame_support::traits::TryState<BlockNumber>>::try_state(
        System::block_number(),
        frame_support::traits::TryStateSelect::All,
    )
    .map_err(|error| format!("{error:?}"))
    .unwrap();
    crate::pace::Periods::check(&crate::Pace::periods()).unwrap();
    crate::Attestation::do_try_state().unwrap();
}

/// Makes blocks, as Alice, one in each slot.
struct Chain {
    number: BlockNumber,
    parent: Hash,
}

impl Chain {
    fn new() -> Self {
        Self {
            number: 0,
            parent: System::block_hash(0),
        }
    }

    /// Begins the next block: hooks run, nothing is in it.
    fn begin(&mut self, digest: Digest) {
        self.number += 1;
        let header = Header::new(
            self.number,
            Default::default(),
            Default::default(),
            self.parent,
            digest,
        );
        Executive::initialize_block(&header);
        let now = self.slot() * SLOT_DURATION_MS;
        let timestamp = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now });
        Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(timestamp))
            .unwrap()
            .unwrap();
    }

    fn end(&mut self) {
        self.parent = Executive::finalize_block().hash();
    }

    /// A whole block with a VRF output.
    fn block(&mut self, transactions: Vec<UncheckedExtrinsic>) -> Vec<ApplyExtrinsicResult> {
        let digest = self.next_vrf_digest();
        self.begin(digest);
        let results = transactions
            .into_iter()
            .map(Executive::apply_extrinsic)
            .collect();
        self.end();
        results
    }

    /// An empty block by one of the validators.
    fn block_by(&mut self, author: Sr25519Keyring) {
        self.block_with(author, vec![]);
    }

    /// A block by one of the validators, who gets its rewards.
    fn block_with(
        &mut self,
        author: Sr25519Keyring,
        transactions: Vec<UncheckedExtrinsic>,
    ) -> Vec<ApplyExtrinsicResult> {
        let author = account(author);
        let position = crate::Session::validators()
            .iter()
            .position(|validator| *validator == author);
        let digest = self.vrf_digest_of(position.unwrap() as u32);
        self.begin(digest);
        let results = transactions
            .into_iter()
            .map(Executive::apply_extrinsic)
            .collect();
        self.end();
        results
    }

    fn slot(&self) -> u64 {
        FIRST_SLOT + u64::from(self.number)
    }

    fn next_vrf_digest(&self) -> Digest {
        self.vrf_digest_of(0)
    }

    /// The output is always Alice's: nothing in a block checks whose it is, only a node does.
    fn vrf_digest_of(&self, authority_index: u32) -> Digest {
        let transcript = self.next_transcript();
        let vrf_signature = Sr25519Keyring::Alice
            .pair()
            .vrf_sign(&transcript.into_sign_data());
        pre_digest(PreDigest::SecondaryVRF(SecondaryVRFPreDigest {
            authority_index,
            slot: (self.slot() + 1).into(),
            vrf_signature,
        }))
    }

    fn next_plain_digest(&self) -> Digest {
        pre_digest(PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: 0,
            slot: (self.slot() + 1).into(),
        }))
    }

    /// What the VRF of the next block's author gives.
    fn next_randomness(&self) -> [u8; 32] {
        Sr25519Keyring::Alice.pair().make_bytes(
            sp_consensus_babe::RANDOMNESS_VRF_CONTEXT,
            &self.next_transcript(),
        )
    }

    fn next_transcript(&self) -> sp_core::sr25519::vrf::VrfTranscript {
        sp_consensus_babe::make_vrf_transcript(
            &pallet_babe::Randomness::<Runtime>::get(),
            (self.slot() + 1).into(),
            pallet_babe::EpochIndex::<Runtime>::get(),
        )
    }
}

fn pre_digest(digest: PreDigest) -> Digest {
    Digest {
        logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, digest.encode())],
    }
}
