//! A till on a chain in memory, with a client that pays it.

use crate::pay::{
    kept::Kept,
    memory::{MemoryChain, GENESIS},
    redeem, Accepted, Demand, Open, Refusal, RefusalKind, Ticket, Till,
};
use ballast_chain::Signer;
use ballast_core::{
    answer::Exchange,
    voucher::{Voucher, VoucherBody},
    Address, Balance, ChannelId, Numbers, Tier,
};
use ballast_inference::wire::{
    self, PaymentPayload, Terms, VoucherPayload, ASSET, SCHEME, X402_VERSION,
};
use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub(super) const MODEL: Address = Address([4; 32]);
/// A request of the channel's limits costs this at most, with a word written.
pub(super) const MAX: Balance = 11;

/// Everything is redeemed at once.
pub(super) const AT_ONCE: redeem::Policy = redeem::Policy {
    claims: 1,
    after: Duration::ZERO,
};

pub(super) struct Desk {
    pub(super) chain: Arc<MemoryChain>,
    pub(super) till: Till,
    pub(super) client: Signer,
    pub(super) folder: tempfile::TempDir,
}

/// What a test answers, and what it costs.
pub(super) struct Answered {
    pub(super) body: Vec<u8>,
    pub(super) charged: String,
}

impl Desk {
    pub(super) async fn new(tier: Tier) -> Self {
        let [worker, session, client] =
            ["Bob", "Ferdie", "Charlie"].map(|name| Signer::from_dev(name).unwrap());
        let chain = Arc::new(MemoryChain::new(&worker, &session, MODEL, "http://worker"));
        let folder = tempfile::tempdir().unwrap();
        chain.with(|state| {
            let key = (worker.account(), session.account());
            state.keys.insert(key, tier);
        });
        let till = open(&chain, &folder).await;
        Self {
            chain,
            till,
            client,
            folder,
        }
    }

    /// The same worker once it was started again.
    pub(super) async fn reopened(self) -> Self {
        let Self {
            chain,
            till,
            client,
            folder,
        } = self;
        drop(till);
        let till = open(&chain, &folder).await;
        Self {
            chain,
            till,
            client,
            folder,
        }
    }

    pub(super) fn channel(&self, tier: Tier, deposit: Balance) -> ChannelId {
        self.chain.open(&self.client, tier, deposit)
    }

    pub(super) fn payment(&self, channel: ChannelId, amount: Balance, number: u64) -> String {
        payment(&self.client, channel, amount, number, |_| ())
    }

    pub(super) async fn accept(
        &self,
        payment: Option<&str>,
        body: &str,
    ) -> Result<Accepted, Refusal> {
        self.accept_as(payment, body, false).await
    }

    /// As at a worker that can keep nothing more for checks.
    pub(super) async fn accept_without_room(
        &self,
        payment: &str,
        body: &str,
    ) -> Result<Accepted, Refusal> {
        self.ask(Some(payment), body, false, false).await
    }

    pub(super) async fn accept_as(
        &self,
        payment: Option<&str>,
        body: &str,
        is_sealed: bool,
    ) -> Result<Accepted, Refusal> {
        self.ask(payment, body, is_sealed, true).await
    }

    async fn ask(
        &self,
        payment: Option<&str>,
        body: &str,
        is_sealed: bool,
        has_room: bool,
    ) -> Result<Accepted, Refusal> {
        let body = Bytes::from(body.to_owned());
        let demand = Demand {
            path: "/v1/completions",
            payment,
            body: &body,
            sha256: Sha256::digest(&body).into(),
            wanted_out: Some(1),
            is_sealed,
            numbers: Numbers::Float32,
            has_room,
        };
        self.till.accept(&demand).await
    }

    pub(super) async fn refused(&self, payment: &str) -> RefusalKind {
        let refusal = self.accept(Some(payment), "another").await.err().unwrap();
        assert!(!refusal.message.is_empty());
        refusal.kind
    }

    /// Answers a request that was taken, by so many tokens read.
    pub(super) async fn answer(
        &self,
        ticket: Ticket,
        body: &str,
        tokens_in: u32,
    ) -> Result<String, Refusal> {
        let mut ticket = ticket;
        let response = format!("answer to {body}").into_bytes();
        ticket.sign(Exchange {
            request_sha256: Sha256::digest(body).into(),
            response_sha256: Sha256::digest(&response).into(),
            tokens_in,
            tokens_out: 1,
        });
        let kept = Kept {
            content_type: "application/json".into(),
            id: "id".into(),
            signed: "{}".into(),
            body: response,
        };
        let charged = ticket.settle(kept, [0; 32]).await?;
        Ok(charged.extra.charged_amount)
    }

    /// Asks and answers, or gives the answer again.
    pub(super) async fn exchange(&self, payment: &str, body: &str, tokens_in: u32) -> Answered {
        match self.accept(Some(payment), body).await.unwrap() {
            Accepted::Now(ticket) => Answered {
                body: format!("answer to {body}").into_bytes(),
                charged: self.answer(ticket, body, tokens_in).await.unwrap(),
            },
            Accepted::Again { kept, response } => Answered {
                body: kept.body,
                charged: response.unwrap().extra.charged_amount,
            },
        }
    }

    /// Redeems as a running worker does, until it is told to stop.
    pub(super) fn redeeming(&self) -> (CancellationToken, JoinHandle<()>) {
        let stop = CancellationToken::new();
        let running = tokio::spawn(redeem::run(self.till.clone(), AT_ONCE, stop.clone()));
        (stop, running)
    }

    /// Waits until something holds.
    pub(super) async fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while !holds() {
            assert!(Instant::now() < deadline, "{what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Redeems as a running worker does, until nothing is left.
    pub(super) async fn redeem(&self) {
        let (stop, running) = self.redeeming();
        self.until("claims are left", || self.till.unsettled() == 0)
            .await;
        stop.cancel();
        running.await.unwrap();
        let broken = self.chain.with(|state| state.broken_rules.clone());
        assert_eq!(broken, Vec::<String>::new());
    }
}

pub(super) async fn open(chain: &Arc<MemoryChain>, folder: &tempfile::TempDir) -> Till {
    let opened = Till::open(Open {
        chain: chain.clone(),
        account: Signer::from_dev("Bob").unwrap(),
        session_key: Signer::from_dev("Ferdie").unwrap(),
        model: MODEL,
        data_dir: folder.path(),
        timeout: Duration::from_secs(60),
    });
    opened.await.unwrap()
}

pub(super) fn payment(
    by: &Signer,
    channel: ChannelId,
    amount: Balance,
    number: u64,
    change: impl FnOnce(&mut PaymentPayload),
) -> String {
    let body = VoucherBody {
        genesis_hash: GENESIS,
        channel,
        amount,
        number,
    };
    let voucher = Voucher::new(&body, by.sign(&body.signing_payload()));
    let mut payload = PaymentPayload {
        version: X402_VERSION,
        accepted: Terms {
            scheme: SCHEME.into(),
            network: wire::network(&GENESIS),
            amount: MAX.to_string(),
            asset: ASSET.into(),
            pay_to: "5F".into(),
            max_timeout_seconds: 60,
            extra: None,
        },
        payload: VoucherPayload::new(channel, &voucher),
    };
    change(&mut payload);
    wire::to_header(&payload)
}
