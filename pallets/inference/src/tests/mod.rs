#![allow(clippy::unwrap_used)]

mod channels;
mod claims;
mod contest;
mod genesis;
mod offers;
mod random;
mod scenario;
mod settlements;
mod views;
