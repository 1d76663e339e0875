//! # Blobs
//!
//! Which blobs are stored, by whom, for how long, and on whose money: from registration to the end of the lease.
//!
//! Goals: an address can be occupied by nobody; what is certified is the file, under a code that rebuilds it; every
//! pending thing ends; every planck is on record: what workers do not earn of a lease goes back to whom it came from; what
//! was lost is drawn again; an encoding that is shown to be wrong ends.
//! Non-goals: who the workers are (pallet-workers), where their bytes lie (their own stores), challenges and pay
//! (pallet-possession).
//!
//! ## Scenario
//!
//! 1. Petra encodes a file at (4, 8) and calls [`register`](Call::register) with the values of all cells. The chain
//!    merges them into the file's address and eight shard roots, checks the length, and holds a deposit and the lease.
//! 2. Two blocks later eight workers are drawn, from randomness that did not exist when she registered.
//! 3. She uploads. Seven workers sign receipts; one is silent. After a grace period she calls
//!    [`reassign`](Call::reassign) for that shard, which costs a fee, and another worker is drawn.
//! 4. Anyone submits [`certify`](Call::certify) with at least six receipts. It costs no fee and authorises itself. The
//!    chain checks signatures and that all fingerprints lie on one codeword. The lease starts. Later receipts are
//!    added by the same call.
//! 5. Friends of the model pay for more epochs with [`extend`](Call::extend).
//! 6. A worker drains. Its shards wait until another worker is drawn for each and has it; until then it stays obliged and
//!    is paid. Another worker is evicted: its shards are lost, and when enough are, new workers are drawn, rebuild them
//!    from the others, and sign receipts like the first ones.
//! 7. Had a league of workers certified wrong parity, whoever sees it calls [`report_wrong`](Call::report_wrong) with chunks
//!    that fit no codeword: the encoding ends, the finder gets part of the deposit, the rest is burnt. A wrong shard that its
//!    holder shows to nobody is disputed ([`attest_rebuild`](Call::attest_rebuild)) and decided by a committee.
//! 8. When the lease has ended the encoding is removed: workers are free of it, the deposit goes back, and what workers did
//!    not earn of the lease goes to the funders in proportion to what they gave.
//!
//! An encoding without a certificate lapses after a time and burns part of its deposit, and from its draw on its lease,
//! epoch by epoch: waiting costs a place in the queue, being placed the workers' room. What nobody has room for lapses
//! after some minutes, and a replacement that finds nobody is given up.
//!
//! ## Several encodings of one address
//!
//! Anyone may register any number of encodings of an address, up to [`Config::MaxPendingPerPublisher`] pending ones
//! each. Nothing is looked up by address alone, so a stranger's garbage costs the honest publisher nothing. Refused is
//! only what would pay twice for the same shards: equal address, length, code *and roots* as an encoding that is
//! certified already (extend that one), or that the same publisher has pending. Equal roots, because wrong parity that
//! a league of workers certified must not stand in for the right one.
//!
//! ## Feeless certificates
//!
//! `certify` pays nothing, so it is hard to waste: lengths and state come before signatures, the first bad signature
//! ends it, a receipt that is on record already is refused, the pool keeps one certificate per encoding, and all of a
//! block's together stay under [`Config::MaxFeelessWeight`]. A refusal is `InvalidTransaction::Custom(i)` with `i` the
//! index of the [`Error`] it stands for. `report_wrong`, `attest_rebuild` and `refute` are like
//! it, and share that weight.
//!
//! ## Money
//!
//! Held from the publisher: [`HoldReason::Deposit`], and until the certificate [`HoldReason::Lease`]. From each owner of a
//! blob in chain state: [`HoldReason::Inline`]. Burnt: reassign fees, and what a lapse costs of deposit and lease.
//!
//! The leases of certified encodings lie in the pot, an account without a key. A lease is a whole number of planck for each
//! chunk and epoch ([`ballast_core::lease`]), so every planck is earned by the worker that held that chunk in that epoch,
//! or goes back. In the pot are, to the planck: what is left of all leases, and the fund of
//! [`CustodyBooks`], which repairs are rewarded from. `try_state` adds them up.
//!
//! Known limit: a validator that publishes can withhold a block whose randomness it dislikes, and so bias one draw.
//!
//! Files: [`types`] what is stored; [`traits`] what the neighbours give; `register`, `placement`, `reassign`, `certify`,
//! `custody`, `repair`, `forfeit`, `lease`, `lapse`, `wrong`, `dispute`, `inline` one concern each; `agenda` what falls due; `remove` the end; `views`;
//! `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod agenda;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod certify;
mod custody;
pub mod dispute;
mod errors;
mod events;
mod forfeit;
mod inline;
mod invariants;
mod lapse;
mod lease;
#[cfg(test)]
mod mock;
mod money;
mod placement;
mod reassign;
mod register;
mod remove;
mod repair;
mod storage;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
mod views;
pub mod weights;
mod wrong;

