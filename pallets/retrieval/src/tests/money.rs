//! Money is conserved, whatever happens in whatever order: the invariants of all pallets hold after every step, and in the
//! end every bond is with somebody or burnt.

use crate::{mock::*, HoldReason};
use ballast_core::{price::BAL, view::RetrievalState, RetrievalId};
use frame_support::traits::fungible::InspectHold;

/// A small deterministic generator: a failing seed replays.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

struct World {
    dice: Dice,
    kept: Vec<Kept>,
}

impl World {
    fn step(&mut self) {
        match self.dice.roll(12) {
            0..=3 => self.challenge(),
            4..=6 => self.answer(),
            7 => self.depart(),
            8 => self.repair(),
            _ => (0..=self.dice.roll(6)).for_each(|_| next_block()),
        }
    }

    fn challenge(&mut self) {
        let kept = &self.kept[self.dice.roll(2) as usize];
        let (who, shard) = (
            worker(40 + self.dice.roll(5) as u8),
            self.dice.roll(9) as u8,
        );
        let count = 1 << self.dice.roll(3);
        let group = chunks(count * self.dice.roll(3), count);
        let bond = BAL * u128::from(1 + self.dice.roll(40));
        let _ = kept.challenge(&who, shard, group, bond);
    }

    fn answer(&mut self) {
        let open: Vec<RetrievalId> = crate::Challenges::<Test>::iter_keys().collect();
        if open.is_empty() {
            return;
        }
        let id = open[self.dice.roll(open.len() as u64) as usize];
        let encoding = info(id).unwrap().encoding;
        let kept = self.kept.iter().find(|kept| kept.id == encoding).unwrap();
        let _ = kept.answer(id);
    }

    fn depart(&mut self) {
        let index = self.dice.roll(30) as u8;
        let origin = RuntimeOrigin::signed(worker(index));
        match self.dice.roll(8) {
            0 => {
                Workers::evict(&worker(index));
            }
            1 | 2 => drop(Workers::drain(origin)),
            3 => drop(Workers::leave(origin)),
            _ => drop(Workers::withdraw(origin)),
        }
    }

    /// Whoever was drawn for a lost shard signs its receipt.
    fn repair(&mut self) {
        for kept in &self.kept {
            let Some(placement) = pallet_blobs::Placements::<Test>::get(kept.id) else {
                continue;
            };
            let ended = pallet_blobs::Encodings::<Test>::get(kept.id)
                .is_none_or(|encoding| encoding.has_ended(Blobs::epoch_now()));
            let awaited = placement.assignments();
            let awaited = awaited.filter(|(_, assignment)| assignment.awaited().is_some());
            let awaited: Vec<u8> = awaited.map(|(shard, _)| shard.0).collect();
            if !ended && !awaited.is_empty() {
                kept.certify(&awaited);
            }
        }
    }
}

#[test]
fn invariants_hold_in_any_order_of_calls() {
    let first: u64 = std::env::var("SEED").map_or(0, |seed| seed.parse().unwrap());
    for seed in first..first + 3 {
        println!("seed {seed}");
        chain(30, || {
            let kept = vec![Kept::new(50_000, 3), Kept::varied(30_000, 2, 1)];
            let mut world = World {
                dice: Dice(seed),
                kept,
            };
            for _ in 0..150 {
                world.step();
                check();
            }
            run_to(System::block_number() + DEADLINE + 20);
            everything_ends();
        });
    }
}

fn everything_ends() {
    assert_eq!(crate::Challenges::<Test>::iter().count(), 0);
    assert_eq!(crate::Open::<Test>::iter().count(), 0);
    let bond = HoldReason::Bond.into();
    assert!((0..60).all(|index| Balances::balance_on_hold(&bond, &worker(index)) == 0));
    let next = crate::NextId::<Test>::get().0;
    assert!(next > 15, "{next} challenges");
    let states: Vec<_> = (0..next).map(|id| state(RetrievalId(id))).collect();
    let has = |wanted: fn(&RetrievalState) -> bool| states.iter().any(wanted);
    assert!(has(|state| matches!(
        state,
        RetrievalState::Answered { .. }
    )));
    assert!(has(|state| matches!(state, RetrievalState::Missed { .. })));
    assert!(!has(|state| *state == RetrievalState::Open));
}
