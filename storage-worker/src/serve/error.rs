//! Errors as answers: one JSON form, one status per code.

use crate::{
    assign::AssignError,
    chain::LinkError,
    gates::Full,
    receive::ReceiveError,
    store::{PutError, ReadError, StoreError},
};
use axum::{
    http::{header, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_core::{Address, BlockIndex};
use ballast_worker_api::{ErrorBody, ErrorCode, ErrorDetail};
use std::ops::Range;

/// Code of an answer about bytes that changed on disk.
pub const CORRUPT: &str = "corrupt";
/// Code of an answer about a blob that the operator refuses.
pub const DENIED: &str = "denied";
const METHOD_NOT_ALLOWED: &str = "method-not-allowed";
const RETRY_AFTER_SECONDS: &str = "1";

/// An answer that is not a success.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: ErrorDetail,
}

impl ApiError {
    /// An error with the status of its code.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let status =
            StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            detail: ErrorBody::new(code, message).error,
        }
    }

    /// Nothing at this path.
    pub fn no_route() -> Self {
        Self::new(
            ErrorCode::NotFound,
            "there is no such route; the API is under /v1",
        )
    }

    /// The path is known, the method is not.
    pub fn method_not_allowed() -> Self {
        let code = ErrorCode::Other(METHOD_NOT_ALLOWED.into());
        Self {
            status: StatusCode::METHOD_NOT_ALLOWED,
            ..Self::new(code, "this route does not know that method")
        }
    }

    /// The client sent too slowly.
    pub fn slow_client() -> Self {
        let message = "the body did not arrive in time; send it faster, or in a new connection";
        Self {
            status: StatusCode::REQUEST_TIMEOUT,
            ..Self::new(ErrorCode::Timeout, message)
        }
    }

    /// The worker took too long.
    pub fn slow_worker() -> Self {
        Self::new(
            ErrorCode::Timeout,
            "the worker could not answer in time; try again",
        )
    }

    /// Damage on disk.
    pub fn corrupt(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Other(CORRUPT.into()), message)
    }

    /// The operator refuses this blob.
    pub fn denied(address: &Address) -> Self {
        let message = format!("this worker's operator refuses blob {address}; ask another worker");
        Self {
            status: StatusCode::UNAVAILABLE_FOR_LEGAL_REASONS,
            ..Self::new(ErrorCode::Other(DENIED.into()), message)
        }
    }

    /// The shard is not complete.
    pub fn incomplete(message: impl Into<String>, missing: &[Range<u32>]) -> Self {
        let mut error = Self::new(ErrorCode::Incomplete, message);
        error.detail.missing = runs(missing);
        error
    }

    /// Something that should not happen did; the log says what.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(ErrorCode::Internal, "the worker failed; its log says why")
    }

    /// Its code.
    pub fn code(&self) -> &ErrorCode {
        &self.detail.code
    }
}

/// Runs of blocks as the API writes them.
pub fn runs(runs: &[Range<u32>]) -> Vec<(BlockIndex, BlockIndex)> {
    runs.iter()
        .map(|run| (BlockIndex(run.start), BlockIndex(run.end)))
        .collect()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let code = self.detail.code.clone();
        let mut response = (self.status, Json(ErrorBody { error: self.detail })).into_response();
        if matches!(
            code,
            ErrorCode::Busy | ErrorCode::NotSynced | ErrorCode::Timeout
        ) {
            response.headers_mut().insert(
                header::RETRY_AFTER,
                HeaderValue::from_static(RETRY_AFTER_SECONDS),
            );
        }
        // For metrics: `observe` counts errors by their code.
        response.extensions_mut().insert(code);
        response
    }
}

impl From<AssignError> for ApiError {
    fn from(error: AssignError) -> Self {
        let code = match &error {
            // The worker may be a block behind the client, so this is no final word.
            AssignError::UnknownEncoding { .. } | AssignError::NotPlaced { .. } => {
                ErrorCode::NotSynced
            }
            AssignError::Spec(_) => ErrorCode::NotFound,
            AssignError::NotAssigned { .. } | AssignError::NoneAssigned { .. } => {
                ErrorCode::NotAssigned
            }
            AssignError::Link(LinkError::Full(full)) => return (*full).into(),
            AssignError::Link(_) => ErrorCode::NotSynced,
        };
        Self::new(code, error.to_string())
    }
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        AssignError::from(error).into()
    }
}

impl From<Full> for ApiError {
    fn from(full: Full) -> Self {
        let error = Self::new(ErrorCode::Busy, full.to_string());
        match full {
            Full::Gate { .. } => error,
            // The same code, since the remedy is the same; the status tells whose doing it is.
            Full::Share { .. } => Self {
                status: StatusCode::TOO_MANY_REQUESTS,
                ..error
            },
        }
    }
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        let code = match &error {
            ReceiveError::NoSuchBlock { .. } => ErrorCode::NotFound,
            ReceiveError::Length { .. } => ErrorCode::BadRequest,
            ReceiveError::Mismatch { .. } | ReceiveError::WrongTable { .. } => {
                ErrorCode::WrongBytes
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<PutError> for ApiError {
    fn from(error: PutError) -> Self {
        let code = match &error {
            PutError::Capacity { .. } | PutError::DiskFull { .. } => ErrorCode::NoSpace,
            PutError::Busy { .. } => ErrorCode::Busy,
            PutError::WrongRoot { .. } => ErrorCode::Incomplete,
            PutError::Store(source) if source.is_disk_full() => ErrorCode::NoSpace,
            PutError::FactsDiffer { .. } | PutError::Store(_) => return Self::internal(&error),
        };
        Self::new(code, error.to_string())
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match &error {
            ReadError::NotHeld { .. } => Self::new(ErrorCode::NotFound, error.to_string()),
            ReadError::NoSuchGroup(_) => Self::new(ErrorCode::BadRange, error.to_string()),
            ReadError::Corrupt { .. } => Self::corrupt(error.to_string()),
            ReadError::Store(_) => Self::internal(&error),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::internal(&error)
    }
}
