//! Evidence of the test generators, for development networks: anyone can make it, and only they trust it.

use crate::attester::{Attester, AttesterError};
use ballast_attestation::{
    dev::{
        quote::{guest, TestPlatform},
        TestNetwork,
    },
    tdx::report_data,
    Challenge,
};
use ballast_chain::{
    calls::attestation::{Gpu, Guest},
    EvidenceBundle,
};
use codec::Encode;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Test GPUs, and the test guest that uses them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Development {
    /// Numbers of the GPUs: each number is another device.
    pub gpus: Range<u32>,
    /// Whether there is a guest.
    pub guest: bool,
}

impl Attester for Development {
    fn evidence(&self, challenge: &Challenge) -> Result<EvidenceBundle, AttesterError> {
        let nonce = challenge.nonce();
        let network = TestNetwork::default();
        let gpus: Vec<Gpu> = self
            .gpus
            .clone()
            .map(|number| {
                let gpu = network.gpu(number);
                (gpu.report(&nonce), gpu.chain.to_vec())
            })
            .collect();
        let guest = self.guest.then(|| test_guest(challenge, &gpus));
        Ok(EvidenceBundle { gpus, guest })
    }

    fn is_development(&self) -> bool {
        true
    }
}

fn test_guest(challenge: &Challenge, gpus: &[Gpu]) -> Guest {
    let Challenge {
        session_key,
        worker,
        genesis_hash,
        ..
    } = challenge;
    let hashes = gpus.iter().map(|(report, _)| Sha256::digest(report).into());
    let data = report_data(
        session_key,
        worker,
        genesis_hash,
        &challenge.nonce(),
        hashes,
    );
    let platform = TestPlatform::default();
    (
        platform.quote(&guest(), &data),
        platform.collateral().encode(),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_attestation::{tdx::verify_under, Report, TEST_QUOTE_ROOT};

    fn challenge() -> Challenge {
        Challenge {
            genesis_hash: [1; 32],
            worker: [2; 32],
            session_key: [3; 32],
            block_number: 4,
            block_hash: [5; 32],
        }
    }

    fn evidence(gpus: Range<u32>, guest: bool) -> EvidenceBundle {
        Development { gpus, guest }.evidence(&challenge()).unwrap()
    }

    #[test]
    fn every_test_gpu_answers_the_challenge_with_keys_of_its_own() {
        let bundle = evidence(0..3, false);
        assert_eq!(bundle.guest, None);
        for (report, chain) in &bundle.gpus {
            assert_eq!(Report::parse(report).unwrap().nonce, challenge().nonce());
            assert_eq!(chain.len(), 5);
        }
        let devices = bundle.gpus.iter().map(|(_, chain)| &chain[1]);
        let devices: std::collections::BTreeSet<_> = devices.collect();
        assert_eq!(devices.len(), 3);
    }

    #[test]
    fn the_test_guest_binds_key_worker_chain_and_reports() {
        let bundle = evidence(0..2, true);
        let (quote, collateral) = bundle.guest.unwrap();
        let verified =
            verify_under(Some(TEST_QUOTE_ROOT), &quote, &collateral, 1_800_000_000).unwrap();
        let hashes = bundle
            .gpus
            .iter()
            .map(|(report, _)| Sha256::digest(report).into());
        let expected = report_data(&[3; 32], &[2; 32], &[1; 32], &challenge().nonce(), hashes);
        assert_eq!(verified.report_data, expected);
        assert_eq!(verified.measurements, guest());
    }
}
