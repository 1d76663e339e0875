//! What a pool must bound or refuse: more valid transactions than it takes, by number and by bytes, such as wait for one that never
//! comes, and such as are too large for a block, falsely signed, of accounts without money, or old.
//!
//! While the pool is full, a transaction with a tip must get through; afterwards, one without.

use std::time::{Duration, Instant};

use subxt::dynamic::{tx, Value};
use subxt_signer::sr25519::dev;
use tokio::task::JoinSet;

use crate::{
    fund,
    signing::{address, Account, Call},
    Answer, Api, Counts, Node, Outcome, Signer,
};

const ACCOUNTS: u32 = 400;
/// Valid transfers of each account: twice what a pool takes by default, 8,192.
const TRANSFERS_EACH: u32 = 40;
/// Bytes of a large remark, and how many: twice a pool's 20 MiB.
const LARGE_LEN: usize = 200_000;
const LARGE: u32 = 200;
/// Gap in nonces of what waits for ever, and how many: five times a pool's share for those.
const GAP: u64 = 1_000;
const FUTURE_EACH: u32 = 10;
/// More than the bytes that a block has for transactions of the normal class, and less than a request may have.
const OVERSIZED_LEN: usize = 4_500_000;
const OVERSIZED: u32 = 16;
const BAD: u32 = 1_000;
const IN_FLIGHT: usize = 128;
const TIP: u128 = 1_000_000_000_000;

/// Sends all of them, many at a time, until the time is over; tells what the answers were.
async fn pour(
    node: &Node,
    transactions: impl Iterator<Item = Outcome<Vec<u8>>>,
    until: Instant,
) -> Outcome<Counts> {
    let (mut counts, mut on_the_way) = (Counts::new(), JoinSet::new());
    let mut count = |answer: Answer| {
        let kind = match answer {
            Answer::Taken(_) => "taken".into(),
            Answer::Full => "refused: no room".into(),
            Answer::Refused(reason) => format!("refused: {reason}"),
        };
        *counts.entry(kind).or_default() += 1;
    };
    for transaction in transactions {
        if Instant::now() > until {
            break;
        }
        let (node, transaction) = (node.clone(), transaction?);
        on_the_way.spawn(async move { node.submit(&transaction).await });
        if on_the_way.len() >= IN_FLIGHT {
            if let Some(answer) = on_the_way.join_next().await {
                count(answer?);
            }
        }
    }
    while let Some(answer) = on_the_way.join_next().await {
        count(answer?);
    }
    Ok(counts)
}

/// Seconds until a transfer of Alice's is in a block that is final.
async fn get_through(api: &Api, tip: u128) -> Outcome<f64> {
    let began = Instant::now();
    let fields = vec![address(&dev::bob().public_key().0), Value::u128(1)];
    let transfer = tx("Balances", "transfer_keep_alive", fields);
    let params = subxt::config::DefaultExtrinsicParamsBuilder::new()
        .tip(tip)
        .build();
    let at = api.at_current_block().await?;
    let sent = at
        .tx()
        .sign_and_submit_then_watch(&transfer, &dev::alice(), params)
        .await?;
    sent.wait_for_finalized_success().await?;
    Ok(began.elapsed().as_secs_f64())
}

/// `count` transactions of each account, by turns.
fn of_each<'a>(
    signer: &'a Signer,
    accounts: &'a mut [Account],
    count: u32,
    call: &'a Call,
) -> impl Iterator<Item = Outcome<Vec<u8>>> + 'a {
    let turns = count as usize * accounts.len();
    (0..turns).map(move |turn| {
        let account = turn % accounts.len();
        signer.sign(&mut accounts[account], call, 0)
    })
}

/// An account with money, and the number of its next transaction.
async fn rich(api: &Api, path: &str, call: &Call) -> Outcome<[Account; 1]> {
    let mut account = [Account::derived(path, 0)];
    fund(api, &account, call).await?;
    account[0].nonce = Signer::new(api).await?.nonce(&account[0]).await?;
    Ok(account)
}

pub async fn run(url: &str, duration: Duration) -> Outcome<()> {
    let node = Node::connect(url).await?;
    let api = Api::from_rpc_client(Node::connect(url).await?.rpc).await?;
    let transfer = Call::Transfer(dev::bob().public_key().0);
    let (large, oversized) = (Call::Remark(LARGE_LEN), Call::Remark(OVERSIZED_LEN));
    let mut accounts = Account::loads(ACCOUNTS);
    fund(&api, &accounts, &transfer).await?;
    let mut sends_large = rich(&api, "large", &large).await?;
    let mut sends_oversized = rich(&api, "oversized", &oversized).await?;
    let signer = Signer::new(&api).await?;
    for account in &mut accounts {
        account.nonce = signer.nonce(account).await?;
    }
    let strangers: Vec<Account> = (0..BAD)
        .map(|index| Account::derived("stranger", index))
        .collect();
    let mut waiting = accounts.clone();
    waiting.iter_mut().for_each(|account| account.nonce += GAP);
    // Signed before the first is sent: blocks take them away meanwhile.
    let valid: Vec<Outcome<Vec<u8>>> =
        of_each(&signer, &mut accounts.clone(), TRANSFERS_EACH, &transfer).collect();

    let began = Instant::now();
    // Each kind has a share of the time, from when its turn comes, so that none is left out.
    let until = |tenths: u32| Instant::now() + duration * tenths / 10;
    let valid = pour(&node, valid.into_iter(), until(4)).await?;
    let tipped = get_through(&api, TIP).await?;
    let large = of_each(&signer, &mut sends_large, LARGE, &large);
    let large = pour(&node, large, until(2)).await?;
    let future = of_each(&signer, &mut waiting, FUTURE_EACH, &transfer);
    let future = pour(&node, future, until(1)).await?;
    let oversized = of_each(&signer, &mut sends_oversized, OVERSIZED, &oversized);
    let oversized = pour(&node, oversized, until(1)).await?;
    let mut poor = strangers.clone();
    let poor = of_each(&signer, &mut poor, 1, &transfer);
    let poor = pour(&node, poor, until(1)).await?;
    let mut forgers = strangers;
    let forged = of_each(&signer, &mut forgers, 1, &transfer).map(forge);
    let forged = pour(&node, forged, until(1)).await?;
    let old = of_each(&signer, &mut accounts, 1, &transfer);
    let old = pour(&node, old, until(1)).await?;

    let seconds = began.elapsed().as_secs();
    let after = get_through(&api, 0).await?;
    println!(
        "{}",
        serde_json::json!({
            "seconds": seconds, "valid": valid, "large": large, "future": future, "oversized": oversized, "without money": poor,
            "falsely signed": forged, "old": old, "with_a_tip_final_s": tipped, "afterwards_final_s": after,
        })
    );
    Ok(())
}

/// Makes three units of the one that was signed: the last byte is the amount, a compact number.
fn forge(signed: Outcome<Vec<u8>>) -> Outcome<Vec<u8>> {
    signed.map(|mut bytes| {
        if let Some(last) = bytes.last_mut() {
            *last ^= 0b1000;
        }
        bytes
    })
}
