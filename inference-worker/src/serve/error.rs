//! Refusals in the form that clients of OpenAI's API know: `{"error": {"message", "type", "param", "code"}}`.

use crate::pay::{Refusal as Unpaid, RefusalKind};
use axum::{
    http::{header, HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use ballast_engine_protocol::Refusal;
use ballast_inference::{seal::SealError, wire};
use serde_json::{json, Value};

/// Tells OpenAI's clients whether to try again by themselves.
pub const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// When to come back if nobody can be paid at present.
const PAYMENT_RETRY_AFTER_S: u32 = 5;

/// A request that is not answered as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    retry_after_s: Option<u32>,
    /// How to pay, as a header.
    payment: Option<Box<HeaderValue>>,
}

impl ApiError {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
            retry_after_s: None,
            payment: None,
        }
    }

    /// The request has to change.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// The request has to change in this field.
    pub fn in_field(param: impl Into<String>, message: impl Into<String>) -> Self {
        Self::invalid(message).at(param)
    }

    /// The request asks for something that is not done.
    pub fn unsupported(param: impl Into<String>) -> Self {
        let param = param.into();
        let message = format!("{param} is not supported here; leave it out");
        Self::invalid(message)
            .coded("unsupported_parameter")
            .at(param)
    }

    /// No such model.
    pub fn no_model(asked: &str, served: &str) -> Self {
        let message = format!("there is no model {asked:?} here; this worker serves {served}");
        let error = Self::new(StatusCode::NOT_FOUND, "invalid_request_error", message);
        error.coded("model_not_found").at("model")
    }

    /// There is nothing under this address.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", message).coded("not_found")
    }

    /// The answer cannot be kept for those who may check it.
    pub fn not_kept(retry_after_s: u32) -> Self {
        let message = "the answer cannot be kept for checks, so it is neither given nor charged; ask again, or another worker";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", message);
        let retry_after_s = Some(retry_after_s);
        Self {
            retry_after_s,
            ..error
        }
        .coded("transcript_unavailable")
    }

    /// It is not for who asks.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_request_error", message).coded("not_for_you")
    }

    /// Another method is wanted.
    pub fn no_method() -> Self {
        let message = "this address takes another method; see docs/inference-worker.md";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "invalid_request_error",
            message,
        )
    }

    /// The body is too long.
    pub fn too_large(max: usize) -> Self {
        let message = format!("a request may have {max} bytes; send less");
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "invalid_request_error",
            message,
        )
    }

    /// The body did not arrive in time.
    pub fn slow_body() -> Self {
        let message = "the request did not arrive in time; send it again";
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout_error", message)
    }

    /// As much is under way as may be.
    pub fn overloaded(message: impl Into<String>, retry_after_s: u32) -> Self {
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", message);
        let retry_after_s = Some(retry_after_s);
        Self {
            retry_after_s,
            ..error
        }
        .coded("overloaded")
    }

    /// The answer took too long. To ask for the same again would take as long again.
    pub fn timeout(seconds: u64) -> Self {
        let message = format!(
            "the answer was not complete within {seconds} s; ask for less, or another worker"
        );
        Self::new(StatusCode::GATEWAY_TIMEOUT, "timeout_error", message).coded("timeout")
    }

    /// The model is not running at present.
    pub fn no_engine(retry_after_s: u32) -> Self {
        let message = "the model is being started again; try again in a moment";
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", message);
        let retry_after_s = Some(retry_after_s);
        Self {
            retry_after_s,
            ..error
        }
        .coded("engine_unavailable")
    }

    /// Whoever asked has gone before anything was written.
    pub fn unread() -> Self {
        let message = "nobody waited for the answer; nothing was written, and nothing is charged";
        Self::new(StatusCode::REQUEST_TIMEOUT, "timeout_error", message)
    }

    /// The engine refuses what is in field `param`.
    pub fn refused(refusal: &Refusal, param: &str) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Failed => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", message)
            }
            Refusal::TooLong { .. } | Refusal::NoRoom { .. } | Refusal::OverLimit { .. } => {
                Self::in_field(param, message).coded("context_length_exceeded")
            }
            Refusal::OtherTask { .. } => {
                Self::in_field("model", message).coded("model_not_supported")
            }
            _ => Self::in_field(param, message),
        }
    }

    /// A request that is not paid for, or not at present.
    pub fn unpaid(refusal: Unpaid) -> Self {
        let payment = |status, code| Self::new(status, "payment_error", "").coded(code);
        let paid = StatusCode::PAYMENT_REQUIRED;
        let later = |code| Self {
            retry_after_s: Some(PAYMENT_RETRY_AFTER_S),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", "").coded(code)
        };
        let error = match refusal.kind {
            RefusalKind::Missing => payment(paid, "payment_required"),
            RefusalKind::Malformed => payment(StatusCode::BAD_REQUEST, "payment_malformed"),
            RefusalKind::Channel => payment(paid, "channel_unusable"),
            RefusalKind::Signature => payment(paid, "voucher_signature"),
            RefusalKind::Funds => payment(paid, "voucher_underfunded"),
            RefusalKind::Number => payment(paid, "number_used"),
            RefusalKind::InProgress => Self {
                retry_after_s: Some(1),
                ..payment(StatusCode::CONFLICT, "answer_in_progress")
            },
            RefusalKind::Gone => payment(StatusCode::GONE, "answer_gone"),
            RefusalKind::NotSealed => {
                Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", "")
                    .coded("sealed_required")
            }
            RefusalKind::Key => later("session_key_expired"),
            RefusalKind::Chain => later("chain_unavailable"),
            RefusalKind::Behind => Self {
                retry_after_s: Some(PAYMENT_RETRY_AFTER_S),
                ..Self::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_error", "")
                    .coded("channel_behind")
            },
            RefusalKind::NoRoom => later("transcript_unavailable"),
            RefusalKind::Unavailable => later("payments_unavailable"),
        };
        let header = refusal
            .required
            .map(|required| wire::to_header(required.as_ref()));
        Self {
            message: refusal.message,
            payment: header.and_then(|header| HeaderValue::try_from(header).ok().map(Box::new)),
            ..error
        }
    }

    /// The channel pays for no written tokens.
    pub fn unpaid_text() -> Self {
        let message =
            "the channel pays for no token that is written; open one on an offer with --max-out";
        Self::in_field("max_tokens", message)
    }

    /// A request of which nothing can be told: it is being answered, or nobody knows any more.
    pub fn fate(is_under_way: bool) -> Self {
        let (status, code, message) = match is_under_way {
            true => (
                StatusCode::CONFLICT,
                "answer_in_progress",
                "this request is being answered; ask again",
            ),
            false => (
                StatusCode::GONE,
                "answer_gone",
                "this request is so old that nothing is known of it any more",
            ),
        };
        Self::new(status, "payment_error", message).coded(code)
    }

    /// A sealed request that cannot be opened, or an answer that cannot be sealed.
    pub fn seal(error: SealError) -> Self {
        let (status, code) = match error {
            SealError::AnotherKey => (StatusCode::MISDIRECTED_REQUEST, "sealing_key_unknown"),
            SealError::Randomness | SealError::TooLong => {
                (StatusCode::SERVICE_UNAVAILABLE, "sealing_unavailable")
            }
            _ => (StatusCode::BAD_REQUEST, "seal_broken"),
        };
        Self::new(status, "invalid_request_error", error.to_string()).coded(code)
    }

    /// There is no evidence to be had.
    pub fn no_report(message: impl Into<String>, retry_after_s: Option<u32>) -> Self {
        let error = Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", message);
        Self {
            retry_after_s,
            ..error
        }
        .coded("no_evidence")
    }

    /// Whether the answer took too long.
    pub fn is_timeout(&self) -> bool {
        self.status == StatusCode::GATEWAY_TIMEOUT
    }

    fn coded(self, code: &'static str) -> Self {
        let code = Some(code);
        Self { code, ..self }
    }

    fn at(self, param: impl Into<String>) -> Self {
        let param = Some(param.into());
        Self { param, ..self }
    }

    /// The status.
    #[cfg(test)]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body.
    pub fn json(&self) -> Value {
        json!({ "error": {
            "message": self.message, "type": self.kind, "param": self.param, "code": self.code,
        }})
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.json().to_string()).into_response();
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(payment) = self.payment {
            headers.insert(wire::REQUIRED_HEADER, *payment);
        }
        if self.status == StatusCode::GATEWAY_TIMEOUT {
            headers.insert(SHOULD_RETRY, HeaderValue::from_static("false"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_four_fields_that_clients_read() {
        let refusal = Refusal::TooLong { tokens: 9, max: 8 };
        let error = ApiError::refused(&refusal, "messages");
        let json = error.json();
        assert_eq!(error.status(), 400);
        assert_eq!(json["error"]["type"], "invalid_request_error");
        assert_eq!(json["error"]["code"], "context_length_exceeded");
        assert_eq!(json["error"]["param"], "messages");
        assert!(json["error"]["message"]
            .as_str()
            .is_some_and(|told| told.contains("8 tokens")));
    }

    #[test]
    fn overload_says_when_to_come_back_and_a_timeout_not_to() {
        let busy = ApiError::overloaded("busy", 3).into_response();
        assert_eq!(
            (busy.status(), &busy.headers()[header::RETRY_AFTER]),
            (
                StatusCode::TOO_MANY_REQUESTS,
                &"3".parse().expect("a value")
            )
        );
        let slow = ApiError::timeout(5).into_response();
        assert_eq!(slow.headers()[SHOULD_RETRY], "false");
    }

    #[test]
    fn a_channel_that_is_behind_and_a_full_store_say_what_to_do_and_when_to_come_back() {
        for (kind, status, error_kind, code) in [
            (
                RefusalKind::Behind,
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_error",
                "channel_behind",
            ),
            (
                RefusalKind::NoRoom,
                StatusCode::SERVICE_UNAVAILABLE,
                "server_error",
                "transcript_unavailable",
            ),
        ] {
            let error = ApiError::unpaid(Unpaid {
                kind,
                message: "what to do".into(),
                required: None,
            });
            let json = error.json();
            assert_eq!(json["error"]["message"], "what to do");
            assert_eq!(json["error"]["type"], error_kind);
            assert_eq!(json["error"]["code"], code);
            let response = error.into_response();
            assert_eq!(response.status(), status);
            assert!(response.headers().contains_key(header::RETRY_AFTER));
        }
    }
}
