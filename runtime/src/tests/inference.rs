//! Channels through the runtime: a model of the registry, a worker with a stake, its keys, payment at the end.

use super::{scenario::join_call, *};
use crate::{
    configs::inference::{treasury, AttestedWorkers, RegisteredModels},
    constants::BAL,
    genesis_presets::DEVELOPMENT_PRESET,
    Balance, Balances, Inference, Models, RuntimeOrigin, Workers,
};
use ballast_core::{
    answer::{Exchange, SignedAnswer},
    check::ScoreBody,
    claim::{BatchScope, ClaimLeaf, TokenLimits, TokenPrice},
    limits::MAX_CLAIMS,
    name::commitment,
    view::WorkerStatus,
    voucher::{Voucher, VoucherBody},
    Address, ChannelId, Numbers, SettlementId, Tier,
};
use frame_support::{assert_ok, traits::fungible::Inspect};
use pallet_inference::{
    types::{Claims, Name},
    Call, ModelBook, ServingWorkers,
};
use sp_keyring::Sr25519Keyring::{Alice, AliceStash, Bob, Charlie, Dave, Eve, Ferdie};
use sp_runtime::traits::Dispatchable;

fn name(text: &str) -> Name {
    text.as_bytes().to_vec().try_into().unwrap()
}

fn price() -> TokenPrice {
    TokenPrice {
        per_million_in: BAL,
        per_million_out: 2 * BAL,
    }
}

fn leaf(number: u64) -> ClaimLeaf {
    ClaimLeaf {
        number,
        exchange: Exchange {
            request_sha256: [1; 32],
            response_sha256: [2; 32],
            tokens_in: 100_000,
            tokens_out: 0,
        },
        activation_root: [3; 32],
    }
}

/// One of each call, as great as may be.
pub(super) fn calls() -> Vec<Call<Runtime>> {
    let claims: Vec<_> = (1..=u64::from(MAX_CLAIMS)).map(leaf).collect();
    let voucher = Voucher {
        amount: 1,
        number: 1,
        signature: [0; 64],
    };
    let answer = SignedAnswer {
        exchange: leaf(1).exchange,
        session_key: [0; 32],
        signature: [0; 64],
    };
    vec![
        offer_call(1),
        Call::remove_offer {
            namespace: name("a"),
            name: name("b"),
            version: 1,
        },
        open_call(Tier::T0),
        Call::top_up {
            channel: ChannelId(0),
            amount: 1,
        },
        Call::close {
            channel: ChannelId(0),
        },
        Call::redeem {
            channel: ChannelId(0),
            voucher: voucher.into(),
            session_key: [0; 32],
            claims: claims.try_into().unwrap(),
            signature: [0; 64],
        },
        Call::contest {
            settlement: SettlementId(0),
            index: 0,
            leaf: leaf(1).into(),
            path: Default::default(),
            answer: answer.into(),
        },
        Call::commit_score {
            settlement: SettlementId(0),
            commitment: [0; 32],
        },
        Call::reveal_score {
            settlement: SettlementId(0),
            score: 0,
            salt: [0; 32],
        },
        Call::appeal {
            settlement: SettlementId(0),
        },
    ]
}

fn offer_call(version: u32) -> Call<Runtime> {
    Call::set_offer {
        namespace: name("Bobs"),
        name: name("chat"),
        version,
        price: price(),
        limits: TokenLimits {
            tokens_in: 1_000_000,
            tokens_out: 1_000,
        },
        tier: Tier::T2,
        numbers: Numbers::Float32,
        endpoint: b"https://w.example/v1".to_vec().try_into().unwrap(),
    }
}

fn open_call(tier: Tier) -> Call<Runtime> {
    Call::open {
        payee: account(Charlie),
        namespace: name("bobs"),
        name: name("chat"),
        version: 1,
        max_price: price(),
        tier,
        numbers: Numbers::Float32,
        signer: Dave.to_raw_public(),
        deposit: 50 * BAL,
    }
}

