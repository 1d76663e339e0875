//! Certificates and revocation lists, from anyone: they prove themselves.

use crate::{Authorities, Config, Error, Event, Lists, Pallet, TestRoot};
use alloc::vec::Vec;
use ballast_attestation::{authority::admit, AuthorityId, Crl};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};

impl<T: Config> Pallet<T> {
    /// The roots this network trusts.
    pub fn trusted_roots() -> Vec<[u8; 32]> {
        let production = core::iter::once(T::ProductionRoot::get());
        production.chain(TestRoot::<T>::get()).collect()
    }

    pub(crate) fn do_add_authorities(
        provisioner: &[u8],
        identity: &[u8],
        root: &[u8],
    ) -> DispatchResult {
        let admitted = admit([provisioner, identity, root], &Self::trusted_roots())
            .map_err(Error::<T>::from)?;
        let known = |id: &AuthorityId| Authorities::<T>::contains_key(id);
        let fresh = admitted.iter().filter(|(id, _)| !known(id)).count() as u32;
        let count = Authorities::<T>::count().saturating_add(fresh);
        ensure!(
            count <= T::MaxAuthorities::get(),
            Error::<T>::TooManyAuthorities
        );

        let [.., (provisioner, _)] = admitted;
        for (id, authority) in admitted {
            Authorities::<T>::insert(id, authority);
        }
        Self::deposit_event(Event::AuthoritiesAdded { provisioner });
        Ok(())
    }

    pub(crate) fn do_submit_crl(issuer: AuthorityId, list: &[u8]) -> DispatchResult {
        let authority = Authorities::<T>::get(issuer).ok_or(Error::<T>::UnknownAuthority)?;
        let list = Crl::parse(list).map_err(Error::<T>::from)?;
        if let Some(known) = Lists::<T>::get(issuer) {
            list.list
                .check_newer_than(&known)
                .map_err(Error::<T>::from)?;
        }
        let list = list.verify(&authority).map_err(Error::<T>::from)?;

        let revoked = list.revoked.len() as u32;
        Lists::<T>::insert(issuer, list);
        Self::deposit_event(Event::ListUpdated { issuer, revoked });
        Ok(())
    }
}
