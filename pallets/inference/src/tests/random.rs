//! Random calls by a few accounts: whatever they do, the invariants hold and money is conserved.

use crate::{mock::*, Channels, HoldReason, NextChannel, NextSettlement, Settlements, Totals};
use ballast_core::{answer::Exchange, claim::ClaimLeaf, ChannelId, SettlementId, Tier};
use frame_support::pallet_prelude::DispatchResult;
use std::collections::BTreeMap;

const CLIENTS: [u8; 2] = [CLIENT, OTHER_CLIENT];
const WORKERS: [u8; 2] = [WORKER, OTHER_WORKER];
/// Calls that are tried.
const CALLS: usize = 8;

/// Small deterministic generator (xorshift), so that a failing seed replays.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn channel(&mut self) -> ChannelId {
        ChannelId(self.below(NextChannel::<Test>::get().0 + 1))
    }

    fn claims(&mut self, after: u64) -> Vec<ClaimLeaf> {
        let mut number = after + self.below(4);
        (0..self.below(4))
            .map(|_| {
                number += self.below(3);
                claim(number, self.below(1_005) as u32)
            })
            .collect()
    }
}

/// Claims by settlement, so that some can be contested.
type Batches = BTreeMap<SettlementId, Vec<ClaimLeaf>>;

fn redeem_some(random: &mut Random, batches: &mut Batches) -> DispatchResult {
    let channel = random.channel();
    let entry = Channels::<Test>::get(channel);
    let (client, worker) = entry.as_ref().map_or((CLIENT, WORKER), |entry| {
        let first = |account: &crate::AccountId| AsRef::<[u8]>::as_ref(account)[0];
        (first(&entry.client), first(&entry.payee))
    });
    let claims = random.claims(entry.map_or(0, |entry| entry.last_number));
    let allowed = random.below(4_000).into();
    let settlement = NextSettlement::<Test>::get();
    try_redeem((client, worker), channel, allowed, &claims)?;
    batches.insert(settlement, claims);
    Ok(())
}

fn contest_some(random: &mut Random, batches: &Batches) -> DispatchResult {
    let settlement = SettlementId(random.below(NextSettlement::<Test>::get().0 + 1));
    let claims = batches
        .get(&settlement)
        .cloned()
        .unwrap_or(vec![claim(1, 1)]);
    let entry = Settlements::<Test>::get(settlement);
    let channel = entry.map_or(ChannelId(0), |entry| entry.channel);
    let payee = Channels::<Test>::get(channel).map(|entry| entry.payee);
    let worker = payee.map_or(WORKER, |payee| AsRef::<[u8]>::as_ref(&payee)[0]);
    let index = random.below(claims.len() as u64) as u32;
    let leaf = claims[index as usize].clone();
    let signed = Exchange {
        tokens_in: leaf.exchange.tokens_in + random.below(2) as u32,
        ..leaf.exchange.clone()
    };
    let answer = answer(worker, channel, leaf.number, signed);
    let path = path(channel, &claims, index);
    Inference::contest(
        origin(CLIENT),
        settlement,
        index,
        leaf.into(),
        path,
        answer.into(),
    )
}

/// One call, by its index; whether it succeeds is up to the state.
fn step(random: &mut Random, batches: &mut Batches) -> (usize, DispatchResult) {
    let (client, worker) = (random.pick(&CLIENTS), random.pick(&WORKERS));
    let tier = random.pick(&[Tier::T0, Tier::T1, Tier::T2]);
    let call = random.below(CALLS as u64) as usize;
    let result = match call {
        0 => try_offer(worker, 1 + random.below(3) as u32, tier),
        1 => {
            let version = 1 + random.below(2) as u32;
            Inference::remove_offer(origin(worker), name("ada"), name("tiny"), version)
        }
        2 => try_open(client, worker, tier, (50 + random.below(5_000)).into()),
        3 => Inference::top_up(origin(client), random.channel(), random.below(900).into()),
        4 => Inference::close(origin(random.pick(&[client, worker])), random.channel()),
        5 | 6 => redeem_some(random, batches),
        _ => contest_some(random, batches),
    };
    skip(random.below(5) as u32);
    (call, result)
}

#[test]
fn no_sequence_of_calls_breaks_an_invariant_and_every_channel_ends() {
    let mut succeeded = [0u32; CALLS];
    for seed in 1..=10 {
        ext().execute_with(|| {
            println!("seed {seed}");
            MaxDuePerBlock::set(3);
            RoyaltyLine::set(vec![(OWNER, 77), (77, 40), (CLIENT, 5)]);
            let issuance = Balances::total_issuance();
            let (mut random, mut batches) = (Random(0x9E37_79B9_7F4A_7C15 ^ seed), Batches::new());
            for _ in 0..200 {
                let (call, result) = step(&mut random, &mut batches);
                succeeded[call] += u32::from(result.is_ok());
                check_invariants();
            }
            skip(CHANNEL_BLOCKS + CHECK + 20);
            check_invariants();
            assert_eq!(
                Channels::<Test>::iter_keys().count(),
                0,
                "every channel ends"
            );
            assert_eq!(Settlements::<Test>::iter_keys().count(), 0);
            let totals = Totals::<Test>::get();
            assert_eq!(totals.paid + totals.refunded, totals.deposited);
            for client in CLIENTS {
                assert_eq!(held(HoldReason::Channel, client), 0);
            }
            assert_eq!(Balances::total_issuance(), issuance);
        });
    }
    assert!(
        succeeded.iter().all(|count| *count > 0),
        "some call never succeeded: {succeeded:?}"
    );
}
