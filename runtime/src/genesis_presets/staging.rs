//! The founders of a production network: who validates first, who owns what, who is on the committee.
//!
//! Goals: a genesis that nobody has a key to who should not: no sudo, and none of the keys that everybody knows.
//! Non-goals: making keys; `ballast-node key` does that, on the machine that will use them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use codec::Decode;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sp_core::{ed25519, sr25519, Pair};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};

use super::*;

/// A network of fewer stands still as soon as one is away.
pub const MIN_VALIDATORS: usize = 4;
/// Two thirds of fewer are one or all.
pub const MIN_COMMITTEE: usize = 3;

/// The people of a network, as a JSON file has them. Amounts are in BAL.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Founders {
    /// The first validators.
    pub validators: Vec<Founder>,
    /// Accounts and what they own; a validator's includes its stake.
    pub balances: Vec<(AccountId, u64)>,
    /// The technical committee.
    pub committee: Vec<AccountId>,
}

/// A validator from the start.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Founder {
    /// Its account.
    pub account: AccountId,
    /// What it stakes.
    pub stake: u64,
    /// Its node's keys.
    pub session_keys: SessionKeys,
}

/// Why no network can start with these founders.
#[derive(Debug, PartialEq, Eq)]
pub enum FoundersError {
    /// Too few validators.
    Validators(usize),
    /// Too few members.
    Committee(usize),
    /// Something is there twice.
    Twice(String),
    /// A key whose secret everybody knows.
    WellKnown(String),
    /// Too little at stake.
    Stake { account: AccountId, stake: u64 },
    /// A validator owns less than its stake and what an account must own beside it.
    Balance { account: AccountId, needed: u64 },
}

impl fmt::Display for FoundersError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Validators(found) => write!(
                f,
                "{found} validators; {MIN_VALIDATORS} are needed, so that blocks stay final while one is away"
            ),
            Self::Committee(found) => write!(
                f,
                "{found} members of the committee; {MIN_COMMITTEE} are needed, so that two thirds are neither one nor all"
            ),
            Self::Twice(what) => write!(f, "{what} is there twice; leave one out"),
            Self::WellKnown(what) => write!(
                f,
                "{what} is of a development key, whose secret everybody knows; make keys with `ballast-node key generate` \
                 and `author_rotateKeysWithOwner`"
            ),
            Self::Stake { account, stake } => write!(
                f,
                "{account} stakes {stake} BAL, and a validator stakes at least {} BAL",
                MIN_VALIDATOR_BOND / BAL
            ),
            Self::Balance { account, needed } => write!(
                f,
                "the balance of validator {account} is below {needed} BAL: its stake, and one for fees"
            ),
        }
    }
}

impl std::error::Error for FoundersError {}

/// The genesis of a network of these founders, as a JSON patch of the default one.
pub fn genesis(founders: &Founders) -> Result<Value, FoundersError> {
    founders.check()?;
    let stakers = founders
        .validators
        .iter()
        .map(|founder| staker(founder.account.clone(), Balance::from(founder.stake) * BAL))
        .collect();
    let people = build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: founders
                .balances
                .iter()
                .map(|(account, bal)| (account.clone(), Balance::from(*bal) * BAL))
                .chain([treasury_balance()])
                .collect(),
        },
        staking: staking(STAGING_VALIDATORS, stakers),
        session: SessionConfig {
            keys: founders.validators.iter().map(Founder::entry).collect(),
        },
        technical_committee: TechnicalCommitteeConfig {
            members: founders.committee.clone(),
        },
    });
    let mut genesis = base_network(Periods::default(), STAGING_VALIDATORS);
    merge(&mut genesis, people);
    Ok(genesis)
}

