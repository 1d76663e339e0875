//! One channel's account at its worker: claims that are not settled, requests under way, and the newest voucher.
//!
//! Goals: what was answered and what is being answered never exceeds a voucher and the channel; a number is answered for
//! one request only, and once; batches ascend. Pure: no clock, no disk, no chain.

use super::limits::UNSETTLED_MAX;
use ballast_core::{
    claim::{ClaimLeaf, TokenPrice},
    limits::MAX_CLAIMS,
    view::ChannelInfo,
    voucher::Voucher,
    Balance,
};
use std::collections::BTreeMap;

/// A channel's account.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    newest: Option<Voucher>,
    claims: BTreeMap<u64, ClaimLeaf>,
    under_way: BTreeMap<u64, UnderWay>,
    /// Greatest number of a batch that was sent to the chain.
    sent: u64,
}

#[derive(Clone, Debug)]
struct UnderWay {
    request_sha256: [u8; 32],
    max: Balance,
}

/// A voucher does not pay for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPaid {
    /// It is being answered.
    InProgress,
    /// It was answered; the answer can be had again for the same request.
    Answered,
    /// Its number is used up, by this request or another.
    Used,
    /// Numbers begin at 1.
    NoNumber,
    /// The voucher allows too little.
    Underfunded {
        /// What it would have to allow.
        needed: Balance,
    },
    /// The channel holds too little.
    Exhausted {
        /// What it would have to hold.
        needed: Balance,
    },
    /// Too many answers are not settled.
    Behind,
}

/// What may be redeemed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The voucher that covers it.
    pub voucher: Voucher,
    /// The claims, ascending.
    pub claims: Vec<ClaimLeaf>,
    /// What they cost.
    pub amount: Balance,
}

impl Ledger {
    /// With the claims that a journal kept, and its newest voucher.
    pub fn restored(voucher: Option<Voucher>, claims: Vec<ClaimLeaf>) -> Self {
        Self {
            newest: voucher,
            claims: claims.into_iter().map(|leaf| (leaf.number, leaf)).collect(),
            ..Self::default()
        }
    }

    /// The newest voucher.
    pub fn newest(&self) -> Option<&Voucher> {
        self.newest.as_ref()
    }

    /// Claims that are not settled.
    pub fn unsettled(&self) -> usize {
        self.claims.len()
    }

    /// The claim of a number, if it is not settled.
    pub fn claim(&self, number: u64) -> Option<&ClaimLeaf> {
        self.claims.get(&number)
    }

    /// Whether nothing is known here that the chain does not know.
    pub fn is_idle(&self) -> bool {
        self.claims.is_empty() && self.under_way.is_empty()
    }

    /// Whether a number is being answered.
    pub fn is_under_way(&self, number: u64) -> bool {
        self.under_way.contains_key(&number)
    }

    /// What all answers so far cost.
    pub fn charged(&self, info: &ChannelInfo) -> Balance {
        let open = self
            .claims
            .range(info.last_number.saturating_add(1)..)
            .map(|(_, leaf)| cost(leaf, &info.price));
        open.fold(info.drawn, Balance::saturating_add)
    }

    /// The greatest number that was answered or settled.
    pub fn last_number(&self, info: &ChannelInfo) -> u64 {
        let last = self.claims.keys().next_back().copied().unwrap_or_default();
        last.max(info.last_number)
    }

    /// Takes a request under its number, if the voucher pays what it may cost at most. The signature was checked.
    pub fn accept(
        &mut self,
        info: &ChannelInfo,
        voucher: &Voucher,
        request_sha256: [u8; 32],
        max: Balance,
    ) -> Result<(), NotPaid> {
        self.check_number(info, voucher.number, request_sha256)?;
        let unsettled = self.claims.len().saturating_add(self.under_way.len());
        if unsettled >= UNSETTLED_MAX {
            return Err(NotPaid::Behind);
        }
        let newest = match &self.newest {
            Some(newest) if newest.number > voucher.number => newest,
            _ => voucher,
        };
        let under_way = self.under_way.values().map(|request| request.max);
        let needed = under_way
            .chain([max])
            .fold(self.charged(info), Balance::saturating_add);
        if newest.amount < needed {
            return Err(NotPaid::Underfunded { needed });
        }
        if info.deposited < needed {
            return Err(NotPaid::Exhausted { needed });
        }
        self.newest = Some(newest.clone());
        let request = UnderWay {
            request_sha256,
            max,
        };
        self.under_way.insert(voucher.number, request);
        Ok(())
    }

