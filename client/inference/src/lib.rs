//! Paying a worker for inference, and checking what it answers.
//!
//! Goals: a client that is killed at any time neither loses money nor pays twice; nothing is taken for an answer that the
//! worker's session key has not signed over the very bytes; a worker can draw no more than what one request may cost
//! beyond what it has answered.
//! Non-goals: what is asked (any program that speaks OpenAI's API), keeping keys, choosing models.
//!
//! [`wire`] is what client and worker send each other, [`answer`] checks a signed answer, [`book`] counts what a channel
//! was spent on, [`journal`] keeps that on disk, [`events`] takes a stream apart, [`seal`] keeps others from reading along,
//! [`payer`] does it all, and [`renew`] goes on when a channel is over.

pub mod answer;
pub mod book;
pub mod cost;
pub mod error;
pub mod events;
mod incoming;
pub mod journal;
pub mod keys;
pub mod payer;
pub mod renew;
pub mod response;
pub mod seal;
pub mod select;
pub mod wire;

pub use error::PayError;
pub use payer::{Answer, PaidStream, Payer, Settings};
pub use renew::RenewingPayer;
pub use select::{Funding, PayChain, Wanted};
