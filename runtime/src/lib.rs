//! The Ballast runtime: which pallets the chain has, how they are configured and joined, and what nodes and clients may ask.
//!
//! Goals: composition only. What a pallet does is in `pallets/`, what chain and worker must agree on in `primitives/`.
//! Non-goals: custom host functions and custom JSON-RPC; reads are view functions, which any client can call.
//!
//! Hooks run in the order of the pallet indices below. Babe (2) therefore initialises before Blobs (21) draws a placement and
//! Possession (24) a challenge, and see `adapters::PreviousBlockVrf` for why that draw finds the previous block's randomness, not this one's.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]
#![allow(
    missing_docs,
    reason = "the SDK's macros make items without docs; ours have them"
)]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

mod adapters;
pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benches;
mod configs;
pub mod constants;
pub mod genesis_presets;
#[cfg(test)]
mod tests;

use alloc::{borrow::Cow, vec::Vec};

use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub use apis::{RuntimeApi, RUNTIME_API_VERSIONS};

/// Any of the signature schemes an account may use.
pub type Signature = MultiSignature;
/// An account: 32 bytes, whatever its scheme.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// An amount in the smallest unit; see [`constants::BAL`].
pub type Balance = u128;
/// What the system pallet keeps beside an account's nonce.
pub type AccountData = pallet_balances::AccountData<Balance>;
/// Number of an account's next transaction.
pub type Nonce = u32;
/// Height of a block.
pub type BlockNumber = u32;
/// Hash of a block, a transaction or a storage trie.
pub type Hash = sp_core::H256;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// The same as a node sees it. A node must not look into transactions: the runtime on chain may know calls that the one it
/// was built with does not.
pub mod opaque {
    use sp_runtime::{generic, OpaqueExtrinsic};

    /// A block whose transactions are bytes.
    pub type Block = generic::Block<super::Header, OpaqueExtrinsic>;
}

/// What every transaction carries and passes, in this order.
///
/// `AuthorizeCall` comes first: it turns a general transaction whose call authorizes itself (`Blobs::certify`,
/// `Possession::prove`, `Retrieval::answer`) into one with
/// an origin, for which the account checks then have nothing to do.
pub type TxExtension = (
    frame_system::AuthorizeCall<Runtime>,
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckMortality<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it comes from the network.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks.
pub type Executive = frame_executive::Executive<
    Runtime,
    Block,
    frame_system::ChainContext<Runtime>,
    Runtime,
    AllPalletsWithSystem,
>;

impl_opaque_keys! {
    /// The keys a validator's node uses.
    pub struct SessionKeys {
        /// Signs blocks.
        pub babe: Babe,
        /// Votes on finality.
        pub grandpa: Grandpa,
    }
}

/// BABE's configuration in the first epochs: every block carries a VRF output, secondary ones too, so that every block can
/// seed a placement.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
    sp_consensus_babe::BabeEpochConfiguration {
        c: (1, 4),
        allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
    };

/// Addresses are shown with this prefix.
pub const SS58_PREFIX: u16 = 42;

/// Version of this code. Raise `spec_version` with every change of behaviour, `transaction_version` when a call's index or
/// arguments or the transaction extensions change.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("ballast"),
    impl_name: Cow::Borrowed("ballast-node"),
    authoring_version: 1,
    spec_version: 100,
    impl_version: 1,
    apis: RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

#[frame_support::runtime]
mod runtime {
    /// The runtime itself.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(2)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(3)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(4)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(5)]
    pub type Grandpa = pallet_grandpa;
    #[runtime::pallet_index(6)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(7)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(8)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(9)]
    pub type Sudo = pallet_sudo;

    #[runtime::pallet_index(20)]
    pub type Workers = pallet_workers;
    #[runtime::pallet_index(21)]
    pub type Blobs = pallet_blobs;
    #[runtime::pallet_index(22)]
    pub type Models = pallet_models;
    #[runtime::pallet_index(23)]
    pub type Attestation = pallet_attestation;
    #[runtime::pallet_index(24)]
    pub type Possession = pallet_possession;
    #[runtime::pallet_index(26)]
    pub type Retrieval = pallet_retrieval;
}
