//! As many transactions as blocks take, for a while.

use std::{
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    blocks::Seen,
    fund,
    lanes::{Lanes, Nonces},
    signing::Account,
    Answer, Api, Call, Counts, Node, Outcome, Signer,
};

/// Accounts that send: some times what is on its way, so that no account's transactions overtake each other.
pub const ACCOUNTS: u32 = 400;
/// Transactions that wait for a block: two blocks' worth and more. A pool looks through what waits in it again and again, which takes
/// the processor from the blocks.
pub const WAITING_MAX: u32 = 2_500;
/// Transactions that are signed before the first is sent, and how far the signer runs ahead.
const STOCK: usize = 20_000;
/// Transactions on their way to a pool.
const IN_FLIGHT: usize = 96;
/// A pool that has no room, or looked at a block that it has forgotten, is asked again after this, so often.
const PAUSE: Duration = Duration::from_millis(500);
const TRIES: u32 = 120;
/// What a node says if the block it looked at is gone.
const STATE_DISCARDED: &str = "State already discarded";
const LOOK_PAUSE: Duration = Duration::from_secs(1);

struct Signed {
    account: usize,
    nonce: u64,
    transaction: Arc<[u8]>,
}

/// Signs for all accounts by turns, in a thread of its own, until nobody takes any more.
fn sign_ahead(
    signer: Signer,
    mut accounts: Vec<Account>,
    call: Call,
) -> mpsc::Receiver<Outcome<Signed>> {
    let (give, take) = mpsc::channel(STOCK);
    std::thread::spawn(move || {
        for turn in 0_usize.. {
            let account = turn % accounts.len();
            let nonce = accounts[account].nonce;
            let signed = signer.sign(&mut accounts[account], &call, 0);
            let signed = signed.map(|bytes| Signed {
                account,
                nonce,
                transaction: bytes.into(),
            });
            let failed = signed.is_err();
            if give.blocking_send(signed).is_err() || failed {
                return;
            }
        }
    });
    take
}

/// Hands a transaction over, again if the pool cannot take it now. Tells why it was refused, and how often it was sent again.
async fn submit(node: Node, transaction: Arc<[u8]>) -> (Option<String>, u32) {
    for tries in 0..TRIES {
        match node.submit(&transaction).await {
            Answer::Taken(_) => return (None, tries),
            Answer::Refused(reason) if !reason.contains(STATE_DISCARDED) => {
                return (Some(reason), tries)
            }
            Answer::Full | Answer::Refused(_) => tokio::time::sleep(PAUSE).await,
        }
    }
    (
        Some("the pool could not take it for a minute".into()),
        TRIES,
    )
}

/// Reads blocks and nonces once a second until told to stop, and once more.
async fn look_on(
    mut seen: Seen,
    nonces: Nonces,
    tell: watch::Sender<Vec<u64>>,
    stop: Arc<AtomicBool>,
) -> Outcome<Seen> {
    loop {
        let is_last = stop.load(Ordering::Relaxed);
        seen.look().await?;
        if is_last {
            return Ok(seen);
        }
        tell.send_replace(nonces.read().await?);
        tokio::time::sleep(LOOK_PAUSE).await;
    }
}

/// What was sent, and what became of it.
struct Sending {
    nodes: Vec<Node>,
    lanes: Lanes,
    on_the_way: JoinSet<(Option<String>, u32)>,
    sent: u64,
    sent_again: u64,
    pool_could_not: u64,
    refused: Counts,
}

impl Sending {
    fn send(&mut self, account: usize, transaction: Arc<[u8]>) {
        let node = self.nodes[account % self.nodes.len()].clone();
        self.on_the_way.spawn(submit(node, transaction));
    }

    fn count(&mut self, (reason, tries): (Option<String>, u32)) {
        self.pool_could_not += u64::from(tries);
        if let Some(reason) = reason {
            *self.refused.entry(reason).or_default() += 1;
        }
    }

    /// Sends for as long, never more than `waiting_max` ahead of the blocks.
    async fn run(
        &mut self,
        mut signed: mpsc::Receiver<Outcome<Signed>>,
        mut nonces: watch::Receiver<Vec<u64>>,
        until: Instant,
        waiting_max: usize,
    ) -> Outcome<()> {
        // A look-out that has ended drops its end of the channel.
        while Instant::now() < until && nonces.has_changed().is_ok() {
            if nonces.has_changed()? {
                let again = self.lanes.settle(&nonces.borrow_and_update());
                self.sent_again += again.len() as u64;
                for (account, transaction) in again {
                    self.send(account, transaction);
                }
            }
            while let Some(done) = self.on_the_way.try_join_next() {
                self.count(done?);
            }
            if self.on_the_way.len() >= IN_FLIGHT {
                if let Some(done) = self.on_the_way.join_next().await {
                    self.count(done?);
                }
            } else if self.lanes.waiting() < waiting_max {
                let one = signed.recv().await.ok_or("the signer has ended")??;
                self.lanes
                    .add(one.account, one.nonce, one.transaction.clone());
                self.send(one.account, one.transaction);
                self.sent += 1;
            } else {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }
}

pub async fn run(
    urls: &str,
    call: Call,
    duration: Duration,
    accounts: u32,
    waiting_max: usize,
) -> Outcome<()> {
    let mut nodes = Vec::new();
    for url in urls.split(',') {
        nodes.push(Node::connect(url).await?);
    }
    // Reading has a connection of its own.
    let reader = Node::connect(urls.split(',').next().unwrap_or(urls)).await?;
    let api = Api::from_rpc_client(reader.rpc.clone()).await?;
    let mut accounts = Account::loads(accounts);
    fund(&api, &accounts, &call).await?;
    let signer = Signer::new(&api).await?;
    for account in &mut accounts {
        account.nonce = signer.nonce(account).await?;
    }
    let nonces = Nonces::new(&api, &reader, accounts.iter().map(|account| &account.key)).await?;
    let mut sending = Sending {
        nodes,
        lanes: Lanes::new(accounts.len()),
        on_the_way: JoinSet::new(),
        sent: 0,
        sent_again: 0,
        pool_could_not: 0,
        refused: Counts::new(),
    };
    let signed = sign_ahead(signer, accounts, call.clone());
    while signed.len() < STOCK && !signed.is_closed() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stop = Arc::new(AtomicBool::new(false));
    let (tell, told) = watch::channel(Vec::new());
    let seen = Seen::new(&api, &reader).await?;
    let looking = tokio::spawn(look_on(seen, nonces, tell, stop.clone()));
    let began = Instant::now();
    sending
        .run(signed, told, began + duration, waiting_max)
        .await?;
    stop.store(true, Ordering::Relaxed);
    let mut report = looking.await??.report();
    report["call"] = call.name().into();
    report["seconds"] = began.elapsed().as_secs().into();
    report["sent"] = sending.sent.into();
    report["sent_again"] = sending.sent_again.into();
    report["pool_could_not"] = sending.pool_could_not.into();
    report["refused"] = serde_json::json!(sending.refused);
    println!("{report}");
    Ok(())
}
