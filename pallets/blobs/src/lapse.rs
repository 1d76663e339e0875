//! Lapses: what never got its certificate goes away, and costs its publisher.
//!
//! Part of the deposit burns for the place in the queues. From the draw on workers kept room free, so the lease burns for
//! these epochs as if the shards had been there: a registration without bytes must not be a cheap way to fill the network.

use crate::{
    agenda::{Agenda, Budget, Lapses},
    types::{Encoding, Stage},
    Config, Encodings, Event, Funding, HoldReason, LapsesDue, Pallet, Parameters, WeightInfo,
};
use ballast_core::{epoch::EpochSchedule, limits::MAX_SHARDS, price::rent, Balance, EncodingId};
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

    /// Lets a pending encoding lapse with the next block, if not before.
    pub(crate) fn lapse_next_block(id: EncodingId) {
        let next = Self::now().saturating_add(1);
        Encodings::<T>::mutate(id, |encoding| {
            let stage = encoding.as_mut().map(|encoding| &mut encoding.stage);
            let Some(Stage::Pending { lapses_at, .. }) = stage else {
                defensive!("only a pending encoding lapses");
                return;
            };
            LapsesDue::<T>::remove(*lapses_at, id);
            *lapses_at = next.min(*lapses_at);
            LapsesDue::<T>::insert(*lapses_at, id, ());
        });
    }

    fn lapse(id: EncodingId, mut encoding: Encoding) {
        let rent = Self::rent_so_far(&encoding);
        // Only certified leases can be extended, so the publisher is the only funder.
        if let Some(lease) = Funding::<T>::take(id, &encoding.publisher) {
            let (funder, amount) = (encoding.publisher.clone(), lease.saturating_sub(rent));
            Self::burn_held(HoldReason::Lease, &funder, rent);
            Self::give_back(HoldReason::Lease, &funder, amount);
            Self::deposit_event(Event::LeaseReturned {
                encoding: id,
                funder,
                amount,
            });
        }
        let burned = Self::burnt_part(encoding.deposit);
        let returned = encoding.deposit.saturating_sub(burned);
        Self::burn_held(HoldReason::Deposit, &encoding.publisher, burned);
        Self::give_back(HoldReason::Deposit, &encoding.publisher, returned);
        Self::leave_pending(id, &encoding);
        Self::free_workers(id, &mut encoding, MAX_SHARDS);
        Self::remove(id);
        let address = encoding.address;
        Self::deposit_event(Event::Lapsed {
            encoding: id,
            address,
            burned,
            returned,
            rent,
        });
    }

    /// What of the lease falls to the epochs since the draw.
    fn rent_so_far(encoding: &Encoding) -> Balance {
        let Stage::Pending {
            placed_at: Some(placed_at),
            epochs,
            ..
        } = encoding.stage
        else {
            return 0;
        };
        let schedule = EpochSchedule::new(Parameters::<T>::get().epoch_blocks);
        let used = schedule.epochs_in(Self::now().saturating_sub(placed_at));
        rent(encoding.lease, epochs, used)
    }

    /// Rounded up: a lapse is never free.
    fn burnt_part(deposit: Balance) -> Balance {
        Percent::from_percent(Parameters::<T>::get().lapse_burn_percent).mul_ceil(deposit)
    }
}