pub use forfeit::{Holder, NoHolder};
pub use pallet::*;
pub use traits::{BlockRandomness, CustodyBooks, Departure, WorkerSet};
pub use types::{AccountId, StorageParameters};
pub use views::{MAX_BLOB_ENCODINGS, MAX_PAGE, MAX_SHARD_PAGE};
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

#[import_section(storage::storage)]
#[import_section(events::events)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use super::{
        dispute::{Dispute, ShownChunks},
        traits::{BlockRandomness, CustodyBooks, WorkerSet},
        types::{
            AccountId, CellValues, Commitment, DrawRequest, Encoding, InlineBlob, InlineBytes,
            Placement, Receipts, Registration, RootList, ShardChunks, ShardList, StorageParameters,
            WorkerShard,
        },
        WeightInfo,
    };
    use alloc::vec::Vec;
    use ballast_core::{
        dispute::RebuildAttestation,
        limits::MAX_SHARDS,
        view::{BlobInfo, ChainParams, DisputeInfo, EncodingInfo, RepairParams},
        Address, Balance, BlockNumber, ChainingValue, ChunkIndex, Code, EncodingId, LengthProof,
        ShardIndex, StorageEpoch, WorkerId,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, Mutate, MutateHold},
        PalletId,
    };
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Overarching hold reason.
        type RuntimeHoldReason: From<HoldReason>;

        /// The token that deposits and leases are held in and fees are burnt from.
        type Currency: Inspect<AccountId, Balance = Balance>
            + Mutate<AccountId>
            + MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// The workers that shards are placed on.
        type Workers: WorkerSet<AccountId>;

        /// Who keeps the books on what workers hold and earn.
        type Books: CustodyBooks;

        /// Names the account that leases lie in.
        #[pallet::constant]
        type PotId: Get<PalletId>;

        /// Where placements get their randomness from.
        type Randomness: BlockRandomness;

        /// Pending encodings of one address that one publisher may have at a time.
        #[pallet::constant]
        type MaxPendingPerPublisher: Get<u32>;

        /// Encodings that may wait for a draw at a time.
        #[pallet::constant]
        type MaxDrawQueue: Get<u32>;

        /// Draws in one block.
        #[pallet::constant]
        type MaxDrawsPerBlock: Get<u32>;

        /// Weight that lapses, expiries, and departures, repairs and draws together may take from a block, each of these
        /// three a third. One unit of each kind is done in any block, so that nothing waits for ever.
        #[pallet::constant]
        type MaxServiceWeight: Get<Weight>;

        /// Weight that certificates, which pay no fee, may take from a block.
        #[pallet::constant]
        type MaxFeelessWeight: Get<Weight>;

        /// Pool priority of a certificate, to which the number of its receipts is added. Their weight is capped, so it
        /// may be above that of calls with fees.
        #[pallet::constant]
        type CertifyPriority: Get<TransactionPriority>;

        /// Weights of the calls and of the hook.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: super::traits::BenchmarkHelper<AccountId>;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A publisher's deposit for an encoding. Returned when it expires; part of it burns when it lapses.
        #[codec(index = 0)]
        Deposit,
        /// The lease of a pending encoding. Moves into the pot with the certificate; a lapse burns the epochs since the draw.
        #[codec(index = 1)]
        Lease,
        /// An owner's deposit for a blob in chain state. Returned by `remove_inline`.
        #[codec(index = 2)]
        Inline,
    }

    /// The parameters a chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Durations, deposits and limits.
        pub parameters: StorageParameters,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "blobs genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
            Pallet::<T>::found_pot();
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::serve_agendas()
        }

        fn on_finalize(_now: BlockNumberFor<T>) {
            FeelessWeight::<T>::kill();
        }

        fn integrity_test() {
            Self::check_limits();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Registers an encoding: its cell values must merge into the address. Holds deposit and lease, and asks for
        /// workers.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register(cell_values.len() as u32))]
        pub fn register(
            origin: OriginFor<T>,
            address: Address,
            len: u64,
            code: Code,
            cell_values: CellValues,
            length_proof: LengthProof,
            epochs: u32,
        ) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            let registration = Registration {
                address,
                len,
                code,
                cell_values,
                length_proof,
                epochs,
            };
            Self::do_register(publisher, registration)
        }

        /// Stores a blob of 1 to 1,024 bytes in chain state, against a deposit. Others may store the same: it stays
        /// until the last of them removes it.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::store_inline(bytes.len() as u32))]
        pub fn store_inline(origin: OriginFor<T>, bytes: InlineBytes) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_store_inline(owner, bytes)
        }

        /// Returns the signer's deposit for a blob in chain state.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::remove_inline())]
        pub fn remove_inline(origin: OriginFor<T>, address: Address) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_remove_inline(owner, address)
        }

        /// Asks for other workers for shards whose workers stay silent. By the publisher, after a grace period, at most
        /// a quarter of the shards in all, for a fee each.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::reassign(shards.len() as u32))]
        pub fn reassign(
            origin: OriginFor<T>,
            encoding: EncodingId,
            shards: ShardList,
        ) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_reassign(publisher, encoding, shards)
        }

        /// Puts receipts on chain, by anyone, without a fee. The first certificate needs a quorum; later ones add.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::certify(receipts.len() as u32))]
        #[pallet::authorize(Self::authorize_certify)]
        #[pallet::weight_of_authorize(
            super::certify::authorize_weight::<T>(receipts.len() as u32, MAX_SHARDS)
        )]
        pub fn certify(
            origin: OriginFor<T>,
            encoding: EncodingId,
            receipts: Receipts,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_certify(encoding, receipts)
        }

        /// Pays for more epochs of a certified encoding, whoever registered it.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::extend(MAX_SHARDS))]
        pub fn extend(
            origin: OriginFor<T>,
            encoding: EncodingId,
            epochs: u32,
        ) -> DispatchResultWithPostInfo {
            let funder = ensure_signed(origin)?;
            Self::do_extend(funder, encoding, epochs)
        }

        /// Shows that a certified encoding is wrong, by chunks of k + 1 shards at one offset that lie on no codeword. Ends it
        /// and brings `finder` part of its deposit. By anyone, without a fee.
        #[pallet::call_index(6)]
        #[pallet::weight(T::DbWeight::get().reads_writes(8, 8))]
        #[pallet::authorize(Self::authorize_report)]
        #[pallet::weight_of_authorize(T::WeightInfo::report_wrong(chunks.len() as u32))]
        pub fn report_wrong(
            origin: OriginFor<T>,
            finder: AccountId,
            encoding: EncodingId,
            chunk: ChunkIndex,
            chunks: ShardChunks,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_report_wrong(finder, encoding, chunk, chunks)
        }

        /// Says which root a worker reached that has rebuilt a shard which its holder did not show on chain: the worker that is
        /// drawn for it, which opens a dispute by that, then the members of the committee. By anyone, without a fee.
        #[pallet::call_index(7)]
        #[pallet::weight(T::DbWeight::get().reads_writes(5, 2))]
        #[pallet::authorize(Self::authorize_attest)]
        #[pallet::weight_of_authorize(T::WeightInfo::attest_rebuild())]
        pub fn attest_rebuild(
            origin: OriginFor<T>,
            worker: WorkerId,
            encoding: EncodingId,
            attestation: RebuildAttestation,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_attest(worker, encoding, attestation)
        }

        /// Shows the chunks that a dispute asks the holder of its shard for, and so ends it. By anyone, without a fee.
        #[pallet::call_index(8)]
        #[pallet::weight(T::DbWeight::get().reads_writes(5, 2))]
        #[pallet::authorize(Self::authorize_refute)]
        #[pallet::weight_of_authorize(T::WeightInfo::refute())]
        pub fn refute(
            origin: OriginFor<T>,
            encoding: EncodingId,
            chunks: ShownChunks,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_refute(encoding, chunks)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Stored parameters and what follows from them now.
        pub fn params() -> ChainParams {
            Self::view_params()
        }

        /// When lost shards are drawn again, and what their repair brings.
        pub fn repair_params() -> RepairParams {
            Parameters::<T>::get().repair()
        }

        /// An encoding.
        pub fn encoding(id: EncodingId) -> Option<EncodingInfo> {
            Self::view_encoding(id)
        }

        /// Encodings of an address, at most [`MAX_PAGE`](crate::MAX_PAGE) at a time: the certified ones, then the
        /// pending ones. `after` is the last id of the page before.
        pub fn encodings(
            address: Address,
            after: Option<EncodingId>,
            limit: u32,
        ) -> Vec<EncodingInfo> {
            Self::view_encodings(address, after, limit)
        }

        /// How a blob is kept, with up to [`MAX_BLOB_ENCODINGS`](crate::MAX_BLOB_ENCODINGS) of its encodings, certified
        /// ones preferred, by id. `None` if it is not kept at all.
        pub fn blob(address: Address) -> Option<BlobInfo> {
            Self::view_blob(address)
        }

        /// The bytes of a blob in chain state.
        pub fn inline(address: Address) -> Option<Vec<u8>> {
            Self::view_inline(address)
        }

        /// Whether a blob can be read: it is empty, in chain state, or has a certified encoding.
        pub fn is_available(address: Address) -> bool {
            Self::view_is_available(&address)
        }

        /// The id that the next encoding will have.
        pub fn next_encoding_id() -> EncodingId {
            NextEncodingId::<T>::get()
        }

        /// Shards that a worker is assigned, with their generation, at most
        /// [`MAX_SHARD_PAGE`](crate::MAX_SHARD_PAGE) at a time in no useful order. `after` is the last of the page
        /// before.
        pub fn encodings_by_worker(
            worker: AccountId,
            after: Option<(EncodingId, ShardIndex)>,
            limit: u32,
        ) -> Vec<WorkerShard> {
            Self::view_encodings_by_worker(worker, after, limit)
        }

        /// The disputes that are open, of all encodings; at most 16.
        pub fn disputes() -> Vec<DisputeInfo> {
            Self::view_disputes()
        }

        /// Shards of an encoding whose last holder did not show them when it was asked on chain.
        pub fn unshown(encoding: EncodingId) -> Vec<ShardIndex> {
            Self::view_unshown(encoding)
        }

        /// What each funder gave for the lease of an encoding, at most [`MAX_PAGE`](crate::MAX_PAGE) at a time in
        /// no useful order. `after` is the last funder of the page before.
        pub fn funders(
            encoding: EncodingId,
            after: Option<AccountId>,
            limit: u32,
        ) -> Vec<(AccountId, Balance)> {
            Self::view_funders(encoding, after, limit)
        }
    }
}
