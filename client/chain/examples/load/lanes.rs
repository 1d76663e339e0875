//! What each account has sent that no block has yet. An account's transactions follow each other: if one is lost, as a pool may do with
//! what a fork took out of its block, those after it wait for ever, so they are sent again.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use subxt::{
    dynamic::{storage, Value},
    rpcs::rpc_params,
};
use subxt_signer::sr25519::Keypair;

use crate::{Api, Node, Outcome};

/// An account of which no transaction came into a block for this long sends again what it has waiting.
const STUCK: Duration = Duration::from_secs(30);

struct Lane {
    waiting: VecDeque<(u64, Arc<[u8]>)>,
    moved: Instant,
}

pub struct Lanes {
    lanes: Vec<Lane>,
    waiting: usize,
}

impl Lanes {
    pub fn new(count: usize) -> Self {
        let lane = || Lane {
            waiting: VecDeque::new(),
            moved: Instant::now(),
        };
        Self {
            lanes: std::iter::repeat_with(lane).take(count).collect(),
            waiting: 0,
        }
    }

    /// Transactions that no block has.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    pub fn add(&mut self, account: usize, nonce: u64, transaction: Arc<[u8]>) {
        let lane = &mut self.lanes[account];
        if lane.waiting.is_empty() {
            lane.moved = Instant::now();
        }
        lane.waiting.push_back((nonce, transaction));
        self.waiting += 1;
    }

    /// Forgets what is in a block, and tells what is to be sent again.
    pub fn settle(&mut self, nonces: &[u64]) -> Vec<(usize, Arc<[u8]>)> {
        let mut again = Vec::new();
        for (account, (lane, next)) in self.lanes.iter_mut().zip(nonces).enumerate() {
            while lane.waiting.front().is_some_and(|(nonce, _)| nonce < next) {
                lane.waiting.pop_front();
                lane.moved = Instant::now();
                self.waiting -= 1;
            }
            if !lane.waiting.is_empty() && lane.moved.elapsed() > STUCK {
                lane.moved = Instant::now();
                let transactions = lane.waiting.iter();
                again.extend(transactions.map(|(_, transaction)| (account, transaction.clone())));
            }
        }
        again
    }
}

/// Where the accounts' nonces are in state.
pub struct Nonces {
    node: Node,
    keys: Vec<String>,
}

impl Nonces {
    pub async fn new(
        api: &Api,
        node: &Node,
        accounts: impl Iterator<Item = &Keypair>,
    ) -> Outcome<Self> {
        let at = api.at_current_block().await?;
        let entry = at
            .storage()
            .entry(storage::<(Value,), Value>("System", "Account"))?;
        let keys = accounts.map(|key| {
            let key = entry.fetch_key((Value::from_bytes(key.public_key().0),))?;
            Ok(format!("0x{}", hex::encode(key)))
        });
        Ok(Self {
            node: node.clone(),
            keys: keys.collect::<Outcome<_>>()?,
        })
    }

    /// Each account's next nonce at the best block.
    pub async fn read(&self) -> Outcome<Vec<u64>> {
        #[derive(serde::Deserialize)]
        struct Changes {
            changes: Vec<(String, Option<String>)>,
        }
        let sets: Vec<Changes> = self
            .node
            .rpc
            .request("state_queryStorageAt", rpc_params![&self.keys])
            .await?;
        let changes = sets.into_iter().flat_map(|set| set.changes);
        let found: HashMap<String, Option<String>> = changes.collect();
        let nonce = |key: &String| {
            found
                .get(key)
                .and_then(Option::as_deref)
                .map_or(Ok(0), nonce_of)
        };
        self.keys.iter().map(nonce).collect()
    }
}

/// The first four bytes of an account.
fn nonce_of(account: &str) -> Outcome<u64> {
    let digits = account.get(2..10).ok_or("an account without a nonce")?;
    let bytes: [u8; 4] = hex::decode(digits)?.as_slice().try_into()?;
    Ok(u32::from_le_bytes(bytes).into())
}
