//! Tests by feature. Every test that changes state ends with a check of the invariants.
#![allow(clippy::unwrap_used)]

pub(crate) mod actions;
mod adversaries;
pub(crate) mod blob;
mod certify;
mod disputes;
mod expiry;
mod feeless;
mod genesis;
mod inline;
mod lapse;
mod lease;
mod money;
mod placement;
mod reassign;
mod register;
mod strangers;
mod upkeep;
mod views;
mod wrong;
