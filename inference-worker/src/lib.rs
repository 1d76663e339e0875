//! The inference worker. It serves a model and signs its answers by a session key, and it attests: its GPUs answer
//! challenges of the chain, so that the session key has a tier.
//!
//! Goals: programs that speak OpenAI's API need no change; evidence is fresh, for this chain, worker and key, and renewed
//! before it expires; where there is none, the message says why and what to do. Which hardware answers is behind one
//! trait, [`attester::Attester`]. The model runs in a process of its own, `ballast-inference-engine`.
//! It is paid by vouchers, redeems what it claims, and runs the claims of others again.
//!
//! Read in this order: [`attester`], [`nvml`] (real GPUs), [`development`] (test evidence), [`schedule`], [`worker`]
//! (challenge, evidence, transaction, and again), [`account`] and [`session_key`] (keys), [`serve`] (the API), [`pay`] (vouchers, claims, redemptions),
//! [`transcript`] (what is kept for checks), [`verify`] (checking others).

pub mod account;
pub mod attester;
pub mod development;
pub mod nvml;
pub mod pay;
pub mod schedule;
pub mod serve;
pub mod session_key;
pub mod transcript;
pub mod verify;
pub mod worker;
