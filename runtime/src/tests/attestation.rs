//! Evidence of the test generators through the runtime: joined workers, derived nonces, real quotes, sudo as governance.

use super::{scenario::join_call, *};
use crate::{genesis_presets::DEVELOPMENT_PRESET, Attestation, RuntimeOrigin, Sudo};
use ballast_attestation::{
    dev::{
        golden_sets,
        quote::{guest, guest_image_sha256, TestPlatform},
        TestNetwork,
    },
    tdx::report_data,
    view::{Reason, Tier},
    Challenge,
};
use frame_support::{assert_noop, assert_ok};
use pallet_attestation::{
    Call, CertificateBytes, Error, GpuEvidence, GpuEvidences, GuestEvidence, SessionKey,
};
use sp_keyring::Sr25519Keyring::{Alice, Charlie};
use sp_runtime::traits::Dispatchable;

const KEY: SessionKey = [5; 32];
const CHALLENGE: BlockNumber = 9;
/// In milliseconds: a time at which the test collateral is good, as at any other after 2020.
const NOW_MS: u64 = 1_800_000_000_000;

fn governance(call: Call<Runtime>) {
    let call = Box::new(RuntimeCall::Attestation(call));
    assert_ok!(Sudo::sudo(RuntimeOrigin::signed(account(Alice)), call));
}

fn bounded(der: &[u8]) -> CertificateBytes {
    der.to_vec().try_into().unwrap()
}

fn challenge() -> Challenge {
    Challenge {
        genesis_hash: System::block_hash(0).0,
        worker: account(Charlie).into(),
        session_key: KEY,
        block_number: CHALLENGE,
        block_hash: System::block_hash(CHALLENGE).0,
    }
}

fn gpus() -> GpuEvidences {
    let nonce = challenge().nonce();
    let evidence = |number| {
        let gpu = TestNetwork::default().gpu(number);
        let chain: Vec<CertificateBytes> = gpu.chain().iter().map(|der| bounded(der)).collect();
        GpuEvidence {
            report: gpu.report(&nonce).try_into().unwrap(),
            chain: chain.try_into().unwrap(),
        }
    };
    vec![evidence(0), evidence(1)].try_into().unwrap()
}

fn quote_of(platform: &TestPlatform, gpus: &GpuEvidences) -> GuestEvidence {
    let Challenge {
        session_key,
        worker,
        genesis_hash,
        ..
    } = challenge();
    let nonce = challenge().nonce();
    let hashes = gpus.iter().map(|gpu| sp_io::hashing::sha2_256(&gpu.report));
    let data = report_data(&session_key, &worker, &genesis_hash, &nonce, hashes);
    GuestEvidence {
        quote: platform.quote(&guest(), &data).try_into().unwrap(),
        collateral: platform.collateral().encode().try_into().unwrap(),
    }
}

fn attest(guest: Option<GuestEvidence>) -> sp_runtime::DispatchResult {
    let origin = RuntimeOrigin::signed(account(Charlie));
    Attestation::attest(origin, KEY, CHALLENGE, gpus(), guest)
}

fn info() -> ballast_attestation::view::KeyInfo {
    Attestation::key(account(Charlie), KEY).unwrap()
}

/// A development network in block 10, with a worker and what governance puts on chain for test evidence.
fn run(test: impl FnOnce()) {
    ext(DEVELOPMENT_PRESET).execute_with(|| {
        System::set_block_number(CHALLENGE + 1);
        frame_system::BlockHash::<Runtime>::insert(CHALLENGE, Hash::repeat_byte(0x99));
        pallet_timestamp::Now::<Runtime>::put(NOW_MS);
        assert_ok!(join_call(Charlie).dispatch(RuntimeOrigin::signed(account(Charlie))));
        let network = TestNetwork::default();
        let [provisioner, identity, root] = network.authorities().map(bounded);
        let anyone = RuntimeOrigin::signed(account(Alice));
        assert_ok!(Attestation::add_authorities(
            anyone,
            provisioner,
            identity,
            root
        ));
        for (id, set) in golden_sets() {
            governance(Call::set_golden {
                id,
                set,
                rim_sha256: [0; 32],
            });
        }
        governance(Call::set_guest_policy {
            measurements: guest().into(),
            image_sha256: guest_image_sha256(),
        });
        test();
        Attestation::do_try_state().unwrap();
    });
}

#[test]
fn test_gpus_get_t1_and_with_a_test_quote_t2() {
    run(|| {
        assert_ok!(attest(None));
        assert_eq!(
            (info().tier, info().reasons),
            (Some(Tier::T1), vec![Reason::NoGuest])
        );
    });
    run(|| {
        assert_ok!(attest(Some(quote_of(&TestPlatform::default(), &gpus()))));
        assert_eq!((info().tier, info().reasons), (Some(Tier::T2), vec![]));
    });
}

#[test]
fn a_quote_under_another_root_is_refused() {
    run(|| {
        let quote = quote_of(&TestPlatform::named("other"), &gpus());
        assert_noop!(attest(Some(quote)), Error::<Runtime>::QuoteInvalid);
    });
}

#[test]
fn without_the_test_roots_test_evidence_is_worth_nothing() {
    run(|| {
        pallet_attestation::TestQuoteRoot::<Runtime>::kill();
        let quote = quote_of(&TestPlatform::default(), &gpus());
        assert_noop!(attest(Some(quote)), Error::<Runtime>::QuoteInvalid);
    });
}

#[test]
fn governance_lowers_tiers_at_once() {
    run(|| {
        assert_ok!(attest(Some(quote_of(&TestPlatform::default(), &gpus()))));
        let policy = guest().policy_id();
        governance(Call::retire_guest_policy { policy });
        assert_eq!(info().tier, Some(Tier::T1));
        let [(id, _), _] = golden_sets();
        governance(Call::retire_golden { id });
        assert_eq!(info().tier, Some(Tier::T0));
    });
}

#[test]
fn an_account_that_is_no_worker_attests_nothing() {
    run(|| {
        let origin = RuntimeOrigin::signed(account(Alice));
        let call = Attestation::attest(origin, KEY, CHALLENGE, gpus(), None);
        assert_noop!(call, Error::<Runtime>::NotWorker);
    });
}
