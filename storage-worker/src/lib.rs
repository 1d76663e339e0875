//! The storage worker: it holds the shards the chain assigns to it, signs receipts for them, and serves them.
//!
//! Goals: a receipt is signed only for bytes that are checked against the chain and durable; what was receipted
//! survives any crash; readers get the stored bytes with proofs, or an error; memory, disk, connections and time are
//! bounded by name.
//! what it holds is proven to the chain, looked through again and again, and rebuilt when it rots.
//! Non-goals: choosing what to hold (the chain does), TLS.
//!
//! Read in this order: [`facts`] (what a shard must be), [`receive`] (bytes become verified blocks), [`store`] (they
//! become durable), [`assign`] and [`follow`] (what the chain says), [`serve`] (the HTTP API), [`denylist`] (what its operator refuses), [`prove`] (what the chain asks for), [`answer`] (what
//! readers ask for on chain), [`audit`] and [`dispute`] (what others encoded), [`scrub`] and [`repair`] (what rotted, and what the chain moved here), [`worker`] (all of it). Module `jobs` has the work that is under way.

pub mod answer;
pub mod assign;
pub mod audit;
pub mod byte_size;
pub mod chain;
pub mod check;
pub mod config;
pub mod denylist;
pub mod dispute;
pub mod facts;
pub mod follow;
pub mod gates;
pub mod gc;
mod jobs;
pub mod key;
pub mod metrics;
pub mod prove;
pub mod rebuild;
pub mod receipt;
pub mod receive;
pub mod repair;
pub mod scrub;
pub mod serve;
pub mod store;
pub mod window;
pub mod worker;
