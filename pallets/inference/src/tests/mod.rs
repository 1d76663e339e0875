#![allow(clippy::unwrap_used)]

mod channels;
mod checks;
mod claims;
mod contest;
mod dealings;
mod genesis;
mod invariants;
mod locks;
mod numbers;
mod offers;
mod random;
mod rewards;
mod scenario;
mod settlements;
mod views;
