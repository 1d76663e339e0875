//! # Workers
//!
//! Who stores: every worker with its bond, profile and load, and the price that their asks set together.
//!
//! Goals: a worker is bonded before it is given bytes and until it holds none; nobody poses as another operator's
//! worker; reading the price costs one read.
//! Non-goals: which shard lies where (pallet-blobs), what a worker earns or loses by its proofs, proof that two
//! operators are two people.
//!
//! ## Scenario
//!
//! 1. Olga runs two workers, each with an account of its own. From her own account she calls
//!    [`authorise_worker`](Call::authorise_worker) for both, which holds a small deposit. A worker that is its own
//!    operator needs no consent.
//! 2. Each worker account calls [`join`](Call::join) with its profile (operator, endpoint, receipt key, capacity, ask)
//!    and a stake, which is held. From then on placement may draw it.
//! 3. At the start of every storage epoch the chain sets the price per GiB and epoch: the stake-weighted percentile of
//!    the asks of active workers.
//! 4. For maintenance Olga calls [`drain`](Call::drain): the worker serves what it has and gets nothing new, until
//!    [`resume`](Call::resume).
//! 5. To stop she drains, waits until the worker's shards have moved to others, calls [`leave`](Call::leave), waits for the
//!    unbonding period and calls [`withdraw`](Call::withdraw), which returns the stake and forgets the worker, once nothing is
//!    undecided any more that it answers for.
//! 6. A worker that misses proofs again and again loses part of its stake and is evicted at last: it keeps nothing, is
//!    drawn no more, and may only leave.
//!
//! ## Money
//!
//! Two holds: [`HoldReason::Stake`] on the worker's account, returned by `withdraw` less what was slashed, which goes where
//! the runtime says; [`HoldReason::Consent`] on the operator's account, returned by `revoke_worker`.
//!
//! Files: [`types`] what is stored, [`traits`] who hears of it, `profile` checks and changes a worker's own words, `bond` the stake's life,
//! `consent` who may name whom as operator, `load` what the placement asks and tells, `price`, `views`, `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bond;
mod consent;
mod endpoint;
mod invariants;
mod load;
#[cfg(test)]
mod mock;
mod price;
mod profile;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod types;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::add_benchmark_worker;
pub use endpoint::{check_endpoint, EndpointError};
pub use pallet::*;
pub use types::{AccountId, Endpoint, ReceiptKey, Worker, WorkerProfile};
pub use views::MAX_PAGE;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use super::{
        traits::Departures, types, AccountId, ReceiptKey, WeightInfo, Worker, WorkerProfile,
    };
    use alloc::vec::Vec;
    use ballast_core::{price::BAL, view::WorkerInfo, Balance, BlockNumber, StorageEpoch};
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, MutateHold},
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

        /// The token that stakes and deposits are held in.
        type Currency: Inspect<AccountId, Balance = Balance>
            + MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

        /// Most workers at a time, of any status. Placement and price read all of them.
        #[pallet::constant]
        type MaxWorkers: Get<u32>;

        /// Who has to know which workers go.
        type Departures: Departures;

        /// Weights of the calls and of the hook.
        type WeightInfo: WeightInfo;
    }

    /// Why funds are held.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A worker's bond, on the worker's account. Returned by `withdraw`, less what was slashed.
        #[codec(index = 0)]
        Stake,
        /// Deposit for the consent of an operator, on the operator's account. Returned by `revoke_worker`.
        #[codec(index = 1)]
        Consent,
    }

    /// Periods, bounds and deposits, set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, types::Parameters, ValueQuery>;

    /// Every worker, by its account.
    #[pallet::storage]
    pub type Workers<T: Config> =
        CountedStorageMap<_, Blake2_128Concat, AccountId, Worker, OptionQuery>;

    /// How many workers are active.
    #[pallet::storage]
    pub type ActiveCount<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// Which worker signs with a receipt key: no two share one.
    #[pallet::storage]
    pub type ReceiptKeys<T: Config> =
        StorageMap<_, Blake2_128Concat, ReceiptKey, AccountId, OptionQuery>;

    /// Operators (first key) and the workers that may name them, with the deposit held for each.
    #[pallet::storage]
    pub type Consents<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        AccountId,
        Balance,
        OptionQuery,
    >;

    /// Price of a GiB for a storage epoch, set at the start of the current one.
    #[pallet::storage]
    pub type Price<T: Config> = StorageValue<_, Balance, ValueQuery>;

    /// Parameters, and the price until the first storage epoch that starts with an active worker.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// Periods, bounds and deposits.
        pub parameters: types::Parameters,
        /// First price of a GiB for a storage epoch.
        pub initial_price_per_gib_epoch: Balance,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        /// A thousandth of a BAL: storage is never free because nobody set a price.
        fn default() -> Self {
            Self {
                parameters: types::Parameters::default(),
                initial_price_per_gib_epoch: BAL / 1_000,
                _marker: core::marker::PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "workers genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
            Price::<T>::put(self.initial_price_per_gib_epoch);
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker joined and may be drawn.
        Joined {
            /// The worker.
            worker: AccountId,
            /// Who runs it.
            operator: AccountId,
            /// Its bond.
            stake: Balance,
        },
        /// A worker changed its profile.
        Updated {
            /// The worker.
            worker: AccountId,
            /// Who runs it now.
            operator: AccountId,
        },
        /// A worker raised its stake.
        StakeAdded {
            /// The worker.
            worker: AccountId,
            /// By how much.
            amount: Balance,
            /// Its bond now.
            stake: Balance,
        },
        /// A worker gets no new shards; it serves the ones it has.
        Draining {
            /// The worker.
            worker: AccountId,
        },
        /// A worker may be drawn again.
        Resumed {
            /// The worker.
            worker: AccountId,
        },
        /// A worker leaves; its stake stays bonded until the given block.
        Leaving {
            /// The worker.
            worker: AccountId,
            /// First block at which it may withdraw.
            withdrawable_at: BlockNumber,
        },
        /// A worker took its stake back and is forgotten.
        Withdrawn {
            /// The worker.
            worker: AccountId,
            /// What was returned.
            stake: Balance,
        },
        /// An operator allowed a worker to name it.
        WorkerAuthorised {
            /// The operator.
            operator: AccountId,
            /// The worker.
            worker: AccountId,
        },
        /// An operator took its consent back. A worker that named it is its own operator now.
        WorkerRevoked {
            /// The operator.
            operator: AccountId,
            /// The worker.
            worker: AccountId,
        },
        /// Part of a worker's stake was taken, for proofs it missed.
        Slashed {
            /// The worker.
            worker: AccountId,
            /// What was taken.
            amount: Balance,
            /// Its bond now.
            stake: Balance,
        },
        /// A worker was evicted for proofs it missed: its shards move, and it may only leave.
        Evicted {
            /// The worker.
            worker: AccountId,
        },
        /// The price for this storage epoch differs from the last.
        PriceChanged {
            /// The storage epoch.
            epoch: StorageEpoch,
            /// Price of a GiB for an epoch.
            price_per_gib_epoch: Balance,
        },
    }

    /// Why a call was refused, and what to do.
    #[pallet::error]
    pub enum Error<T> {
        /// This account is a worker already. Change it with `update`, or `withdraw` it first.
        AlreadyWorker,
        /// This account is no worker. Call `join` first, or check which account signs.
        NotWorker,
        /// All places for workers are taken. Try again after another worker has withdrawn.
        TooManyWorkers,
        /// The stake is below `min_stake` of the pallet's parameters. Offer or add more.
        StakeTooLow,
        /// The account's free balance does not cover the amount to hold. Fund it first, fees included.
        Unaffordable,
        /// An addition of zero changes nothing. Give an amount above zero.
        NothingToAdd,
        /// The capacity is outside `min_capacity..=max_capacity` of the pallet's parameters. Choose one inside.
        CapacityOutOfBounds,
        /// The capacity is less than the bytes this worker is assigned. Offer at least those, or drain first.
        CapacityBelowAssigned,
        /// The ask is above `max_ask_per_gib_epoch` of the pallet's parameters. Ask for less.
        AskTooHigh,
        /// The endpoint is not a plain `http://` or `https://` URL with a host, without user, query or fragment.
        EndpointInvalid,
        /// The receipt key is all zeros, which is no key. Give the sr25519 public key the worker signs with.
        ReceiptKeyInvalid,
        /// Another worker signs with this receipt key. Make a fresh key for every worker.
        ReceiptKeyTaken,
        /// The named operator has not authorised this worker. It must call `authorise_worker` first.
        OperatorHasNotConsented,
        /// Only an active worker can drain; this one drains or leaves already.
        NotActive,
        /// This worker is active already; there is nothing to resume.
        AlreadyActive,
        /// This worker still holds shards. Drain, and leave once its assigned bytes are zero.
        StillAssigned,
        /// This worker leaves already. Call `withdraw` when its unbonding period is over.
        AlreadyLeaving,
        /// This worker has not left. Call `leave` first; the unbonding period starts then.
        NotLeaving,
        /// The unbonding period is not over. Withdraw at the block that the worker's status names.
        StillUnbonding,
        /// A worker needs no consent to run itself. Authorise another account.
        ConsentToSelf,
        /// This operator has authorised this worker already.
        AlreadyAuthorised,
        /// This operator has not authorised this worker; there is nothing to revoke.
        NotAuthorised,
        /// The worker has too little free capacity for these bytes. Draw another worker.
        CapacityExceeded,
        /// More bytes were released than the worker is assigned. This is a fault of the chain; report it.
        ReleasedTooMuch,
        /// This worker was evicted. Leave, withdraw, and join again with a full stake.
        Evicted,
        /// Claims of this worker are in their check windows, and its stake answers for them. Withdraw when they are paid.
        StillAnswerable,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_now: BlockNumberFor<T>) -> Weight {
            Self::set_price_at_epoch_start()
        }

        fn integrity_test() {
            assert!(
                T::MaxWorkers::get() > 0,
                "a chain without workers stores nothing"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Joins as a worker: holds `stake` and may be given shards from the next draw on.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::join())]
        pub fn join(
            origin: OriginFor<T>,
            profile: WorkerProfile,
            stake: Balance,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_join(worker, profile, stake)
        }

        /// Replaces the whole profile. Receipts signed with a former key count only if they are on chain already.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::update())]
        pub fn update(origin: OriginFor<T>, profile: WorkerProfile) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_update(worker, profile)
        }

        /// Raises the stake. Only leaving lowers it.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::add_stake())]
        pub fn add_stake(origin: OriginFor<T>, amount: Balance) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_add_stake(worker, amount)
        }

        /// Takes no new shards and keeps serving the assigned ones.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::drain())]
        pub fn drain(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_drain(worker)
        }

        /// Takes new shards again, after `drain` or `leave`.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::resume())]
        pub fn resume(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_resume(worker)
        }

        /// Starts the unbonding period. Only a worker without assigned bytes can leave.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::leave())]
        pub fn leave(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_leave(worker)
        }

        /// Returns the stake after the unbonding period and forgets the worker.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::withdraw().saturating_add(T::DbWeight::get().reads(1)))]
        pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_withdraw(worker)
        }

        /// Allows `worker` to name the signer as its operator, against a deposit.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::authorise_worker())]
        pub fn authorise_worker(origin: OriginFor<T>, worker: AccountId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_authorise_worker(operator, worker)
        }

        /// Takes the consent back, returns its deposit, and makes a worker that named the signer its own operator.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::revoke_worker())]
        pub fn revoke_worker(origin: OriginFor<T>, worker: AccountId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_revoke_worker(operator, worker)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The worker of this account.
        pub fn worker(account: AccountId) -> Option<WorkerInfo> {
            Self::view_worker(&account)
        }

        /// The workers after `after` in the map's order, at most `limit` and at most 256 of them. An empty answer is
        /// the end of the list; `after` need not exist any more.
        pub fn workers(after: Option<AccountId>, limit: u32) -> Vec<WorkerInfo> {
            Self::view_workers(after, limit)
        }

        /// How many workers are active: the ones placement draws from.
        pub fn active_count() -> u32 {
            ActiveCount::<T>::get()
        }

        /// Price of a GiB for a storage epoch, in this epoch.
        pub fn price() -> Balance {
            Price::<T>::get()
        }

        /// Periods, bounds and deposits.
        pub fn parameters() -> types::Parameters {
            Parameters::<T>::get()
        }

        /// The storage epoch of this block.
        pub fn current_epoch() -> StorageEpoch {
            Self::epoch_now()
        }

        /// Whether `operator` has authorised `worker` to name it.
        pub fn has_consent(operator: AccountId, worker: AccountId) -> bool {
            Self::may_name(&worker, &operator)
        }
    }
}
