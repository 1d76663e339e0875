//! Layout, tree, proofs and registration, checked against plain BLAKE3 and against a naive tree.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;
mod layout;
mod proofs;
mod registration;
mod vectors;
