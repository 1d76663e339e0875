//! Load on a development network: as many signed transactions as its blocks take, from many accounts, and what that does to its
//! blocks. Prints one line of JSON. Used by scripts/load.sh.
//!
//! `load URL CALL SECONDS [ACCOUNTS]`, CALL is `transfer` or `inline` (a blob of 1 KiB in chain state, a call of ours).
//! The accounts are `//Alice//load//N`, paid by Alice. Never more than [`WAITING_MAX`] transactions wait in the pool.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    collections::BTreeMap,
    error::Error,
    time::{Duration, Instant},
};
use subxt::{
    config::{substrate::H256, DefaultExtrinsicParamsBuilder},
    dynamic::{tx, Value},
    rpcs::{client::RpcClient, rpc_params},
    OnlineClient, OnlineClientAtBlock, SubstrateConfig,
};
use subxt_signer::{
    sr25519::{dev, Keypair},
    DeriveJunction,
};

type Api = OnlineClient<SubstrateConfig>;
type Outcome<T> = Result<T, Box<dyn Error>>;

/// Transactions that wait for a block: some blocks' worth, and well below what a pool takes.
const WAITING_MAX: u64 = 4_000;
const FUNDS: u128 = 1_000_000_000_000_000;
const INLINE_LEN: usize = 1_000;
const MORTALITY: u64 = 256;
const DEFAULT_ACCOUNTS: u32 = 200;
const SLOT: f64 = 3.0;

struct Sender {
    key: Keypair,
    nonce: u64,
}

struct Load {
    api: Api,
    rpc: RpcClient,
    /// What transactions are born at; a block that is a second old is good for that.
    at: OnlineClientAtBlock<SubstrateConfig>,
    call: String,
    senders: Vec<Sender>,
    sent: u64,
    refused: BTreeMap<String, u64>,
}

#[derive(Default)]
struct Seen {
    /// Transactions of each block, without inherents, and the block's time in ms.
    blocks: Vec<(u64, u64)>,
}

impl Load {
    /// Signs the next transaction of a sender and hands it to the node's pool. `false` if it was not taken.
    async fn send(&mut self, which: usize) -> Outcome<bool> {
        let at = &self.at;
        let serial = self.sent;
        let sender = self.senders.get_mut(which).unwrap();
        let params = DefaultExtrinsicParamsBuilder::<SubstrateConfig>::new()
            .nonce(sender.nonce)
            .mortal_from_unchecked(MORTALITY, at.block_number(), at.block_hash())
            .build();
        let payload = match self.call.as_str() {
            "transfer" => tx(
                "Balances",
                "transfer_keep_alive",
                vec![address(&dev::bob()), Value::u128(1)],
            ),
            _ => tx(
                "Blobs",
                "store_inline",
                vec![Value::from_bytes(unique(serial))],
            ),
        };
        let mut signable = at.tx().create_v4_signable_offline(&payload, params)?;
        let bytes = signable.sign(&sender.key)?.into_encoded();
        let taken = self
            .rpc
            .request::<H256>(
                "author_submitExtrinsic",
                rpc_params![format!("0x{}", hex::encode(bytes))],
            )
            .await;
        match taken {
            Ok(_) => {
                sender.nonce += 1;
                self.sent += 1;
                Ok(true)
            }
            Err(error) => {
                *self.refused.entry(error.to_string()).or_default() += 1;
                Ok(false)
            }
        }
    }
}

fn address(of: &Keypair) -> Value {
    Value::unnamed_variant("Id", [Value::from_bytes(of.public_key().0)])
}

/// Content that no other transaction has.
fn unique(serial: u64) -> Vec<u8> {
    let mut bytes = vec![0; INLINE_LEN];
    bytes[..8].copy_from_slice(&serial.to_le_bytes());
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    bytes[8..24].copy_from_slice(&now.to_le_bytes());
    bytes
}

/// Pays the senders, and waits until it is in a block.
async fn fund(api: &Api, senders: &[Sender]) -> Outcome<()> {
    let transfers = senders.iter().map(|sender| {
        let fields = [address(&sender.key), Value::u128(FUNDS)];
        Value::unnamed_variant(
            "Balances",
            [Value::unnamed_variant("transfer_keep_alive", fields)],
        )
    });
    let calls: Vec<Value> = transfers.collect();
    for part in calls.chunks(100) {
        let batch = tx(
            "Utility",
            "batch_all",
            vec![Value::unnamed_composite(part.to_vec())],
        );
        let at = api.at_current_block().await?;
        let sent = at
            .tx()
            .sign_and_submit_then_watch_default(&batch, &dev::alice())
            .await?;
        sent.wait_for_finalized_success().await?;
    }
    Ok(())
}