fn run(who: Sr25519Keyring, call: Call<Runtime>) {
    let call = RuntimeCall::Inference(call);
    assert_ok!(call.dispatch(RuntimeOrigin::signed(account(who))));
}

/// `bobs/tiny` of Bob with 100 per mille, and `bobs/chat` derived from it, given to Dave, with 200.
fn publish_models() -> Address {
    let bob = || RuntimeOrigin::signed(account(Bob));
    let hash = commitment(b"bobs", &[7; 32], &Bob.to_raw_public());
    assert_ok!(Models::commit_namespace(bob(), hash));
    System::set_block_number(System::block_number() + 2);
    assert_ok!(Models::reveal_namespace(bob(), name("bobs"), [7; 32]));
    let create = |model, base, permille| {
        let licence = b"MIT".to_vec().try_into().unwrap();
        Models::create_model(bob(), name("bobs"), name(model), licence, base, permille)
    };
    assert_ok!(create("tiny", None, 100));
    assert_ok!(create("chat", Some((name("bobs"), name("tiny"))), 200));
    let bytes = b"a manifest".to_vec();
    let address = Address(*blake3::hash(&bytes).as_bytes());
    assert_ok!(crate::Blobs::store_inline(bob(), bytes.try_into().unwrap()));
    let published = Models::publish_version(
        bob(),
        name("bobs"),
        name("chat"),
        address,
        Default::default(),
    );
    assert_ok!(published);
    assert_ok!(Models::transfer_model(
        bob(),
        name("bobs"),
        name("chat"),
        account(Dave)
    ));
    address
}

/// Redeems a batch of the channel's first ten requests, each for a tenth of a BAL.
fn redeem_call(model: Address) -> Call<Runtime> {
    let genesis_hash = System::block_hash(0).0;
    let channel = ChannelId(0);
    let body = VoucherBody {
        genesis_hash,
        channel,
        amount: 2 * BAL,
        number: 10,
    };
    let claims: Claims = (1..=10).map(leaf).collect::<Vec<_>>().try_into().unwrap();
    let scope = BatchScope {
        genesis_hash,
        channel,
        model,
    };
    let payload = scope.signing_payload(scope.root(&claims).unwrap(), 10);
    Call::redeem {
        channel,
        voucher: Voucher::new(&body, Dave.sign(&body.signing_payload()).0).into(),
        session_key: Charlie.to_raw_public(),
        claims,
        signature: Charlie.sign(&payload).0,
    }
}

/// Runs what the pallet does at the beginning of each block, up to this one.
fn serve_until(block: BlockNumber) {
    while System::block_number() < block {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        <Inference as frame_support::traits::Hooks<BlockNumber>>::on_initialize(next);
    }
}

#[test]
fn a_batch_pays_worker_owners_and_treasury() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        assert_ok!(join_call(Charlie).dispatch(RuntimeOrigin::signed(account(Charlie))));
        let model = publish_models();
        run(Charlie, offer_call(1));
        run(Alice, open_call(Tier::T0));
        run(Charlie, redeem_call(model));
        let treasury_before = Balances::free_balance(treasury());
        let before = [Bob, Charlie, Dave].map(|key| Balances::free_balance(account(key)));

        serve_until(System::block_number() + Inference::parameters().check_blocks);

        let after = [Bob, Charlie, Dave].map(|key| Balances::free_balance(account(key)));
        let earned: Vec<_> = after
            .iter()
            .zip(before)
            .map(|(after, before)| after - before)
            .collect();
        let treasury = Balances::free_balance(treasury()) - treasury_before;
        assert_eq!(treasury, BAL / 50);
        let rest = BAL - treasury;
        assert_eq!(earned, [rest / 10, rest / 10 * 7, rest / 5]);
    });
}

