#![allow(clippy::unwrap_used)]

mod attest;
mod authorities;
mod genesis;
mod genuine;
mod governance;
mod guest;
mod life;
mod views;
