//! Registration: the chain itself checks that the data shards are the file.

use crate::{
    types::{Commitment, Encoding, LeaseParts, Registration, RootList, Stage},
    AccountId, CertifiedCommitments, Config, DrawRequests, Encodings, Error, Event, Funding,
    HoldReason, LapsesDue, NextEncodingId, Pallet, Parameters, PendingBy, PendingOf, Roots,
    StorageParameters, WorkerSet,
};
use ballast_core::{
    price::{encoding_state_bytes, lease_cost},
    verify_registration, Address, Balance, BlockNumber, EncodingId, Layout, LayoutError,
    RegistrationError,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchResult, Get},
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register(publisher: AccountId, request: Registration) -> DispatchResult {
        let params = Parameters::<T>::get();
        let layout = Layout::new(request.len, request.code).map_err(refused_layout::<T>)?;
        Self::ensure_can_start(&params, &layout, request.epochs)?;
        // The hashing comes last of the checks: it is the dear one.
        let Registration {
            address,
            cell_values,
            length_proof,
            ..
        } = request;
        let roots = verify_registration(&layout, &cell_values, &length_proof, address)
            .map_err(refused_registration::<T>)?;
        let commitment = Commitment::of(&address, &layout, &roots);
        Self::ensure_not_paid_already(&publisher, &address, commitment)?;
        let (deposit, lease) = Self::cost(&params, &layout, request.epochs)?;

        Self::hold(HoldReason::Deposit, &publisher, deposit)?;
        Self::hold(HoldReason::Lease, &publisher, lease)?;
        let now = Self::now();
        let stage = Stage::Pending {
            lapses_at: now.saturating_add(params.pending_timeout_blocks),
            epochs: request.epochs,
            placed_at: None,
        };
        let (len, code) = (request.len, request.code);
        let encoding = Encoding {
            address,
            len,
            code,
            publisher,
            commitment,
            registered_at: now,
            stage,
            deposit,
            lease,
            funded: lease,
            parts: LeaseParts::new(),
        };
        Self::enter(encoding, RootList::truncate_from(roots), now);
        Ok(())
    }

    fn ensure_can_start(
        params: &StorageParameters,
        layout: &Layout,
        epochs: u32,
    ) -> Result<(), Error<T>> {
        ensure!(epochs >= params.min_lease_epochs, Error::<T>::LeaseTooShort);
        ensure!(epochs <= params.max_lease_epochs, Error::<T>::BeyondHorizon);
        ensure!(
            DrawRequests::<T>::count() < T::MaxDrawQueue::get(),
            Error::<T>::DrawQueueFull
        );
        // Only a first guess, so that nobody pays to learn it: the draw looks at room and stake as well.
        let shards = layout.held_shards().count();
        let workers = T::Workers::candidates_count() as usize;
        ensure!(workers >= shards, Error::<T>::NotEnoughWorkers);
        Ok(())
    }

    fn ensure_not_paid_already(
        publisher: &AccountId,
        address: &Address,
        commitment: Commitment,
    ) -> Result<(), Error<T>> {
        let certified = CertifiedCommitments::<T>::contains_key(commitment);
        ensure!(!certified, Error::<T>::AlreadyCertified);
        let pending = PendingBy::<T>::contains_key((publisher, address, commitment));
        ensure!(!pending, Error::<T>::AlreadyPending);
        let max = T::MaxPendingPerPublisher::get() as usize;
        let count = PendingBy::<T>::iter_key_prefix((publisher, address))
            .take(max)
            .count();
        ensure!(count < max, Error::<T>::TooManyPending);
        Ok(())
    }

    fn cost(
        params: &StorageParameters,
        layout: &Layout,
        epochs: u32,
    ) -> Result<(Balance, Balance), Error<T>> {
        let state_bytes = encoding_state_bytes(layout.code());
        let deposit = params
            .encoding_deposit
            .of(state_bytes)
            .ok_or(Error::<T>::CostOverflow)?;
        Ok((deposit, Self::lease_cost_now(layout, epochs)?))
    }

    /// What `epochs` cost at the present price.
    pub(crate) fn lease_cost_now(layout: &Layout, epochs: u32) -> Result<Balance, Error<T>> {
        let price = T::Workers::price_per_gib_epoch();
        lease_cost(layout.stored_len(), epochs, price).ok_or(Error::<T>::CostOverflow)
    }

    fn enter(encoding: Encoding, roots: RootList, now: BlockNumber) {
        let id = NextEncodingId::<T>::mutate(|next| {
            let id = *next;
            // 2^64 registrations do not happen.
            *next = EncodingId(id.0.saturating_add(1));
            id
        });
        let Encoding {
            address,
            publisher,
            commitment,
            ..
        } = encoding.clone();
        PendingOf::<T>::insert(address, id, ());
        PendingBy::<T>::insert((&publisher, address, commitment), id);
        if let Stage::Pending { lapses_at, .. } = encoding.stage {
            LapsesDue::<T>::insert(lapses_at, id, ());
        }
        Funding::<T>::insert(id, &publisher, encoding.lease);
        Roots::<T>::insert(id, roots);
        Encodings::<T>::insert(id, encoding);
        Self::request_draw(id, now);
        Self::deposit_event(Event::Registered {
            encoding: id,
            address,
            publisher,
        });
    }
}

fn refused_layout<T: Config>(error: LayoutError) -> Error<T> {
    match error {
        LayoutError::TooShort { .. } => Error::<T>::BlobTooShort,
        LayoutError::TooLong { .. } => Error::<T>::BlobTooLong,
    }
}

fn refused_registration<T: Config>(error: RegistrationError) -> Error<T> {
    match error {
        RegistrationError::WrongTableLen { .. } => Error::<T>::WrongTableLen,
        RegistrationError::WrongLastChunkLen { .. } => Error::<T>::WrongLastChunkLen,
        RegistrationError::WrongProofLen { .. } => Error::<T>::WrongProofLen,
        RegistrationError::WrongLastCell { .. } => Error::<T>::WrongLastCell,
        RegistrationError::WrongAddress { .. } => Error::<T>::WrongAddress,
    }
}
