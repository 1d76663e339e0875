#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod certificates;
mod crl;
mod evidence;
mod genuine;
mod golden;
mod properties;
mod report;
mod tdx;
mod vectors;

use crate::{
    authority::{admit, Authority, AuthorityId},
    dev::{golden_sets, TestGpu, TestNetwork},
    evidence::{Attested, DeviceId, Evidence, GoldenStatus, Reference},
    EvidenceError, GoldenId, Nonce, RevocationList, Serial,
};
use std::{collections::BTreeMap, collections::BTreeSet};

pub const NONCE: Nonce = [7; 32];

/// What the chain would know, in maps.
#[derive(Clone, Default)]
pub struct Known {
    pub golden: BTreeMap<GoldenId, GoldenStatus>,
    pub authorities: BTreeMap<AuthorityId, Authority>,
    pub lists: BTreeMap<AuthorityId, RevocationList>,
    pub blocked: BTreeSet<DeviceId>,
}

impl Known {
    /// A network's authorities and the test golden sets.
    pub fn of(network: &TestNetwork) -> Self {
        let authorities = admit(network.authorities(), &[network.root_id()]).unwrap();
        let golden = golden_sets().map(|(id, set)| (id, GoldenStatus::Active(set)));
        Self {
            golden: golden.into(),
            authorities: authorities.into(),
            ..Default::default()
        }
    }
}

impl Reference for Known {
    fn golden(&self, id: &GoldenId) -> Option<GoldenStatus> {
        self.golden.get(id).cloned()
    }

    fn authority(&self, id: &AuthorityId) -> Option<Authority> {
        self.authorities.get(id).cloned()
    }

    fn is_revoked(&self, issuer: &AuthorityId, serial: &Serial) -> bool {
        self.lists
            .get(issuer)
            .is_some_and(|list| list.revokes(serial))
    }

    fn is_blocked(&self, device: &DeviceId) -> bool {
        self.blocked.contains(device)
    }
}

pub fn verify(
    report: &[u8],
    chain: &[&[u8]],
    nonce: &Nonce,
    known: &Known,
) -> Result<Attested, EvidenceError> {
    Evidence { report, chain }.check(nonce, known)?.verify()
}

/// A test network with one GPU, its good report for [`NONCE`], and what the chain knows.
pub fn good() -> (TestNetwork, TestGpu, Vec<u8>, Known) {
    let network = TestNetwork::default();
    let gpu = network.gpu(0);
    let report = gpu.report(&NONCE);
    let known = Known::of(&network);
    (network, gpu, report, known)
}
