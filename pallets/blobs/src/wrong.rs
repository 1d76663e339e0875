//! Wrong encodings: chunks of k + 1 shards at one offset that lie on no codeword end an encoding, never an address.
//!
//! Goals: whoever finds one ends it with one call, is rewarded, and nobody is blamed but the publisher; an encoding that
//! is right cannot be ended, because every chunk is proven against the shard roots that the publisher registered. A worker,
//! whose program has no funds, can send it: the call costs no fee and authorises itself like a certificate.
//! Non-goals: shards that nobody shows (`dispute`).
//!
//! The code works byte by byte at equal column offsets, so one chunk of each shard is enough. A data shard that ends before
//! the chunk counts as zeros, as in the code. Fingerprints make a wrong certificate unlikely unless enough holders lie about
//! theirs; then the first honest worker that rebuilds a shard sees it.
//!
//! Known limit: the chunks are the proof, whoever shows them. Who makes the block, or hears of a report before it is in one,
//! can send it under another name. The encoding ends all the same.

use crate::{
    certify::{refusal, MAX_LONGEVITY_BLOCKS},
    types::{Encoding, ShardChunks, Stage},
    AccountId, Config, Disputes, Encodings, Error, Event, ExpiriesDue, ExpiryCursor, FeelessWeight,
    HoldReason, Pallet, Parameters, Roots, WeightInfo,
};
use alloc::{vec, vec::Vec};
use ballast_core::{
    challenge::ShardChunk, limits::CHUNK_LEN, tree::verify_group, Balance, ChainingValue,
    ChunkIndex, EncodingId, Group, Layout, ShardIndex,
};
use ballast_erasure::consistency::first_off_code;
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, Get, InvalidTransaction, TransactionSource, ValidTransaction, Weight,
    },
};
use sp_runtime::{transaction_validity::TransactionValidityWithRefund, Percent};

/// First part of the pool tag of reports; the encoding is the second.
pub const REPORT_TAG: &[u8] = b"ballast/report";

impl<T: Config> Pallet<T> {
    pub(crate) fn authorize_report(
        _source: TransactionSource,
        _finder: &AccountId,
        id: &EncodingId,
        chunk: &ChunkIndex,
        chunks: &ShardChunks,
    ) -> TransactionValidityWithRefund {
        let encoding = Self::check_report(*id, *chunk, chunks).map_err(refusal)?;
        let cost = T::WeightInfo::report_wrong(chunks.len() as u32);
        let after = FeelessWeight::<T>::get().saturating_add(cost);
        ensure!(
            after.all_lte(T::MaxFeelessWeight::get()),
            InvalidTransaction::ExhaustsResources
        );
        let layout = encoding.layout();
        let roots = Roots::<T>::get(id).unwrap_or_default();
        check_chunks::<T>(&layout, &roots, *chunk, chunks).map_err(refusal)?;
        ensure!(
            lies_off_the_code(&layout, chunks, &absent(&layout, *chunk)),
            refusal(Error::<T>::RightlyEncoded)
        );
        let validity = ValidTransaction {
            priority: T::CertifyPriority::get(),
            requires: vec![],
            provides: vec![(REPORT_TAG, id).encode()],
            longevity: MAX_LONGEVITY_BLOCKS.into(),
            propagate: true,
        };
        Ok((validity, Weight::zero()))
    }

    /// What was authorised a moment ago, in the same block, with nothing in between.
    pub(crate) fn do_report_wrong(
        finder: AccountId,
        id: EncodingId,
        chunk: ChunkIndex,
        chunks: ShardChunks,
    ) -> DispatchResult {
        let encoding = Self::check_report(id, chunk, &chunks)?;

        let cost = T::WeightInfo::report_wrong(chunks.len() as u32);
        FeelessWeight::<T>::mutate(|used| *used = used.saturating_add(cost));
        Self::end_wrong(id, encoding, finder);
        Ok(())
    }