    fn check_number(
        &self,
        info: &ChannelInfo,
        number: u64,
        request_sha256: [u8; 32],
    ) -> Result<(), NotPaid> {
        if number == 0 {
            return Err(NotPaid::NoNumber);
        }
        if let Some(request) = self.under_way.get(&number) {
            return Err(match request.request_sha256 == request_sha256 {
                true => NotPaid::InProgress,
                false => NotPaid::Used,
            });
        }
        if let Some(leaf) = self.claims.get(&number) {
            return Err(match leaf.exchange.request_sha256 == request_sha256 {
                true => NotPaid::Answered,
                false => NotPaid::Used,
            });
        }
        match number <= info.last_number.max(self.sent) {
            true => Err(NotPaid::Used),
            false => Ok(()),
        }
    }

    /// It was answered.
    pub fn finish(&mut self, leaf: ClaimLeaf) {
        self.under_way.remove(&leaf.number);
        self.claims.insert(leaf.number, leaf);
    }

    /// It was not answered, and costs nothing.
    pub fn release(&mut self, number: u64) {
        self.under_way.remove(&number);
    }

    /// Forgets what the chain has settled. Says how many that were.
    pub fn settle(&mut self, info: &ChannelInfo) -> usize {
        let before = self.claims.len();
        self.claims = self.claims.split_off(&info.last_number.saturating_add(1));
        before.saturating_sub(self.claims.len())
    }

    /// What may be redeemed now: claims below every request that is under way, as many as a batch takes. Those that cost
    /// nothing come along.
    pub fn batch(&self, info: &ChannelInfo) -> Option<Batch> {
        let voucher = self.newest.clone()?;
        let below = self.under_way.keys().next().copied().unwrap_or(u64::MAX);
        let first = info.last_number.saturating_add(1);
        if first >= below {
            return None;
        }
        let most = voucher.amount.min(info.deposited);
        let mut drawn = info.drawn;
        let mut claims = Vec::new();
        for leaf in self.claims.range(first..below).map(|(_, leaf)| leaf) {
            let sum = drawn.saturating_add(cost(leaf, &info.price));
            if claims.len() >= MAX_CLAIMS as usize || sum > most || leaf.number > voucher.number {
                break;
            }
            drawn = sum;
            claims.push(leaf.clone());
        }
        let amount = drawn.saturating_sub(info.drawn);
        (amount > 0).then_some(Batch {
            voucher,
            claims,
            amount,
        })
    }

    /// A batch goes to the chain: from now on no number up to its last is taken any more.
    pub fn send(&mut self, batch: &Batch) {
        let last = batch.claims.last().map_or(0, |leaf| leaf.number);
        self.sent = self.sent.max(last);
    }
}

