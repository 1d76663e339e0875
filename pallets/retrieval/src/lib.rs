//! # Retrieval
//!
//! What a reader does whom nobody serves: it posts a bond and asks the holder of a shard for a few bytes. The worker shows
//! them on chain, with their path to the shard root, or loses the shard and part of its stake.
//!
//! Goals: refusing to serve, and deleting one blob, are never free, and are seen by all; an honest worker earns by being
//! asked; nobody can drown a worker, keep others from asking it, or earn by asking itself; every challenge ends, and every
//! bond goes back, to the worker, or is burnt.
//! Non-goals: reading blobs this way (a challenge asks for at most 16 KiB and costs more than a gateway); who holds what
//! (pallet-blobs); what stake is left (pallet-workers, by way of pallet-possession).
//!
//! ## Scenario
//!
//! 1. Rita cannot get a chunk of a model. She calls [`challenge`](Call::challenge) for it and offers a bond. Whoever holds
//!    the shard is asked, and has until the deadline.
//! 2. Its worker sends the bytes and their path, [`answer`](Call::answer). It costs no fee and authorises itself; anyone may
//!    send it. Rita reads her chunk in the block. Half of her bond burns, the other half is the worker's.
//! 3. Another worker has deleted the blob. The deadline passes: its shard is lost and will be drawn for, two percent of its
//!    stake goes to the repair fund, and the bond goes back.
//!
//! A challenge whose shard has moved, or whose lease or encoding has ended when the deadline passes, is excused: the bond
//! goes back and nobody is punished. An answer is taken and paid nonetheless, as long as the bytes can be checked.
//!
//! ## What a bond must be
//!
//! `least_bond * 2^(own + max(0, others - free_places))`, where `own` are the challenger's open challenges to this worker and
//! `others` those of everybody else. So nobody is refused who pays, whoever asks little pays little, and a worker's list
//! cannot be filled: its 40 places cost 2^36 times the least bond. A worker answers the highest bonds first, and so does
//! the pool: that is the order of its list.
//!
//! At least half of an answered bond burns. A worker that asks itself to raise the price for others then never gains: what it
//! burns is at least what the next, twice as high bond can bring it.
//!
//! ## Feeless answers
//!
//! As with proofs: state and lengths come before hashes, the pool keeps one answer for each challenge, a challenge takes only
//! one, and all of a block's together stay under [`Config::MaxFeelessWeight`]. A refusal is `InvalidTransaction::Custom(i)`
//! with `i` the index of the [`Error`].
//!
//! Known limits: whoever drains can be out of a challenge before it ends, if another worker is drawn and has rebuilt the shard
//! by then. Answers cost a block's space and no fee: that is what the burnt part pays for.
//!
//! Files: [`types`] what is stored; [`traits`] what the neighbours give; `challenge` asking and its price; `answer` the
//! feeless call; `deadline` what ends without an answer; `money`; `views`; `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod answer;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod challenge;
mod deadline;
mod invariants;
#[cfg(test)]
mod mock;
mod money;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
mod views;
pub mod weights;

