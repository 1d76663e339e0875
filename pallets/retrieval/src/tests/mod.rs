//! Tests by feature. Every test ends with a check of the invariants of all four pallets.
#![allow(clippy::unwrap_used)]

pub(crate) mod actions;
mod adversaries;
mod answer;
#[path = "../../../blobs/src/tests/blob.rs"]
#[allow(dead_code)]
pub(crate) mod blob;
mod challenge;
mod deadline;
mod genesis;
mod money;
