//! A chain for tests, with one settlement and its check.
#![allow(clippy::unwrap_used)]

use super::chain::{Docket, DocketError};
use ballast_core::{
    claim::{BatchScope, ClaimLeaf, TokenLimits},
    view::{ChannelInfo, ChannelState, CheckInfo, CheckStage, SeatInfo, SettlementInfo},
    Address, BlockNumber, ChannelId, Numbers, SettlementId, Tier, WorkerId,
};
use futures::future::BoxFuture;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

pub const CHANNEL: ChannelId = ChannelId(7);
pub const SETTLEMENT: SettlementId = SettlementId(3);
pub const EXECUTOR: WorkerId = WorkerId([1; 32]);
pub const VERIFIER: WorkerId = WorkerId([2; 32]);
pub const MODEL: Address = Address([4; 32]);

/// What it knows.
pub struct State {
    pub now: BlockNumber,
    pub is_down: bool,
    pub checks: Vec<CheckInfo>,
    pub settlement: Option<SettlementInfo>,
    pub channel: Option<ChannelInfo>,
    pub keys: BTreeMap<([u8; 32], [u8; 32]), Tier>,
    pub endpoint: Option<Vec<u8>>,
    pub commitments: Vec<[u8; 32]>,
    pub revealed: Vec<(u16, [u8; 32])>,
}

impl State {
    /// Seats a verifier that is to run the claim at this place.
    pub fn seat(&mut self, verifier: WorkerId, claim: u32) {
        self.checks = vec![check(verifier, claim)];
    }
}

pub fn check(verifier: WorkerId, claim: u32) -> CheckInfo {
    CheckInfo {
        settlement: SETTLEMENT,
        claim: Some(claim),
        stage: CheckStage::Pair,
        vacant: 0,
        panel: vec![SeatInfo {
            worker: verifier,
            committed: false,
            score: None,
        }],
        commit_until: 30,
        due: 41,
        bond: 0,
    }
}

pub struct FakeDocket(Mutex<State>);

impl FakeDocket {
    pub const GENESIS: [u8; 32] = [0x6e; 32];

    pub fn scope() -> BatchScope {
        BatchScope {
            genesis_hash: Self::GENESIS,
            channel: CHANNEL,
            model: MODEL,
        }
    }

    /// A chain on which these claims were settled.
    pub fn settled(leaves: &[ClaimLeaf]) -> Self {
        let settlement = SettlementInfo {
            settlement: SETTLEMENT,
            channel: CHANNEL,
            session_key: [5; 32],
            root: Self::scope().root(leaves).unwrap(),
            leaves: leaves.len() as u32,
            amount: 10,
            treasury_permille: 20,
            royalties: Vec::new(),
            verifier_permille: 500,
            verifiers: Vec::new(),
            settled_at: 1,
            pays_at: 100,
        };
        let channel = ChannelInfo {
            channel: CHANNEL,
            client: [8; 32],
            signer: [8; 32],
            payee: EXECUTOR,
            namespace: b"ada".to_vec(),
            name: b"tiny".to_vec(),
            version: 1,
            model: MODEL,
            price: Default::default(),
            limits: TokenLimits {
                tokens_in: 100,
                tokens_out: 100,
            },
            tier: Tier::T0,
            numbers: Numbers::Float32,
            deposited: 100,
            drawn: 10,
            pending: 10,
            last_number: leaves.last().unwrap().number,
            state: ChannelState::Open,
            ends_at: 1_000,
        };
        Self(Mutex::new(State {
            now: 10,
            is_down: false,
            checks: Vec::new(),
            settlement: Some(settlement),
            channel: Some(channel),
            keys: BTreeMap::new(),
            endpoint: Some(b"http://executor".to_vec()),
            commitments: Vec::new(),
            revealed: Vec::new(),
        }))
    }

    pub fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ask<'a, R: Send + 'a>(
        &self,
        work: impl FnOnce(&mut State) -> R,
    ) -> BoxFuture<'a, Result<R, DocketError>> {
        let answer = self.with(|state| match state.is_down {
            true => Err(DocketError::Slow(Duration::from_secs(1))),
            false => Ok(work(state)),
        });
        Box::pin(async { answer })
    }
}

impl Docket for FakeDocket {
    fn genesis_hash(&self) -> [u8; 32] {
        Self::GENESIS
    }

    fn now(&self) -> BoxFuture<'_, Result<BlockNumber, DocketError>> {
        self.ask(|state| state.now)
    }

    fn next_block(&self, after: BlockNumber) -> BoxFuture<'_, Result<BlockNumber, DocketError>> {
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let now = self.with(|state| state.now);
            Ok(now.max(after))
        })
    }

    fn checks(&self) -> BoxFuture<'_, Result<Vec<CheckInfo>, DocketError>> {
        self.ask(|state| state.checks.clone())
    }

    fn check(&self, id: SettlementId) -> BoxFuture<'_, Result<Option<CheckInfo>, DocketError>> {
        self.ask(|state| {
            let mut checks = state.checks.iter();
            checks.find(|check| check.settlement == id).cloned()
        })
    }

    fn settlement(
        &self,
        id: SettlementId,
    ) -> BoxFuture<'_, Result<Option<SettlementInfo>, DocketError>> {
        self.ask(|state| state.settlement.clone().filter(|one| one.settlement == id))
    }

    fn settlements_of(
        &self,
        channel: ChannelId,
    ) -> BoxFuture<'_, Result<Vec<SettlementInfo>, DocketError>> {
        self.ask(|state| {
            let of_it = |one: &&SettlementInfo| one.channel == channel;
            state.settlement.iter().filter(of_it).cloned().collect()
        })
    }

    fn channel(&self, id: ChannelId) -> BoxFuture<'_, Result<Option<ChannelInfo>, DocketError>> {
        self.ask(|state| state.channel.clone().filter(|one| one.channel == id))
    }

    fn endpoint<'a>(
        &'a self,
        _channel: &'a ChannelInfo,
    ) -> BoxFuture<'a, Result<Option<Vec<u8>>, DocketError>> {
        self.ask(|state| state.endpoint.clone())
    }

    fn tier(
        &self,
        worker: WorkerId,
        session_key: [u8; 32],
    ) -> BoxFuture<'_, Result<Option<Tier>, DocketError>> {
        self.ask(|state| state.keys.get(&(worker.0, session_key)).copied())
    }

    fn commit(
        &self,
        _id: SettlementId,
        commitment: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>> {
        self.ask(|state| {
            state.commitments.push(commitment);
            if let Some(seat) = state.checks.first_mut().and_then(|c| c.panel.first_mut()) {
                seat.committed = true;
            }
        })
    }

    fn reveal(
        &self,
        _id: SettlementId,
        score: u16,
        salt: [u8; 32],
    ) -> BoxFuture<'_, Result<(), DocketError>> {
        self.ask(|state| {
            state.revealed.push((score, salt));
            if let Some(seat) = state.checks.first_mut().and_then(|c| c.panel.first_mut()) {
                seat.score = Some(score);
            }
        })
    }
}
