//! Tests by feature. Every test ends with a check of the invariants of all three pallets.
#![allow(clippy::unwrap_used)]

pub(crate) mod actions;
#[path = "../../../blobs/src/tests/blob.rs"]
pub(crate) mod blob;
mod genesis;
mod money;
mod moves;
mod pay;
mod prove;
mod standing;
mod upkeep;
mod windows;
