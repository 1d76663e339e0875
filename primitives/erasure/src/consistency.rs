//! Whether bytes of shards lie on the code, and where they do not.
//!
//! Goals: chain, workers and auditors find the same first place, so that what an auditor reports the chain confirms.
//! Non-goals: which of the shards is the wrong one; k + 1 shards only show that one of them is.
//!
//! The code works on each byte alone. So bytes at equal column offsets are enough, and 16 of them are seen as one
//! [`Fingerprint`]: the check is the same.

use crate::{
    fingerprint::{combine, CodewordError},
    interpolation::{check_shards, Points},
};
use alloc::vec::Vec;
use ballast_core::{Code, Fingerprint, ShardIndex};

/// Bytes that are compared at once.
const LANE_LEN: usize = Fingerprint::LEN;

/// A place at which shards lie on no codeword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OffCode {
    /// The first shard, after the first k, that does not follow from these.
    pub shard: ShardIndex,
    /// Offset in the pieces, a multiple of 16.
    pub offset: usize,
}

/// The first place at which pieces of shards, all from one column offset on, lie on no codeword; `None` if they do
/// everywhere. At least k distinct shards of the code, in any order; pieces that are shorter than others are followed by
/// zeros. Just k always pass.
pub fn first_off_code(
    code: Code,
    pieces: &[(ShardIndex, &[u8])],
) -> Result<Option<OffCode>, CodewordError> {
    let shards: Vec<ShardIndex> = pieces.iter().map(|(shard, _)| *shard).collect();
    check_shards(code, &shards)?;
    let data_shards = usize::from(code.data_shards());
    let actual = pieces.len();
    let (known, rest) = pieces
        .split_at_checked(data_shards)
        .ok_or(CodewordError::TooFew { code, actual })?;
    let points = Points::new(code, shards.get(..data_shards).unwrap_or_default())?;
    let rest: Vec<_> = rest
        .iter()
        .map(|(shard, bytes)| (*shard, *bytes, points.row(shard.0)))
        .collect();
    let longest = pieces.iter().map(|(_, bytes)| bytes.len()).max();
    let offsets = (0..longest.unwrap_or(0)).step_by(LANE_LEN);
    for offset in offsets {
        let known: Vec<_> = known
            .iter()
            .map(|(shard, bytes)| (*shard, lane(bytes, offset)))
            .collect();
        let off = rest
            .iter()
            .find(|(_, bytes, row)| combine(row, &known) != lane(bytes, offset));
        if let Some((shard, ..)) = off {
            let shard = *shard;
            return Ok(Some(OffCode { shard, offset }));
        }
    }
    Ok(None)
}

/// Sixteen bytes of a piece, zeros past its end.
fn lane(bytes: &[u8], offset: usize) -> Fingerprint {
    let mut lane = [0; LANE_LEN];
    for (into, byte) in lane.iter_mut().zip(bytes.iter().skip(offset)) {
        *into = *byte;
    }
    Fingerprint(lane)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Encoder;
    use proptest::prelude::*;

    /// Columns of a codeword.
    fn columns(code: Code, len: usize, seed: u8) -> Vec<Vec<u8>> {
        let mut columns = vec![vec![0; len]; usize::from(code.total_shards())];
        let (data, parity) = columns.split_at_mut(usize::from(code.data_shards()));
        let mut value = seed;
        for byte in data.iter_mut().flatten() {
            value = value.wrapping_mul(31).wrapping_add(7);
            *byte = value;
        }
        let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        let mut parity: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
        Encoder::new(code).encode(&data, &mut parity).unwrap();
        columns
    }

    fn pieces<'a>(columns: &'a [Vec<u8>], shards: &[u8]) -> Vec<(ShardIndex, &'a [u8])> {
        let shards = shards.iter();
        shards
            .map(|shard| (ShardIndex(*shard), columns[usize::from(*shard)].as_slice()))
            .collect()
    }

    proptest! {
        #[test]
        fn any_changed_byte_is_found_at_its_place(
            seed: u8, len in 1usize..100, at: prop::sample::Index, change in 1u8..,
            shards in Just((0u8..8).collect::<Vec<_>>()).prop_shuffle(), count in 5usize..=8,
            changed: prop::sample::Index,
        ) {
            let code = Code::new(4, 8).unwrap();
            let mut columns = columns(code, len, seed);
            let shards = &shards[..count];
            prop_assert_eq!(first_off_code(code, &pieces(&columns, shards)).unwrap(), None);
            let at = at.index(len);
            columns[usize::from(shards[changed.index(count)])][at] ^= change;
            let off = first_off_code(code, &pieces(&columns, shards)).unwrap().unwrap();
            prop_assert_eq!(off.offset, at / 16 * 16);
            // The first k and the one named are enough to show it.
            let mut few = pieces(&columns, &shards[..4]);
            few.extend(pieces(&columns, &[off.shard.0]));
            prop_assert_eq!(first_off_code(code, &few).unwrap(), Some(off));
        }
    }

    #[test]
    fn short_pieces_end_in_zeros() {
        let code = Code::new(2, 4).unwrap();
        let mut columns = columns(code, 40, 3);
        columns[1][20..].fill(0);
        let (data, parity) = columns.split_at_mut(2);
        let mut parity: Vec<&mut [u8]> = parity.iter_mut().map(Vec::as_mut_slice).collect();
        let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
        Encoder::new(code).encode(&data, &mut parity).unwrap();
        columns[1].truncate(20);
        assert_eq!(
            first_off_code(code, &pieces(&columns, &[1, 0, 3, 2])).unwrap(),
            None
        );
    }

    #[test]
    fn too_few_or_doubled_shards_are_refused() {
        let code = Code::new(2, 4).unwrap();
        let columns = columns(code, 16, 3);
        let few = first_off_code(code, &pieces(&columns, &[1]));
        assert!(
            matches!(few, Err(CodewordError::TooFew { actual: 1, .. })),
            "{few:?}"
        );
        assert!(first_off_code(code, &pieces(&columns, &[1, 1, 2])).is_err());
        assert_eq!(
            first_off_code(code, &pieces(&columns, &[1, 3])).unwrap(),
            None
        );
    }
}