pub use answer::ANSWER_TAG;
pub use pallet::*;
pub use traits::{Fines, Holder, Holders, NoHolder};
pub use types::{AccountId, AnswerBytes, KEPT_CHALLENGES};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::{
        traits::{Fines, Holders},
        types::{self, AccountId, AnswerBytes, Challenge, Ended, Places},
        WeightInfo,
    };
    use alloc::vec::Vec;
    use ballast_core::{
        view::{RetrievalInfo, RetrievalParams},
        Balance, BlockNumber, EncodingId, Group, GroupProof, RetrievalId, ShardIndex, WorkerId,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, InspectHold, Mutate, MutateHold},
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
        /// Names the runtime's holds.
        type RuntimeHoldReason: From<HoldReason>;

        /// The token.
        type Currency: Inspect<AccountId, Balance = Balance>
            + Mutate<AccountId>
            + InspectHold<AccountId, Reason = Self::RuntimeHoldReason>
            + MutateHold<AccountId>;

        /// Who holds which shard.
        type Holders: Holders;

        /// What a miss costs of a worker's stake.
        type Fines: Fines;

        /// Weight that the ends of challenges may take from a block. One is handled in any block.
        #[pallet::constant]
        type MaxHookWeight: Get<Weight>;

        /// Weight that answers, which pay no fee, may take from a block.
        #[pallet::constant]
        type MaxFeelessWeight: Get<Weight>;

        /// Pool priority of answers, to which the order of magnitude of the bond is added.
        #[pallet::constant]
        type AnswerPriority: Get<TransactionPriority>;

        /// Weights of the calls and of the hook.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: super::traits::BenchmarkHelper;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Bond of an open retrieval challenge.
        #[codec(index = 0)]
        Bond,
    }

    /// What a challenge costs, and what a miss costs; set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, types::Parameters, ValueQuery>;

    /// The id of the next challenge.
    #[pallet::storage]
    pub type NextId<T: Config> = StorageValue<_, RetrievalId, ValueQuery>;

    /// All challenges below this id are over. Deadlines are in the order of ids.
    #[pallet::storage]
    pub type Cursor<T: Config> = StorageValue<_, RetrievalId, ValueQuery>;

    /// The open challenges.
    #[pallet::storage]
    pub type Challenges<T: Config> =
        StorageMap<_, Twox64Concat, RetrievalId, Challenge, OptionQuery>;

    /// The open challenges of each worker, the highest bond first.
    #[pallet::storage]
    pub type Open<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, Places, ValueQuery>;

    /// How challenges ended, of the last [`KEPT_CHALLENGES`](crate::KEPT_CHALLENGES).
    #[pallet::storage]
    pub type Closed<T: Config> = StorageMap<_, Twox64Concat, RetrievalId, Ended, OptionQuery>;

    /// Weight of this block's answers. Gone at the block's end, so the pool starts from zero.
    #[pallet::storage]
    pub type FeelessWeight<T: Config> = StorageValue<_, Weight, ValueQuery>;

    /// The parameters a chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// What a challenge costs, and what a miss costs.
        pub parameters: types::Parameters,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "retrieval genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker is asked for bytes that it holds.
        Challenged {
            /// The challenge; an answer names it.
            id: RetrievalId,
            /// Who asks.
            challenger: AccountId,
            /// Who is asked.
            worker: WorkerId,
            /// The encoding.
            encoding: EncodingId,
            /// Its shard.
            shard: ShardIndex,
            /// The bytes.
            group: Group,
            /// What is held from the challenger.
            bond: Balance,
            /// Last block that takes an answer.
            deadline: BlockNumber,
        },
        /// The bytes are in this block, and were checked.
        Answered {
            /// The challenge.
            id: RetrievalId,
            /// Who was asked.
            worker: WorkerId,
            /// What of the bond the worker got.
            paid: Balance,
            /// What of it was burnt.
            burnt: Balance,
        },
        /// No answer came: the worker lost the shard.
        Missed {
            /// The challenge.
            id: RetrievalId,
            /// Who was asked.
            worker: WorkerId,
            /// The encoding.
            encoding: EncodingId,
            /// The shard that it lost.
            shard: ShardIndex,
            /// What of its stake was taken.
            slashed: Balance,
        },
        /// No answer was due any more: the shard had moved, or the lease or the encoding had ended.
        Excused {
            /// The challenge.
            id: RetrievalId,
            /// Who was asked.
            worker: WorkerId,
        },
    }

    /// Why a call was refused, and what to do. The order is part of the interface: new ones go to the end.
    #[pallet::error]
    pub enum Error<T> {
        /// The bytes asked for are no aligned power of two. Ask for 1, 2, 4, 8 or 16 KiB at a multiple of that.
        NotAGroup,
        /// One challenge asks for at most 16 KiB. Ask for less, or several times.
        TooLong,
        /// The shard ends before these bytes. Read `Blobs.encoding` for its length.
        PastTheEnd,
        /// This encoding is not certified, or its lease has ended: nobody has to show it. Choose another one of the blob.
        NotKept,
        /// The encoding has no such shard, or it is empty.
        UnknownShard,
        /// Nobody holds this shard at present. Ask for another shard, or wait for the repair.
        NotHeld,
        /// The bond is below the least one, which rises with the open challenges of this worker. Read `least_bond`, and
        /// offer more, or wait until some are over.
        BondTooLow,
        /// This worker has as many open challenges as there can be. Wait until some are over.
        TooManyOpen,
        /// The account has too little that is free to hold the bond. Add funds, or ask a worker of whom less is asked.
        Unaffordable,
        /// There is no such open challenge: it was answered, or is over. Read `challenge` for how it ended.
        UnknownChallenge,
        /// The deadline of the challenge is over. This answer no longer counts.
        TooLate,
        /// The shard's encoding is gone: the challenge will be excused. Nothing needs to be done.
        NothingDue,
        /// The bytes are not as many as were asked for and lie in the shard. Read the range again.
        WrongLen,
        /// The path is not as deep as the shard. Make the proof for the shard's root.
        WrongPathLen,
        /// The bytes do not lead to the shard's root: they have changed, or the path is another range's. Read them again,
        /// and repair the shard.
        WrongProof,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::serve_deadlines()
        }

        fn on_finalize(_now: BlockNumberFor<T>) {
            FeelessWeight::<T>::kill();
        }

        fn integrity_test() {
            let (limit, unit) = (T::MaxHookWeight::get(), T::WeightInfo::miss());
            assert!(unit.all_lte(limit), "MaxHookWeight is below {unit:?}");
            let widest = super::answer::feeless_cost::<T>(types::MAX_ANSWER_LEN);
            let room = T::MaxFeelessWeight::get();
            assert!(widest.all_lte(room), "MaxFeelessWeight is below {widest:?}");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Asks the holder of a shard for some of its bytes, against a bond.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::challenge())]
        pub fn challenge(
            origin: OriginFor<T>,
            encoding: EncodingId,
            shard: ShardIndex,
            group: Group,
            bond: Balance,
        ) -> DispatchResult {
            let challenger = ensure_signed(origin)?;
            Self::do_challenge(challenger, encoding, shard, group, bond)
        }

        /// Shows the bytes that a challenge asks for, by anyone, without a fee.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::answer(bytes.len() as u32))]
        #[pallet::authorize(Self::authorize_answer)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_answer(bytes.len() as u32))]
        pub fn answer(
            origin: OriginFor<T>,
            id: RetrievalId,
            bytes: AnswerBytes,
            proof: GroupProof,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            let _ = proof;
            Self::do_answer(id, bytes.len() as u32)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// What a challenge costs, and what a miss costs.
        pub fn params() -> RetrievalParams {
            Self::view_params()
        }

        /// The bond that a challenge by this account to this worker must offer now, at least.
        pub fn least_bond(worker: AccountId, challenger: AccountId) -> Balance {
            Self::view_least_bond(worker, challenger)
        }

        /// What is asked of a worker, the highest bond first; at most 40 challenges.
        pub fn open(worker: AccountId) -> Vec<RetrievalInfo> {
            Self::view_open(worker)
        }

        /// A challenge that is open or was over lately; `None` for one that never was or was long ago.
        pub fn challenge_info(id: RetrievalId) -> Option<RetrievalInfo> {
            Self::view_challenge(id)
        }
    }
}
