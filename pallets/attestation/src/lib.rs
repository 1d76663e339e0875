//! # Attestation
//!
//! What stands behind a worker's session key: which genuine GPUs, in which state, in which guest.
//!
//! Goals: the chain checks the evidence itself, from bytes to root; a tier is never higher than what holds in this very
//! block; nobody's evidence serves another worker, key, chain or time.
//! Non-goals: punishing. Failing, expired or withdrawn evidence lowers a tier and never slashes: honest GPUs fail too,
//! after a reboot or an update. Proof that inference was right is not here.
//!
//! ## Scenario
//!
//! 1. Governance puts golden sets on chain with [`set_golden`](Call::set_golden), each with the SHA-256 of NVIDIA's
//!    manifest it was made from. Anyone submits NVIDIA's intermediate certificates
//!    ([`add_authorities`](Call::add_authorities)) and revocation lists ([`submit_crl`](Call::submit_crl)): they are
//!    verified, so it does not matter who.
//! 2. Wanda's worker makes a session key and derives the nonce from genesis, its account, the key and a recent block. Its
//!    GPUs sign reports with that nonce, and it calls [`attest`](Call::attest): its key has tier T1, or T2 with the quote
//!    of a guest whose image governance named ([`set_guest_policy`](Call::set_guest_policy)).
//! 3. Clients ask for the tier of the key ([`key`](Pallet::key)). It is worked out when asked: when evidence expires, a
//!    golden set is retired, a certificate revoked or a device blocked, it is lower at once, and the reasons say why.
//! 4. Before the evidence expires the worker attests again, for the same key or a new one.
//! 5. To sell a GPU Wanda calls [`release`](Call::release), which ends its tier at once. Another worker may bind it when
//!    the evidence's time is over.
//!
//! ## Trust
//!
//! NVIDIA's root for devices is a constant, and so is Intel's for quotes. A network may trust a test root beside each,
//! fixed in its genesis, so that development networks need neither GPU nor confidential guest. A production genesis leaves
//! them out, as the default does; the node refuses a live network's specification that has one.
//!
//! Files: [`types`] what is stored, `attest` the evidence, `tier` what it is worth, `authorities` certificates and lists,
//! `governance` golden sets, policies and blocked devices, `errors`, `views`, `invariants`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod attest;
mod authorities;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod errors;
mod governance;
mod invariants;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod tier;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use types::{
    AccountId, CertificateBytes, GpuEvidence, GpuEvidences, GuestEvidence, SessionKey,
};
pub use views::MAX_PAGE;
pub use weights::WeightInfo;

use ballast_attestation::{
    tdx::{QuoteError, VerifiedGuest},
    Challenge, Nonce,
};

/// Which accounts may have session keys.
pub trait IsWorker {
    /// Whether this account is a worker with a stake.
    fn is_worker(account: &AccountId) -> bool;

    /// Makes an account a worker, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn make_worker() -> AccountId;
}

/// How the nonce follows from the challenge.
pub trait DeriveNonce {
    /// The nonce that reports must carry.
    fn nonce(challenge: &Challenge) -> Nonce;
}

/// The rule of `ballast-attestation`, the only one for a runtime. Tests of genuine reports have others: those answered
/// challenges of their own.
pub struct Derived;

impl DeriveNonce for Derived {
    fn nonce(challenge: &Challenge) -> Nonce {
        challenge.nonce()
    }
}

/// Verifies the quotes of guests.
pub trait VerifyQuote {
    /// Verifies a quote with its collateral at a time in seconds since 1970, under Intel's root or, where a network has
    /// one, the test root (DER of its certificate).
    fn verify(
        quote: &[u8],
        collateral: &[u8],
        now: u64,
        test_root: Option<&[u8]>,
    ) -> Result<VerifiedGuest, QuoteError>;
}

