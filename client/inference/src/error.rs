//! What can go wrong when an answer is paid for, and what to do about it.

use crate::{
    answer::Distrust, book::BookError, events::EventError, journal::JournalError, seal::SealError,
    wire::WireError,
};
use ballast_chain::{ChainError, ErrorClass, SubmitError};
use ballast_core::{Balance, ChannelId};
use ballast_worker_api::{EndpointError, WorkerError};

/// An answer was not had.
#[derive(Debug, thiserror::Error)]
pub enum PayError {
    /// The chain cannot be asked.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A transaction failed.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The worker's published address may not be used.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The worker does not answer. The request keeps its number: sent again, it is paid once.
    #[error("{0}; the same request, sent again, is paid once")]
    Worker(#[from] WorkerError),
    /// The book cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The book says no.
    #[error(transparent)]
    Book(#[from] BookError),
    /// The worker's word is not what it should be.
    #[error("{0}; this worker is not paid any more from this channel")]
    Distrust(#[from] Distrust),
    /// A stream makes no sense.
    #[error("the worker's stream is malformed: {0}")]
    Stream(#[from] EventError),
    /// A stream ended without its signature.
    #[error("the answer broke off; the same request, sent again, is paid once")]
    BrokeOff,
    /// A sealed answer cannot be opened. Whoever passes it on may have changed it, so the worker is not blamed.
    #[error("{0}; the same request, sent again, is paid once")]
    Seal(#[from] SealError),
    /// A sealed request was answered in the clear.
    #[error("a sealed request was answered by something that is not sealed, which only somebody on the way can have done; the same request, sent again, is paid once")]
    NotSealed,
    /// There is no key of the worker to seal to.
    #[error("this channel's requests are sealed, and the worker at {endpoint} shows no good key for that: {reason}")]
    SealingKey {
        /// The worker.
        endpoint: String,
        /// What is wrong.
        reason: WireError,
    },
    /// Nobody offers it.
    #[error("{0}")]
    NoOffer(String),
    /// There is no channel to pay from.
    #[error("{0}")]
    NoChannel(String),
    /// The channel has too little.
    #[error("channel {channel} has {left} planck left beyond what is asked for already, this request may cost {needed}; `ballast channel top-up {channel} BAL` puts more in")]
    TooLittle {
        /// The channel.
        channel: ChannelId,
        /// What is left.
        left: Balance,
        /// What the request may cost.
        needed: Balance,
    },
    /// The worker took more than it signed answers for.
    #[error("the worker drew {drawn} planck from channel {channel}, but signed answers for {spent} and at most {ceiling} was allowed; close the channel: `ballast channel close {channel}`")]
    Overdrawn {
        /// The channel.
        channel: ChannelId,
        /// What was drawn on chain.
        drawn: Balance,
        /// What signed answers cost.
        spent: Balance,
        /// What vouchers allowed.
        ceiling: Balance,
    },
}

impl PayError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Chain(error) => error.class(),
            Self::Submit(error) => error.class(),
            Self::Worker(_)
            | Self::BrokeOff
            | Self::Seal(_)
            | Self::NotSealed
            | Self::SealingKey { .. }
            | Self::Book(BookError::TooManyOpen) => ErrorClass::Retryable,
            Self::Journal(JournalError::InUse { .. }) => ErrorClass::Retryable,
            Self::Journal(_)
            | Self::Endpoint(_)
            | Self::NoOffer(_)
            | Self::NoChannel(_)
            | Self::TooLittle { .. } => ErrorClass::Usage,
            Self::Book(_) | Self::Distrust(_) | Self::Stream(_) | Self::Overdrawn { .. } => {
                ErrorClass::Fatal
            }
        }
    }

    /// A code as OpenAI's errors have one.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chain(_) => "chain_unavailable",
            Self::Submit(_) => "transaction_failed",
            Self::Endpoint(_) | Self::NoOffer(_) => "no_worker",
            Self::Worker(_) => "worker_unavailable",
            Self::Journal(_) => "journal_unavailable",
            Self::Book(_) | Self::Distrust(_) | Self::Stream(_) => "worker_not_trusted",
            Self::BrokeOff => "answer_broke_off",
            Self::Seal(_) | Self::NotSealed => "seal_broken",
            Self::SealingKey { .. } => "no_sealing_key",
            Self::NoChannel(_) => "no_channel",
            Self::TooLittle { .. } => "channel_exhausted",
            Self::Overdrawn { .. } => "channel_overdrawn",
        }
    }
}
