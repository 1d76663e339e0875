//! Evidence: checked cheaply for all GPUs, then signature by signature, then written.

use crate::{
    tier::ChainState,
    types::{
        AccountId, Binding, BlockNumber, Gpu, GpuEvidence, GuestEvidence, KeyRecord, PolicyId,
    },
    Config, DeriveNonce, Devices, Error, EvaluationNumber, Event, GuestPolicies, IsWorker,
    KeyCount, Keys, Pallet, Parameters, SessionKey, TestQuoteRoot, VerifyQuote,
};
use alloc::vec::Vec;
use ballast_attestation::{
    tdx::{report_data, VerifiedGuest},
    view::Tier,
    Attested, Challenge, CheckedEvidence, DeviceId, Evidence, Nonce,
};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{Get, UnixTime},
};
use sp_runtime::traits::SaturatedConversion;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_attest(
        worker: AccountId,
        session_key: SessionKey,
        challenge_block: BlockNumber,
        gpus: &[GpuEvidence],
        guest: Option<&GuestEvidence>,
    ) -> DispatchResult {
        ensure!(T::Workers::is_worker(&worker), Error::<T>::NotWorker);
        ensure!(!gpus.is_empty(), Error::<T>::NoEvidence);
        Self::check_key(&worker, &session_key, challenge_block)?;
        let challenge = Self::challenge(&worker, session_key, challenge_block)?;
        let nonce = T::Nonces::nonce(&challenge);
        let chains: Vec<Vec<&[u8]>> = gpus.iter().map(chain).collect();
        let checked = Self::check_all(&worker, gpus, &chains, &nonce)?;
        let attested = checked
            .into_iter()
            .map(CheckedEvidence::verify)
            .collect::<Result<Vec<Attested>, _>>()
            .map_err(Error::<T>::from)?;
        let guest = guest
            .map(|guest| Self::verify_guest(&challenge, &nonce, &attested, guest))
            .transpose()?;
        Self::record(worker, session_key, challenge_block, attested, guest);
        Ok(())
    }

    /// A key's evidence only ever moves on to later challenges, and there is room for a new key.
    fn check_key(
        worker: &AccountId,
        session_key: &SessionKey,
        challenge_block: BlockNumber,
    ) -> DispatchResult {
        match Keys::<T>::get(worker, session_key) {
            Some(record) => {
                let newer = challenge_block > record.challenge_block;
                ensure!(newer, Error::<T>::Replayed);
            }
            None => {
                let room = KeyCount::<T>::get(worker) < T::MaxKeysPerWorker::get();
                ensure!(room, Error::<T>::TooManyKeys);
            }
        }
        Ok(())
    }

    fn challenge(
        worker: &AccountId,
        session_key: SessionKey,
        block_number: BlockNumber,
    ) -> Result<Challenge, Error<T>> {
        let age = Self::now().checked_sub(block_number);
        let most = Parameters::<T>::get().max_challenge_age;
        let recent = age.is_some_and(|age| (1..=most).contains(&age));
        ensure!(recent, Error::<T>::ChallengeStale);
        let block_hash = Self::block_hash(block_number).ok_or(Error::<T>::ChallengeStale)?;
        Ok(Challenge {
            genesis_hash: Self::block_hash(0).unwrap_or_default(),
            worker: worker.clone().into(),
            session_key,
            block_number,
            block_hash,
        })
    }

    /// Everything that costs little, for all GPUs, before the first signature.
    fn check_all<'a>(
        worker: &AccountId,
        gpus: &'a [GpuEvidence],
        chains: &'a [Vec<&'a [u8]>],
        nonce: &Nonce,
    ) -> Result<Vec<CheckedEvidence<'a>>, Error<T>> {
        let mut checked: Vec<CheckedEvidence> = Vec::with_capacity(gpus.len());
        for (gpu, chain) in gpus.iter().zip(chains) {
            let evidence = Evidence {
                report: &gpu.report,
                chain,
            };
            let evidence = evidence.check(nonce, &ChainState::<T>::new())?;
            let device = evidence.claimed().device;
            let twice = checked.iter().any(|other| other.claimed().device == device);
            ensure!(!twice, Error::<T>::SameDevice);
            Self::check_binding(worker, &device)?;
            checked.push(evidence);
        }
        Ok(checked)
    }

    fn check_binding(worker: &AccountId, device: &DeviceId) -> Result<(), Error<T>> {
        let free = Devices::<T>::get(device)
            .is_none_or(|binding| binding.worker == *worker || binding.until <= Self::now());
        ensure!(free, Error::<T>::DeviceBound);
        Ok(())
    }

    fn verify_guest(
        challenge: &Challenge,
        nonce: &Nonce,
        attested: &[Attested],
        guest: &GuestEvidence,
    ) -> Result<PolicyId, Error<T>> {
        let now = T::Time::now().as_secs();
        let test_root = TestQuoteRoot::<T>::get();
        let verified = T::Quotes::verify(
            &guest.quote,
            &guest.collateral,
            now,
            test_root.as_deref().map(Vec::as_slice),
        )?;
        let VerifiedGuest {
            measurements,
            report_data: bound,
            evaluation_number,
        } = verified;
        ensure!(!measurements.is_debug(), Error::<T>::QuoteDebug);
        ensure!(
            evaluation_number >= EvaluationNumber::<T>::get(),
            Error::<T>::CollateralOutdated
        );
        let hashes = attested.iter().map(|gpu| gpu.report_hash);
        let Challenge {
            genesis_hash,
            worker,
            session_key,
            ..
        } = challenge;
        let expected = report_data(session_key, worker, genesis_hash, nonce, hashes);
        ensure!(bound == expected, Error::<T>::QuoteUnbound);
        let policy = measurements.policy_id();
        let known = GuestPolicies::<T>::get(policy).is_some_and(|record| !record.retired);
        ensure!(known, Error::<T>::GuestUnknown);
        EvaluationNumber::<T>::put(evaluation_number);
        Ok(policy)
    }

    fn record(
        worker: AccountId,
        session_key: SessionKey,
        challenge_block: BlockNumber,
        attested: Vec<Attested>,
        guest: Option<PolicyId>,
    ) {
        // From the challenge on, not from now: who answers late does not gain by it.
        let lifetime = Parameters::<T>::get().evidence_blocks;
        let expires = challenge_block.saturating_add(lifetime);
        let devices: Vec<DeviceId> = attested.iter().map(|gpu| gpu.device).collect();
        for device in &devices {
            let binding = Binding {
                worker: worker.clone(),
                session_key,
                until: expires,
                released: false,
            };
            Devices::<T>::insert(device, binding);
        }
        if !Keys::<T>::contains_key(&worker, session_key) {
            KeyCount::<T>::mutate(&worker, |count| *count = count.saturating_add(1));
        }
        let gpus: Vec<Gpu> = attested.into_iter().map(Gpu::from).collect();
        let record = KeyRecord {
            challenge_block,
            expires,
            // The call takes no more evidence than fits.
            gpus: gpus.try_into().unwrap_or_default(),
            guest,
        };
        Keys::<T>::insert(&worker, session_key, record);
        let tier = if guest.is_some() { Tier::T2 } else { Tier::T1 };
        Self::deposit_event(Event::Attested {
            worker,
            session_key,
            tier,
            devices,
            expires,
        });
    }

    pub(crate) fn do_release(worker: AccountId, device: DeviceId) -> DispatchResult {
        Devices::<T>::try_mutate(device, |binding| {
            let binding = binding
                .as_mut()
                .filter(|binding| binding.worker == worker && !binding.released)
                .ok_or(Error::<T>::NotYourDevice)?;
            binding.released = true;
            Ok::<(), Error<T>>(())
        })?;
        Self::deposit_event(Event::DeviceReleased { worker, device });
        Ok(())
    }

    pub(crate) fn do_remove_key(worker: AccountId, session_key: SessionKey) -> DispatchResult {
        let record = Keys::<T>::take(&worker, session_key).ok_or(Error::<T>::UnknownKey)?;
        for gpu in &record.gpus {
            Devices::<T>::mutate(gpu.device, |binding| {
                if let Some(binding) = binding {
                    let ours = binding.worker == worker && binding.session_key == session_key;
                    binding.released |= ours;
                }
            });
        }
        KeyCount::<T>::mutate_exists(&worker, |count| {
            *count = count
                .and_then(|count| count.checked_sub(1))
                .filter(|count| *count > 0);
        });
        Self::deposit_event(Event::KeyRemoved {
            worker,
            session_key,
        });
        Ok(())
    }

    /// Height of the current block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Hash of a block, if it is still kept.
    pub(crate) fn block_hash(number: BlockNumber) -> Option<[u8; 32]> {
        let hash = frame_system::Pallet::<T>::block_hash(
            number.saturated_into::<frame_system::pallet_prelude::BlockNumberFor<T>>(),
        );
        let kept = hash != T::Hash::default();
        hash.as_ref().try_into().ok().filter(|_| kept)
    }
}

fn chain(gpu: &GpuEvidence) -> Vec<&[u8]> {
    gpu.chain
        .iter()
        .map(|certificate| certificate.as_slice())
        .collect()
}
