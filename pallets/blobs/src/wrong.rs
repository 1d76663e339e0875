//! Wrong encodings: chunks of k + 1 shards at one offset that lie on no codeword end an encoding, never an address.
//!
//! Goals: whoever finds one ends it with one call, is rewarded, and nobody is blamed but the publisher; an encoding that
//! is right cannot be ended, because every chunk is proven against the shard roots that the publisher registered.
//! Non-goals: shards that nobody shows (a failed rebuild with a league of holders).
//!
//! The code works byte by byte at equal column offsets, so one chunk of each shard is enough. A data shard that ends before
//! the chunk counts as zeros, as in the code. Fingerprints make a wrong certificate unlikely unless enough holders lie about
//! theirs; then the first honest worker that rebuilds a shard sees it.

use crate::{
    types::{Encoding, ShardChunks, Stage},
    AccountId, Config, Encodings, Error, Event, ExpiriesDue, ExpiryCursor, HoldReason, Pallet,
    Parameters, Roots,
};
use alloc::vec::Vec;
use ballast_core::{
    challenge::ShardChunk, limits::CHUNK_LEN, tree::verify_group, Balance, ChainingValue,
    ChunkIndex, EncodingId, Fingerprint, Group, Layout, ShardIndex,
};
use ballast_erasure::fingerprint::is_codeword;
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_runtime::Percent;

/// Bytes that are checked against the code at once.
const LANE_LEN: usize = Fingerprint::LEN;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_report_wrong(
        finder: AccountId,
        id: EncodingId,
        chunk: ChunkIndex,
        chunks: ShardChunks,
    ) -> DispatchResult {
        let encoding = Encodings::<T>::get(id).ok_or(Error::<T>::UnknownEncoding)?;
        let certified = matches!(encoding.stage, Stage::Certified { .. });
        ensure!(certified, Error::<T>::NotCertified);
        ensure!(
            !encoding.has_ended(Self::current_epoch()),
            Error::<T>::LeaseEnded
        );
        let mut pairs = chunks.iter().zip(chunks.iter().skip(1));
        let ascending = pairs.all(|(one, next)| one.shard < next.shard);
        ensure!(ascending, Error::<T>::ShardsNotAscending);
        let layout = encoding.layout();
        let absent: Vec<ShardIndex> = layout
            .shard_indices()
            .filter(|shard| layout.shard_len(*shard) <= chunk.0.saturating_mul(CHUNK_LEN))
            .collect();
        let known = chunks.len().saturating_add(absent.len());
        let needed = usize::from(encoding.code.data_shards()).saturating_add(1);
        ensure!(known >= needed, Error::<T>::TooFewChunks);
        let roots = Roots::<T>::get(id).unwrap_or_default();
        check_chunks::<T>(&layout, &roots, chunk, &chunks)?;
        ensure!(
            lies_off_the_code(&layout, &chunks, &absent),
            Error::<T>::RightlyEncoded
        );

        Self::end_wrong(id, encoding, finder);
        Ok(())
    }

    /// Ends the lease now; what is left of it goes back to the funders with the agenda. The deposit is lost.
    fn end_wrong(id: EncodingId, mut encoding: Encoding, finder: AccountId) {
        let Stage::Certified { at, expires } = encoding.stage else {
            return;
        };
        let percent = Percent::from_percent(Parameters::<T>::get().wrong_reward_percent);
        let reward: Balance = percent.mul_floor(encoding.deposit);
        let reward = Self::pay_held(HoldReason::Deposit, &encoding.publisher, &finder, reward);
        let burned = encoding.deposit.saturating_sub(reward);
        Self::burn_held(HoldReason::Deposit, &encoding.publisher, burned);
        encoding.deposit = 0;
        let current = Self::current_epoch();
        ExpiriesDue::<T>::remove(expires, id);
        ExpiriesDue::<T>::insert(current, id, ());
        ExpiryCursor::<T>::mutate(|cursor| *cursor = current.min(*cursor));
        encoding.stage = Stage::Certified {
            at,
            expires: current,
        };
        let address = encoding.address;
        Encodings::<T>::insert(id, encoding);
        Self::deposit_event(Event::WrongEncoding {
            encoding: id,
            address,
            finder,
            burned,
            reward,
        });
    }
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
    let lanes = 0..(CHUNK_LEN as usize).div_ceil(LANE_LEN);
    lanes.into_iter().any(|lane| {
        let given = chunks
            .iter()
            .map(|chunk| (chunk.shard, lane_of(&chunk.bytes, lane)));
        let zeros = absent.iter().map(|shard| (*shard, Fingerprint::default()));
        let symbols: Vec<_> = given.chain(zeros).collect();
        is_codeword(layout.code(), &symbols).is_err()
    })
}

/// Sixteen bytes of a chunk, zeros past its end. The code works on each byte alone, so it holds for them as for fingerprints.
fn lane_of(bytes: &[u8], lane: usize) -> Fingerprint {
    let mut symbols = [0; LANE_LEN];
    let rest = bytes.iter().skip(lane.saturating_mul(LANE_LEN));
    for (symbol, byte) in symbols.iter_mut().zip(rest) {
        *symbol = *byte;
    }
    Fingerprint(symbols)
}
