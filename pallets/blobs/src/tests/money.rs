//! Money is conserved, whatever happens in whatever order.

use crate::{mock::*, types::Stage, Encodings, HoldReason};
use ballast_core::{EncodingId, ShardIndex};
use sp_runtime::AccountId32;

/// Worlds that are played through; more of them find rarer orders.
const SEEDS: u64 = 4;

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

    fn who(&mut self) -> AccountId32 {
        [ALICE, BOB, CHARLIE][self.roll(3) as usize].clone()
    }
}

struct World {
    dice: Dice,
    blobs: Vec<TestBlob>,
    registered: Vec<(EncodingId, usize)>,
}

impl World {
    fn step(&mut self) {
        match self.dice.roll(8) {
            0 | 1 => self.register(),
            2 | 3 => self.certify(),
            4 => self.extend(),
            5 => self.reassign(),
            6 => self.inline(),
            _ => {
                run(1 + self.dice.roll(6) as u32);
            }
        }
    }

    fn register(&mut self) {
        let index = self.dice.roll(self.blobs.len() as u64) as usize;
        let (who, epochs) = (self.dice.who(), 2 + self.dice.roll(3) as u32);
        if let Ok(id) = register_for(&who, &self.blobs[index], epochs) {
            self.registered.push((id, index));
        }
    }

    fn pick(&mut self) -> Option<(EncodingId, usize)> {
        let count = self.registered.len() as u64;
        (count > 0).then(|| self.registered[self.dice.roll(count) as usize])
    }

    fn certify(&mut self) {
        let Some((id, index)) = self.pick() else {
            return;
        };
        let Some(placement) = crate::Placements::<Test>::get(id) else {
            return;
        };
        let skip = self.dice.roll(6) as u8;
        let blob = &self.blobs[index];
        let missing = blob.layout.held_shards().filter(|shard| {
            shard.0 != skip && !placement.assignment(*shard).unwrap().is_receipted()
        });
        let receipts = missing.map(|shard| receipt(id, blob, shard.0)).collect();
        let _ = certify(id, receipts);
    }

    fn extend(&mut self) {
        let Some((id, _)) = self.pick() else { return };
        let (who, epochs) = (self.dice.who(), 1 + self.dice.roll(3) as u32);
        let _ = Blobs::extend(RuntimeOrigin::signed(who), id, epochs);
    }

    fn reassign(&mut self) {
        let Some((id, _)) = self.pick() else { return };
        let Some(encoding) = Encodings::<Test>::get(id) else {
            return;
        };
        let shard = ShardIndex(self.dice.roll(8) as u8);
        let shards = vec![shard].try_into().unwrap();
        let _ = Blobs::reassign(RuntimeOrigin::signed(encoding.publisher), id, shards);
    }

    fn inline(&mut self) {
        let (who, byte) = (self.dice.who(), self.dice.roll(3) as u8);
        let origin = RuntimeOrigin::signed(who);
        if self.dice.roll(2) == 0 {
            let _ = Blobs::store_inline(origin, vec![byte; 9].try_into().unwrap());
        } else {
            let address = ballast_core::Address(*blake3::hash(&[byte; 9]).as_bytes());
            let _ = Blobs::remove_inline(origin, address);
        }
    }
}

#[test]
fn invariants_hold_in_any_order_of_calls() {
    for seed in 0..SEEDS {
        println!("seed {seed}");
        chain(14, || {
            let blobs = vec![
                TestBlob::new(1_500, code(4, 8)),
                TestBlob::new(9_000, code(4, 8)),
                TestBlob::new(9_000, code(4, 8)).with_wrong_parity(6),
                TestBlob::new(9_000, code(2, 4)),
                TestBlob::new(2_049, code(2, 6)),
            ];
            let mut world = World {
                dice: Dice(seed),
                blobs,
                registered: vec![],
            };
            for _ in 0..80 {
                world.step();
                check();
            }
            everything_ends();
        });
    }
}

fn everything_ends() {
    // No lease runs past the horizon of 50 epochs.
    run(520);
    check();
    assert_eq!(Encodings::<Test>::iter().count(), 0);
    for who in [ALICE, BOB, CHARLIE] {
        assert_eq!(
            held(HoldReason::Lease, &who) + held(HoldReason::Deposit, &who),
            0
        );
    }
    assert!(Workers::iter_values().all(|worker| worker.assigned == 0));
}

#[test]
fn what_is_held_paid_back_and_burnt_adds_up() {
    chain(10, || {
        let start = Balances::total_issuance();
        let lost = placed(&TestBlob::new(9_000, code(4, 8)));
        let record = Encodings::<Test>::get(lost).unwrap();
        // It lapses after more epochs than its lease has.
        let cost = record.deposit.div_ceil(10) + record.lease;
        let kept = certified(&TestBlob::new(9_000, code(2, 4)));
        assert!(matches!(
            Encodings::<Test>::get(kept).unwrap().stage,
            Stage::Certified { .. }
        ));
        run_to(100);
        assert_eq!(start - Balances::total_issuance(), cost);
        assert_eq!(free(&ALICE), FUNDS - cost);
    });
}
