//! The worker from outside: its store under crashes and damage, and its API over real connections.

#![allow(clippy::unwrap_used)]

mod api;
mod chain_faults;
mod crashes;
mod damage;
mod fake_chain;
mod limits;
mod program;
mod receiving;
mod sample;
mod storing;
