//! Accounts: those of workers, publishers, and of whoever looks for wrong encodings.

use ballast_core::price::BAL;
use ballast_runtime::AccountId;
use sp_core::{sr25519, Pair as _};
use sp_keyring::Sr25519Keyring;

use crate::scenario::PUBLISHERS;

/// What everybody begins with.
pub const ENDOWMENT: u128 = 1_000_000 * BAL;

fn pair(what: &str, index: usize) -> sr25519::Pair {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(what.as_bytes())
        .update(&(index as u64).to_le_bytes());
    sr25519::Pair::from_seed(hasher.finalize().as_bytes())
}

/// A worker's account, which is its own operator and signs its receipts too.
pub fn worker(index: usize) -> sr25519::Pair {
    pair("worker", index)
}

/// A publisher's account.
pub fn publisher(index: usize) -> sr25519::Pair {
    pair("publisher", index)
}

/// Who looks for wrong encodings.
pub fn finder() -> sr25519::Pair {
    pair("finder", 0)
}

/// The account of a key.
pub fn account(pair: &sr25519::Pair) -> AccountId {
    pair.public().into()
}

/// Everybody's money, as the genesis takes it.
pub fn endowments(workers: usize) -> serde_json::Value {
    let mut accounts: Vec<AccountId> = (0..workers).map(|index| account(&worker(index))).collect();
    accounts.extend((0..PUBLISHERS).map(|index| account(&publisher(index))));
    accounts.push(account(&finder()));
    accounts.push(Sr25519Keyring::Alice.to_account_id());
    let list: Vec<_> = accounts
        .into_iter()
        .map(|account| serde_json::json!([account, ENDOWMENT as u64]))
        .collect();
    serde_json::Value::Array(list)
}
