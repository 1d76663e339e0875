//! The price of storage: what workers with most of the active stake accept, set once per storage epoch.

use crate::{Config, Event, Pallet, Parameters, Price, WeightInfo, Worker, Workers};
use alloc::vec::Vec;
use ballast_core::{
    epoch::EpochSchedule, price::stake_weighted_percentile, Balance, BlockNumber, StorageEpoch,
};
use frame_support::weights::Weight;

impl<T: Config> Pallet<T> {
    /// The storage epoch of this block.
    pub fn epoch_now() -> StorageEpoch {
        Self::schedule().epoch_of(Self::now())
    }

    /// Blocks of a storage epoch.
    pub fn epoch_blocks() -> BlockNumber {
        Parameters::<T>::get().epoch_blocks
    }

    pub(crate) fn set_price_at_epoch_start() -> Weight {
        if !Self::schedule().begins_at(Self::now()) {
            return T::WeightInfo::on_initialize_within_epoch();
        }
        Self::set_price();
        T::WeightInfo::on_initialize_at_epoch_start(Workers::<T>::count())
    }

    /// Sets the price from the asks of active workers. Without any, the last price stays.
    fn set_price() {
        let percentile = Parameters::<T>::get().price_percentile;
        let mut asks: Vec<(Balance, Balance)> = Workers::<T>::iter_values()
            .filter(Worker::is_active)
            .map(|worker| (worker.stake, worker.profile.ask_per_gib_epoch))
            .collect();
        let last = Price::<T>::get();
        let price = stake_weighted_percentile(&mut asks, percentile).unwrap_or(last);
        if price != last {
            Price::<T>::put(price);
            let epoch = Self::epoch_now();
            Self::deposit_event(Event::PriceChanged {
                epoch,
                price_per_gib_epoch: price,
            });
        }
    }

    fn schedule() -> EpochSchedule {
        EpochSchedule::new(Self::epoch_blocks())
    }
}
