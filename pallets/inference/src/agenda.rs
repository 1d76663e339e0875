//! What has its block: channels end, settlements are paid. Served in order, so much in a block and the rest in the next.

use crate::{
    types::Due, Agenda, Channels, Checks, Config, HoldReason, Pallet, ServedTo, Settlements,
    WeightInfo,
};
use alloc::vec::Vec;
use ballast_core::{Balance, BlockNumber};
use frame_support::{
    pallet_prelude::DispatchResult,
    traits::{fungible::MutateHold, tokens::Precision, Get},
    weights::Weight,
};
use sp_runtime::{traits::SaturatedConversion, DispatchError, TokenError};

impl<T: Config> Pallet<T> {
    /// Serves what is due. A block with nothing left in it costs a step like an entry.
    pub(crate) fn serve_agenda() -> Weight {
        let now = Self::now();
        // Nothing is on the agenda before the first block that this pallet sees.
        let mut block = match ServedTo::<T>::get() {
            0 => now,
            block => block,
        };
        let mut weight = T::WeightInfo::serve_nothing();
        let mut steps = T::MaxDuePerBlock::get();
        while block <= now && steps > 0 {
            let due: Vec<Due> = Agenda::<T>::iter_key_prefix(block)
                .take(steps as usize)
                .collect();
            if due.is_empty() {
                block = block.saturating_add(1);
                steps = steps.saturating_sub(1);
                weight = weight.saturating_add(T::WeightInfo::serve_nothing());
            }
            for entry in due {
                if steps == 0 {
                    break;
                }
                Agenda::<T>::remove(block, entry);
                let taken = Self::steps_of(entry);
                weight = weight.saturating_add(Self::serve(entry));
                steps = steps.saturating_sub(taken);
            }
        }
        ServedTo::<T>::put(block);
        weight
    }

    pub(crate) fn serve(entry: Due) -> Weight {
        match entry {
            Due::End(id) => {
                if let Some(channel) = Channels::<T>::get(id) {
                    Self::end_channel(id, channel);
                }
                T::WeightInfo::serve_end()
            }
            Due::Pay(id) => {
                // The end of its check pays it.
                let verifiers = match Checks::<T>::contains_key(id) {
                    true => 0,
                    false => Self::pay_settlement(id),
                };
                T::WeightInfo::serve_pay(verifiers).saturating_add(Self::noting(1))
            }
            Due::Check(id) => {
                let verifiers = Self::serve_check(id);
                let served = T::WeightInfo::serve_check()
                    .saturating_add(T::WeightInfo::serve_pay(verifiers));
                // Only a batch that is reversed and one that stands are noted, and never both: what is measured is neither.
                served.saturating_add(Self::noting(3))
            }
        }
    }

    /// Holds funds; an empty purse is this pallet's own error, with its remedy.
    pub(crate) fn hold(
        reason: HoldReason,
        who: &crate::AccountId,
        amount: Balance,
    ) -> DispatchResult {
        T::Currency::hold(&reason.into(), who, amount).map_err(|error| match error {
            DispatchError::Token(TokenError::FundsUnavailable) => {
                crate::Error::<T>::Unaffordable.into()
            }
            other => other,
        })
    }

    /// Releases funds.
    pub(crate) fn release(
        reason: HoldReason,
        who: &crate::AccountId,
        amount: Balance,
    ) -> DispatchResult {
        T::Currency::release(&reason.into(), who, amount, Precision::Exact).map(drop)
    }

    /// How much of a block's agenda an entry takes.
    fn steps_of(entry: Due) -> u32 {
        match entry {
            Due::End(_) => 1,
            Due::Pay(id) => {
                let verifiers = Settlements::<T>::get(id).map_or(0, |entry| entry.verifiers.len());
                steps_to_pay(verifiers as u32)
            }
            Due::Check(_) => STEPS_OF_CHECK,
        }
    }

    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}

/// A draw looks at many workers.
const STEPS_OF_CHECK: u32 = 8;

/// What a payment counts for with so many verifiers, each of whom costs about an eighth of one without any.
pub const fn steps_to_pay(verifiers: u32) -> u32 {
    verifiers.div_ceil(8).saturating_add(1)
}
