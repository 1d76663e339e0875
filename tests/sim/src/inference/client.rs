//! Clients: they open channels, ask, sign vouchers, top up, close, and contest what contradicts a signed answer.
//!
//! One of them is a worker too, so that a verifier may be drawn whose own channel is checked.

use super::{name, owner, Call, CHANNELS_MAX};
use crate::{people, world::World, Sabotage};
use ballast_core::{
    answer::{AnswerBody, Exchange, SignedAnswer},
    claim::{TokenLimits, TokenPrice},
    merkle,
    price::BAL,
    view::ChannelState,
    ChannelId, Numbers, Tier,
};
use ballast_runtime::{AccountId, Runtime};
use pallet_inference::{types::Channel, Settlements, SettlementsOf};
use sp_core::{sr25519, Pair as _};

/// The worker that is a client too.
const WORKER_CLIENT: usize = 0;
/// Clients, with a key each.
pub const CLIENTS: usize = 4;
/// Most tokens of an answer.
pub const LIMITS: TokenLimits = TokenLimits {
    tokens_in: 4_000,
    tokens_out: 1_000,
};
const OPEN_PERMILLE: u64 = 350;
const ASK_PERMILLE: u64 = 700;
const TOP_UP_PERMILLE: u64 = 30;
const CLOSE_PERMILLE: u64 = 15;

/// The key of a client.
pub fn client(index: usize) -> sr25519::Pair {
    match index {
        0 => people::worker(WORKER_CLIENT),
        other => people::publisher(other - 1),
    }
}

/// The key of an account that is a client's.
pub fn key_for(account: &AccountId) -> Option<sr25519::Pair> {
    (0..CLIENTS)
        .map(client)
        .find(|pair| people::account(pair) == *account)
}

impl World {
    pub(super) fn be_clients(&mut self, channels: &[(ChannelId, Channel)]) {
        for index in 0..CLIENTS {
            let account = people::account(&client(index));
            let own = channels
                .iter()
                .filter(|(_, channel)| channel.client == account);
            if own.count() < CHANNELS_MAX
                && self.is_busy_time()
                && self.serving.rng.chance(OPEN_PERMILLE)
            {
                self.open_channel(index);
            }
        }
        for (id, channel) in channels {
            let Some(pair) = key_for(&channel.client) else {
                continue;
            };
            if channel.state == ChannelState::Open {
                self.use_channel(*id, channel, &pair);
            }
            self.contest_false(*id, channel, pair);
        }
    }

    fn open_channel(&mut self, index: usize) {
        let payee = self.serving.rng.below(self.workers.len() as u64) as usize;
        let pair = client(index);
        let call = Call::open {
            payee: self.worker_account(payee),
            namespace: name(owner::NAMESPACE),
            name: name(owner::MODEL),
            version: 1,
            max_price: TokenPrice {
                per_million_in: 1_000 * BAL,
                per_million_out: 1_000 * BAL,
            },
            tier: Tier::T0,
            numbers: Numbers::Float32,
            signer: pair.public().0,
            deposit: u128::from(self.serving.rng.range(1, 30)) * BAL,
        };
        self.insist(format!("open {index}"), pair, call);
    }

    fn use_channel(&mut self, id: ChannelId, channel: &Channel, pair: &sr25519::Pair) {
        if !self.faults_on || self.serving.rng.chance(CLOSE_PERMILLE) {
            self.insist(
                format!("close {id}"),
                pair.clone(),
                Call::close { channel: id },
            );
            return;
        }
        if self.serving.rng.chance(TOP_UP_PERMILLE) {
            let amount = u128::from(self.serving.rng.range(0, 5)) * BAL;
            self.insist(
                format!("top up {id}"),
                pair.clone(),
                Call::top_up {
                    channel: id,
                    amount,
                },
            );
        }
        let key = (id, channel.client.clone());
        let book = self.serving.books.get(&key);
        let is_final = book.is_some_and(|book| book.seen_at <= self.finalized.number);
        if is_final && self.serving.rng.chance(ASK_PERMILLE) {
            self.ask(key, channel);
        }
    }

    /// A request, its voucher, and the answer with the worker's signature. Nobody signs for more than is in the channel.
    fn ask(&mut self, key: (ChannelId, AccountId), channel: &Channel) {
        let rng = &mut self.serving.rng;
        let exchange = Exchange {
            request_sha256: rng.bytes(32).try_into().unwrap_or_default(),
            response_sha256: rng.bytes(32).try_into().unwrap_or_default(),
            tokens_in: rng.range(1, LIMITS.tokens_in.into()) as u32,
            tokens_out: rng.range(0, LIMITS.tokens_out.into()) as u32,
        };
        let price = channel.terms.price;
        let most = price.cost(LIMITS.tokens_in, LIMITS.tokens_out);
        let cost = price.cost(exchange.tokens_in, exchange.tokens_out);
        let (Some(book), Some(most), Some(cost)) = (self.serving.books.get_mut(&key), most, cost)
        else {
            return;
        };
        if book.spent + most > channel.deposited {
            return;
        }
        book.number += 1;
        book.allowed = book.allowed.max(book.spent + most);
        book.spent += cost;
        book.signed.insert(book.number, exchange);
    }

    /// Shows every batch that says something else than was signed.
    fn contest_false(&mut self, id: ChannelId, channel: &Channel, pair: sr25519::Pair) {
        if self.sabotage == Some(Sabotage::NobodyContests) {
            return;
        }
        let open: Vec<_> = self.chain.with(|| {
            let settlements = SettlementsOf::<Runtime>::iter_key_prefix(id);
            settlements
                .filter_map(|one| Some((one, Settlements::<Runtime>::get(one)?)))
                .collect()
        });
        for (settlement, entry) in open {
            let Some(batch) = self.serving.batches.get(&entry.root).cloned() else {
                continue;
            };
            let Some(index) = batch.contradicts.filter(|_| batch.channel == id) else {
                continue;
            };
            let Some(leaf) = batch.claims.get(index as usize).cloned() else {
                continue;
            };
            let key = (id, channel.client.clone());
            let signed = self
                .serving
                .books
                .get(&key)
                .and_then(|book| book.signed.get(&leaf.number));
            let (Some(exchange), Some(worker)) =
                (signed.cloned(), self.worker_index(&channel.payee))
            else {
                continue;
            };
            let body = AnswerBody {
                genesis_hash: self.chain.genesis_hash(),
                model: owner::address(),
                channel: id,
                number: leaf.number,
                exchange,
            };
            let signer = people::worker(worker);
            let signature = signer.sign(&body.signing_payload()).0;
            let scope = self.scope(id);
            let hashes: Vec<_> = batch
                .claims
                .iter()
                .map(|leaf| scope.leaf_hash(leaf))
                .collect();
            let path = merkle::siblings(&hashes, index).unwrap_or_default();
            let call = Call::contest {
                settlement,
                index,
                leaf: leaf.into(),
                path: path.try_into().unwrap_or_default(),
                answer: SignedAnswer {
                    exchange: body.exchange,
                    session_key: signer.public().0,
                    signature,
                }
                .into(),
            };
            self.insist(format!("contest {settlement}"), pair.clone(), call);
        }
    }
}
