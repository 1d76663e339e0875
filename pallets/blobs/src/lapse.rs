//! Lapses: what never got its certificate goes away, and costs its publisher.

use crate::{
    agenda::{Agenda, Budget, Lapses},
    types::Encoding,
    Config, Encodings, Event, Funding, HoldReason, LapsesDue, Pallet, Parameters, WeightInfo,
};
use ballast_core::{Balance, EncodingId};
use frame_support::defensive;
use sp_runtime::Percent;

impl<T: Config> Pallet<T> {
    /// Removes pending encodings whose time is over, as far as the budget goes.
    pub(crate) fn serve_lapses(budget: &mut Budget) {
        let now = Self::now();
        while let Some(id) = Lapses::<T>::next_due(now, budget) {
            let Some(encoding) = Encodings::<T>::get(id) else {
                defensive!("an encoding that is removed takes its lapse along");
                LapsesDue::<T>::remove(Lapses::<T>::cursor(), id);
                continue;
            };
            if !budget.grant(T::WeightInfo::lapse(encoding.total_shards())) {
                return;
            }
            LapsesDue::<T>::remove(Lapses::<T>::cursor(), id);
            Self::lapse(id, encoding);
        }
    }

    fn lapse(id: EncodingId, mut encoding: Encoding) {
        // Only certified leases can be extended, so the publisher is the only funder.
        if let Some(amount) = Funding::<T>::get(id, &encoding.publisher) {
            let funder = encoding.publisher.clone();
            encoding = Self::return_lease(id, encoding, funder, amount);
        }
        let burned = Self::burnt_part(encoding.deposit);
        let returned = encoding.deposit.saturating_sub(burned);
        Self::burn_held(HoldReason::Deposit, &encoding.publisher, burned);
        Self::give_back(HoldReason::Deposit, &encoding.publisher, returned);
        Self::leave_pending(id, &encoding);
        Self::remove(id, &encoding);
        let address = encoding.address;
        Self::deposit_event(Event::Lapsed {
            encoding: id,
            address,
            burned,
            returned,
        });
    }

    /// Rounded up: a lapse is never free.
    fn burnt_part(deposit: Balance) -> Balance {
        Percent::from_percent(Parameters::<T>::get().lapse_burn_percent).mul_ceil(deposit)
    }
}
