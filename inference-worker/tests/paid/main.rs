//! Paying clients and a worker that serves them, with everything but the model and the chain as users have it: the client's
//! library, the worker's API and till, and between them a relay that keeps what passes.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../src/pay/memory.rs"]
mod memory;

mod faults;
mod leave;
mod relay;
mod renew;
mod scene;
mod sealed;
mod unpaid;
