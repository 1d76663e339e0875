//! Executors: they offer the model, claim what they served or something else, and appeal.

use super::{client::LIMITS, name, owner, Batch, Call, Kind};
use crate::{people, world::World};
use ballast_core::{
    claim::{ClaimLeaf, TokenPrice},
    price::BAL,
    view::ChannelState,
    voucher::{Voucher, VoucherBody},
    ChannelId, Numbers, Tier,
};
use ballast_runtime::{AccountId, Runtime};
use pallet_inference::{
    types::{Channel, ModelVersion, Stage},
    Channels, Checks, Offers, Settlements,
};
use sp_core::Pair as _;

/// Thousandths of the looks at which a worker puts what it has served into a batch.
const CLAIM_PERMILLE: u64 = 250;
/// Thousandths of a cheat's batches that are false.
const FALSE_PERMILLE: u64 = 600;
/// Thousandths of the looks at which a cheat sends an old batch again, as a new one.
const AGAIN_PERMILLE: u64 = 60;
/// Times that a batch is sent before it is given up.
const TRIES_MAX: u32 = 6;
/// What a claim names that another model served.
const FALSE_ROOT: [u8; 32] = [9; 32];
/// Claims of a batch.
const CLAIMS_MAX: usize = 12;

impl World {
    pub(super) fn offer_models(&mut self) {
        let version = ModelVersion::of(owner::NAMESPACE.as_bytes(), owner::MODEL.as_bytes(), 1);
        let Some(version) = version.filter(|_| self.is_busy_time()) else {
            return;
        };
        for index in 0..self.workers.len() {
            let account = self.worker_account(index);
            if self
                .chain
                .with(|| Offers::<Runtime>::contains_key(&version, &account))
            {
                continue;
            }
            let rng = &mut self.serving.rng;
            let price = TokenPrice {
                per_million_in: u128::from(rng.range(1, 60)) * BAL,
                per_million_out: u128::from(rng.range(1, 300)) * BAL,
            };
            let call = Call::set_offer {
                namespace: name(owner::NAMESPACE),
                name: name(owner::MODEL),
                version: 1,
                price,
                limits: LIMITS,
                tier: Tier::T0,
                numbers: Numbers::Float32,
                endpoint: b"https://worker.example"
                    .to_vec()
                    .try_into()
                    .unwrap_or_default(),
            };
            self.insist(format!("offer {index}"), people::worker(index), call);
        }
    }

    pub(super) fn be_executors(&mut self, channels: &[(ChannelId, Channel)]) {
        for (id, channel) in channels {
            let Some(worker) = self.worker_index(&channel.payee) else {
                continue;
            };
            if channel.state == ChannelState::Ended {
                continue;
            }
            let ends = channel.state == ChannelState::Closing;
            if ends || self.serving.rng.chance(CLAIM_PERMILLE) {
                self.make_batch(*id, channel, worker);
            }
            self.send_batches(*id, channel, worker);
        }
        self.appeal();
    }

    /// Puts into a batch what was served since the last one, as it was, or otherwise.
    fn make_batch(&mut self, id: ChannelId, channel: &Channel, worker: usize) {
        let key = (id, channel.client.clone());
        let cheats = matches!(self.serving.kinds[worker], Kind::Cheating | Kind::Colluding);
        let Some(book) = self.serving.books.get_mut(&key) else {
            return;
        };
        let served = book.signed.range(book.claimed + 1..).take(CLAIMS_MAX);
        let mut claims: Vec<ClaimLeaf> = served
            .map(|(number, exchange)| ClaimLeaf {
                number: *number,
                exchange: exchange.clone(),
                activation_root: [1; 32],
            })
            .collect();
        let Some(last) = claims.last() else { return };
        book.claimed = last.number;
        if cheats && self.serving.rng.chance(FALSE_PERMILLE) {
            let at = self.serving.rng.below(claims.len() as u64) as usize;
            match self.serving.rng.below(4) {
                // Another model's text, which only who runs it again can tell.
                0 | 1 => {
                    for leaf in &mut claims[at..] {
                        leaf.activation_root = FALSE_ROOT;
                    }
                }
                // More tokens than were signed for: within the limits, and above them.
                2 => claims[at].exchange.tokens_in = LIMITS.tokens_in,
                _ => claims[at].exchange.tokens_in = u32::MAX,
            }
        }
        let signed = self.serving.books.get(&key).map(|book| &book.signed);
        let differs = |leaf: &ClaimLeaf| {
            signed.and_then(|signed| signed.get(&leaf.number)) != Some(&leaf.exchange)
        };
        let contradicts = claims.iter().position(differs).map(|at| at as u32);
        let is_wrong = |leaf: &ClaimLeaf| leaf.activation_root == FALSE_ROOT || differs(leaf);
        let places = claims.iter().zip(0..);
        let wrong: Vec<u32> = places
            .filter_map(|(leaf, at)| is_wrong(leaf).then_some(at))
            .collect();
        let scope = self.scope(id);
        if let Some(root) = scope.root(&claims) {
            let batch = Batch {
                channel: id,
                claims,
                wrong,
                contradicts,
                tries: 0,
            };
            self.serving.batches.insert(root, batch);
        }
    }

