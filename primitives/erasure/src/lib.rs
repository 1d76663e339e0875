//! Cells of a stripe to parity cells and back, and the fingerprints that prove it was done right.
//!
//! Goals: byte for byte the code of crate `reed-solomon-erasure` (galois_8), systematic Vandermonde; any k of n shards
//! rebuild any other, at the cost of the shards asked for; fingerprints that the runtime can compare; with `std`
//! the processor's vector instructions, found at run time ([`Kernel`]). Without it `no_std` and no `unsafe`. Nothing
//! panics on untrusted input.
//! Non-goals: where bytes lie (`ballast-core`), files and networks, threads.
//!
//! Column blocks are coded by themselves: callers hand over the same block of every shard, zero-padded to one length.
//!
//! ```
//! use ballast_core::{Code, ShardIndex};
//! use ballast_erasure::{Decoder, Encoder};
//! let code = Code::new(2, 4)?;
//! let (mut third, mut fourth) = ([0; 3], [0; 3]);
//! Encoder::new(code).encode(&[b"one", b"two"], &mut [&mut third, &mut fourth])?;
//!
//! let decoder = Decoder::new(code, &[ShardIndex(3), ShardIndex(2)])?;
//! let mut first = [0; 3];
//! decoder.rebuild(&[&fourth, &third], &[ShardIndex(0)], &mut [&mut first])?;
//! assert_eq!(&first, b"one");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]
#![cfg_attr(
    not(all(feature = "std", any(target_arch = "x86_64", target_arch = "aarch64"))),
    allow(dead_code, reason = "the vector loops have no processor to run on")
)]

extern crate alloc;

mod codec;
mod completion;
pub mod consistency;
pub mod field;
pub mod fingerprint;
mod interpolation;
mod kernel;
mod solver;

pub use codec::{CodecError, Decoder, Encoder};
pub use consistency::{first_off_code, OffCode};
pub use fingerprint::{is_codeword, CodewordError, Fingerprinter, Point, POLYNOMIAL};
pub use interpolation::PointsError;
pub use kernel::Kernel;
