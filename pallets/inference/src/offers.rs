//! Offers: which worker answers with which model version, at which price.
//!
//! An offer binds nobody: a channel takes its terms when it is opened and keeps them.

use crate::{
    traits::{ModelBook, ServingWorkers},
    types::{AccountId, Endpoint, ModelVersion, Offer, Terms},
    Config, Error, Event, HoldReason, OfferCount, Offers, OffersOf, Pallet, Parameters,
};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_offer(
        worker: AccountId,
        version: ModelVersion,
        terms: Terms,
        endpoint: Endpoint,
    ) -> DispatchResult {
        ensure!(T::Workers::is_worker(&worker), Error::<T>::NotWorker);
        ensure!(
            T::Workers::is_endpoint(&endpoint),
            Error::<T>::EndpointInvalid
        );
        ensure!(terms.limits.tokens_in > 0, Error::<T>::LimitsInvalid);
        let model = T::Models::version(&version.namespace, &version.name, version.version);
        let model = model.ok_or(Error::<T>::UnknownVersion)?;
        let deposit = match Offers::<T>::get(&version, &worker) {
            Some(former) => former.deposit,
            None => Self::hold_for_offer(&worker)?,
        };

        let offer = Offer {
            model,
            terms,
            endpoint,
            deposit,
        };
        Offers::<T>::insert(&version, &worker, offer);
        OffersOf::<T>::insert(&worker, &version, ());
        Self::deposit_event(Event::OfferSet {
            worker,
            version,
            terms,
        });
        Ok(())
    }

    fn hold_for_offer(
        worker: &AccountId,
    ) -> Result<ballast_core::Balance, sp_runtime::DispatchError> {
        let count = OfferCount::<T>::get(worker);
        ensure!(
            count < T::MaxOffersPerWorker::get(),
            Error::<T>::TooManyOffers
        );
        let deposit = Parameters::<T>::get().offer_deposit;
        Self::hold(HoldReason::Offer, worker, deposit)?;
        OfferCount::<T>::insert(worker, count.saturating_add(1));
        Ok(deposit)
    }

    pub(crate) fn do_remove_offer(worker: AccountId, version: ModelVersion) -> DispatchResult {
        let offer = Offers::<T>::take(&version, &worker).ok_or(Error::<T>::UnknownOffer)?;

        Self::release(HoldReason::Offer, &worker, offer.deposit)?;
        OffersOf::<T>::remove(&worker, &version);
        match OfferCount::<T>::get(&worker).saturating_sub(1) {
            0 => OfferCount::<T>::remove(&worker),
            count => OfferCount::<T>::insert(&worker, count),
        }
        Self::deposit_event(Event::OfferRemoved { worker, version });
        Ok(())
    }
}
