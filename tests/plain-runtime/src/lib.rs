//! The runtime without Ballast's own pallets: what a block of transfers costs beside them is what `scripts/load.sh` measures.
//!
//! Goals: consensus, staking, governance, fees and limits of the real one, by its own modules. Its genesis is `local`'s without our
//! pallets' part (scripts/plain-runtime.sh).
//! Non-goals: any use but that one; proxies here may do everything, as what ours may do names our calls.

#![no_std]
#![recursion_limit = "512"]

extern crate alloc;

mod adapters;
#[path = "../../../runtime/src/apis.rs"]
pub mod apis;
pub mod configs;
#[path = "../../../runtime/src/constants.rs"]
pub mod constants;
#[path = "../../../runtime/src/migrations.rs"]
pub mod migrations;
#[path = "../../../runtime/src/origins.rs"]
pub mod origins;
#[path = "../../../runtime/src/pace.rs"]
pub mod pace;
#[path = "../../../runtime/src/validators.rs"]
pub mod validators;

/// No networks by name.
mod genesis_presets {
    use alloc::vec::Vec;
    use sp_genesis_builder::PresetId;

    pub fn get_preset(_: &PresetId) -> Option<Vec<u8>> {
        None
    }

    pub fn preset_names() -> Vec<PresetId> {
        Vec::new()
    }
}

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

/// Version of this code. Raise `spec_version` with every change of behaviour, `transaction_version` when a call's index or
/// arguments or the transaction extensions change.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("ballast-plain"),
    impl_name: Cow::Borrowed("ballast-node"),
    authoring_version: 1,
    spec_version: 103,
    impl_version: 1,
    apis: RUNTIME_API_VERSIONS,
    transaction_version: 3,
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
}
