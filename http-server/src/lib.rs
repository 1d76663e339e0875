//! An HTTP/1.1 listener with limits, for programs that serve strangers.
//!
//! Goals: how many connections there are, in all and from one address, how long a request's head may take, how slowly a
//! peer may read and how long a stop may take are bounded here, once, for every program.
//! Non-goals: routes and answers (the programs), TLS (a proxy's work).

mod io;
mod listener;
mod peer;
pub mod range;

pub use io::{PatientIo, PATIENCE, RATE_MIN};
pub use listener::{bind, serve, Limits, Observer, Service, DRAIN_TIMEOUT, HEAD_TIMEOUT};
pub use peer::Peer;
