//! An account as somebody to deal with, in one read: its name by pallet Identity, where it answers by pallets Workers and
//! Inference, and what its dealings came to.
//!
//! Goals: an agent decides by one view function whom to pay, without storage layouts of the SDK's pallets.
//! Non-goals: judging; storage workers' proofs, which pallet Possession tells.

use alloc::{collections::BTreeMap, vec::Vec};

use ballast_core::view::{AccountName, AccountProfile, OfferInfo, Service, WorkerProfile};
use pallet_identity::{Data, IdentityOf, Judgement, SuperOf, UsernameOf};

use crate::{AccountId, Inference, Runtime, Workers};

pub use pallet::*;

/// Holds the view function.
#[frame_support::pallet]
pub mod pallet {
    use super::*;

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId> {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// An account as somebody to deal with.
        pub fn profile(account: T::AccountId) -> AccountProfile {
            of(account)
        }
    }
}

impl Config for Runtime {}

fn of(account: AccountId) -> AccountProfile {
    AccountProfile {
        name: name(&account),
        worker: worker(account.clone()),
        dealings: Inference::dealings(account),
    }
}

/// By its own identity, or as a part of another's; by its username where it has nothing else.
fn name(account: &AccountId) -> Option<AccountName> {
    let parent = SuperOf::<Runtime>::get(account);
    let whose = parent.as_ref().map_or(account, |(parent, _)| parent);
    let identity = IdentityOf::<Runtime>::get(whose);
    let username = UsernameOf::<Runtime>::get(account).map(|name| name.into_inner());
    if identity.is_none() && username.is_none() {
        return None;
    }
    let display = match (&parent, &identity) {
        (Some((_, own)), _) => text(own),
        (None, Some(identity)) => text(&identity.info.display),
        (None, None) => Vec::new(),
    };
    let judgements = identity
        .iter()
        .flat_map(|identity| identity.judgements.iter());
    let (mut approvals, mut objections) = (0u32, 0u32);
    for (_, judgement) in judgements {
        match judgement {
            Judgement::Reasonable | Judgement::KnownGood => approvals = approvals.saturating_add(1),
            Judgement::LowQuality | Judgement::Erroneous => {
                objections = objections.saturating_add(1)
            }
            Judgement::Unknown | Judgement::FeePaid(_) | Judgement::OutOfDate => {}
        }
    }
    Some(AccountName {
        display,
        username,
        parent: parent.map(|(parent, _)| parent.into()),
        approvals,
        objections,
    })
}

fn text(data: &Data) -> Vec<u8> {
    match data {
        Data::Raw(bytes) => bytes.to_vec(),
        _ => Vec::new(),
    }
}

fn worker(account: AccountId) -> Option<WorkerProfile> {
    let info = Workers::worker(account.clone())?;
    Some(WorkerProfile {
        status: info.status,
        stake: info.stake,
        endpoint: info.endpoint,
        services: services(Inference::offers_of(account.clone())),
        record: Inference::record(account),
    })
}

/// Offers by where they are answered, in the order of the endpoints.
fn services(offers: Vec<OfferInfo>) -> Vec<Service> {
    let mut found: BTreeMap<Vec<u8>, Service> = BTreeMap::new();
    for offer in offers {
        let service = found
            .entry(offer.endpoint.clone())
            .or_insert_with(|| Service {
                endpoint: offer.endpoint,
                offers: 0,
                tier: offer.tier,
            });
        service.offers = service.offers.saturating_add(1);
        service.tier = service.tier.max(offer.tier);
    }
    found.into_values().collect()
}
