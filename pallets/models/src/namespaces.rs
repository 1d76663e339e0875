//! Namespaces: committed to, revealed, transferred.
//!
//! A reveal shows the name, so whoever sees it in the pool could claim the name first. It cannot: its own commitment
//! would have to be `min_commit_age_blocks` old by then, and the account is part of the hash.

use crate::{
    AccountId, Commitment, Commitments, Config, Error, Event, FoldedName, HoldReason, Name,
    Namespace, Namespaces, Pallet, Parameters, Salt,
};
use ballast_core::{
    name::{check_namespace, commitment},
    BlockNumber,
};
use core::ops::RangeInclusive;
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit_namespace(account: AccountId, hash: [u8; 32]) -> DispatchResult {
        let pending = Commitments::<T>::contains_key(&account);
        ensure!(!pending, Error::<T>::CommitmentPending);
        let deposit = Parameters::<T>::get().commitment_deposit;

        Self::hold(HoldReason::Commitment, &account, deposit)?;
        let entry = Commitment {
            hash,
            committed_at: Self::now(),
            deposit,
        };
        Commitments::<T>::insert(&account, entry);
        Self::deposit_event(Event::NamespaceCommitted { account });
        Ok(())
    }

    pub(crate) fn do_cancel_commit(account: AccountId) -> DispatchResult {
        let commitment = Commitments::<T>::take(&account).ok_or(Error::<T>::NoCommitment)?;

        Self::give_back(HoldReason::Commitment, &account, commitment.deposit)?;
        Self::deposit_event(Event::CommitmentCancelled { account });
        Ok(())
    }

    pub(crate) fn do_reveal_namespace(
        account: AccountId,
        name: Name,
        salt: Salt,
    ) -> DispatchResult {
        let pending = Commitments::<T>::get(&account).ok_or(Error::<T>::NoCommitment)?;
        let expected = commitment(&name, &salt, account.as_ref());
        ensure!(pending.hash == expected, Error::<T>::CommitmentMismatch);
        Self::check_age(pending.committed_at)?;
        ensure!(check_namespace(&name).is_ok(), Error::<T>::NamespaceInvalid);
        let folded = FoldedName::of(&name);
        ensure!(
            !Namespaces::<T>::contains_key(&folded),
            Error::<T>::NamespaceTaken
        );

        Commitments::<T>::remove(&account);
        Self::give_back(HoldReason::Commitment, &account, pending.deposit)?;
        Self::claim(account, name, folded)
    }

    fn claim(owner: AccountId, name: Name, namespace: FoldedName) -> DispatchResult {
        let deposit = Parameters::<T>::get().namespace_deposit;
        Self::hold(HoldReason::Namespace, &owner, deposit)?;
        let entry = Namespace {
            name,
            owner: owner.clone(),
            deposit,
            models: 0,
        };
        Namespaces::<T>::insert(&namespace, entry);
        Self::deposit_event(Event::NamespaceClaimed { namespace, owner });
        Ok(())
    }

    pub(crate) fn do_transfer_namespace(
        from: AccountId,
        namespace: FoldedName,
        to: AccountId,
    ) -> DispatchResult {
        let mut entry = Self::owned_namespace(&from, &namespace)?;

        Self::hand_over(HoldReason::Namespace, &from, &to, entry.deposit)?;
        entry.owner = to.clone();
        Namespaces::<T>::insert(&namespace, entry);
        Self::deposit_event(Event::NamespaceTransferred {
            namespace,
            from,
            to,
        });
        Ok(())
    }

    /// The namespace, for a call that only its owner may make.
    pub(crate) fn owned_namespace(
        owner: &AccountId,
        namespace: &FoldedName,
    ) -> Result<Namespace, Error<T>> {
        let entry = Namespaces::<T>::get(namespace).ok_or(Error::<T>::UnknownNamespace)?;
        ensure!(entry.owner == *owner, Error::<T>::NotNamespaceOwner);
        Ok(entry)
    }

    /// Blocks in which a commitment can be revealed.
    pub(crate) fn reveal_blocks(committed_at: BlockNumber) -> RangeInclusive<BlockNumber> {
        let parameters = Parameters::<T>::get();
        let from = committed_at.saturating_add(parameters.min_commit_age_blocks);
        from..=committed_at.saturating_add(parameters.max_commit_age_blocks)
    }

    fn check_age(committed_at: BlockNumber) -> Result<(), Error<T>> {
        let (now, blocks) = (Self::now(), Self::reveal_blocks(committed_at));
        ensure!(now >= *blocks.start(), Error::<T>::RevealTooEarly);
        ensure!(now <= *blocks.end(), Error::<T>::RevealTooLate);
        Ok(())
    }
}