/// A vote lies on all that an account has, what is held for channels included.
#[test]
fn a_client_that_votes_with_all_it_has_pays_its_worker() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        assert_ok!(join_call(Charlie).dispatch(RuntimeOrigin::signed(account(Charlie))));
        let model = publish_models();
        run(Charlie, offer_call(1));
        run(Alice, open_call(Tier::T0));
        run(Charlie, redeem_call(model));
        let all = <Balances as Inspect<_>>::total_balance(&account(Alice));
        let delegate = pallet_conviction_voting::Call::<Runtime>::delegate {
            class: 0,
            to: account(Bob).into(),
            conviction: pallet_conviction_voting::Conviction::Locked1x,
            balance: all,
        };
        let delegate = RuntimeCall::ConvictionVoting(delegate);
        assert_ok!(delegate.dispatch(RuntimeOrigin::signed(account(Alice))));

        let before = Balances::free_balance(account(Charlie));
        serve_until(System::block_number() + Inference::parameters().check_blocks);
        let earned = Balances::free_balance(account(Charlie)) - before;
        assert!(earned > BAL / 2, "{earned}");
    });
}

#[test]
fn a_worker_takes_no_stake_back_while_its_claims_may_be_checked() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        assert_ok!(join_call(Charlie).dispatch(RuntimeOrigin::signed(account(Charlie))));
        let model = publish_models();
        run(Charlie, offer_call(1));
        run(Alice, open_call(Tier::T0));
        let call =
            |call| RuntimeCall::Workers(call).dispatch(RuntimeOrigin::signed(account(Charlie)));
        assert_ok!(call(pallet_workers::Call::leave {}));
        let Some(WorkerStatus::Leaving { withdrawable_at }) = Workers::status(&account(Charlie))
        else {
            panic!("it leaves")
        };
        serve_until(withdrawable_at - 1);
        run(Charlie, redeem_call(model));
        serve_until(withdrawable_at);
        let refused = call(pallet_workers::Call::withdraw {}).unwrap_err().error;
        assert_eq!(
            refused,
            sp_runtime::DispatchError::from(pallet_workers::Error::<Runtime>::StillAnswerable)
        );
        serve_until(System::block_number() + Inference::parameters().check_blocks);
        assert_ok!(call(pallet_workers::Call::withdraw {}));
    });
}

/// Charlie answers for Alice, and five others, who offer the same, find `score` whenever they are drawn, until the batch is
/// paid or reversed.
fn checked(score: u16) {
    const OTHERS: [Sr25519Keyring; 5] = [Bob, Dave, Eve, Ferdie, AliceStash];
    System::set_block_number(1);
    for worker in [Charlie].into_iter().chain(OTHERS) {
        assert_ok!(join_call(worker).dispatch(RuntimeOrigin::signed(account(worker))));
    }
    let model = publish_models();
    for worker in [Charlie].into_iter().chain(OTHERS) {
        run(worker, offer_call(1));
    }
    run(Alice, open_call(Tier::T0));
    run(Charlie, redeem_call(model));
    let settlement = SettlementId(0);
    for _ in 0..300 {
        if Inference::settlement(settlement).is_none() {
            return;
        }
        let now = System::block_number();
        let check = Inference::check(settlement);
        let sitting = check.filter(|check| check.vacant == 0 && now < check.due);
        for seat in sitting.iter().flat_map(|check| &check.panel) {
            let key = OTHERS
                .into_iter()
                .find(|key| key.to_raw_public() == seat.worker.0);
            vote(key.unwrap(), settlement, score);
        }
        System::set_block_number(now + 1);
        pallet_babe::AuthorVrfRandomness::<Runtime>::put(Some([now as u8; 32]));
        <Inference as frame_support::traits::Hooks<BlockNumber>>::on_initialize(now + 1);
    }
    panic!("the check never ends");
}

