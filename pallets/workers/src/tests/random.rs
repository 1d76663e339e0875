//! Random calls by a few accounts: whatever they do, the invariants hold and money is conserved.

use crate::{
    mock::{Workers as Pallet, *},
    WorkerProfile,
};
use ballast_core::Balance;
use frame_support::pallet_prelude::DispatchResult;

/// Small deterministic generator (xorshift), so that a failing seed replays.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn account(&mut self) -> u8 {
        1 + self.below(5) as u8
    }
}

fn random_profile(random: &mut Random) -> WorkerProfile {
    WorkerProfile {
        operator: id(random.account()),
        receipt_key: [random.below(7) as u8; 32],
        capacity: 900 + random.below(2_000),
        ask_per_gib_epoch: Balance::from(random.below(60)),
        ..profile(1)
    }
}

/// Calls and adapter functions that are tried.
const CALLS: usize = 11;

/// One call, by its number; whether it succeeds is up to the state.
fn step(random: &mut Random) -> (usize, DispatchResult) {
    let (who, other) = (random.account(), random.account());
    let amount = Balance::from(random.below(3_000));
    let bytes = random.below(1_500);
    let call = random.below(CALLS as u64) as usize;
    let result = match call {
        0 => Pallet::join(origin(who), random_profile(random), amount),
        1 => Pallet::update(origin(who), random_profile(random)),
        2 => Pallet::add_stake(origin(who), amount),
        3 => Pallet::drain(origin(who)),
        4 => Pallet::resume(origin(who)),
        5 => Pallet::leave(origin(who)),
        6 => Pallet::withdraw(origin(who)),
        7 => Pallet::authorise_worker(origin(who), id(other)),
        8 => Pallet::revoke_worker(origin(who), id(other)),
        9 => Pallet::assign(&id(who), bytes),
        _ => Pallet::release(&id(who), bytes),
    };
    run_to_block(System::block_number() + random.below(4) as u32);
    (call, result)
}

#[test]
fn no_sequence_of_calls_breaks_an_invariant() {
    let mut succeeded = [0u32; CALLS];
    for seed in 1..=20 {
        run(|| {
            println!("seed {seed}");
            MaxWorkers::set(4);
            let issuance = Balances::total_issuance();
            let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed);
            for _ in 0..150 {
                let (call, result) = step(&mut random);
                succeeded[call] += u32::from(result.is_ok());
                check_invariants();
            }
            assert_eq!(Balances::total_issuance(), issuance);
        });
    }
    assert!(
        succeeded.iter().all(|count| *count > 0),
        "some call never succeeded: {succeeded:?}"
    );
}