fn cost(leaf: &ClaimLeaf, price: &TokenPrice) -> Balance {
    let exchange = &leaf.exchange;
    price
        .cost(exchange.tokens_in, exchange.tokens_out)
        .unwrap_or(Balance::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use ballast_core::{
        answer::Exchange,
        claim::{batch_cost, TokenLimits},
        view::ChannelState,
        Address, ChannelId, Numbers, Tier, WorkerId,
    };

    pub(crate) fn info(deposited: Balance) -> ChannelInfo {
        ChannelInfo {
            channel: ChannelId(7),
            client: [1; 32],
            signer: [2; 32],
            payee: WorkerId([3; 32]),
            namespace: b"a".into(),
            name: b"b".into(),
            version: 1,
            model: Address([4; 32]),
            price: TokenPrice {
                per_million_in: 1_000_000,
                per_million_out: 0,
            },
            limits: TokenLimits {
                tokens_in: 10,
                tokens_out: 0,
            },
            tier: Tier::T0,
            numbers: Numbers::Float32,
            deposited,
            drawn: 0,
            pending: 0,
            last_number: 0,
            state: ChannelState::Open,
            ends_at: 1_000,
        }
    }

    pub(crate) fn voucher(amount: Balance, number: u64) -> Voucher {
        Voucher {
            amount,
            number,
            signature: [5; 64],
        }
    }

    pub(crate) fn leaf(number: u64, tokens_in: u32) -> ClaimLeaf {
        ClaimLeaf {
            number,
            exchange: Exchange {
                request_sha256: [number as u8; 32],
                response_sha256: [9; 32],
                tokens_in,
                tokens_out: 0,
            },
            activation_root: [0; 32],
        }
    }

    fn accept(
        ledger: &mut Ledger,
        info: &ChannelInfo,
        amount: Balance,
        number: u64,
    ) -> Result<(), NotPaid> {
        ledger.accept(info, &voucher(amount, number), [number as u8; 32], 10)
    }

    #[test]
    fn a_voucher_must_cover_what_was_answered_what_is_under_way_and_this_request() {
        let (mut ledger, info) = (Ledger::default(), info(100));
        assert_eq!(
            accept(&mut ledger, &info, 9, 1),
            Err(NotPaid::Underfunded { needed: 10 })
        );
        accept(&mut ledger, &info, 10, 1).unwrap();
        assert_eq!(
            accept(&mut ledger, &info, 19, 2),
            Err(NotPaid::Underfunded { needed: 20 })
        );
        accept(&mut ledger, &info, 20, 2).unwrap();
        ledger.finish(leaf(1, 4));
        ledger.release(2);
        assert_eq!(ledger.charged(&info), 4);
        assert_eq!(
            accept(&mut ledger, &info, 13, 3),
            Err(NotPaid::Underfunded { needed: 14 })
        );
        accept(&mut ledger, &info, 14, 3).unwrap();
        let small = super::tests::info(13);
        assert_eq!(
            accept(&mut ledger, &small, 24, 4),
            Err(NotPaid::Exhausted { needed: 24 })
        );
    }

    #[test]
    fn vouchers_that_overtake_each_other_are_good_together() {
        let (mut ledger, info) = (Ledger::default(), info(100));
        accept(&mut ledger, &info, 20, 2).unwrap();
        accept(&mut ledger, &info, 10, 1).unwrap();
        ledger.finish(leaf(2, 10));
        assert_eq!(ledger.batch(&info), None, "1 would never be paid");
        ledger.finish(leaf(1, 10));
        let batch = ledger.batch(&info).unwrap();
        assert_eq!((batch.amount, batch.voucher.number), (20, 2));
    }

    #[test]
    fn a_number_is_answered_once_and_for_one_request() {
        let (mut ledger, mut info) = (Ledger::default(), info(100));
        assert_eq!(accept(&mut ledger, &info, 10, 0), Err(NotPaid::NoNumber));
        accept(&mut ledger, &info, 10, 1).unwrap();
        assert_eq!(accept(&mut ledger, &info, 10, 1), Err(NotPaid::InProgress));
        let other = ledger.accept(&info, &voucher(10, 1), [9; 32], 10);
        assert_eq!(other, Err(NotPaid::Used));
        ledger.finish(leaf(1, 4));
        assert_eq!(accept(&mut ledger, &info, 10, 1), Err(NotPaid::Answered));
        let other = ledger.accept(&info, &voucher(10, 1), [9; 32], 10);
        assert_eq!(other, Err(NotPaid::Used));
        (info.drawn, info.last_number) = (4, 1);
        assert_eq!(ledger.settle(&info), 1);
        assert_eq!(accept(&mut ledger, &info, 10, 1), Err(NotPaid::Used));
        assert_eq!(ledger.charged(&info), 4);
        assert!(ledger.is_idle());
    }

    #[test]
    fn a_number_below_a_batch_that_was_sent_is_not_taken() {
        let (mut ledger, info) = (Ledger::default(), info(100));
        accept(&mut ledger, &info, 20, 2).unwrap();
        ledger.finish(leaf(2, 10));
        let batch = ledger.batch(&info).unwrap();
        ledger.send(&batch);
        assert_eq!(accept(&mut ledger, &info, 30, 1), Err(NotPaid::Used));
        accept(&mut ledger, &info, 30, 3).unwrap();
    }

    #[test]
    fn a_batch_is_bounded_ascends_and_costs_what_the_chain_counts() {
        let (mut ledger, mut info) = (Ledger::default(), info(Balance::MAX));
        let most = u64::from(MAX_CLAIMS) + 10;
        for number in 1..=most {
            accept(&mut ledger, &info, Balance::MAX, number).unwrap();
            ledger.finish(leaf(number, 3));
        }
        let batch = ledger.batch(&info).unwrap();
        assert_eq!(batch.claims.len(), MAX_CLAIMS as usize);
        assert_eq!(Some(batch.amount), batch_cost(&batch.claims, &info.price));
        assert!(batch.claims.is_sorted_by_key(|leaf| leaf.number));
        (info.drawn, info.last_number) = (batch.amount, u64::from(MAX_CLAIMS));
        ledger.settle(&info);
        assert_eq!(ledger.batch(&info).unwrap().claims.len(), 10);
    }

    #[test]
    fn answers_that_are_not_settled_are_bounded_with_those_under_way() {
        let most = UNSETTLED_MAX as u64;
        let claims = (1..most).map(|number| leaf(number, 1)).collect();
        let mut ledger = Ledger::restored(None, claims);
        let mut info = info(Balance::MAX);
        accept(&mut ledger, &info, Balance::MAX, most).unwrap();
        let behind = accept(&mut ledger, &info, Balance::MAX, most + 1);
        assert_eq!(behind, Err(NotPaid::Behind));
        // What is sent again is no answer more.
        let again = accept(&mut ledger, &info, Balance::MAX, 1);
        assert_eq!(again, Err(NotPaid::Answered));
        (info.drawn, info.last_number) = (1, 1);
        ledger.settle(&info);
        accept(&mut ledger, &info, Balance::MAX, most + 1).unwrap();
    }

    #[test]
    fn what_costs_nothing_is_not_redeemed() {
        let mut ledger = Ledger::default();
        accept(&mut ledger, &info(100), 10, 1).unwrap();
        ledger.finish(leaf(1, 0));
        assert_eq!(ledger.batch(&info(100)), None);
    }
}