/// Commits if it is time for that, else reveals.
fn vote(key: Sr25519Keyring, settlement: SettlementId, score: u16) {
    let salt = key.to_raw_public();
    let body = ScoreBody {
        genesis_hash: System::block_hash(0).0,
        settlement,
        verifier: ballast_core::WorkerId(key.to_raw_public()),
        score,
        salt,
    };
    let commitment = body.commitment();
    let send = |call: Call<Runtime>| {
        let origin = RuntimeOrigin::signed(account(key));
        RuntimeCall::Inference(call).dispatch(origin).is_ok()
    };
    let committed = send(Call::commit_score {
        settlement,
        commitment,
    });
    let reveal = Call::reveal_score {
        settlement,
        score,
        salt,
    };
    let _ = committed || send(reveal);
}

/// What Bob, Dave, Eve, Ferdie and Alice's other account earned by checks.
fn earned() -> Vec<Balance> {
    [Bob, Dave, Eve, Ferdie, AliceStash]
        .map(|key| Inference::record(account(key)).earned)
        .into()
}

#[test]
fn a_batch_that_others_find_good_pays_them_half_of_the_treasurys_part() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let before = Balances::free_balance(treasury());
        checked(990);
        assert_eq!(Balances::free_balance(treasury()) - before, BAL / 100);
        let mut earned = earned();
        earned.sort_unstable();
        assert_eq!(earned, [0, 0, 0, BAL / 200, BAL / 200]);
        assert_eq!(crate::Workers::stake(&account(Charlie)), 2_000 * BAL);
        assert_ok!(Inference::do_try_state());
    });
}

#[test]
fn a_batch_that_others_find_false_pays_them_out_of_its_workers_stake() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let before = Balances::free_balance(treasury());
        let issuance = Balances::total_issuance();
        checked(0);
        assert_eq!(earned(), [BAL / 5; 5]);
        assert_eq!(crate::Workers::stake(&account(Charlie)), 1_800 * BAL);
        let gained = Balances::free_balance(treasury()) - before;
        assert_eq!(gained, 199 * BAL);
        assert_eq!(Balances::total_issuance(), issuance);
        let record = Inference::record(account(Charlie));
        assert_eq!((record.reversed, record.reversals), (BAL, 1));
        let channel = Inference::channel(ChannelId(0)).unwrap();
        assert_eq!((channel.drawn, channel.pending), (BAL, 0));
        assert_ok!(Inference::do_try_state());
    });
}

#[test]
fn the_key_that_a_worker_joined_with_has_the_lowest_tier() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        let (worker, key) = (account(Charlie), Charlie.to_raw_public());
        assert!(!AttestedWorkers::is_worker(&worker));
        assert_eq!(AttestedWorkers::tier(&worker, &key), None);
        assert_ok!(join_call(Charlie).dispatch(RuntimeOrigin::signed(worker.clone())));
        assert!(AttestedWorkers::is_worker(&worker));
        let operator = ballast_core::OperatorId(Charlie.to_raw_public());
        let verifier = AttestedWorkers::verifier(&worker);
        assert_eq!(verifier, Some((operator, 2_000 * BAL)));
        assert_eq!(AttestedWorkers::verifier(&account(Dave)), None);
        assert_ok!(crate::Workers::drain(RuntimeOrigin::signed(worker.clone())));
        assert_eq!(AttestedWorkers::verifier(&worker), None);
        assert_eq!(AttestedWorkers::tier(&worker, &key), Some(Tier::T0));
        assert_eq!(AttestedWorkers::tier(&worker, &[9; 32]), None);
        assert_eq!(AttestedWorkers::tier(&account(Dave), &key), None);
    });
}

#[test]
fn models_and_endpoints_are_those_of_their_pallets() {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(1);
        let model = publish_models();
        assert_eq!(RegisteredModels::version(b"BOBS", b"Chat", 1), Some(model));
        assert_eq!(RegisteredModels::version(b"bobs", b"chat", 2), None);
        let royalties = RegisteredModels::royalties(b"bobs", b"chat");
        assert_eq!(royalties, [(account(Dave), 200), (account(Bob), 100)]);
        assert!(AttestedWorkers::is_endpoint(b"https://w.example"));
        assert!(!AttestedWorkers::is_endpoint(b"https://user@w.example"));
    });
}
