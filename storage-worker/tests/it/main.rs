//! The worker from outside: its store under crashes and damage, and its API over real connections.

#![allow(clippy::unwrap_used)]
// Runs of missing blocks are lists of ranges, also when there is one.
#![allow(clippy::single_range_in_vec_init)]

mod answering;
mod answers;
mod api;
mod auditing;
mod chain_faults;
mod crashes;
mod damage;
mod denying;
mod disputing;
mod fake_chain;
mod fake_node;
mod index_faults;
mod kills;
mod limits;
mod program;
mod proving;
mod questions;
mod receiving;
mod repairing;
mod sample;
mod storing;