fn merge(into: &mut Value, patch: Value) {
    match (into, patch) {
        (Value::Object(into), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}

impl Founder {
    fn entry(&self) -> (AccountId, AccountId, SessionKeys) {
        let account = self.account.clone();
        (account.clone(), account, self.session_keys.clone())
    }
}

impl Founders {
    /// Checks everything that can be checked without asking the founders.
    pub fn check(&self) -> Result<(), FoundersError> {
        if self.validators.len() < MIN_VALIDATORS {
            return Err(FoundersError::Validators(self.validators.len()));
        }
        if self.committee.len() < MIN_COMMITTEE {
            return Err(FoundersError::Committee(self.committee.len()));
        }
        self.check_uniqueness()?;
        self.check_secrecy()?;
        self.validators
            .iter()
            .try_for_each(|founder| self.check_stake(founder))
    }

    fn check_uniqueness(&self) -> Result<(), FoundersError> {
        unique("validator", self.validators.iter().map(|one| &one.account))?;
        unique("committee member", &self.committee)?;
        unique("balance of", self.balances.iter().map(|(who, _)| who))?;
        let keys = self.validators.iter().map(|one| &one.session_keys);
        unique("BABE key", keys.clone().map(|keys| &keys.babe))?;
        unique("GRANDPA key", keys.clone().map(|keys| &keys.grandpa))?;
        unique(
            "authority discovery key",
            keys.map(|keys| &keys.authority_discovery),
        )
    }

    fn check_secrecy(&self) -> Result<(), FoundersError> {
        let known = well_known_keys();
        self.public_keys()
            .into_iter()
            .find(|(_, key)| known.contains(key))
            .map_or(Ok(()), |(what, _)| Err(FoundersError::WellKnown(what)))
    }

    fn public_keys(&self) -> Vec<(String, [u8; 32])> {
        let accounts = |what: &str, accounts: Vec<&AccountId>| -> Vec<_> {
            accounts
                .into_iter()
                .map(|account| (format!("{what} {account}"), account.clone().into()))
                .collect()
        };
        let mut keys = accounts(
            "balance of",
            self.balances.iter().map(|one| &one.0).collect(),
        );
        keys.extend(accounts(
            "committee member",
            self.committee.iter().collect(),
        ));
        for founder in &self.validators {
            let SessionKeys {
                babe,
                grandpa,
                authority_discovery,
            } = founder.session_keys.clone();
            let of = |what: &str| format!("{what} of {}", founder.account);
            keys.push((of("the account"), founder.account.clone().into()));
            keys.push((of("the BABE key"), sr25519::Public::from(babe).0));
            keys.push((of("the GRANDPA key"), ed25519::Public::from(grandpa).0));
            keys.push((
                of("the authority discovery key"),
                sr25519::Public::from(authority_discovery).0,
            ));
        }
        keys
    }

    fn check_stake(&self, founder: &Founder) -> Result<(), FoundersError> {
        let account = || founder.account.clone();
        if Balance::from(founder.stake) * BAL < MIN_VALIDATOR_BOND {
            return Err(FoundersError::Stake {
                account: account(),
                stake: founder.stake,
            });
        }
        let needed = founder.stake.saturating_add(1);
        let owned = self
            .balances
            .iter()
            .find(|(who, _)| *who == founder.account);
        match owned {
            Some((_, bal)) if *bal >= needed => Ok(()),
            _ => Err(FoundersError::Balance {
                account: account(),
                needed,
            }),
        }
    }
}

fn unique<'a, T: Ord + fmt::Debug + 'a>(
    what: &str,
    all: impl IntoIterator<Item = &'a T>,
) -> Result<(), FoundersError> {
    let mut seen = BTreeSet::new();
    for one in all {
        if !seen.insert(one) {
            return Err(FoundersError::Twice(format!("{what} {one:?}")));
        }
    }
    Ok(())
}

/// Public keys of the development phrase: of Alice and the others, plain and as `//stash`, and of the phrase itself.
pub fn well_known_keys() -> BTreeSet<[u8; 32]> {
    let phrase = sp_core::crypto::DEV_PHRASE.to_string();
    let plain = Sr25519Keyring::iter()
        .map(|key| key.to_seed())
        .chain([phrase]);
    let seeds = plain.flat_map(|seed| [format!("{seed}//stash"), seed]);
    seeds
        .flat_map(|seed| {
            let sr = sr25519::Pair::from_string(&seed, None).map(|pair| pair.public().0);
            let ed = ed25519::Pair::from_string(&seed, None).map(|pair| pair.public().0);
            [sr, ed]
        })
        .flatten()
        .chain(Ed25519Keyring::iter().map(|key| key.public().0))
        .collect()
}

/// Why a genesis is none of a production network.
#[derive(Debug, PartialEq, Eq)]
pub enum GenesisError {
    /// It trusts evidence that anyone can make.
    TestRoot,
    /// Somebody has a key to everything.
    Sudo,
    /// Nobody makes blocks.
    NoValidators,
    /// Something in it belongs to a key whose secret everybody knows.
    WellKnown([u8; 32]),
}

impl fmt::Display for GenesisError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TestRoot => write!(
                f,
                "its genesis trusts a test root for GPU evidence or quotes, whose keys everybody has; leave testRoot and \
                 testQuoteRoot out of the attestation genesis"
            ),
            Self::Sudo => write!(
                f,
                "its genesis has a sudo key, whose holder is above governance; leave the sudo genesis out"
            ),
            Self::NoValidators => write!(
                f,
                "its genesis has no validators, so nobody makes blocks; make one with `ballast-node staging-spec`"
            ),
            Self::WellKnown(key) => {
                let account = AccountId::new(*key);
                write!(
                    f,
                    "its genesis has the development key {account}, whose secret everybody knows; leave it out"
                )
            }
        }
    }
}

impl std::error::Error for GenesisError {}

/// Where the validators of a state are.
pub fn validators_key() -> Vec<u8> {
    pallet_session::Validators::<Runtime>::hashed_key().to_vec()
}

/// Where the sudo key of a state is.
pub fn sudo_key() -> Vec<u8> {
    pallet_sudo::Key::<Runtime>::hashed_key().to_vec()
}

/// Checks what a production network's first state must not have, and the one thing that it must.
pub fn check_genesis(state: &BTreeMap<Vec<u8>, Vec<u8>>) -> Result<(), GenesisError> {
    if test_root_keys().iter().any(|key| state.contains_key(key)) {
        return Err(GenesisError::TestRoot);
    }
    if state.contains_key(&sudo_key()) {
        return Err(GenesisError::Sudo);
    }
    let validators = state
        .get(&validators_key())
        .and_then(|bytes| Vec::<AccountId>::decode(&mut &bytes[..]).ok());
    if validators.is_none_or(|all| all.is_empty()) {
        return Err(GenesisError::NoValidators);
    }
    let known = well_known_keys();
    let found = state
        .iter()
        .filter(|(key, _)| key.as_slice() != sp_core::storage::well_known_keys::CODE)
        .flat_map(|(key, value)| key.windows(32).chain(value.windows(32)))
        .filter_map(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .find(|bytes| known.contains(bytes));
    found.map_or(Ok(()), |key| Err(GenesisError::WellKnown(key)))
}
