//! Owners of a model and of its base: they publish it, and give it to each other while batches wait for their payment.

use super::name;
use crate::{
    chain::Sender,
    people,
    world::{Waiting, World},
};
use ballast_core::{name::commitment, Address};
use ballast_runtime::{Models, Runtime, RuntimeCall};

/// The model's namespace and names.
pub const NAMESPACE: &str = "sim";
const BASE: &str = "base";
/// The model that is offered.
pub const MODEL: &str = "tuned";
const MANIFEST: &[u8] = b"the manifest of a model";
const SALT: [u8; 32] = [7; 32];
/// Thousandths of the looks at which the model changes hands.
const TRANSFER_PERMILLE: u64 = 60;

/// The address of the version that is offered.
pub fn address() -> Address {
    Address(*blake3::hash(MANIFEST).as_bytes())
}

impl World {
    /// Publishes the model, step by step; true once it is there.
    pub(super) fn publish_model(&mut self) -> bool {
        let published = self
            .chain
            .with(|| Models::manifest_of(NAMESPACE.as_bytes(), MODEL.as_bytes(), 1).is_some());
        if published {
            self.transfer_model();
            return true;
        }
        let (owner, licence) = (people::publisher(0), || {
            b"MIT".to_vec().try_into().unwrap_or_default()
        });
        type Call = pallet_models::Call<Runtime>;
        let hash = commitment(NAMESPACE.as_bytes(), &SALT, &people::account(&owner).into());
        let create = |model: &str, base: Option<&str>, royalty_permille| Call::create_model {
            namespace: name(NAMESPACE),
            name: name(model),
            licence: licence(),
            base: base.map(|base| (name(NAMESPACE), name(base))),
            royalty_permille,
        };
        // One step a block, from the second on. Nothing is lost here: a story without a model is none.
        let calls: Vec<RuntimeCall> = match self.chain.number() {
            2 => vec![Call::commit_namespace { hash }.into()],
            5 => vec![Call::reveal_namespace {
                name: name(NAMESPACE),
                salt: SALT,
            }
            .into()],
            6 => vec![
                create(BASE, None, 100).into(),
                create(MODEL, Some(BASE), 200).into(),
                pallet_blobs::Call::<Runtime>::store_inline {
                    bytes: MANIFEST.to_vec().try_into().unwrap_or_default(),
                }
                .into(),
            ],
            7 => vec![Call::publish_version {
                namespace: name(NAMESPACE),
                name: name(MODEL),
                manifest: address(),
                tags: Default::default(),
            }
            .into()],
            _ => Vec::new(),
        };
        for call in calls {
            let owner = Sender::Account(Box::new(owner.clone()));
            self.after(
                10,
                crate::world::Event::Arrive(owner, call, Waiting::Nobody),
            );
        }
        false
    }

    fn transfer_model(&mut self) {
        if !self.serving.rng.chance(TRANSFER_PERMILLE) {
            return;
        }
        let owner = self.chain.with(|| {
            let line = Models::royalties(NAMESPACE.as_bytes(), MODEL.as_bytes());
            line.into_iter().next().map(|(owner, _)| owner)
        });
        let pairs = [people::publisher(0), people::publisher(1)];
        let from = pairs
            .iter()
            .find(|pair| Some(people::account(pair)) == owner);
        let to = pairs
            .iter()
            .find(|pair| Some(people::account(pair)) != owner);
        if let (Some(from), Some(to)) = (from, to) {
            let call = pallet_models::Call::<Runtime>::transfer_model {
                namespace: name(NAMESPACE),
                name: name(MODEL),
                to: people::account(to),
            };
            self.insist("transfer".into(), from.clone(), call);
        }
    }
}
