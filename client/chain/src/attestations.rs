//! What the chain knows of session keys, GPUs and golden sets, and how a test network's governance changes it.

use crate::{calls::attestation as calls, Call, Chain, ChainError, Included, Signer, SubmitError};
use async_trait::async_trait;
use ballast_attestation::{
    authority_id,
    view::{DeviceInfo, GoldenInfo, KeyInfo, Trust},
    DeviceId, GoldenId,
};
use ballast_core::BlockNumber;

/// Reads of pallet Attestation, all of the latest finalized block, and calls as root.
#[async_trait]
pub trait Attestations: Chain {
    /// A worker's session key: its tier, and why it is no higher.
    async fn session_key(
        &self,
        worker: [u8; 32],
        session_key: [u8; 32],
    ) -> Result<Option<KeyInfo>, ChainError>;

    /// All session keys of a worker.
    async fn session_keys(&self, worker: [u8; 32]) -> Result<Vec<KeyInfo>, ChainError>;

    /// A GPU and who it is bound to.
    async fn gpu(&self, device: DeviceId) -> Result<Option<DeviceInfo>, ChainError>;

    /// The golden set for a component, retired or not.
    async fn golden(&self, id: &GoldenId) -> Result<Option<GoldenInfo>, ChainError>;

    /// All golden sets, retired ones too.
    async fn golden_sets(&self) -> Result<Vec<GoldenInfo>, ChainError>;

    /// The roots that the network trusts, and the authorities it knows.
    async fn trust(&self) -> Result<Trust, ChainError>;

    /// Submits calls as root, all or none, which the chain's sudo key may, and waits until they are final. Networks with
    /// another governance have no such key.
    async fn submit_as_root(&self, calls: &[Call], sudo: &Signer) -> Result<Included, SubmitError>;
}

/// Evidence for a session key, as `attest` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceBundle {
    /// The GPUs, in the order that a guest's quote names them.
    pub gpus: Vec<calls::Gpu>,
    /// The guest.
    pub guest: Option<calls::Guest>,
}

impl EvidenceBundle {
    /// The calls that submit it: first the certificates above the GPUs that the chain does not know yet.
    pub fn calls(&self, session_key: [u8; 32], block: BlockNumber, trust: &Trust) -> Vec<Call> {
        let mut known = trust.authorities.clone();
        let mut all = Vec::new();
        for (_, chain) in &self.gpus {
            let [.., provisioner, identity, root] = chain.as_slice() else {
                continue;
            };
            let id = authority_id(provisioner);
            if !known.contains(&id) {
                known.push(id);
                all.push(calls::add_authorities([provisioner, identity, root]));
            }
        }
        all.push(calls::attest(
            session_key,
            block,
            &self.gpus,
            self.guest.as_ref(),
        ));
        all
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn chain(provisioner: u8) -> Vec<Vec<u8>> {
        [1, 2, provisioner, 4, 5].map(|byte| vec![byte]).into()
    }

    #[test]
    fn unknown_authorities_come_first_and_once() {
        let bundle = EvidenceBundle {
            gpus: [3, 3, 33].map(|byte| (vec![9], chain(byte))).into(),
            guest: None,
        };
        let names = |trust: &Trust| -> Vec<&str> {
            let calls = bundle.calls([7; 32], 8, trust);
            calls.iter().map(|call| call.call).collect()
        };
        let mut trust = Trust {
            roots: vec![],
            authorities: vec![],
        };
        assert_eq!(
            names(&trust),
            ["add_authorities", "add_authorities", "attest"]
        );
        trust.authorities = vec![authority_id(&[3])];
        assert_eq!(names(&trust), ["add_authorities", "attest"]);
        trust.authorities.push(authority_id(&[33]));
        assert_eq!(names(&trust), ["attest"]);
    }
}
