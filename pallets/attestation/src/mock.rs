//! A runtime of this pallet, and the words the tests are written in.

#![allow(clippy::unwrap_used)]

use crate::{
    self as pallet_attestation,
    types::{AccountId, BlockNumber, CertificateBytes},
    DeriveNonce, Derived, GpuEvidence, GpuEvidences, GuestEvidence, IsWorker, SessionKey,
    VerifyQuote,
};
use ballast_attestation::{
    dev::{golden_sets, TestGpu, TestNetwork, TEST_ROOT},
    tdx::{report_data, GuestMeasurements, QuoteError, VerifiedGuest},
    view::{KeyInfo, Reason, Tier},
    Challenge, Nonce, NVIDIA_ROOT, TEST_QUOTE_ROOT,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU32, Hooks, UnixTime},
};
use frame_system::EnsureRoot;
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use std::time::Duration;

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
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
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(23)]
    pub type Attestation = pallet_attestation;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type Block = Block;
}

parameter_types! {
    pub static ProductionRoot: [u8; 32] = NVIDIA_ROOT;
    /// The only nonce there is, for reports that answered a challenge of their own.
    pub static ForcedNonce: Option<Nonce> = None;
    pub static MaxAuthorities: u32 = 6;
    pub static Leavers: Vec<AccountId> = Vec::new();
    /// The test root that quotes were last verified with.
    pub static SeenQuoteRoot: Option<Vec<u8>> = None;
}

/// Accounts 1 to 9 are workers, until they leave.
pub struct LowNumbers;