/// Reads the blocks from `first` to the best one that have not been read.
async fn look(load: &mut Load, seen: &mut Seen, first: u64) -> Outcome<()> {
    load.at = load.api.at_current_block().await?;
    let best = load.at.block_number();
    let mut next = first + seen.blocks.len() as u64;
    while next <= best {
        let at = load.api.at_block(next).await?;
        let count = at.extrinsics().fetch().await?.iter().count() as u64;
        let now: u64 = at
            .storage()
            .fetch(subxt::dynamic::storage::<(), u64>("Timestamp", "Now"), ())
            .await?
            .decode()?;
        seen.blocks.push((count.saturating_sub(1), now));
        next += 1;
    }
    Ok(())
}

fn tell(load: &Load, seen: &Seen, seconds: f64) {
    // The first block is only where the clock starts.
    let included: u64 = seen.blocks.iter().skip(1).map(|(count, _)| count).sum();
    let gaps: Vec<f64> = seen
        .blocks
        .windows(2)
        .map(|pair| (pair[1].1 - pair[0].1) as f64 / 1000.0)
        .collect();
    let span: f64 = gaps.iter().sum();
    let most = seen
        .blocks
        .iter()
        .map(|(count, _)| *count)
        .max()
        .unwrap_or(0);
    let late = gaps.iter().filter(|gap| **gap > SLOT * 1.5).count();
    println!(
        "{}",
        serde_json::json!({
            "call": load.call, "seconds": seconds.round(), "blocks": gaps.len(), "included": included,
            "per_second": format!("{:.1}", included as f64 / span),
            "most_in_a_block": most, "mean_block_s": format!("{:.2}", span / gaps.len() as f64),
            "greatest_gap_s": format!("{:.1}", gaps.iter().copied().fold(0.0, f64::max)),
            "slots_without_block": late, "sent": load.sent, "refused": load.refused,
        })
    );
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, call, seconds, rest @ ..] = args.as_slice() else {
        return Err("usage: load URL transfer|inline SECONDS [ACCOUNTS]".into());
    };
    if !["transfer", "inline"].contains(&call.as_str()) {
        return Err(format!("unknown call {call:?}: transfer or inline").into());
    }
    let duration = Duration::from_secs(seconds.parse()?);
    let accounts: u32 = rest
        .first()
        .map_or(Ok(DEFAULT_ACCOUNTS), |count| count.parse())?;
    let rpc = RpcClient::from_insecure_url(url).await?;
    let api = Api::from_rpc_client(rpc.clone()).await?;
    let key = |index: u32| {
        dev::alice().derive([DeriveJunction::hard("load"), DeriveJunction::hard(index)])
    };
    let mut senders: Vec<Sender> = (0..accounts)
        .map(|index| Sender {
            key: key(index),
            nonce: 0,
        })
        .collect();
    fund(&api, &senders).await?;
    let at = api.at_current_block().await?;
    for sender in &mut senders {
        sender.nonce = at
            .tx()
            .account_nonce(&sender.key.public_key().to_account_id())
            .await?;
    }
    let mut load = Load {
        api,
        rpc,
        at,
        call: call.clone(),
        senders,
        sent: 0,
        refused: BTreeMap::new(),
    };
    let first = load.api.at_current_block().await?.block_number();
    let (started, mut seen, mut turn) = (Instant::now(), Seen::default(), 0usize);
    let mut looked = Instant::now();
    while started.elapsed() < duration {
        let included: u64 = seen.blocks.iter().skip(1).map(|(count, _)| count).sum();
        let is_full = load.sent.saturating_sub(included) >= WAITING_MAX;
        if is_full || looked.elapsed() > Duration::from_secs(1) {
            look(&mut load, &mut seen, first).await?;
            looked = Instant::now();
            if is_full {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            continue;
        }
        load.send(turn).await?;
        turn = (turn + 1) % load.senders.len();
    }
    look(&mut load, &mut seen, first).await?;
    tell(&load, &seen, started.elapsed().as_secs_f64());
    Ok(())
}
