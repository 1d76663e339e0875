#![allow(clippy::unwrap_used)]

mod catalogue;
mod genesis;
mod invariants;
mod namespaces;
mod random;
mod royalties;
mod scenario;
mod tags;
mod transfer;
mod upkeep;
mod versions;
mod views;
