//! The gateway over HTTP on loopback, with the in-memory chain and the workers of the tests of `ballast-blobs`: their
//! bytes go through the same publishing, cell tables and proofs as anywhere.
#![allow(clippy::unwrap_used, missing_docs, dead_code)]

#[path = "../../../client/blobs/tests/blobs/chain.rs"]
mod chain;
#[path = "../../../client/blobs/tests/blobs/net.rs"]
mod net;
#[path = "../../../client/blobs/tests/blobs/rules.rs"]
mod rules;
#[path = "../../../client/blobs/tests/blobs/worker.rs"]
mod worker;

mod bytes;
mod hostile;
mod http;
mod openapi;
mod reads;
mod schema;
mod setup;
mod uploads;
