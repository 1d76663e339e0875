//! Refusals, in the form the clients know: a status, `X-Error-Code` and `X-Error-Message`, and `{"error": ..}`.

use axum::{
    http::{header, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
    Json,
};
use ballast_blobs::{FetchError, PublishError, ScanError};
use ballast_chain::{ChainError, ErrorClass};
use std::sync::Arc;

/// Which error it is, for clients.
pub const ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");
/// What it is, for people.
pub const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-error-message");
/// The commit that answers.
pub const REPO_COMMIT: HeaderName = HeaderName::from_static("x-repo-commit");

/// Characters of a message in a header.
const HEADER_MESSAGE_LEN: usize = 500;

/// A request that cannot be answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: Option<&'static str>,
    message: String,
    commit: Option<String>,
    retry_after_s: Option<u32>,
}

impl ApiError {
    /// An error of this status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code: None,
            message: message.into(),
            commit: None,
            retry_after_s: None,
        }
    }

    /// There is no such model.
    pub fn no_repo(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message).coded("RepoNotFound")
    }

    /// The model has no such version.
    pub fn no_revision(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message).coded("RevisionNotFound")
    }

    /// The version has no such file.
    pub fn no_entry(commit: &str, path: &str) -> Self {
        let message = format!("version {commit} has no file or folder {path:?}; list its tree");
        Self {
            commit: Some(commit.into()),
            ..Self::new(StatusCode::NOT_FOUND, message).coded("EntryNotFound")
        }
    }

    /// The request has to change.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A token is needed.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// Too much at once: come back.
    pub fn busy(message: impl Into<String>) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message).retry_after(1)
    }

    /// The body is longer than allowed.
    pub fn too_large(what: &str, max: u64) -> Self {
        let message = format!("{what} may have {max} bytes; send less");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    /// Something of the gateway itself failed. What, is for its log.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        let message = "the gateway failed at this; its log says why";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, message)
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The same with other words.
    pub fn with_message(self, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..self
        }
    }

    fn coded(self, code: &'static str) -> Self {
        Self {
            code: Some(code),
            ..self
        }
    }

    fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after_s: Some(seconds),
            ..self
        }
    }

    /// An error of something behind the gateway: temporary, or not.
    fn behind(class: ErrorClass, message: String) -> Self {
        match class {
            ErrorClass::Retryable => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, message).retry_after(5)
            }
            _ => Self::new(StatusCode::BAD_GATEWAY, message),
        }
    }
}

impl From<ChainError> for ApiError {
    fn from(error: ChainError) -> Self {
        Self::behind(error.class(), error.to_string())
    }
}

impl From<&FetchError> for ApiError {
    fn from(error: &FetchError) -> Self {
        match error {
            FetchError::Unknown { .. } => Self::new(StatusCode::NOT_FOUND, error.to_string()),
            FetchError::NotAManifest { .. } => Self::no_repo(error.to_string()),
            _ => Self::behind(error.class(), error.to_string()),
        }
    }
}

impl From<Arc<FetchError>> for ApiError {
    fn from(error: Arc<FetchError>) -> Self {
        Self::from(error.as_ref())
    }
}

impl From<PublishError> for ApiError {
    fn from(error: PublishError) -> Self {
        match (&error, error.class()) {
            (PublishError::NotOwner { .. } | PublishError::Namespace { .. }, _) => {
                Self::new(StatusCode::FORBIDDEN, error.to_string())
            }
            (_, ErrorClass::Usage) => Self::bad_request(error.to_string()),
            (_, class) => Self::behind(class, error.to_string()),
        }
    }
}

impl From<ScanError> for ApiError {
    fn from(error: ScanError) -> Self {
        Self::bad_request(error.to_string())
    }
}

/// What a header can carry: printable ASCII, not too much.
pub fn header_text(text: &str) -> HeaderValue {
    let plain = text
        .chars()
        .map(|c| if (' '..='~').contains(&c) { c } else { ' ' })
        .take(HEADER_MESSAGE_LEN);
    HeaderValue::try_from(plain.collect::<String>()).unwrap_or(HeaderValue::from_static(""))
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = Json(serde_json::json!({ "error": self.message }));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(ERROR_MESSAGE, header_text(&self.message));
        if let Some(code) = self.code {
            headers.insert(ERROR_CODE, HeaderValue::from_static(code));
        }
        if let Some(commit) = &self.commit {
            headers.insert(REPO_COMMIT, header_text(commit));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_told_with_code_commit_and_message() {
        let response = ApiError::no_entry("ab12", "x\ny").into_response();
        assert_eq!(response.status(), 404);
        assert_eq!(response.headers()[ERROR_CODE], "EntryNotFound");
        assert_eq!(response.headers()[REPO_COMMIT], "ab12");
        let message = response.headers()[ERROR_MESSAGE].to_str().unwrap();
        assert!(message.contains("\"x\\ny\""), "{message}");
    }

    #[test]
    fn headers_carry_no_control_characters_and_not_too_much() {
        let value = header_text(&format!("a\r\nb{}", "x".repeat(10_000)));
        let text = value.to_str().unwrap();
        assert!(text.starts_with("a  b") && text.len() == HEADER_MESSAGE_LEN);
    }

    #[test]
    fn what_may_go_well_later_says_when() {
        let error = ChainError::Timeout {
            what: "a read".into(),
            after: std::time::Duration::from_secs(1),
        };
        let response = ApiError::from(error).into_response();
        assert_eq!(response.status(), 503);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }
}
