//! The networks that this code can start by name: `development` and `local`; and `staging`, which needs its founders.
//!
//! The first two are for testing alone: they trust GPU evidence and quotes of the test roots, which anyone can make, their
//! keys are derived from public phrases, their accounts are funded for anyone, and Alice holds the sudo key.
//!
//! `staging` has production's periods and prices, no sudo key and no test root. Nor has it people: a network without
//! validators cannot start, so building it alone fails, and its founders come from a file (`staging`).

#[cfg(feature = "std")]
pub mod staging;

use alloc::{string::ToString, vec, vec::Vec};

use ballast_attestation::{TEST_QUOTE_ROOT, TEST_ROOT};
use frame_support::build_struct_json_patch;
use serde_json::Value;
use sp_genesis_builder::PresetId;
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use crate::{
    configs::governance::TreasuryAccount,
    constants::{BAL, EXISTENTIAL_DEPOSIT, HOURS, MILLI_BAL, MINUTES},
    pace::Periods,
    AccountId, AttestationConfig, BabeConfig, Balance, BalancesConfig, BlobsConfig, BlockNumber,
    InferenceConfig, ModelsConfig, NominationPoolsConfig, PaceConfig, PossessionConfig,
    RetrievalConfig, Runtime, RuntimeGenesisConfig, SessionConfig, SessionKeys, StakingConfig,
    SudoConfig, TechnicalCommitteeConfig, WorkersConfig, BABE_GENESIS_EPOCH_CONFIG,
};

/// Three validators, for a network of several processes on one machine.
pub const LOCAL_PRESET: &str = "local";
/// A production network, for trying: everything but its people.
pub const STAGING_PRESET: &str = "staging";
/// One validator, so that a single node makes blocks and finalizes them.
pub use sp_genesis_builder::DEV_RUNTIME_PRESET as DEVELOPMENT_PRESET;

/// Storage epochs of a minute; in production they last an hour.
const EPOCH_BLOCKS: BlockNumber = MINUTES;
/// What every development account starts with.
const ENDOWMENT: Balance = 1_000_000 * BAL;
/// What a validator of a test network has at stake.
const STAKE: Balance = 100_000 * BAL;
/// The least that a validator stakes of its own.
pub const MIN_VALIDATOR_BOND: Balance = 1_000 * BAL;
/// Validators that are elected, if there are as many.
const TEST_VALIDATORS: u32 = 10;
/// As above, in production: as many as consensus is built for.
const STAGING_VALIDATORS: u32 = 100;

/// The preset with this name, as a JSON patch of the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
    let patch = match id.as_str() {
        DEVELOPMENT_PRESET => test_network(&[Validator::ALICE]),
        LOCAL_PRESET => test_network(&[Validator::ALICE, Validator::BOB, Validator::CHARLIE]),
        STAGING_PRESET => base_network(Periods::default(), STAGING_VALIDATORS),
        _ => return None,
    };
    Some(patch.to_string().into_bytes())
}

/// Names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    vec![
        PresetId::from(DEVELOPMENT_PRESET),
        PresetId::from(LOCAL_PRESET),
        PresetId::from(STAGING_PRESET),
    ]
}

/// Storage keys that a production network's genesis must not have: they hold roots under which anyone can make evidence.
pub fn test_root_keys() -> [Vec<u8>; 2] {
    use pallet_attestation::{TestQuoteRoot, TestRoot};
    [
        TestRoot::<Runtime>::hashed_key().to_vec(),
        TestQuoteRoot::<Runtime>::hashed_key().to_vec(),
    ]
}

/// A well-known account with its well-known session keys.
struct Validator {
    account: Sr25519Keyring,
    grandpa: Ed25519Keyring,
}

impl Validator {
    const ALICE: Self = Self {
        account: Sr25519Keyring::Alice,
        grandpa: Ed25519Keyring::Alice,
    };
    const BOB: Self = Self {
        account: Sr25519Keyring::Bob,
        grandpa: Ed25519Keyring::Bob,
    };
    const CHARLIE: Self = Self {
        account: Sr25519Keyring::Charlie,
        grandpa: Ed25519Keyring::Charlie,
    };

    fn session_entry(&self) -> (AccountId, AccountId, SessionKeys) {
        let account = self.account.to_account_id();
        let keys = SessionKeys {
            babe: self.account.public().into(),
            grandpa: self.grandpa.public().into(),
            authority_discovery: self.account.public().into(),
        };
        (account.clone(), account, keys)
    }
}

type Staker = (
    AccountId,
    AccountId,
    Balance,
    pallet_staking::StakerStatus<AccountId>,
);

fn staker(account: AccountId, stake: Balance) -> Staker {
    let status = pallet_staking::StakerStatus::Validator;
    (account.clone(), account, stake, status)
}

/// Sessions of a minute, eras of three; a day of governance is four minutes.
fn test_periods() -> Periods {
    Periods {
        epoch_slots: MINUTES,
        sessions_per_era: 3,
        bonding_eras: 3,
        slash_defer_eras: 1,
        governance_day_blocks: 4 * MINUTES,
    }
}

fn staking(validators: u32, stakers: Vec<Staker>) -> StakingConfig {
    StakingConfig {
        validator_count: validators,
        minimum_validator_count: 1,
        stakers,
        slash_reward_fraction: sp_runtime::Perbill::from_percent(10),
        min_validator_bond: MIN_VALIDATOR_BOND,
        min_nominator_bond: 100 * BAL,
        max_validator_count: Some(crate::configs::staking::MAX_ELECTABLE_TARGETS),
        ..Default::default()
    }
}

