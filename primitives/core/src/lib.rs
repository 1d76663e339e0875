//! Rules that chain, worker and client must agree on, each written once.
//!
//! Goals: the runtime, a worker and a client derive the same layout, tree, placement and price from the same bytes.
//! `no_std`, no IO, no clock, no randomness, no floats; nothing here panics on untrusted input.
//! Non-goals: the erasure code itself (crate `ballast-erasure`), storage, networking.
//!
//! Read in this order: [`limits`], [`ids`], [`code`], [`layout`] (where each byte of a blob lies), [`tree`] (what a
//! shard commits to and how a part of it is proven), [`table`] (what a registration is checked against).

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(not(test), warn(clippy::indexing_slicing))]

extern crate alloc;

pub mod activation;
pub mod answer;
pub mod challenge;
pub mod check;
pub mod claim;
pub mod code;
pub mod dispute;
pub mod epoch;
pub mod ids;
pub mod income;
pub mod layout;
pub mod lease;
pub mod limits;
pub mod manifest;
pub mod merkle;
pub mod name;
mod numbers;
pub mod placement;
pub mod price;
pub mod receipt;
pub mod sealing;
pub mod table;
mod tier;
pub mod transcript;
pub mod tree;
mod uniform;
pub mod view;
pub mod voucher;

pub use code::{Code, CodeError, Durability};
pub use ids::{
    Address, Balance, BlockIndex, BlockNumber, ChainingValue, ChannelId, ChunkIndex, EncodingId,
    Fingerprint, OperatorId, RetrievalId, SettlementId, ShardIndex, StorageEpoch, StripeIndex,
    WorkerId,
};
pub use layout::{Layout, LayoutError, Segment};
pub use numbers::{NoNumbers, Numbers};
pub use table::{verify_registration, CellTable, LengthProof, RegistrationError};
pub use tier::Tier;
pub use tree::{Group, GroupProof, ShardValues, TreeError};
