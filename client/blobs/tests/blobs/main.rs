//! Publishing and fetching, whole: with an in-memory chain that keeps the pallets' rules, and workers that speak HTTP
//! on loopback and can be told to fail in every way.
#![allow(clippy::unwrap_used, missing_docs)]

mod bounds;
mod chain;
mod disowned;
mod fetch_faults;
mod fetch_files;
mod models;
mod net;
mod publish_faults;
mod range_faults;
mod ranges;
mod repair;
mod resume;
mod round_trip;
mod rules;
mod samples;
mod worker;
mod wrong_parity;