fn pools() -> NominationPoolsConfig {
    NominationPoolsConfig {
        min_join_bond: BAL,
        min_create_bond: 100 * BAL,
        max_pools: Some(256),
        max_members_per_pool: None,
        max_members: None,
        global_max_commission: Some(sp_runtime::Perbill::from_percent(10)),
    }
}

/// The treasury's account is there from the start: else it would get nothing until a single payment reached what an
/// account must own.
fn treasury_balance() -> (AccountId, Balance) {
    (TreasuryAccount::get(), EXISTENTIAL_DEPOSIT)
}

/// What a network has beside its people.
fn base_network(periods: Periods, validators: u32) -> Value {
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: vec![treasury_balance()],
        },
        pace: PaceConfig { periods },
        staking: staking(validators, vec![]),
        nomination_pools: pools(),
        babe: BabeConfig {
            epoch_config: BABE_GENESIS_EPOCH_CONFIG
        },
        workers: WorkersConfig {
            initial_price_per_gib_epoch: MILLI_BAL,
        },
    })
}

fn test_network(validators: &[Validator]) -> Value {
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known()
                .map(|key| (key.to_account_id(), ENDOWMENT))
                .chain([treasury_balance()])
                .collect(),
        },
        pace: PaceConfig {
            periods: test_periods()
        },
        staking: staking(
            TEST_VALIDATORS,
            validators
                .iter()
                .map(|validator| staker(validator.account.to_account_id(), STAKE))
                .collect(),
        ),
        nomination_pools: pools(),
        technical_committee: TechnicalCommitteeConfig {
            members: [
                Sr25519Keyring::Alice,
                Sr25519Keyring::Bob,
                Sr25519Keyring::Charlie,
            ]
            .map(|key| key.to_account_id())
            .to_vec(),
        },
        babe: BabeConfig {
            epoch_config: BABE_GENESIS_EPOCH_CONFIG
        },
        session: SessionConfig {
            keys: validators.iter().map(Validator::session_entry).collect(),
        },
        sudo: SudoConfig {
            key: Some(Sr25519Keyring::Alice.to_account_id())
        },
        workers: WorkersConfig {
            parameters: worker_parameters(),
            initial_price_per_gib_epoch: MILLI_BAL,
        },
        blobs: BlobsConfig {
            parameters: blob_parameters()
        },
        models: ModelsConfig {
            parameters: model_parameters()
        },
        attestation: AttestationConfig {
            parameters: attestation_parameters(),
            test_root: Some(TEST_ROOT),
            test_quote_root: Some(TEST_QUOTE_ROOT.to_vec()),
        },
        possession: PossessionConfig {
            parameters: possession_parameters()
        },
        inference: InferenceConfig {
            parameters: inference_parameters()
        },
        retrieval: RetrievalConfig {
            parameters: retrieval_parameters()
        },
    })
}

/// As in production, but workers may be small, and a person can watch one leave.
fn worker_parameters() -> pallet_workers::types::Parameters {
    pallet_workers::types::Parameters {
        epoch_blocks: EPOCH_BLOCKS,
        unbonding_blocks: 2 * MINUTES,
        min_capacity: 1 << 20,
        ..Default::default()
    }
}

/// As in production, but leases may be short, a silent worker is replaced within a minute, and repairs take minutes.
fn blob_parameters() -> pallet_blobs::StorageParameters {
    pallet_blobs::StorageParameters {
        epoch_blocks: EPOCH_BLOCKS,
        min_lease_epochs: 1,
        pending_timeout_blocks: HOURS,
        reassign_grace_blocks: MINUTES / 2,
        receipt_max_age_blocks: HOURS,
        repair_patience_blocks: 2 * MINUTES,
        repair_deadline_blocks: MINUTES,
        ..Default::default()
    }
}

/// As in production, but for epochs of a minute: four chunks each, proven within half of it, and a point is forgotten in
/// six minutes.
fn possession_parameters() -> pallet_possession::types::Parameters {
    pallet_possession::types::Parameters {
        picks_per_window: 4,
        proof_deadline_blocks: 8,
        clean_windows_per_point: 6,
        ..Default::default()
    }
}

/// As in production, but a challenge is over within half a minute.
fn retrieval_parameters() -> pallet_retrieval::types::Parameters {
    pallet_retrieval::types::Parameters {
        deadline_blocks: MINUTES / 2,
        ..Default::default()
    }
}

/// As in production, but a person can watch evidence expire.
fn attestation_parameters() -> pallet_attestation::types::Parameters {
    pallet_attestation::types::Parameters {
        evidence_blocks: 2 * MINUTES,
        max_challenge_age: MINUTES,
    }
}

/// As in production, but a person can watch a channel close and a batch be paid, and sees every batch checked. What a check
/// waits for does with a minute each, on a machine that has little time for many processes: a panel that has spoken waits
/// no longer, so only the silent make it last.
fn inference_parameters() -> ballast_core::view::InferenceParams {
    ballast_core::view::InferenceParams {
        channel_blocks: HOURS,
        grace_blocks: MINUTES,
        check_blocks: 2 * MINUTES,
        check_permille: 1_000,
        commit_blocks: MINUTES,
        reveal_blocks: MINUTES,
        appeal_blocks: MINUTES,
        ..Default::default()
    }
}

/// As in production, but a namespace is had within seconds.
fn model_parameters() -> pallet_models::types::Parameters {
    pallet_models::types::Parameters {
        min_commit_age_blocks: 2,
        ..Default::default()
    }
}