#[frame_support::pallet]
pub mod pallet {
    use super::{
        types::{self, AccountId, BlockNumber, *},
        DeriveNonce, IsWorker, VerifyQuote, WeightInfo,
    };
    use alloc::{boxed::Box, vec::Vec};
    use ballast_attestation::{
        tdx::{GuestMeasurements, MAX_QUOTE_ROOT_LEN},
        view::{DeviceInfo, GoldenInfo, KeyInfo, Tier, Trust},
        Authority, AuthorityId, DeviceId, GoldenId, GoldenSet, RevocationList,
    };
    use frame_support::{pallet_prelude::*, traits::UnixTime};
    use frame_system::pallet_prelude::*;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime supplies.
    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {
        /// Who decides on golden sets, guest policies and blocked devices.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;

        /// Who the workers are.
        type Workers: IsWorker;

        /// How nonces follow from challenges: [`crate::Derived`].
        type Nonces: DeriveNonce;

        /// Who verifies quotes.
        type Quotes: VerifyQuote;

        /// The time that collateral is judged at.
        type Time: UnixTime;

        /// SHA-256 of the DER of NVIDIA's root for devices.
        #[pallet::constant]
        type ProductionRoot: Get<[u8; 32]>;

        /// Most authorities that are kept: roots, identities, provisioners.
        #[pallet::constant]
        type MaxAuthorities: Get<u32>;

        /// Most session keys of a worker at a time.
        #[pallet::constant]
        type MaxKeysPerWorker: Get<u32>;

        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// Periods, set at genesis.
    #[pallet::storage]
    pub type Parameters<T: Config> = StorageValue<_, types::Parameters, ValueQuery>;

    /// SHA-256 of the DER of a root that is trusted beside NVIDIA's; none on a production network.
    #[pallet::storage]
    pub type TestRoot<T: Config> = StorageValue<_, [u8; 32], OptionQuery>;

    /// DER of a root for quotes that is trusted beside Intel's; none on a production network.
    #[pallet::storage]
    pub type TestQuoteRoot<T: Config> = StorageValue<_, QuoteRoot, OptionQuery>;

    /// Certificate authorities whose certificates have led to a trusted root.
    #[pallet::storage]
    pub type Authorities<T: Config> =
        CountedStorageMap<_, Identity, AuthorityId, Authority, OptionQuery>;

    /// The newest revocation list of each authority.
    #[pallet::storage]
    pub type Lists<T: Config> = StorageMap<_, Identity, AuthorityId, RevocationList, OptionQuery>;

    /// Golden sets, retired ones too.
    #[pallet::storage]
    pub type GoldenSets<T: Config> = StorageMap<_, Blake2_128Concat, GoldenId, Golden, OptionQuery>;

    /// Guest images that may hold session keys, retired ones too, by the hash of their measurements.
    #[pallet::storage]
    pub type GuestPolicies<T: Config> = StorageMap<_, Identity, PolicyId, GuestPolicy, OptionQuery>;

    /// Session keys by worker and key.
    #[pallet::storage]
    pub type Keys<T: Config> = StorageDoubleMap<
        _,
        Blake2_128Concat,
        AccountId,
        Blake2_128Concat,
        SessionKey,
        KeyRecord,
        OptionQuery,
    >;

    /// How many session keys a worker has.
    #[pallet::storage]
    pub type KeyCount<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

    /// GPUs and who they are bound to.
    #[pallet::storage]
    pub type Devices<T: Config> = StorageMap<_, Identity, DeviceId, Binding, OptionQuery>;

    /// Devices that governance has blocked.
    #[pallet::storage]
    pub type Blocked<T: Config> = StorageMap<_, Identity, DeviceId, (), OptionQuery>;

    /// Highest evaluation number of Intel's collateral so far: none below it is accepted.
    #[pallet::storage]
    pub type EvaluationNumber<T: Config> = StorageValue<_, u32, ValueQuery>;

    /// Periods, and the test roots of networks that are no production networks.
    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// Periods.
        pub parameters: types::Parameters,
        /// SHA-256 of the DER of a root to trust beside NVIDIA's, on test networks only.
        pub test_root: Option<[u8; 32]>,
        /// DER of the certificate of a root for quotes to trust beside Intel's, on test networks only.
        pub test_quote_root: Option<Vec<u8>>,
        /// Only to name the runtime.
        #[serde(skip)]
        pub _marker: core::marker::PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        /// A production network: NVIDIA's and Intel's roots alone.
        fn default() -> Self {
            Self {
                parameters: types::Parameters::default(),
                test_root: None,
                test_quote_root: None,
                _marker: core::marker::PhantomData,
            }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let checked = self.parameters.check();
            assert!(checked.is_ok(), "attestation genesis: {checked:?}");
            Parameters::<T>::put(self.parameters.clone());
            TestRoot::<T>::set(self.test_root);
            let quote_root = self.test_quote_root.clone().map(QuoteRoot::try_from);
            let quote_root = quote_root.transpose();
            assert!(
                quote_root.is_ok(),
                "attestation genesis: testQuoteRoot must have at most {MAX_QUOTE_ROOT_LEN} bytes"
            );
            TestQuoteRoot::<T>::set(quote_root.unwrap_or_default());
        }
    }

    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(super) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A worker's key has fresh evidence.
        Attested {
            /// The worker.
            worker: AccountId,
            /// The key.
            session_key: SessionKey,
            /// Its tier.
            tier: Tier,
            /// The GPUs.
            devices: Vec<DeviceId>,
            /// First block without the evidence.
            expires: BlockNumber,
        },
        /// A worker gave a GPU up.
        DeviceReleased {
            /// The worker.
            worker: AccountId,
            /// The GPU.
            device: DeviceId,
        },
        /// A worker gave a key up.
        KeyRemoved {
            /// The worker.
            worker: AccountId,
            /// The key.
            session_key: SessionKey,
        },
        /// Certificates were verified and are kept.
        AuthoritiesAdded {
            /// The provisioner.
            provisioner: AuthorityId,
        },
        /// A newer revocation list is in force.
        ListUpdated {
            /// Who issued it.
            issuer: AuthorityId,
            /// How many certificates it revokes.
            revoked: u32,
        },
        /// A golden set is in force.
        GoldenSet {
            /// What it is for.
            id: GoldenId,
            /// SHA-256 of the manifest it was made from.
            rim_sha256: [u8; 32],
        },
        /// A golden set is no longer good.
        GoldenRetired {
            /// What it is for.
            id: GoldenId,
        },
        /// A guest image may hold session keys.
        GuestPolicySet {
            /// The policy.
            policy: PolicyId,
            /// SHA-256 of the image.
            image_sha256: [u8; 32],
        },
        /// A guest image may no longer hold session keys.
        GuestPolicyRetired {
            /// The policy.
            policy: PolicyId,
        },
        /// A device counts no longer, or again.
        DeviceBlocked {
            /// The device.
            device: DeviceId,
            /// Whether it is blocked now.
            blocked: bool,
        },
    }

    /// Why a call was refused, and what to do.
    #[pallet::error]
    pub enum Error<T> {
        /// This account is no worker. Join as one first, or check which account signs.
        NotWorker,
        /// There is no evidence in the call. Give that of one to eight GPUs.
        NoEvidence,
        /// The challenge's block is not among the recent ones. Ask the GPUs again with the nonce of a recent block.
        ChallengeStale,
        /// This key has evidence for this challenge or a later one. Attest again with a new challenge.
        Replayed,
        /// Two of the reports are of one GPU. Give each GPU's evidence once.
        SameDevice,
        /// The GPU is bound to another worker until its evidence expires. Try again after that block.
        DeviceBound,
        /// This worker has too many session keys. Remove one first.
        TooManyKeys,
        /// This worker has no such key.
        UnknownKey,
        /// This GPU is not bound to this worker, or released already.
        NotYourDevice,
        /// A report is not an SPDM 1.1 measurement report as Hopper GPUs make it. See `ballast attest inspect`.
        ReportMalformed,
        /// A report answers another challenge. Derive the nonce for this chain, worker, key and block.
        NonceMismatch,
        /// A report's firmware id is not the one in its signer's certificate.
        FirmwareMismatch,
        /// A report is not signed by its signer's certificate.
        ReportSignature,
        /// A chain has not exactly five certificates, each in its place. See `ballast attest inspect`.
        ChainMalformed,
        /// A certificate is not signed by the next one.
        ChainSignature,
        /// A chain ends in a root that this network does not trust.
        RootNotTrusted,
        /// The chain does not know these intermediate certificates. Call `add_authorities` with them first.
        UnknownAuthority,
        /// A certificate is revoked.
        Revoked,
        /// Governance has blocked this GPU.
        DeviceIsBlocked,
        /// There is no golden set for this driver or VBIOS.
        GoldenUnknown,
        /// The golden set for this driver or VBIOS is retired. Update it.
        GoldenIsRetired,
        /// Driver and VBIOS both state a golden measurement for one index.
        GoldenOverlap,
        /// A measurement is not the golden one: the GPU is in another state than its driver and VBIOS should be.
        GoldenMismatch,
        /// The golden set is empty, or its indices do not ascend below 64, or one has no value.
        GoldenInvalid,
        /// There is no such golden set.
        GoldenMissing,
        /// All places for certificates are taken.
        TooManyAuthorities,
        /// The revocation list is malformed, or has too many entries or kinds of extensions that are not understood.
        ListMalformed,
        /// The revocation list is not signed by this authority, or that may not sign any.
        ListSignature,
        /// The revocation list is not newer than the one in force.
        ListNotNewer,
        /// The quote's collateral does not decode.
        CollateralMalformed,
        /// The quote is not of a TDX guest, not genuine, or its platform is not up to date.
        QuoteInvalid,
        /// The quote is of a debug guest.
        QuoteDebug,
        /// The collateral is older than what the chain has seen. Fetch it again.
        CollateralOutdated,
        /// The quote's report data does not bind this key, worker, chain, challenge and these reports.
        QuoteUnbound,
        /// Governance has named no policy for this guest's measurements, or retired it.
        GuestUnknown,
        /// The guest of this policy would be a debug guest.
        GuestIsDebug,
        /// There is no such guest policy.
        GuestPolicyMissing,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn integrity_test() {
            assert!(
                T::MaxAuthorities::get() >= 3,
                "one chain has three authorities"
            );
            assert!(
                T::MaxKeysPerWorker::get() > 0,
                "a worker without keys attests nothing"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_now: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Gives `session_key` the tier that this evidence backs: of GPUs, and of the guest that uses them.
        ///
        /// All reports carry the nonce of `challenge_block`. Former evidence of the key is replaced.
        #[pallet::call_index(0)]
        #[pallet::weight(attest_weight::<T>(gpus.len(), guest.is_some()))]
        pub fn attest(
            origin: OriginFor<T>,
            session_key: SessionKey,
            challenge_block: BlockNumber,
            gpus: GpuEvidences,
            guest: Option<GuestEvidence>,
        ) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_attest(worker, session_key, challenge_block, &gpus, guest.as_ref())
        }

        /// Gives a GPU up: its key's tier ends at once. Another worker may bind it when the evidence's time is over.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::release())]
        pub fn release(origin: OriginFor<T>, device: DeviceId) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_release(worker, device)
        }

        /// Gives a key up, with the GPUs bound to it.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::remove_key())]
        pub fn remove_key(origin: OriginFor<T>, session_key: SessionKey) -> DispatchResult {
            let worker = ensure_signed(origin)?;
            Self::do_remove_key(worker, session_key)
        }

        /// Verifies provisioner, identity and root and keeps them, so that evidence under them is cheaper.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::add_authorities())]
        pub fn add_authorities(
            origin: OriginFor<T>,
            provisioner: CertificateBytes,
            identity: CertificateBytes,
            root: CertificateBytes,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_add_authorities(&provisioner, &identity, &root)
        }

        /// Verifies a revocation list and puts it in force, if it is newer than the one before.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::submit_crl(list.len() as u32))]
        pub fn submit_crl(
            origin: OriginFor<T>,
            issuer: AuthorityId,
            list: CrlBytes,
        ) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_submit_crl(issuer, &list)
        }

        /// Puts a golden set in force, in place of a former one for the same component.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::set_golden())]
        pub fn set_golden(
            origin: OriginFor<T>,
            id: GoldenId,
            set: GoldenSet,
            rim_sha256: [u8; 32],
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::do_set_golden(id, set, rim_sha256)
        }

        /// Retires a golden set: evidence that hangs on it ends at once.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::retire_golden())]
        pub fn retire_golden(origin: OriginFor<T>, id: GoldenId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::do_retire_golden(id)
        }

        /// Lets guests with these measurements hold session keys.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::set_guest_policy())]
        pub fn set_guest_policy(
            origin: OriginFor<T>,
            measurements: Box<GuestMeasurements>,
            image_sha256: [u8; 32],
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::do_set_guest_policy(*measurements, image_sha256)
        }

        /// Retires a guest policy: keys of such guests fall to T1 at once.
        #[pallet::call_index(8)]
        #[pallet::weight(T::WeightInfo::retire_guest_policy())]
        pub fn retire_guest_policy(origin: OriginFor<T>, policy: PolicyId) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::do_retire_guest_policy(policy)
        }

        /// Makes a device count no longer, or again: for keys that leaked, which no list of NVIDIA's may name.
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::block_device())]
        pub fn block_device(
            origin: OriginFor<T>,
            device: DeviceId,
            blocked: bool,
        ) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            Self::do_block_device(device, blocked)
        }
    }

    /// Weight of `attest`: by the number of GPUs, and the quote.
    fn attest_weight<T: Config>(gpus: usize, guest: bool) -> Weight {
        let quote = if guest {
            T::WeightInfo::verify_quote()
        } else {
            Weight::zero()
        };
        T::WeightInfo::attest(gpus as u32).saturating_add(quote)
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// A worker's session key: its tier in this block, and why it is no higher.
        pub fn key(worker: AccountId, session_key: SessionKey) -> Option<KeyInfo> {
            Self::view_key(&worker, &session_key)
        }

        /// All session keys of a worker.
        pub fn keys(worker: AccountId) -> Vec<KeyInfo> {
            Self::view_keys(&worker)
        }

        /// A GPU and who it is bound to.
        pub fn device(device: DeviceId) -> Option<DeviceInfo> {
            Self::view_device(&device)
        }

        /// The golden set for a component.
        pub fn golden(id: GoldenId) -> Option<GoldenInfo> {
            Self::view_golden(id)
        }

        /// The golden sets after `after` in the map's order, at most `limit` and at most 64 of them.
        pub fn golden_sets(after: Option<GoldenId>, limit: u32) -> Vec<GoldenInfo> {
            Self::view_golden_sets(after, limit)
        }

        /// The policy for guests with this id.
        pub fn guest_policy(policy: PolicyId) -> Option<GuestPolicy> {
            GuestPolicies::<T>::get(policy)
        }

        /// The roots this network trusts, and the authorities it knows.
        pub fn trust() -> Trust {
            Self::view_trust()
        }

        /// The revocation list in force of an authority.
        pub fn revocation_list(issuer: AuthorityId) -> Option<RevocationList> {
            Lists::<T>::get(issuer)
        }

        /// Periods.
        pub fn parameters() -> types::Parameters {
            Parameters::<T>::get()
        }
    }
}