    /// All that can be told without a hash.
    fn check_report(
        id: EncodingId,
        chunk: ChunkIndex,
        chunks: &[ShardChunk],
    ) -> Result<Encoding, Error<T>> {
        let encoding = Self::kept_encoding(id)?;
        let mut pairs = chunks.iter().zip(chunks.iter().skip(1));
        let ascending = pairs.all(|(one, next)| one.shard < next.shard);
        ensure!(ascending, Error::<T>::ShardsNotAscending);
        let known = chunks
            .len()
            .saturating_add(absent(&encoding.layout(), chunk).len());
        let needed = usize::from(encoding.code.data_shards()).saturating_add(1);
        ensure!(known >= needed, Error::<T>::TooFewChunks);
        Ok(encoding)
    }

    /// An encoding that is certified and whose lease runs.
    pub(crate) fn kept_encoding(id: EncodingId) -> Result<Encoding, Error<T>> {
        let encoding = Encodings::<T>::get(id).ok_or(Error::<T>::UnknownEncoding)?;
        let certified = matches!(encoding.stage, Stage::Certified { .. });
        ensure!(certified, Error::<T>::NotCertified);
        ensure!(
            !encoding.has_ended(Self::current_epoch()),
            Error::<T>::LeaseEnded
        );
        Ok(encoding)
    }

    /// Ends an encoding. The finder gets part of the deposit.
    fn end_wrong(id: EncodingId, encoding: Encoding, finder: AccountId) {
        let percent = Percent::from_percent(Parameters::<T>::get().wrong_reward_percent);
        let reward: Balance = percent.mul_floor(encoding.deposit);
        let reward = Self::pay_held(HoldReason::Deposit, &encoding.publisher, &finder, reward);
        let address = encoding.address;
        let burned = Self::end_without_deposit(id, encoding, reward);
        Self::deposit_event(Event::WrongEncoding {
            encoding: id,
            address,
            finder,
            burned,
            reward,
        });
    }

    /// Ends the lease now; what is left of it goes back to the funders with the agenda. What was not `paid` of the deposit
    /// burns; gives how much.
    pub(crate) fn end_without_deposit(
        id: EncodingId,
        mut encoding: Encoding,
        paid: Balance,
    ) -> Balance {
        let burned = encoding.deposit.saturating_sub(paid);
        Self::burn_held(HoldReason::Deposit, &encoding.publisher, burned);
        encoding.deposit = 0;
        if let Stage::Certified { at, expires } = encoding.stage {
            let current = Self::current_epoch();
            ExpiriesDue::<T>::remove(expires, id);
            ExpiriesDue::<T>::insert(current, id, ());
            ExpiryCursor::<T>::mutate(|cursor| *cursor = current.min(*cursor));
            encoding.stage = Stage::Certified {
                at,
                expires: current,
            };
        }
        Disputes::<T>::remove(id);
        Encodings::<T>::insert(id, encoding);
        burned
    }
}

/// Shards that end before a chunk.
fn absent(layout: &Layout, chunk: ChunkIndex) -> Vec<ShardIndex> {
    let start = chunk.0.saturating_mul(CHUNK_LEN);
    layout
        .shard_indices()
        .filter(|shard| layout.shard_len(*shard) <= start)
        .collect()
}

/// Stops at the first chunk that does not lead to its shard's root.
fn check_chunks<T: Config>(
    layout: &Layout,
    roots: &[Option<ChainingValue>],
    chunk: ChunkIndex,
    chunks: &[ShardChunk],
) -> Result<(), Error<T>> {
    for given in chunks {
        let root = roots.get(usize::from(given.shard.0)).copied().flatten();
        let root = root.ok_or(Error::<T>::UnknownShard)?;
        verify_group(
            layout,
            given.shard,
            Group::chunk(chunk),
            &given.bytes,
            &given.proof,
            &root,
        )
        .map_err(|_| Error::<T>::WrongChunk)?;
    }
    Ok(())
}

/// Whether the chunks, with zeros for shards that end before them, are those of no codeword at some offset.
fn lies_off_the_code(layout: &Layout, chunks: &[ShardChunk], absent: &[ShardIndex]) -> bool {
    let given = chunks
        .iter()
        .map(|chunk| (chunk.shard, chunk.bytes.as_slice()));
    let zeros = absent.iter().map(|shard| (*shard, &[][..]));
    let pieces: Vec<_> = given.chain(zeros).collect();
    matches!(first_off_code(layout.code(), &pieces), Ok(Some(_)))
}
