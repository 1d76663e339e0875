#![allow(clippy::unwrap_used)]

mod bond;
mod consent;
mod genesis;
mod invariants;
mod load;
mod price;
mod profile;
mod random;
mod scenario;
mod upkeep;
mod views;
