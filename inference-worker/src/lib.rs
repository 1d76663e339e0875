//! The inference worker. So far it attests: its GPUs answer challenges of the chain, so that its session key has a tier.
//!
//! Goals: evidence is fresh, for this chain, worker and key, and renewed before it expires; where there is none, the
//! message says why and what to do. Which hardware answers is behind one trait, [`attester::Attester`].
//! Non-goals, yet: inference itself, offers, channels, claims.
//!
//! Read in this order: [`attester`], [`nvml`] (real GPUs), [`development`] (test evidence), [`schedule`], [`worker`]
//! (challenge, evidence, transaction, and again), [`account`] and [`session_key`] (keys).

pub mod account;
pub mod attester;
pub mod development;
pub mod nvml;
pub mod schedule;
pub mod session_key;
pub mod worker;
