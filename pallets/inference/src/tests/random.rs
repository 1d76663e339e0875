//! Random calls by a few accounts: whatever they do, the invariants hold and money is conserved.

use crate::{
    mock::*, types::Stage, Channels, Checks, Event, HoldReason, NextChannel, NextSettlement,
    Settlements, Totals,
};
use ballast_core::{answer::Exchange, claim::ClaimLeaf, ChannelId, Numbers, SettlementId, Tier};
use frame_support::pallet_prelude::DispatchResult;
use std::collections::BTreeMap;

const CLIENTS: [u8; 2] = [CLIENT, OTHER_CLIENT];
const WORKERS: [u8; 2] = [WORKER, OTHER_WORKER];
/// Calls that are tried.
const CALLS: usize = 9;

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
    .map(drop)
    .map_err(|error| error.error)
}

/// What a verifier finds: every second settlement is bad, and one verifier in seven sees it otherwise.
fn score(settlement: SettlementId, worker: u8) -> u16 {
    let bad = settlement.0.is_multiple_of(2);
    if bad != worker.is_multiple_of(7) {
        100
    } else {
        900
    }
}

/// Every verifier does its duty, but for one time in ten.
fn verify(random: &mut Random) -> [u32; 2] {
    let mut done = [0; 2];
    for (id, check) in Checks::<Test>::iter().collect::<Vec<_>>() {
        for seat in &check.panel {
            let worker = number(&seat.worker);
            let due = random.below(10) > 0;
            done[0] += u32::from(due && try_commit(id, worker, score(id, worker)).is_ok());
            done[1] += u32::from(due && try_reveal(id, worker, score(id, worker)).is_ok());
        }
    }
    done
}

fn appeal_some() -> DispatchResult {
    let condemned = Checks::<Test>::iter().find(|(_, check)| check.stage == Stage::Condemned);
    let id = condemned.map_or(SettlementId(0), |(id, _)| id);
    let channel = Settlements::<Test>::get(id).map_or(ChannelId(0), |entry| entry.channel);
    let payee = Channels::<Test>::get(channel).map_or(WORKER, |entry| number(&entry.payee));
    Inference::appeal(origin(payee), id)
}

/// One call, by its index; whether it succeeds is up to the state.
fn step(random: &mut Random, batches: &mut Batches) -> (usize, DispatchResult) {
    let (client, worker) = (random.pick(&CLIENTS), random.pick(&WORKERS));
    let tier = random.pick(&[Tier::T0, Tier::T1, Tier::T2]);
    // Seldom another, for claims in it find nobody who could check them.
    let numbers = match random.below(10) {
        0 => Numbers::BFloat16,
        _ => Numbers::Float32,
    };
    let call = random.below(CALLS as u64) as usize;
    let result = match call {
        0 => try_offer_in(numbers, worker, 1 + random.below(3) as u32, tier),
        1 => {
            let version = 1 + random.below(2) as u32;
            Inference::remove_offer(origin(worker), name("ada"), name("tiny"), version)
        }
        2 => try_open_in(
            numbers,
            client,
            worker,
            tier,
            (50 + random.below(5_000)).into(),
        ),
        3 => Inference::top_up(origin(client), random.channel(), random.below(900).into()),
        4 => Inference::close(origin(random.pick(&[client, worker])), random.channel()),
        5 | 6 => redeem_some(random, batches),
        7 => contest_some(random, batches),
        _ => appeal_some(),
    };
    skip(random.below(5) as u32);
    (call, result)
}

/// Verifiers that were paid for good batches and for bad ones. Nobody is paid for a batch both ways, and none gets more
/// than the treasury's part of it, or than it was worth.
fn paid_verifiers() -> [u32; 2] {
    let (mut of, mut settled) = (BTreeMap::<SettlementId, u128>::new(), BTreeMap::new());
    let (mut good, mut bad) = (BTreeMap::new(), BTreeMap::new());
    for record in System::events() {
        match record.event {
            RuntimeEvent::Inference(Event::Settled {
                settlement, amount, ..
            }) => {
                settled.insert(settlement, amount);
            }
            RuntimeEvent::Inference(Event::VerifierPaid {
                settlement, amount, ..
            }) => {
                *of.entry(settlement).or_default() += amount;
            }
            RuntimeEvent::Inference(Event::Paid {
                settlement,
                verifiers,
                ..
            }) if verifiers > 0 => {
                good.insert(settlement, verifiers);
            }
            RuntimeEvent::Inference(Event::Sentenced {
                settlement,
                slashed,
                ..
            }) => {
                bad.insert(settlement, slashed);
            }
            _ => {}
        }
    }
    for (id, sum) in &of {
        let (amount, share) = (settled[id], u128::from(SHARE));
        match (good.get(id), bad.get(id)) {
            (Some(paid), None) => assert!(paid == sum && *sum <= amount / 10 * share / 1_000),
            (None, Some(lost)) => assert!(*sum <= amount && *sum <= lost * share / 1_000),
            both => panic!("{id:?}: {both:?}"),
        }
    }
    let paid_of = |ids: BTreeMap<SettlementId, u128>| {
        ids.keys().filter(|id| of.contains_key(id)).count() as u32
    };
    [paid_of(good), paid_of(bad)]
}

#[test]
fn no_sequence_of_calls_breaks_an_invariant_and_every_channel_ends() {
    let mut succeeded = [0u32; CALLS];
    let (mut votes, mut reversals, mut finders) = ([0u32; 2], 0, [0u32; 2]);
    for seed in 1..=20 {
        ext().execute_with(|| {
            println!("seed {seed}");
            MaxDuePerBlock::set(20);
            RoyaltyLine::set(vec![(OWNER, 77), (77, 40), (CLIENT, 5)]);
            check_always();
            set_parameters(|parameters| parameters.check_permille = 700);
            add_verifiers(22);
            // Stakes are beside the balances in this runtime.
            let all = || Balances::total_issuance() + (0..=255).map(stake).sum::<u128>();
            let issuance = all();
            let (mut random, mut batches) = (Random(0x9E37_79B9_7F4A_7C15 ^ seed), Batches::new());
            for _ in 0..200 {
                let (call, result) = step(&mut random, &mut batches);
                succeeded[call] += u32::from(result.is_ok());
                let done = verify(&mut random);
                votes = [votes[0] + done[0], votes[1] + done[1]];
                check_invariants();
            }
            reversals += WORKERS
                .map(|worker| Inference::record(id(worker)).reversals)
                .iter()
                .sum::<u32>();
            skip(CHANNEL_BLOCKS + CHECK + 100);
            check_invariants();
            assert_eq!(
                Channels::<Test>::iter_keys().count(),
                0,
                "every channel ends"
            );
            assert_eq!(Settlements::<Test>::iter_keys().count(), 0);
            assert_eq!(Checks::<Test>::iter_keys().count(), 0, "every check ends");
            let totals = Totals::<Test>::get();
            assert_eq!(totals.paid + totals.refunded, totals.deposited);
            for client in CLIENTS {
                assert_eq!(held(HoldReason::Channel, client), 0);
            }
            assert_eq!(all(), issuance);
            let paid = paid_verifiers();
            finders = [finders[0] + paid[0], finders[1] + paid[1]];
        });
    }
    assert!(
        succeeded.iter().all(|count| *count > 0),
        "some call never succeeded: {succeeded:?}"
    );
    assert!(
        votes[0] > 0 && votes[1] > 0 && reversals > 0,
        "{votes:?} {reversals}"
    );
    assert!(finders.iter().all(|count| *count > 0), "{finders:?}");
}
