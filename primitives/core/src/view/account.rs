//! An account as somebody to deal with: its name, where it answers, what its dealings came to.

use crate::{
    ids::Balance,
    view::{ServiceRecord, WorkerStatus},
    Tier,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What an account's channels and claims came to, beside its [`ServiceRecord`].
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub struct Dealings {
    /// As a client: channels that it opened.
    pub opened: u32,
    /// Those that have ended.
    pub ended: u32,
    /// What was paid out of them, in all.
    pub paid: Balance,
    /// Batches of its channels that contradicted an answer which their worker had signed.
    pub contested: u32,
    /// As a worker: batches of its own that contradicted an answer which it had signed.
    pub contradicted: u32,
    /// Batches that other workers checked and found right, or at least not wrong enough.
    pub passed: u32,
    /// Batches that they condemned.
    pub condemned: u32,
}

/// What an account calls itself, by the registry of identities. Whoever pays the deposit chooses; a registrar's judgement is
/// what makes it more than a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AccountName {
    /// The name for showing, as UTF-8 that nobody has checked; empty if only a hash of it is on chain.
    pub display: Vec<u8>,
    /// The name that an authority gave it, unique on this chain.
    pub username: Option<Vec<u8>>,
    /// The account whose identity it is, if it is a part of another's.
    pub parent: Option<[u8; 32]>,
    /// How many registrars found the identity reasonable or know it to be right.
    pub approvals: u32,
    /// How many found it wrong.
    pub objections: u32,
}

/// Where somebody answers with a model.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Service {
    /// An `http` or `https` URL: untrusted.
    pub endpoint: Vec<u8>,
    /// Model versions that it answers with there.
    pub offers: u32,
    /// The highest tier that a channel may demand there.
    pub tier: Tier,
}

/// What an account is as a worker.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct WorkerProfile {
    /// Where it stands.
    pub status: WorkerStatus,
    /// Bonded stake.
    pub stake: Balance,
    /// URL of its storage API: untrusted.
    pub endpoint: Vec<u8>,
    /// Where it answers with models.
    pub services: Vec<Service>,
    /// What its claims came to.
    pub record: ServiceRecord,
}

/// An account as somebody to deal with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct AccountProfile {
    /// What it calls itself, if it does.
    pub name: Option<AccountName>,
    /// What it is as a worker, if it is one.
    pub worker: Option<WorkerProfile>,
    /// What its dealings came to.
    pub dealings: Dealings,
}
