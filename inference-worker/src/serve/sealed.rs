//! Sealed requests are opened, and their answers sealed, around everything else (`ballast_inference::seal`).
//!
//! Goals: whoever passes a request on learns where it goes, which voucher pays and what the status is, and nothing of what was
//! asked and answered, refusals and hashes included; an answer is sealed piece by piece as it comes.
//! Non-goals: which requests must be sealed (`crate::pay`).

use super::{
    app::App,
    error::{ApiError, SHOULD_RETRY},
    payment::RESPONSE,
};
use axum::{
    body::{Body, BodyDataStream},
    extract::Request,
    http::{header, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ballast_inference::{
    seal::{self, open_request, AnswerKey, AnswerSealer, Head, SealError, MEDIA_TYPE},
    wire::{self, PaymentPayload},
};
use bytes::Bytes;
use futures::{stream::unfold, StreamExt};
use std::sync::{Arc, Mutex, PoisonError};

/// Headers that stand outside too, so that who passes an answer on can pay, wait and come back.
const OUTSIDE: [HeaderName; 4] = [
    header::RETRY_AFTER,
    HeaderName::from_static(wire::REQUIRED_HEADER),
    RESPONSE,
    SHOULD_RETRY,
];

/// Where the key of an answer waits while its request is answered.
#[derive(Clone, Default)]
pub struct Opened(Arc<Mutex<Option<AnswerKey>>>);

impl Opened {
    fn put(&self, key: AnswerKey) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }

    fn take(&self) -> Option<AnswerKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Whether a request says that it is sealed.
pub fn is_sealed(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == MEDIA_TYPE)
}

impl App {
    /// Opens a sealed request, and leaves the key of its answer where [`seal_answers`] finds it.
    pub fn unseal(
        &self,
        path: &str,
        payment: Option<&str>,
        message: &[u8],
        opened: &Opened,
    ) -> Result<Bytes, ApiError> {
        // Without a payment that can be read, it is sealed for none.
        let payment = payment.and_then(|header| wire::from_header::<PaymentPayload>(header).ok());
        let (channel, number) = payment.map_or((0, 0), |payment| {
            (payment.payload.channel_id, payment.payload.number)
        });
        let request = seal::Request {
            genesis_hash: self.genesis_hash,
            path,
            channel,
            number,
        };
        let (body, key) = open_request(&self.sealing, &request, message).map_err(ApiError::seal)?;
        opened.put(key);
        Ok(body.into())
    }
}

/// Seals the answers to requests that were opened.
pub async fn seal_answers(mut request: Request, next: Next) -> Response {
    if !is_sealed(request.headers()) {
        return next.run(request).await;
    }
    let opened = Opened::default();
    request.extensions_mut().insert(opened.clone());
    let response = next.run(request).await;
    match opened.take() {
        // It was not opened, so there is nothing that anybody could read.
        None => response,
        Some(key) => {
            sealed(response, &key).unwrap_or_else(|error| ApiError::seal(error).into_response())
        }
    }
}

/// An answer that is sealed as it comes.
struct Sealing {
    sealer: AnswerSealer,
    head: Option<Vec<u8>>,
    body: BodyDataStream,
    over: bool,
}

fn sealed(response: Response, key: &AnswerKey) -> Result<Response, SealError> {
    let (parts, body) = response.into_parts();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_string(), value.to_str().ok()?.to_string()))
    };
    let head = Head {
        status: parts.status.as_u16(),
        headers: parts.headers.iter().filter_map(text).collect(),
    };
    let sealing = Sealing {
        sealer: AnswerSealer::new(key)?,
        head: serde_json::to_vec(&head).ok(),
        body: body.into_data_stream(),
        over: false,
    };
    let body = Body::from_stream(unfold(sealing, Sealing::next));
    let mut response = (parts.status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for name in OUTSIDE {
        if let Some(value) = parts.headers.get(&name) {
            headers.insert(name, value.clone());
        }
    }
    Ok(response)
}

impl Sealing {
    async fn next(mut self) -> Option<(Result<Bytes, axum::Error>, Self)> {
        if self.over {
            return None;
        }
        if let Some(head) = self.head.take() {
            return Some(self.piece(&head, false));
        }
        match self.body.next().await {
            Some(Ok(bytes)) => Some(self.piece(&bytes, false)),
            Some(Err(error)) => {
                self.over = true;
                Some((Err(error), self))
            }
            None => {
                self.over = true;
                Some(self.piece(b"", true))
            }
        }
    }

    fn piece(mut self, plain: &[u8], last: bool) -> (Result<Bytes, axum::Error>, Self) {
        let sealed = self.sealer.seal(plain, last).map_err(axum::Error::new);
        (sealed, self)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use ballast_chain::Signer;
    use ballast_inference::seal::{seal_request, AnswerOpener, SealingPair};

    const REQUEST: seal::Request<'_> = seal::Request {
        genesis_hash: [1; 32],
        path: "/v1/embeddings",
        channel: 0,
        number: 0,
    };

    async fn collected(body: Body) -> Vec<Bytes> {
        let pieces: Vec<_> = body.into_data_stream().collect().await;
        pieces.into_iter().map(Result::unwrap).collect()
    }

    #[tokio::test]
    async fn outside_an_answer_has_its_status_and_what_is_for_whoever_passes_it_on() {
        let pair = SealingPair::new([1; 32], &Signer::from_dev("Alice").unwrap()).unwrap();
        let to = pair.public().checked([1; 32]).unwrap().1;
        let (message, ours) = seal_request(&to, &REQUEST, b"{}").unwrap();
        let (_, theirs) = open_request(&pair, &REQUEST, &message).unwrap();
        let plain = ApiError::overloaded("secret words", 7).into_response();
        let answer = sealed(plain, &theirs).unwrap();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "7");
        let pieces = collected(answer.into_body()).await;
        let all = pieces.concat();
        assert!(!all.windows(6).any(|window| window == b"secret"));
        let mut opener = AnswerOpener::new(ours);
        let opened = opener.push(&all).unwrap();
        assert!(opener.is_over());
        let head: Head = serde_json::from_slice(&opened[0]).unwrap();
        assert_eq!(
            (head.status, head.header("content-type")),
            (429, Some("application/json"))
        );
        assert!(String::from_utf8(opened[1..].concat())
            .unwrap()
            .contains("secret words"));
    }
}
