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
pub mod configs;
pub mod constants;
pub mod genesis_presets;
pub mod migrations;
pub mod origins;
pub mod pace;
pub mod profiles;
#[cfg(test)]
mod tests;
pub mod validators;

use alloc::{borrow::Cow, vec::Vec};

use pallet_session::historical as session_historical;

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
        /// Signs the addresses under which other validators find the node.
        pub authority_discovery: AuthorityDiscovery,
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

/// What wallets call the token, and the digits after its point. Part of the metadata's hash.
pub const TOKEN_SYMBOL: &str = "BAL";
pub use ballast_core::price::BAL_DECIMALS as TOKEN_DECIMALS;

/// Version of this code. Raise `spec_version` with every change of behaviour, `transaction_version` when a call's index or
/// arguments or the transaction extensions change.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("ballast"),
    impl_name: Cow::Borrowed("ballast-node"),
    authoring_version: 1,
    spec_version: 104,
    impl_version: 1,
    apis: RUNTIME_API_VERSIONS,
    transaction_version: 4,
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

    // Genesis is built in this order too: staking takes stake out of balances, and sessions begin with whom it elects.
    #[runtime::pallet_index(10)]
    pub type Pace = pace;
    #[runtime::pallet_index(11)]
    pub type VoterList = pallet_bags_list;
    #[runtime::pallet_index(12)]
    pub type Staking = pallet_staking;
    #[runtime::pallet_index(13)]
    pub type Historical = session_historical;
    #[runtime::pallet_index(14)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(15)]
    pub type Offences = pallet_offences;
    #[runtime::pallet_index(16)]
    pub type AuthorityDiscovery = pallet_authority_discovery;
    #[runtime::pallet_index(17)]
    pub type DelegatedStaking = pallet_delegated_staking;
    #[runtime::pallet_index(18)]
    pub type NominationPools = pallet_nomination_pools;
    #[runtime::pallet_index(19)]
    pub type Validators = validators;

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
    #[runtime::pallet_index(25)]
    pub type Inference = pallet_inference;
    #[runtime::pallet_index(26)]
    pub type Retrieval = pallet_retrieval;

    #[runtime::pallet_index(40)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(41)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(42)]
    pub type ConvictionVoting = pallet_conviction_voting;
    #[runtime::pallet_index(43)]
    pub type Referenda = pallet_referenda;
    #[runtime::pallet_index(44)]
    pub type Origins = origins;
    #[runtime::pallet_index(45)]
    pub type Treasury = pallet_treasury;
    #[runtime::pallet_index(46)]
    pub type TechnicalCommittee = pallet_collective<Instance1>;
    #[runtime::pallet_index(47)]
    pub type TxPause = pallet_tx_pause;
    #[runtime::pallet_index(48)]
    pub type MultiBlockMigrations = pallet_migrations;

    #[runtime::pallet_index(50)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(51)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(52)]
    pub type Identity = pallet_identity;
    #[runtime::pallet_index(53)]
    pub type Vesting = pallet_vesting;
    #[runtime::pallet_index(54)]
    pub type Profiles = profiles;
}
