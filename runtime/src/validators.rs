//! What validators and their operators read: one view function over sessions and staking.
//!
//! Goals: a client needs no storage layout of the SDK's pallets, and one read tells where a validator stands.
//! Non-goals: nominators and pools, whom standard wallets show.

use alloc::vec::Vec;

use ballast_core::view::ValidatorInfo;
use codec::Encode;
use pallet_staking::{
    ActiveEra, ClaimedRewards, ErasRewardPoints, Ledger, MinValidatorBond, UnappliedSlashes,
};
use sp_runtime::traits::Zero;

use crate::{
    configs::consensus::KeyDeposit, configs::staking::HISTORY_ERAS, pace::SlashDeferEras,
    AccountId, Runtime, Session, Staking,
};

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
        /// Where a validator stands, or who may become one.
        pub fn validator(account: T::AccountId) -> ValidatorInfo {
            info(account)
        }
    }
}

fn info(account: AccountId) -> ValidatorInfo {
    let era = ActiveEra::<Runtime>::get().map_or(0, |era| era.index);
    let ledger = Ledger::<Runtime>::get(&account);
    let prefs = pallet_staking::Validators::<Runtime>::get(&account);
    let index = Session::validators().iter().position(|one| *one == account);
    let points = ErasRewardPoints::<Runtime>::get(era);
    ValidatorInfo {
        stake: ledger.as_ref().map_or(Zero::zero(), |ledger| ledger.active),
        min_stake: MinValidatorBond::<Runtime>::get(),
        key_deposit: KeyDeposit::get(),
        unbonding: ledger.iter().flat_map(unbonding).collect(),
        offers: pallet_staking::Validators::<Runtime>::contains_key(&account),
        commission_ppb: prefs.commission.deconstruct(),
        session_keys: pallet_session::NextKeys::<Runtime>::get(&account).map(|keys| keys.encode()),
        elected: index.is_some(),
        elected_next: pallet_session::QueuedKeys::<Runtime>::get()
            .iter()
            .any(|(one, _)| *one == account),
        disabled: index.is_some_and(is_disabled),
        points: points.individual.get(&account).copied().unwrap_or_default(),
        all_points: points.total,
        unpaid_eras: unpaid_eras(&account, era),
        slashes: slashes(&account, era),
        era,
        session: Session::current_index(),
    }
}

fn unbonding(ledger: &pallet_staking::StakingLedger<Runtime>) -> Vec<(crate::Balance, u32)> {
    let chunks = ledger.unlocking.iter();
    chunks.map(|chunk| (chunk.value, chunk.era)).collect()
}

fn is_disabled(index: usize) -> bool {
    u32::try_from(index).is_ok_and(|index| Session::disabled_validators().contains(&index))
}

/// Pay can be claimed for as long as the eras' history is kept.
fn unpaid_eras(account: &AccountId, now: u32) -> Vec<u32> {
    (now.saturating_sub(HISTORY_ERAS)..now)
        .filter(|era| is_unpaid(account, *era))
        .collect()
}

/// Whether it made blocks in an era and not all pages of its nominators are paid. `EraInfo::pending_rewards` would overlook a
/// validator without any.
fn is_unpaid(account: &AccountId, era: u32) -> bool {
    let earned = ErasRewardPoints::<Runtime>::get(era)
        .individual
        .contains_key(account);
    let pages = Staking::api_eras_stakers_page_count(era, account.clone());
    let paid = ClaimedRewards::<Runtime>::get(era, account).len();
    earned && usize::try_from(pages).is_ok_and(|pages| paid < pages)
}

fn slashes(account: &AccountId, now: u32) -> Vec<(u32, crate::Balance)> {
    let last = now.saturating_add(SlashDeferEras::get()).saturating_add(1);
    (now..=last)
        .flat_map(|era| {
            let all = UnappliedSlashes::<Runtime>::get(era);
            all.into_iter().map(move |slash| (era, slash))
        })
        .filter(|(_, slash)| slash.validator == *account)
        .map(|(era, slash)| (era, slash.own))
        .collect()
}
