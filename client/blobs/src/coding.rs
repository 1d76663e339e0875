//! Columns out of a source: rows of column blocks, the values of all cells, fingerprints.
//!
//! Goals: memory is a few rows (a row is one column block of every shard, n MiB at most), whatever the blob's length;
//! all cores work on different rows.
//! Non-goals: where the columns go.

mod pass;
mod prepare;
mod row;
mod truth;

pub(crate) use prepare::{block_values, is_registered_row, prepare, Prepared};
pub(crate) use row::{encode_row, read_row, row_len};
pub(crate) use truth::fingerprints;

use crate::blocking::cores;

/// Rows worked on at a time: as many as cores, as far as memory goes.
pub(crate) fn rows_at_once(memory: u64, row_len: u64) -> usize {
    let rows = usize::try_from(memory / row_len.max(1)).unwrap_or(usize::MAX);
    rows.clamp(1, cores())
}
