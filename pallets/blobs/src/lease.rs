//! Leases: who paid for how long, and what happens when it is over.
//!
//! A lease starts with the certificate and runs whole storage epochs after the one it starts in. Every funder's part is
//! on record. When it ends, what workers did not earn of it goes back to the funders in proportion to their parts.

use crate::{
    agenda::{Agenda, Budget, Expiries},
    types::{Encoding, LeaseParts, Stage},
    AccountId, Config, Encodings, Error, Event, ExpiriesDue, Funding, HoldReason, Pallet,
    Parameters, Placements, WeightInfo, WorkerSet,
};
use ballast_core::{
    epoch::{extended_end, within_horizon, EpochSchedule},
    lease::LeasePart,
    price::chunk_rate,
    BlockNumber, EncodingId, StorageEpoch,
};
use frame_support::{defensive, ensure, pallet_prelude::DispatchResultWithPostInfo};
use sp_runtime::traits::SaturatedConversion;

/// Shards whose workers are freed at once when a lease has ended.
pub const FREED_AT_ONCE: u32 = 32;

impl<T: Config> Pallet<T> {
    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The storage epoch of this block.
    pub(crate) fn current_epoch() -> StorageEpoch {
        EpochSchedule::new(Parameters::<T>::get().epoch_blocks).epoch_of(Self::now())
    }

    pub(crate) fn do_extend(
        funder: AccountId,
        id: EncodingId,
        epochs: u32,
    ) -> DispatchResultWithPostInfo {
        let mut encoding = Encodings::<T>::get(id).ok_or(Error::<T>::UnknownEncoding)?;
        let Stage::Certified {
            at,
            expires: former,
        } = encoding.stage
        else {
            return Err(Error::<T>::NotCertified.into());
        };
        let current = Self::current_epoch();
        ensure!(!encoding.has_ended(current), Error::<T>::LeaseEnded);
        ensure!(epochs > 0, Error::<T>::NothingToExtend);
        let expires = Self::extended(former, epochs, current)?;
        let amount = Self::lease_cost_now(&encoding.layout(), epochs)?;
        let overflow = Error::<T>::CostOverflow;
        encoding.lease = encoding.lease.checked_add(amount).ok_or(overflow)?;
        let overflow = Error::<T>::CostOverflow;
        encoding.funded = encoding.funded.checked_add(amount).ok_or(overflow)?;
        encoding.stage = Stage::Certified { at, expires };
        let part = LeasePart {
            from: former,
            to: expires,
            chunk_rate: chunk_rate(T::Workers::price_per_gib_epoch()),
        };

        Self::pay_into_pot(&funder, amount)?;
        Self::extend_custody(id, &mut encoding, part);
        add_part::<T>(&mut encoding.parts, part)?;
        Funding::<T>::mutate(id, &funder, |part| {
            // A part of the lease, whose sum was checked.
            *part = Some(part.unwrap_or(0).saturating_add(amount));
        });
        ExpiriesDue::<T>::remove(former, id);
        ExpiriesDue::<T>::insert(expires, id, ());
        let shards = encoding.total_shards();
        Encodings::<T>::insert(id, encoding);
        Self::deposit_event(Event::Extended {
            encoding: id,
            funder,
            amount,
            expires,
        });
        Ok(Some(T::WeightInfo::extend(shards)).into())
    }

    fn extended(
        expires: StorageEpoch,
        epochs: u32,
        current: StorageEpoch,
    ) -> Result<StorageEpoch, Error<T>> {
        let max_epochs = Parameters::<T>::get().max_lease_epochs;
        extended_end(expires, epochs)
            .filter(|end| within_horizon(*end, current, max_epochs))
            .ok_or(Error::<T>::BeyondHorizon)
    }

    /// Removes what has expired, as far as the budget goes.
    pub(crate) fn serve_expiries(budget: &mut Budget) {
        let current = Self::current_epoch();
        while let Some(id) = Expiries::<T>::next_due(current.0, budget) {
            if !Self::expire_a_little(id, budget) {
                return;
            }
        }
    }

    /// Frees some of the workers, or else returns one funder's part, so that its funders may be as many as they like. With the last
    /// of them the encoding goes. `false` if the budget does not cover it.
    fn expire_a_little(id: EncodingId, budget: &mut Budget) -> bool {
        let Some(mut encoding) = Encodings::<T>::get(id) else {
            defensive!("an encoding that is removed takes its expiry along");
            ExpiriesDue::<T>::remove(StorageEpoch(Expiries::<T>::cursor()), id);
            return true;
        };
        if Placements::<T>::contains_key(id) {
            let shards = encoding.total_shards().min(FREED_AT_ONCE);
            let granted = budget.grant(T::WeightInfo::expire(shards));
            if granted {
                Self::free_workers(id, &mut encoding, shards);
                Encodings::<T>::insert(id, encoding);
            }
            return granted;
        }
        let granted = budget.grant(T::WeightInfo::return_lease());
        if granted {
            Self::return_lease(id, encoding);
        }
        granted
    }

    /// Returns one funder's part of what is left of a lease, and removes the encoding after the last one.
    pub(crate) fn return_lease(id: EncodingId, mut encoding: Encoding) {
        if let Some((funder, given)) = Funding::<T>::iter_prefix(id).next() {
            Self::refund(id, &mut encoding, funder, given);
        }
        if Funding::<T>::iter_key_prefix(id).next().is_some() {
            return;
        }
        Self::give_back(HoldReason::Deposit, &encoding.publisher, encoding.deposit);
        Self::leave_certified(id, &encoding);
        Self::remove(id);
        Self::deposit_event(Event::Expired {
            encoding: id,
            address: encoding.address,
        });
    }
}

/// Adds a part to a lease: lengthens the last one if the price is the same.
fn add_part<T: Config>(parts: &mut LeaseParts, part: LeasePart) -> Result<(), Error<T>> {
    match parts.last_mut() {
        Some(last) if last.chunk_rate == part.chunk_rate && last.to == part.from => {
            last.to = part.to;
            Ok(())
        }
        _ => parts
            .try_push(part)
            .map_err(|_| Error::<T>::TooManyLeaseParts),
    }
}
