//! Evidence under the test root: what passes, and what is refused with which error.

use crate::{mock::*, Devices, Error, Event, GpuEvidences, Keys};
use ballast_attestation::{
    dev::{ReportSpec, TestNetwork},
    view::{Reason, Tier},
};
use frame_support::{assert_noop, assert_ok};

fn call(gpus: GpuEvidences) -> sp_runtime::DispatchResult {
    Attestation::attest(origin(1), KEY, START - 1, gpus, None)
}

#[test]
fn a_worker_with_a_gpu_gets_t1() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0]));
        let device = TestNetwork::default().gpu(0).device_id();
        assert_eq!(tier(1, KEY), Some(Tier::T1));
        assert_eq!(reasons(1, KEY), [Reason::NoGuest]);
        assert_eq!(Devices::<Test>::get(device).unwrap().worker, id(1));
        System::assert_last_event(
            Event::Attested {
                worker: id(1),
                session_key: KEY,
                tier: Tier::T1,
                devices: vec![device],
                expires: START - 1 + LIFETIME,
            }
            .into(),
        );
    });
}

#[test]
fn eight_gpus_attest_in_one_call() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0, 1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(info(1, KEY).devices.len(), 8);
        assert_eq!(tier(1, KEY), Some(Tier::T1));
    });
}

#[test]
fn only_workers_attest_and_only_with_evidence() {
    run(|| {
        assert_noop!(attest(10, KEY, &[0]), Error::<Test>::NotWorker);
        assert_noop!(attest(1, KEY, &[]), Error::<Test>::NoEvidence);
    });
}

#[test]
fn evidence_for_another_worker_key_block_or_chain_is_refused() {
    run(|| {
        let block = START - 1;
        for gpus in [
            good_for(2, KEY, block, &[0]),
            good_for(1, [34; 32], block, &[0]),
            good_for(1, KEY, block - 1, &[0]),
        ] {
            assert_noop!(call(gpus), Error::<Test>::NonceMismatch);
        }
        let mut other_chain = challenge(1, KEY, block);
        other_chain.genesis_hash = [1; 32];
        let gpu = TestNetwork::default().gpu(0);
        let gpus = vec![good(&gpu, &other_chain.nonce())].try_into().unwrap();
        assert_noop!(call(gpus), Error::<Test>::NonceMismatch);
    });
}

#[test]
fn a_challenge_too_old_or_not_yet_made_is_stale() {
    run(|| {
        let at = |block| {
            let gpus = good_for(1, KEY, block, &[0]);
            Attestation::attest(origin(1), KEY, block, gpus, None)
        };
        for block in [START - MAX_AGE - 1, START, START + 1, u32::MAX] {
            assert_noop!(at(block), Error::<Test>::ChallengeStale);
        }
        assert_ok!(at(START - MAX_AGE));
    });
}

#[test]
fn evidence_is_not_taken_twice_nor_older_evidence_after_newer() {
    run(|| {
        let older = good_for(1, KEY, START - 2, &[0]);
        let gpus = good_for(1, KEY, START - 1, &[0]);
        assert_ok!(call(gpus.clone()));
        assert_noop!(call(gpus), Error::<Test>::Replayed);
        let call = Attestation::attest(origin(1), KEY, START - 2, older, None);
        assert_noop!(call, Error::<Test>::Replayed);
    });
}

#[test]
fn a_gpu_of_another_worker_is_refused_until_its_evidence_is_over() {
    run(|| {
        assert_ok!(attest(1, KEY, &[0, 1]));
        assert_noop!(attest(2, KEY, &[1]), Error::<Test>::DeviceBound);
        assert_ok!(Attestation::release(
            origin(1),
            TestNetwork::default().gpu(1).device_id()
        ));
        assert_noop!(attest(2, KEY, &[1]), Error::<Test>::DeviceBound);
        run_to_block(START - 1 + LIFETIME);
        assert_ok!(attest(2, KEY, &[1]));
        assert_eq!(tier(2, KEY), Some(Tier::T1));
        assert_eq!(tier(1, KEY), Some(Tier::T0));
    });
}

#[test]
fn one_gpu_twice_is_refused() {
    run(|| {
        assert_noop!(attest(1, KEY, &[0, 1, 0]), Error::<Test>::SameDevice);
    });
}

#[test]
fn one_bad_gpu_among_good_ones_refuses_all() {
    run(|| {
        let mut gpus = good_for(1, KEY, START - 1, &[0, 1]);
        let last = gpus[1].report.len() - 1;
        gpus[1].report[last] ^= 1;
        assert_noop!(call(gpus), Error::<Test>::ReportSignature);
        assert_eq!(Keys::<Test>::iter().count(), 0);
    });
}

#[test]
fn malformed_reports_and_chains_are_told_apart() {
    run(|| {
        let good = good_for(1, KEY, START - 1, &[0]);
        let changed = |change: fn(&mut crate::GpuEvidence)| {
            let mut gpus = good.clone();
            change(&mut gpus[0]);
            call(gpus)
        };
        assert_noop!(
            changed(|gpu| gpu.report.truncate(4_000)),
            Error::<Test>::ReportMalformed
        );
        assert_noop!(
            changed(|gpu| gpu.report[0] = 0),
            Error::<Test>::ReportMalformed
        );
        assert_noop!(
            changed(|gpu| drop(gpu.chain.pop())),
            Error::<Test>::ChainMalformed
        );
        assert_noop!(
            changed(|gpu| gpu.chain.as_mut().swap(0, 1)),
            Error::<Test>::ChainMalformed
        );
        assert_noop!(
            changed(|gpu| gpu.chain.as_mut().swap(2, 3)),
            Error::<Test>::UnknownAuthority
        );
        assert_noop!(
            changed(|gpu| {
                let last = gpu.chain[1].len() - 1;
                gpu.chain[1][last] ^= 1;
            }),
            Error::<Test>::ChainSignature
        );
    });
}

#[test]
fn a_gpu_in_another_state_is_refused() {
    run(|| {
        let gpu = TestNetwork::default().gpu(0);
        let nonce = challenge(1, KEY, START - 1).nonce();
        let with = |change: fn(&mut ReportSpec)| {
            let mut spec = ReportSpec::default();
            change(&mut spec);
            let report = spec.sign(&nonce, &gpu.leaf_key);
            call(vec![evidence(&report, &gpu.chain())].try_into().unwrap())
        };
        assert_noop!(
            with(|spec| spec.measurements[3] = [0; 48]),
            Error::<Test>::GoldenMismatch
        );
        assert_noop!(
            with(|spec| spec.driver_version = "1.0"),
            Error::<Test>::GoldenUnknown
        );
        assert_noop!(
            with(|spec| spec.fwid = Some([0; 48])),
            Error::<Test>::FirmwareMismatch
        );
    });
}

#[test]
fn a_worker_has_so_many_keys_and_no_more() {
    run(|| {
        for number in 0..3u8 {
            assert_ok!(attest(1, [number; 32], &[number.into()]));
        }
        assert_noop!(attest(1, [9; 32], &[9]), Error::<Test>::TooManyKeys);
        assert_ok!(Attestation::remove_key(origin(1), [0; 32]));
        assert_ok!(attest(1, [9; 32], &[9]));
    });
}

#[test]
fn the_same_key_may_serve_two_workers() {
    run(|| {
        // Nobody can take a key from another by being first.
        assert_ok!(attest(2, KEY, &[1]));
        assert_ok!(attest(1, KEY, &[0]));
        assert_eq!(
            (tier(1, KEY), tier(2, KEY)),
            (Some(Tier::T1), Some(Tier::T1))
        );
    });
}
