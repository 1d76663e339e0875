#![allow(clippy::unwrap_used)]

mod channels;
mod checks;
mod claims;
mod contest;
mod dealings;
mod genesis;
mod invariants;
mod offers;
mod random;
mod scenario;
mod settlements;
mod views;
