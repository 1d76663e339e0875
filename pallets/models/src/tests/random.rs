//! Random calls by a few accounts: whatever they do, the invariants hold and money is conserved.

use crate::mock::{Models as Pallet, *};
use ballast_core::name::commitment;
use frame_support::pallet_prelude::DispatchResult;

const NAMES: [&str; 3] = ["ada", "Bob", "eve"];
const TAGS: [&str; 5] = ["stable", "beta", "v1", "7", "Stable"];

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
        1 + self.below(3) as u8
    }

    /// The owner of a model half of the time, if it exists, or else anyone.
    fn who(&mut self, namespace: &str, model: &str) -> u8 {
        let owner = Pallet::find(&model_id(namespace, model)).map(|entry| entry.owner);
        let anyone = self.account();
        let stays = self.below(2) == 0;
        owner
            .filter(|_| stays)
            .map_or(anyone, |owner| AsRef::<[u8]>::as_ref(&owner)[0])
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64) as usize]
    }

    fn model(&mut self) -> (&'static str, &'static str) {
        (self.pick(&NAMES), self.pick(&NAMES))
    }
}

/// Something to work on: two namespaces and two models, one derived from the other.
fn start() {
    claim(1, "ada");
    claim(2, "bob");
    try_create(1, ("ada", "ada"), None, 100).unwrap();
    try_create(2, ("bob", "bob"), Some(("ada", "ada")), 100).unwrap();
}

/// Calls that are tried.
const CALLS: usize = 10;

/// One call, by its index; whether it succeeds is up to the state.
fn step(random: &mut Random) -> (usize, DispatchResult) {
    let (namespace, model) = random.model();
    let (who, to) = (random.who(namespace, model), random.account());
    let (ns, text) = (name(namespace), tag(random.pick(&TAGS)));
    let call = random.below(CALLS as u64) as usize;
    let result = match call {
        0 => Pallet::commit_namespace(origin(who), commitment(&ns, &SALT, &[who; 32])),
        1 => Pallet::reveal_namespace(origin(who), ns, SALT),
        2 => Pallet::transfer_namespace(origin(who), ns, id(to)),
        3 => {
            let base = (random.below(2) == 0).then(|| random.model());
            try_create(who, (namespace, model), base, random.below(600) as u16)
        }
        4 => {
            let tags = vec![text, tag(random.pick(&TAGS))].try_into().unwrap();
            let manifest = address(random.below(210) as u8);
            Pallet::publish_version(origin(who), ns, name(model), manifest, tags)
        }
        5 => Pallet::set_tag(
            origin(who),
            ns,
            name(model),
            text,
            1 + random.below(3) as u32,
        ),
        6 => Pallet::remove_tag(origin(who), ns, name(model), text),
        7 => Pallet::transfer_model(origin(who), ns, name(model), id(to)),
        8 => Pallet::deprecate(origin(who), ns, name(model), true),
        _ => Pallet::cancel_commit(origin(who)),
    };
    skip(random.below(4) as u32);
    (call, result)
}

#[test]
fn no_sequence_of_calls_breaks_an_invariant() {
    let mut succeeded = [0u32; CALLS];
    for seed in 1..=12 {
        run(|| {
            println!("seed {seed}");
            MaxTags::set(2);
            MaxVersions::set(3);
            start();
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
