//! Being paid: vouchers are checked before anything is answered, claims are on disk before an answer ends, batches are
//! redeemed before a channel ends.
//!
//! Goals: nothing is served unpaid beyond one request; a request that is repeated under its number is answered by the same
//! bytes and counted once; a worker that is killed at any time loses no claim.
//! Non-goals: what is answered (`crate::serve`), whether it is right (checks).
//!
//! [`ledger`] counts a channel, [`journal`] keeps its claims on disk, [`kept`] its last answers, [`till`] takes vouchers,
//! [`redeem`] sends batches to the chain, [`limits`] has every bound.

pub mod journal;
pub mod kept;
pub mod ledger;
pub mod limits;
#[cfg(test)]
pub(crate) mod memory;
pub mod redeem;
pub mod till;

pub use till::{
    Accepted, Counts, Demand, Fate, Open, Refusal, RefusalKind, Ticket, Till, TillError,
};
