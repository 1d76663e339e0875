//! Load on a test network, by a program that knows no runtime but the one it talks to. Used by scripts/load.sh and scripts/network.py.
//! Each verb prints one line of JSON. The accounts are `//Alice//load//N`, paid by Alice.
//!
//! - `load sustain URL[,URL..] transfer|inline|namespace SECONDS [ACCOUNTS [WAITING]]`: as many transactions as blocks take (calls of
//!   ours: blobs of 1,000 bytes in chain state; commitments to namespaces and their withdrawal by turns), and what that does to the blocks. They are signed ahead, sent to all URLs by turns,
//!   many at a time, and never more than WAITING of them are without a block.
//! - `load flood URL SECONDS`: more than a pool takes, and what it must refuse (`flood`).
//! - `load fund URL ACCOUNTS`, then `load send URL FIRST COUNT TO`: one transfer to `//TO` from each of COUNT accounts, from the FIRST on,
//!   without waiting for a block; tells their hashes.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod blocks;
mod flood;
mod lanes;
mod signing;
mod sustain;

use std::{collections::BTreeMap, error::Error, time::Duration};

use subxt::{
    config::substrate::H256,
    rpcs::{client::RpcClient, rpc_params},
    OnlineClient, SubstrateConfig,
};

use signing::{fund, Account, Call, Signer};

type Api = OnlineClient<SubstrateConfig>;
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "usage: load sustain URL[,URL..] transfer|inline|namespace SECONDS [ACCOUNTS [WAITING]] | flood URL SECONDS | fund URL ACCOUNTS | \
                     send URL FIRST COUNT TO";

/// A node that takes transactions.
#[derive(Clone)]
struct Node {
    rpc: RpcClient,
}

/// What a node said to a transaction.
enum Answer {
    Taken(H256),
    /// The pool has no room, now.
    Full,
    Refused(String),
}

/// How a pool says that it has no room.
const IMMEDIATELY_DROPPED: &str = "1016";
const ALREADY_IMPORTED: &str = "1013";

impl Node {
    async fn connect(url: &str) -> Outcome<Self> {
        let rpc = RpcClient::from_insecure_url(url).await?;
        Ok(Self { rpc })
    }

    async fn submit(&self, transaction: &[u8]) -> Answer {
        let params = rpc_params![format!("0x{}", hex::encode(transaction))];
        let answer = self.rpc.request("author_submitExtrinsic", params);
        match tokio::time::timeout(Duration::from_secs(60), answer).await {
            Err(_) => Answer::Refused("no answer in 60 s".into()),
            Ok(Ok(hash)) => Answer::Taken(hash),
            Ok(Err(error)) => refusal(error.to_string()),
        }
    }
}

fn refusal(error: String) -> Answer {
    if error.contains(IMMEDIATELY_DROPPED) || error.contains("Immediately Dropped") {
        Answer::Full
    } else if error.contains(ALREADY_IMPORTED) {
        Answer::Taken(H256::zero())
    } else {
        // What a trap in the runtime left on the stack is no part of the reason.
        Answer::Refused(error.lines().next().unwrap_or_default().to_owned())
    }
}

/// How many answers there were of each kind.
type Counts = BTreeMap<String, u64>;

async fn send(url: &str, first: u32, count: u32, to: &str) -> Outcome<()> {
    let node = Node::connect(url).await?;
    let api = Api::from_rpc_client(node.rpc.clone()).await?;
    let signer = Signer::new(&api).await?;
    let call = Call::Transfer(signing::named(to)?);
    let mut hashes = Vec::new();
    for index in first..first + count {
        let mut account = Account::load(index);
        account.nonce = signer.nonce(&account).await?;
        match node.submit(&signer.sign(&mut account, &call, 0)?).await {
            Answer::Taken(hash) => hashes.push(hash),
            Answer::Full => return Err("the pool is full".into()),
            Answer::Refused(reason) => return Err(reason.into()),
        }
    }
    println!("{}", serde_json::json!({ "hashes": hashes }));
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["sustain", urls, call @ ("transfer" | "inline" | "namespace"), seconds, rest @ ..]
            if rest.len() < 3 =>
        {
            let numbers: Vec<u32> = rest
                .iter()
                .map(|arg| arg.parse())
                .collect::<Result<_, _>>()?;
            let call = match *call {
                "transfer" => Call::Transfer(signing::named("Bob")?),
                "namespace" => Call::Namespace,
                _ => Call::Inline,
            };
            let accounts = numbers.first().copied().unwrap_or(sustain::ACCOUNTS);
            let waiting = numbers.get(1).copied().unwrap_or(sustain::WAITING_MAX);
            let seconds = Duration::from_secs(seconds.parse()?);
            sustain::run(urls, call, seconds, accounts, waiting as usize).await
        }
        ["flood", url, seconds] => flood::run(url, Duration::from_secs(seconds.parse()?)).await,
        ["fund", url, accounts] => {
            let api = Api::from_insecure_url(url).await?;
            fund(
                &api,
                &Account::loads(accounts.parse()?),
                &Call::Transfer(signing::named("Bob")?),
            )
            .await?;
            println!("{}", serde_json::json!({ "funded": accounts }));
            Ok(())
        }
        ["send", url, first, count, to] => send(url, first.parse()?, count.parse()?, to).await,
        _ => Err(USAGE.into()),
    }
}
