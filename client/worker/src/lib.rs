//! The storage worker's HTTP API, version 1: its routes and bodies, which server and clients share, and the client.
//!
//! Goals: a client survives any worker: it connects only where the [`EndpointPolicy`] lets it, follows no redirect,
//! reads no more than a bound, and waits no longer than a bound. Its errors say who is to blame.
//! Non-goals: checking bytes against hashes (the caller holds the hashes; `ballast-core` checks them), choosing a
//! worker, retrying.
//!
//! Everything here is untrusted until hashed, sizes and JSON included.
//! This is the only crate that names an HTTP client.

mod answer;
mod buffer;
mod client;
mod endpoint;
mod error;
mod frame;
mod http;
mod inference;
mod messages;
mod plain;
mod pool;
pub mod routes;
mod secure;
#[cfg(test)]
mod test_worker;
mod transcript;

pub use buffer::Buffer;
pub use client::{Connector, GroupAnswer, WorkerClient};
pub use endpoint::{EndpointError, EndpointPolicy};
pub use error::{ErrorClass, WorkerError};
pub use frame::{decode_frame, encode_frame, encode_proof, FrameError};
pub use http::Timeouts;
pub use inference::{InferenceApi, Reply};
pub use messages::{
    ErrorBody, ErrorCode, ErrorDetail, ShardState, ShardStatus, WorkerIdentity, WorkerSpace,
};
pub use transcript::{MAX_TRANSCRIPT_LEN, TRANSCRIPT};

/// Greatest length of a body that frames a proof and a group: a column block, and a proof of the deepest tree.
pub const MAX_FRAME_LEN: usize = frame::MAX_FRAME_LEN;
/// Greatest length of a cell table.
pub const MAX_TABLE_BODY_LEN: usize =
    ballast_core::limits::MAX_TABLE_LEN as usize * ballast_core::ChainingValue::LEN;
/// Greatest length of a JSON answer.
pub const MAX_JSON_LEN: usize = 1 << 20;
