//! Claims: a batch is checked as a whole, and draws from its channel what its leaves cost.
//!
//! Goals: money leaves a channel by this route alone; a claim is settled once, because numbers ascend for ever in a
//! channel and ids of channels are not reused; what is paid never exceeds the voucher, nor what is held.

use crate::{
    traits::{ModelBook, ServingWorkers},
    types::{AccountId, Channel, Claims, Due, Key, Royalties, Settlement, Signature},
    Agenda, Channels, Config, Error, Event, NextSettlement, Pallet, Parameters, Records,
    Settlements, SettlementsOf, Unsettled,
};
use ballast_core::{
    claim::{batch_cost, BatchScope, ClaimLeaf},
    voucher::Voucher,
    Balance, ChannelId, SettlementId,
};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_core::sr25519;
use sp_io::crypto::sr25519_verify;
use sp_runtime::{traits::SaturatedConversion, ArithmeticError, DispatchError};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_redeem(
        payee: AccountId,
        id: ChannelId,
        voucher: &Voucher,
        session_key: Key,
        claims: &Claims,
        signature: Signature,
    ) -> DispatchResult {
        let mut channel = Self::live_channel(id)?;
        ensure!(channel.payee == payee, Error::<T>::NotPayee);
        let amount = Self::check_claims(&channel, voucher, claims)?;
        let tier = T::Workers::tier(&payee, &session_key).ok_or(Error::<T>::UnknownSessionKey)?;
        ensure!(tier >= channel.terms.tier, Error::<T>::TierTooLow);
        let body = voucher.body(Self::genesis_hash(), id);
        ensure!(
            is_signed(&voucher.signature, &body.signing_payload(), channel.signer),
            Error::<T>::VoucherSignature
        );
        let scope = Self::scope(id, &channel);
        let root = scope.root(claims).ok_or(Error::<T>::NoClaims)?;
        let payload = scope.signing_payload(root, claims.len() as u32);
        ensure!(
            is_signed(&signature, &payload, session_key),
            Error::<T>::ClaimsSignature
        );

        channel.drawn = channel.drawn.saturating_add(amount);
        channel.pending = channel.pending.saturating_add(amount);
        channel.last_number = claims
            .last()
            .map_or(channel.last_number, |leaf| leaf.number);
        let settlement = Self::new_settlement(id, &channel, (session_key, root), claims, amount);
        Channels::<T>::insert(id, channel);
        Records::<T>::mutate(&payee, |record| {
            record.claims = record.claims.saturating_add(claims.len() as u64);
            record.settled = record.settled.saturating_add(amount);
        });
        let settled = Self::record_settlement(&payee, settlement)?;
        Self::ask_for_check(settled);
        Ok(())
    }

    /// All that can be told without a signature, and what the batch costs.
    fn check_claims(
        channel: &Channel,
        voucher: &Voucher,
        claims: &[ClaimLeaf],
    ) -> Result<Balance, Error<T>> {
        let mut last = channel.last_number;
        for leaf in claims {
            ensure!(leaf.number > last, Error::<T>::NumberNotAscending);
            ensure!(
                channel.terms.limits.allow(&leaf.exchange),
                Error::<T>::AboveTokenLimits
            );
            last = leaf.number;
        }
        ensure!(!claims.is_empty(), Error::<T>::NoClaims);
        ensure!(last <= voucher.number, Error::<T>::BeyondVoucherNumber);
        let amount = batch_cost(claims, &channel.terms.price).ok_or(Error::<T>::BeyondVoucher)?;
        ensure!(amount > 0, Error::<T>::NothingDue);
        let drawn = channel.drawn.checked_add(amount);
        let drawn = drawn.ok_or(Error::<T>::BeyondVoucher)?;
        ensure!(drawn <= voucher.amount, Error::<T>::BeyondVoucher);
        ensure!(drawn <= channel.deposited, Error::<T>::ChannelExhausted);
        Ok(amount)
    }

    fn new_settlement(
        id: ChannelId,
        channel: &Channel,
        (session_key, root): (Key, [u8; 32]),
        claims: &Claims,
        amount: Balance,
    ) -> Settlement {
        let parameters = Parameters::<T>::get();
        let version = &channel.version;
        let royalties = T::Models::royalties(&version.namespace, &version.name);
        Settlement {
            channel: id,
            session_key,
            root,
            leaves: claims.len() as u32,
            amount,
            treasury_permille: parameters.treasury_permille,
            royalties: Royalties::truncate_from(royalties),
            verifier_permille: parameters.verifier_permille,
            verifiers: Default::default(),
            settled_at: Self::now(),
            pays_at: Self::now().saturating_add(parameters.check_blocks),
        }
    }

    fn record_settlement(
        payee: &AccountId,
        settlement: Settlement,
    ) -> Result<SettlementId, DispatchError> {
        let id = NextSettlement::<T>::get();
        let next = id.0.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        NextSettlement::<T>::put(SettlementId(next));
        Agenda::<T>::insert(settlement.pays_at, Due::Pay(id), ());
        SettlementsOf::<T>::insert(settlement.channel, id, ());
        Unsettled::<T>::mutate(payee, |count| *count = count.saturating_add(1));
        Self::deposit_event(Event::Settled {
            settlement: id,
            channel: settlement.channel,
            claims: settlement.leaves,
            amount: settlement.amount,
            pays_at: settlement.pays_at,
        });
        Settlements::<T>::insert(id, settlement);
        Ok(id)
    }

    /// What all claims under a channel have in common.
    pub(crate) fn scope(id: ChannelId, channel: &Channel) -> BatchScope {
        BatchScope {
            genesis_hash: Self::genesis_hash(),
            channel: id,
            model: channel.model,
        }
    }

    pub(crate) fn genesis_hash() -> [u8; 32] {
        let first = 0u32.saturated_into();
        let hash = frame_system::Pallet::<T>::block_hash::<
            frame_system::pallet_prelude::BlockNumberFor<T>,
        >(first);
        // Hashes of this chain have 32 bytes.
        hash.as_ref().try_into().unwrap_or_default()
    }
}

/// Whether `key` signed `payload`.
pub(crate) fn is_signed(signature: &Signature, payload: &[u8], key: Key) -> bool {
    let signature = sr25519::Signature::from_raw(*signature);
    sr25519_verify(&signature, payload, &sr25519::Public::from_raw(key))
}
