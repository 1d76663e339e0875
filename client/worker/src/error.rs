//! What can go wrong with a worker, and who is to blame.

use crate::{endpoint::EndpointError, messages::ErrorCode};
use ballast_core::BlockIndex;
use std::time::Duration;

/// What a caller should do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The same request to the same worker may succeed later.
    Retryable,
    /// It will not: ask another worker.
    Final,
}

/// A request to a worker failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkerError {
    /// Its endpoint may not be used.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Nobody answers, or the connection broke.
    #[error("worker at {endpoint} is not reachable: {reason}")]
    Unreachable {
        /// The worker.
        endpoint: String,
        /// What the connection said.
        reason: String,
    },
    /// It took too long.
    #[error("worker at {endpoint} did not finish {request} within {} s", .after.as_secs())]
    Timeout {
        /// The worker.
        endpoint: String,
        /// The request.
        request: &'static str,
        /// The bound.
        after: Duration,
    },
    /// It answered with an error.
    #[error("worker at {endpoint} refused {request}: {message} ({code})")]
    Refused {
        /// The worker.
        endpoint: String,
        /// The request.
        request: &'static str,
        /// Why, as a code.
        code: ErrorCode,
        /// Why, in its words.
        message: String,
        /// With [`ErrorCode::Incomplete`]: column blocks it lacks, as ranges `[first, past the last)`.
        missing: Vec<(BlockIndex, BlockIndex)>,
    },
    /// Its answer makes no sense.
    #[error("worker at {endpoint} gave a malformed answer to {request}: {reason}")]
    Malformed {
        /// The worker.
        endpoint: String,
        /// The request.
        request: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Its answer is longer than it may be; the rest was not read.
    #[error("worker at {endpoint} answered {request} with more than {bound} bytes")]
    TooLarge {
        /// The worker.
        endpoint: String,
        /// The request.
        request: &'static str,
        /// The bound.
        bound: usize,
    },
    /// This machine cannot make connections at all.
    #[error("the HTTP client cannot be set up: {reason}")]
    Setup {
        /// Why.
        reason: String,
    },
}

impl WorkerError {
    /// What to do about it.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Unreachable { .. } | Self::Timeout { .. } => ErrorClass::Retryable,
            Self::Refused { code, .. } => refusal_class(code),
            Self::Endpoint(_)
            | Self::Malformed { .. }
            | Self::TooLarge { .. }
            | Self::Setup { .. } => ErrorClass::Final,
        }
    }

    /// The code of a refusal.
    pub fn code(&self) -> Option<&ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }
}

fn refusal_class(code: &ErrorCode) -> ErrorClass {
    match code {
        ErrorCode::Busy
        | ErrorCode::Timeout
        | ErrorCode::NotSynced
        | ErrorCode::Internal
        | ErrorCode::Incomplete => ErrorClass::Retryable,
        _ => ErrorClass::Final,
    }
}