impl IsWorker for LowNumbers {
    fn is_worker(account: &AccountId) -> bool {
        let bytes: &[u8; 32] = account.as_ref();
        (1..10).contains(&bytes[0]) && !Leavers::get().contains(account)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn make_worker() -> AccountId {
        id(1)
    }
}

pub struct Nonces;

impl DeriveNonce for Nonces {
    fn nonce(challenge: &Challenge) -> Nonce {
        ForcedNonce::get().unwrap_or_else(|| Derived::nonce(challenge))
    }
}

/// Takes a quote that is the encoding of what it should verify to; the arithmetic of quotes is tested where it is.
pub struct OpenQuotes;

impl VerifyQuote for OpenQuotes {
    fn verify(
        quote: &[u8],
        _: &[u8],
        now: u64,
        test_root: Option<&[u8]>,
    ) -> Result<VerifiedGuest, QuoteError> {
        SeenQuoteRoot::set(test_root.map(<[u8]>::to_vec));
        assert_eq!(now, NOW, "collateral is judged at the block's time");
        VerifiedGuest::decode(&mut &*quote).map_err(|error| QuoteError::Quote {
            why: error.to_string(),
        })
    }
}

pub const NOW: u64 = 1_800_000_000;

pub struct FixedTime;

impl UnixTime for FixedTime {
    fn now() -> Duration {
        Duration::from_secs(NOW)
    }
}

impl pallet_attestation::Config for Test {
    type GovernanceOrigin = EnsureRoot<AccountId>;
    type Workers = LowNumbers;
    type Nonces = Nonces;
    type Quotes = OpenQuotes;
    type Time = FixedTime;
    type ProductionRoot = ProductionRoot;
    type MaxAuthorities = MaxAuthorities;
    type MaxKeysPerWorker = ConstU32<3>;
    type WeightInfo = ();
}

pub const LIFETIME: BlockNumber = 100;
pub const MAX_AGE: BlockNumber = 10;
/// The block that tests start in.
pub const START: BlockNumber = 20;
pub const KEY: SessionKey = [33; 32];

pub fn id(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

pub fn origin(number: u8) -> RuntimeOrigin {
    RuntimeOrigin::signed(id(number))
}

pub fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

pub fn bounded(der: &[u8]) -> CertificateBytes {
    der.to_vec().try_into().unwrap()
}

/// What a worker is asked for a key at a block.
pub fn challenge(worker: u8, session_key: SessionKey, block_number: BlockNumber) -> Challenge {
    Challenge {
        genesis_hash: System::block_hash(0).into(),
        worker: [worker; 32],
        session_key,
        block_number,
        block_hash: System::block_hash(block_number).into(),
    }
}

pub fn evidence(report: &[u8], chain: &[&[u8]]) -> GpuEvidence {
    let chain: Vec<CertificateBytes> = chain.iter().map(|der| bounded(der)).collect();
    GpuEvidence {
        report: report.to_vec().try_into().unwrap(),
        chain: chain.try_into().unwrap(),
    }
}

/// Good evidence of a GPU for this nonce.
pub fn good(gpu: &TestGpu, nonce: &Nonce) -> GpuEvidence {
    evidence(&gpu.report(nonce), &gpu.chain())
}

/// Good evidence of the GPUs with these numbers for a worker's key, answering a block's challenge.
pub fn good_for(
    worker: u8,
    session_key: SessionKey,
    block: BlockNumber,
    numbers: &[u32],
) -> GpuEvidences {
    let nonce = challenge(worker, session_key, block).nonce();
    let network = TestNetwork::default();
    let gpus: Vec<GpuEvidence> = numbers
        .iter()
        .map(|number| good(&network.gpu(*number), &nonce))
        .collect();
    gpus.try_into().unwrap()
}

/// Attests with good evidence that answers the challenge of the block before.
pub fn attest(worker: u8, session_key: SessionKey, numbers: &[u32]) -> sp_runtime::DispatchResult {
    let block = System::block_number() - 1;
    let gpus = good_for(worker, session_key, block, numbers);
    Attestation::attest(origin(worker), session_key, block, gpus, None)
}

pub fn measurements() -> GuestMeasurements {
    GuestMeasurements {
        mr_td: [1; 48],
        rt_mr: [[2; 48]; 4],
        attributes: [0, 0, 0, 0x10, 0, 0, 0, 0],
        xfam: [3; 8],
    }
}

/// A quote of the governed guest that binds this evidence.
pub fn guest_for(challenge: &Challenge, gpus: &GpuEvidences) -> VerifiedGuest {
    let hashes = gpus.iter().map(|gpu| sp_io::hashing::sha2_256(&gpu.report));
    VerifiedGuest {
        measurements: measurements(),
        report_data: report_data(
            &challenge.session_key,
            &challenge.worker,
            &challenge.genesis_hash,
            &challenge.nonce(),
            hashes,
        ),
        evaluation_number: 17,
    }
}

pub fn quote(guest: &VerifiedGuest) -> GuestEvidence {
    GuestEvidence {
        quote: guest.encode().try_into().unwrap(),
        collateral: Default::default(),
    }
}

pub fn info(worker: u8, session_key: SessionKey) -> KeyInfo {
    Attestation::key(id(worker), session_key).unwrap()
}

pub fn tier(worker: u8, session_key: SessionKey) -> Option<Tier> {
    Attestation::tier(&id(worker), &session_key)
}

pub fn reasons(worker: u8, session_key: SessionKey) -> Vec<Reason> {
    info(worker, session_key).reasons
}

pub fn run_to_block(number: BlockNumber) {
    while System::block_number() < number {
        let now = System::block_number();
        frame_system::BlockHash::<Test>::insert(now, hash_of(now));
        System::set_block_number(now + 1);
        Attestation::on_initialize(now + 1);
    }
}

fn hash_of(block: BlockNumber) -> sp_runtime::testing::H256 {
    let mut hash = [0x55; 32];
    hash[..4].copy_from_slice(&block.to_le_bytes());
    hash.into()
}

pub fn ext_with(test_root: Option<[u8; 32]>) -> sp_io::TestExternalities {
    let genesis = RuntimeGenesisConfig {
        attestation: pallet_attestation::GenesisConfig {
            parameters: pallet_attestation::types::Parameters {
                evidence_blocks: LIFETIME,
                max_challenge_age: MAX_AGE,
            },
            test_root,
            test_quote_root: test_root.map(|_| TEST_QUOTE_ROOT.to_vec()),
            ..Default::default()
        },
        ..Default::default()
    };
    genesis.build_storage().unwrap().into()
}

pub fn ext() -> sp_io::TestExternalities {
    ext_with(Some(TEST_ROOT))
}

/// Puts the test network's certificates and golden sets on chain.
pub fn prepare() {
    let network = TestNetwork::default();
    let [provisioner, identity, top] = network.authorities().map(bounded);
    Attestation::add_authorities(origin(50), provisioner, identity, top).unwrap();
    for (golden, set) in golden_sets() {
        Attestation::set_golden(root(), golden, set, [9; 32]).unwrap();
    }
}

/// Runs a test from [`START`] on with the test network prepared, then checks every invariant.
pub fn run(test: impl FnOnce()) {
    ext().execute_with(|| {
        System::set_block_number(1);
        frame_system::BlockHash::<Test>::insert(0, hash_of(0xffff));
        run_to_block(START);
        prepare();
        test();
        check_invariants();
    });
}

pub fn check_invariants() {
    Attestation::do_try_state().unwrap();
}
