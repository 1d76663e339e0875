//! # Possession
//!
//! Proof that workers hold what they are paid for: each storage epoch every worker is asked for some chunks, is paid for
//! what it shows, and loses pay, stake and place for what it does not.
//!
//! Goals: losing 1 % of its bytes costs a worker pay within a day with probability 99 %, whatever it holds; nobody knows
//! the chunks beforehand; asking costs the same few reads for any holding; every planck of a lease is paid, forfeited to
//! the repair fund, or goes back to the funders; a worker always reads where it stands and why.
//! Non-goals: which shard lies where, leases and moves (pallet-blobs), the stake itself (pallet-workers), proof that a
//! worker stores rather than rebuilds on demand, or that replicas are unique.
//!
//! ## Scenario
//!
//! 1. Wanda's worker signs receipts for four shards. They enter its lists, and from the next storage epoch on it earns
//!    their rates and is asked for them.
//! 2. At its turn in the epoch the chain opens its window: with the VRF output of the block before, 20 chunks are picked,
//!    each byte as likely as any other ([`ballast_core::challenge`]), and stored with a deadline.
//! 3. The worker reads its window, and sends the chunks with their paths in one call, [`prove`](Call::prove). It costs no
//!    fee and authorises itself; anyone may send it.
//! 4. The window closes with its deadline. All 20 were proven: the epoch's rate goes from the pot to the worker.
//! 5. A disk fails. Of the next window 15 chunks are proven: the worker is paid 15/20 of its rate, the rest goes to the repair
//!    fund, and there is a point against it. A day of clean windows takes the point off again.
//! 6. Without repair the points add up. From the third on each window with a miss costs one percent of the stake, with the
//!    eighth the worker is evicted: pallet-blobs moves its shards to others, which the repair fund rewards.
//!
//! ## Excused
//!
//! A window is fixed when it opens. A pick whose shard has moved or whose lease has ended before it was proven is
//! excused. A shard does not count before the epoch after its receipt, nor in the epoch in which it goes.
//! An epoch in which no window was opened, because blocks brought no randomness or no room, is paid in full.
//!
//! ## Feeless proofs
//!
//! As with certificates: window and numbers come before hashes, the first bad proof ends it, the pool keeps one call for
//! each worker and epoch and of two the one with more proofs, every call must prove something new, and all of a block's
//! together stay under [`Config::MaxFeelessWeight`]. A refusal is `InvalidTransaction::Custom(i)` with `i` the index of the
//! [`Error`].
//!
//! Known limit: a validator that runs a worker can withhold a block whose randomness it dislikes, and so reject one window.
//!
//! Files: [`types`] what is stored; [`traits`] what the neighbours give; `holdings` lists and rates; `windows` when is
//! asked; `prove` the call; `pay` what an epoch brings; `standing` what misses cost; `views`; `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod holdings;
mod invariants;
#[cfg(test)]
mod mock;
mod pay;
mod prove;
mod standing;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
mod views;
pub mod weights;
mod windows;

