//! Leases: who paid for how long, and what happens when it is over.
//!
//! A lease starts with the certificate and runs whole storage epochs after the one it starts in. Every funder's part is
//! on record, and goes back to it when the lease ends: nothing is spent as long as nobody is paid for storing.

use crate::{
    agenda::{Agenda, Budget, Expiries},
    types::{Encoding, Stage},
    AccountId, Config, Encodings, Error, Event, ExpiriesDue, Funding, HoldReason, Pallet,
    Parameters, WeightInfo,
};
use ballast_core::{
    epoch::{extended_end, within_horizon, EpochSchedule},
    Balance, BlockNumber, EncodingId, StorageEpoch,
};
use frame_support::{defensive, ensure, pallet_prelude::DispatchResult};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// The storage epoch of this block.
    pub(crate) fn current_epoch() -> StorageEpoch {
        EpochSchedule::new(Parameters::<T>::get().epoch_blocks).epoch_of(Self::now())
    }

    pub(crate) fn do_extend(funder: AccountId, id: EncodingId, epochs: u32) -> DispatchResult {
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
        encoding.lease = encoding
            .lease
            .checked_add(amount)
            .ok_or(Error::<T>::CostOverflow)?;
        encoding.stage = Stage::Certified { at, expires };

        Self::hold(HoldReason::Lease, &funder, amount)?;
        Funding::<T>::mutate(id, &funder, |part| {
            // A part of the lease, whose sum was checked.
            *part = Some(part.unwrap_or(0).saturating_add(amount));
        });
        ExpiriesDue::<T>::remove(former, id);
        ExpiriesDue::<T>::insert(expires, id, ());
        Encodings::<T>::insert(id, encoding);
        Self::deposit_event(Event::Extended {
            encoding: id,
            funder,
            amount,
            expires,
        });
        Ok(())
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

    /// Returns one funder's part, or, when none is left, removes the encoding: so its funders may be as many as they
    /// like. `false` if the budget does not cover it.
    fn expire_a_little(id: EncodingId, budget: &mut Budget) -> bool {
        let Some(encoding) = Encodings::<T>::get(id) else {
            defensive!("an encoding that is removed takes its expiry along");
            ExpiriesDue::<T>::remove(StorageEpoch(Expiries::<T>::cursor()), id);
            return true;
        };
        if let Some((funder, amount)) = Funding::<T>::iter_prefix(id).next() {
            let granted = budget.grant(T::WeightInfo::return_lease());
            if granted {
                Self::return_lease(id, encoding, funder, amount);
            }
            return granted;
        }
        let granted = budget.grant(T::WeightInfo::expire(encoding.total_shards()));
        if granted {
            Self::expire(id, encoding);
        }
        granted
    }

    /// Returns a funder's part of a lease.
    pub(crate) fn return_lease(
        id: EncodingId,
        mut encoding: Encoding,
        funder: AccountId,
        amount: Balance,
    ) -> Encoding {
        Self::give_back(HoldReason::Lease, &funder, amount);
        Funding::<T>::remove(id, &funder);
        encoding.lease = encoding.lease.saturating_sub(amount);
        Encodings::<T>::insert(id, &encoding);
        Self::deposit_event(Event::LeaseReturned {
            encoding: id,
            funder,
            amount,
        });
        encoding
    }

    fn expire(id: EncodingId, encoding: Encoding) {
        Self::give_back(HoldReason::Deposit, &encoding.publisher, encoding.deposit);
        Self::leave_certified(id, &encoding);
        Self::remove(id, &encoding);
        Self::deposit_event(Event::Expired {
            encoding: id,
            address: encoding.address,
        });
    }
}