    /// Sends what is not settled yet, and as a cheat what is.
    fn send_batches(&mut self, id: ChannelId, channel: &Channel, worker: usize) {
        let cheats = matches!(self.serving.kinds[worker], Kind::Cheating | Kind::Colluding);
        let again = cheats && self.serving.rng.chance(AGAIN_PERMILLE);
        let settled = |batch: &Batch| {
            batch
                .claims
                .last()
                .is_none_or(|leaf| leaf.number <= channel.last_number)
        };
        let due: Vec<_> = self
            .serving
            .batches
            .iter()
            .filter(|(_, batch)| {
                batch.channel == id && (again || (!settled(batch) && batch.tries < TRIES_MAX))
            })
            .map(|(root, batch)| (*root, batch.clone()))
            .collect();
        // The oldest first: numbers only ascend.
        let next = due
            .into_iter()
            .min_by_key(|(_, batch)| batch.claims.first().map(|leaf| leaf.number));
        if let Some((root, batch)) = next {
            self.redeem((id, channel.client.clone()), worker, root, &batch);
        }
    }

    fn redeem(
        &mut self,
        key: (ChannelId, AccountId),
        worker: usize,
        root: [u8; 32],
        batch: &Batch,
    ) {
        let Some(book) = self.serving.books.get(&key) else {
            return;
        };
        let (id, genesis_hash) = (key.0, self.chain.genesis_hash());
        let body = VoucherBody {
            genesis_hash,
            channel: id,
            amount: book.allowed,
            number: book.number,
        };
        let Some(signer) = super::client::key_for(&key.1) else {
            return;
        };
        let voucher = Voucher::new(&body, signer.sign(&body.signing_payload()).0);
        let pair = people::worker(worker);
        let payload = self
            .scope(id)
            .signing_payload(root, batch.claims.len() as u32);
        let call = Call::redeem {
            channel: id,
            voucher: voucher.into(),
            session_key: pair.public().0,
            claims: batch.claims.clone().try_into().unwrap_or_default(),
            signature: pair.sign(&payload).0,
        };
        let sent = self.insist(format!("redeem {id} {root:?}"), pair, call);
        if let Some(batch) = self.serving.batches.get_mut(&root) {
            batch.tries += u32::from(sent);
        }
    }

    /// Whoever is condemned and was right appeals; others do so every other time.
    fn appeal(&mut self) {
        let condemned: Vec<_> = self.chain.with(|| {
            let checks = Checks::<Runtime>::iter();
            let condemned = checks.filter(|(_, check)| check.stage == Stage::Condemned);
            condemned
                .filter_map(|(id, check)| {
                    let entry = Settlements::<Runtime>::get(id)?;
                    let channel = Channels::<Runtime>::get(entry.channel)?;
                    Some((id, check.leaf?, entry.root, channel.payee))
                })
                .collect()
        });
        for (settlement, claim, root, payee) in condemned {
            let Some(worker) = self.worker_index(&payee) else {
                continue;
            };
            let batch = self.serving.batch(&root);
            let is_right = batch.is_some_and(|batch| batch.is_right(claim));
            if is_right || settlement.0.is_multiple_of(2) {
                let call = Call::appeal { settlement };
                self.insist(format!("appeal {settlement}"), people::worker(worker), call);
            }
        }
    }
}