pub use pallet::*;
pub use prove::PROVE_TAG;
pub use traits::{BlockRandomness, Purse, Shards, Stakes};
pub use types::{AccountId, Proofs};
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::{
        traits::{BlockRandomness, Purse, Shards, Stakes},
        types::{self, AccountId, Holding, Proofs, Queue, Round, Standing, Window},
        WeightInfo,
    };
    use ballast_core::{
        challenge::HeldShard,
        view::{PossessionParams, StandingInfo, WindowInfo, WindowOutcome},
        Balance, BlockNumber, EncodingId, ShardIndex, StorageEpoch, WorkerId,
    };
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// The encodings whose shards workers hold.
        type Shards: Shards;

        /// The pot that leases lie in.
        type Purse: Purse<AccountId>;

        /// What workers have at stake.
        type Stakes: Stakes<AccountId>;

        /// Where picks get their randomness from.
        type Randomness: BlockRandomness;

        /// Weight that opening and closing windows may take from a block, each half. One of each is done in any block.
        #[pallet::constant]
        type MaxHookWeight: Get<Weight>;

        /// Weight that proofs, which pay no fee, may take from a block.
        #[pallet::constant]
        type MaxFeelessWeight: Get<Weight>;

        /// Pool priority of proofs, to which their number is added.
        #[pallet::constant]
        type ProvePriority: Get<TransactionPriority>;

        /// Weights of the call and of the hook.
        type WeightInfo: WeightInfo;

        /// What the benchmarks need.
        #[cfg(feature = "runtime-benchmarks")]
        type BenchmarkHelper: super::traits::BenchmarkHelper<AccountId>;
    }

    /// How often workers are asked, and what a miss costs; set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, types::Parameters, ValueQuery>;

    /// What every worker with shards holds.
    #[pallet::storage]
    pub type Holdings<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, Holding, OptionQuery>;

    /// The lists of a worker: shards by class and place.
    #[pallet::storage]
    pub type Slots<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        WorkerId,
        Twox64Concat,
        (u8, u32),
        HeldShard,
        OptionQuery,
    >;

    /// Where in its list each shard of a worker lies.
    #[pallet::storage]
    pub type Positions<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        WorkerId,
        Twox64Concat,
        (EncodingId, ShardIndex),
        u32,
        OptionQuery,
    >;

    /// How the rate of a worker changes with an epoch, but for the one after its holding's.
    #[pallet::storage]
    pub type RateChanges<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        WorkerId,
        Twox64Concat,
        StorageEpoch,
        i128,
        OptionQuery,
    >;

    /// The workers with a holding, by place, without holes.
    #[pallet::storage]
    pub type Roster<T: Config> = StorageMap<_, Twox64Concat, u32, WorkerId, OptionQuery>;

    /// Length of the roster.
    #[pallet::storage]
    pub type RosterLen<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// Where the opening of windows stands.
    #[pallet::storage]
    pub type Rounds<T: Config> = StorageValue<_, Round, ValueQuery>;

    /// The open window of each worker that has one.
    #[pallet::storage]
    pub type Windows<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, Window, OptionQuery>;

    /// Deadlines of windows by place in the queue, with worker and epoch.
    #[pallet::storage]
    pub type WindowsDue<T: Config> =
        StorageMap<_, Twox64Concat, u64, (BlockNumber, WorkerId, StorageEpoch), OptionQuery>;

    /// First and next place of the queue of windows.
    #[pallet::storage]
    pub type WindowQueue<T: Config> = StorageValue<_, Queue, ValueQuery>;

    /// Where every worker stands.
    #[pallet::storage]
    pub type Standings<T: Config> = StorageMap<_, Blake2_128Concat, WorkerId, Standing, ValueQuery>;

    /// What of the pot belongs to no lease: forfeited pay and slashed stake. Rewards repairs.
    #[pallet::storage]
    pub type RepairFund<T: Config> = StorageValue<_, Balance, ValueQuery>;

    /// Weight of this block's proofs. Gone at the block's end, so the pool starts from zero.
    #[pallet::storage]
    pub type FeelessWeight<T: Config> = StorageValue<_, Weight, ValueQuery>;

    /// The parameters a chain starts with.
    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// How often workers are asked, and what a miss costs.
        pub parameters: types::Parameters,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check(T::Shards::epoch_blocks());
            assert!(checked.is_ok(), "possession genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker is asked for some chunks.
        WindowOpened {
            /// The worker.
            worker: WorkerId,
            /// Storage epoch of the window; a proof names it.
            epoch: StorageEpoch,
            /// Chunks asked for.
            picks: u32,
            /// Last block that takes proofs.
            deadline: BlockNumber,
        },
        /// Proofs of some picks were good.
        Proven {
            /// The worker.
            worker: WorkerId,
            /// Storage epoch of the window.
            epoch: StorageEpoch,
            /// Picks proven so far.
            proven: u32,
            /// Picks of the window.
            picks: u32,
        },
        /// A window is over and paid for.
        WindowClosed {
            /// The worker.
            worker: WorkerId,
            /// How it ended.
            outcome: WindowOutcome,
            /// Points against the worker now.
            score: u8,
        },
        /// A worker has too many points, or too little stake left: its shards move to others.
        Evicted {
            /// The worker.
            worker: WorkerId,
            /// Points against it.
            score: u8,
            /// Its stake.
            stake: Balance,
        },
        /// A worker got a reward out of the repair fund.
        Rewarded {
            /// The worker.
            worker: WorkerId,
            /// How much.
            amount: Balance,
        },
    }

    /// Why a call was refused, and what to do. The order is part of the interface: new ones go to the end.
    #[pallet::error]
    pub enum Error<T> {
        /// The call has no proof. Send at least one that the open window asks for.
        NoProofs,
        /// Proofs must be in ascending order of picks, one each. Sort them and drop doubled ones.
        ProofsNotAscending,
        /// This worker has no open window: it was not opened yet, or is over. Read `window` and wait for the next.
        NoWindow,
        /// The open window belongs to another epoch. Read `window` again and prove what it asks for.
        WrongEpoch,
        /// The deadline of the window is over. These proofs no longer count; prove the next window in time.
        TooLate,
        /// The window has fewer picks than a proof names. Read `window` again: picks count from 0.
        UnknownPick,
        /// All of these picks are proven already. Nothing needs to be done.
        AlreadyProven,
        /// The shards of these picks have moved or their leases have ended: they are excused. Nothing needs to be done.
        NothingDue,
        /// A chunk is not as long as its place in the shard says. Read the shard again.
        WrongChunkLen,
        /// The path of a chunk is not as deep as its shard. Make the proof for the shard's root.
        WrongPathLen,
        /// A chunk does not lead to the shard's root: its bytes have changed, or the path is another chunk's. Read the chunk
        /// again, and repair the shard.
        WrongProof,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::serve_windows()
        }

        fn on_finalize(_now: BlockNumberFor<T>) {
            FeelessWeight::<T>::kill();
        }

        fn integrity_test() {
            use ballast_core::limits::MAX_PICKS;
            let half = T::MaxHookWeight::get() / 2;
            let unit = T::WeightInfo::open_window(MAX_PICKS);
            let unit = unit.max(T::WeightInfo::close_window());
            assert!(
                unit.all_lte(half),
                "half of MaxHookWeight is below {unit:?}"
            );
            let widest = T::WeightInfo::prove(MAX_PICKS)
                .saturating_add(T::WeightInfo::authorize_prove(MAX_PICKS));
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
        /// Proves chunks that a worker's open window asks for, by anyone, without a fee.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::prove(proofs.len() as u32))]
        #[pallet::authorize(Self::authorize_prove)]
        #[pallet::weight_of_authorize(T::WeightInfo::authorize_prove(proofs.len() as u32))]
        pub fn prove(
            origin: OriginFor<T>,
            worker: WorkerId,
            epoch: StorageEpoch,
            proofs: Proofs,
        ) -> DispatchResult {
            ensure_authorized(origin)?;
            Self::do_prove(worker, epoch, proofs)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// How often workers are asked, what a miss costs, and the repair fund.
        pub fn params() -> PossessionParams {
            Self::view_params()
        }

        /// What a worker is asked for now; `None` if its window is not open.
        pub fn window(worker: AccountId) -> Option<WindowInfo> {
            Self::view_window(worker)
        }

        /// Where a worker stands with its proofs, and why; `None` if it never held a shard.
        pub fn standing(worker: AccountId) -> Option<StandingInfo> {
            Self::view_standing(worker)
        }
    }
}
