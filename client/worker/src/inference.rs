//! Requests to an inference worker, whose bodies are passed on as they are: they are hashed, signed and paid for byte by
//! byte, so nothing is parsed here.
//!
//! Goals: as with every worker, only where the endpoint policy allows, and bounded in time and size.
//! Non-goals: what is asked and what the answer is worth (`ballast-inference`).

use crate::{http::innermost, WorkerClient, WorkerError};
use bytes::{Bytes, BytesMut};
use reqwest::{Method, Response};
use std::time::Duration;

/// A worker that answers with a model.
#[derive(Clone, Debug)]
pub struct InferenceApi {
    worker: WorkerClient,
    timeout: Duration,
}

/// An answer whose body is still to come.
#[derive(Debug)]
pub struct Reply {
    response: Response,
    endpoint: String,
    timeout: Duration,
    left: usize,
    bound: usize,
}

const REQUEST: &str = "an answer";

impl InferenceApi {
    /// Through this client. `timeout` is for a whole answer, and for each piece of it.
    pub fn new(worker: WorkerClient, timeout: Duration) -> Self {
        Self { worker, timeout }
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        self.worker.endpoint()
    }

    /// Sends a request with these headers, and waits until the answer begins. At most `bound` bytes of it are read.
    pub async fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Bytes>,
        bound: usize,
    ) -> Result<Reply, WorkerError> {
        let method = match body {
            Some(_) => Method::POST,
            None => Method::GET,
        };
        let mut http = self.worker.secure(method, path).timeout(self.timeout);
        for (name, value) in headers {
            http = http.header(*name, *value);
        }
        if let Some(body) = body {
            http = http.body(body);
        }
        let response = http
            .send()
            .await
            .map_err(|error| self.worker.transport(REQUEST, self.timeout, &error))?;
        Ok(Reply {
            response,
            endpoint: self.endpoint().into(),
            timeout: self.timeout,
            left: bound,
            bound,
        })
    }
}

impl Reply {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The next piece of the body; `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, WorkerError> {
        let chunk = match tokio::time::timeout(self.timeout, self.response.chunk()).await {
            Err(_) => {
                return Err(WorkerError::Timeout {
                    endpoint: self.endpoint.clone(),
                    request: REQUEST,
                    after: self.timeout,
                })
            }
            Ok(Err(error)) => {
                return Err(WorkerError::Unreachable {
                    endpoint: self.endpoint.clone(),
                    reason: format!("the answer broke off: {}", innermost(&error)),
                })
            }
            Ok(Ok(chunk)) => chunk,
        };
        if let Some(chunk) = &chunk {
            self.left = self
                .left
                .checked_sub(chunk.len())
                .ok_or_else(|| self.too_large())?;
        }
        Ok(chunk)
    }

    /// The whole body.
    pub async fn body(mut self) -> Result<Bytes, WorkerError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn too_large(&self) -> WorkerError {
        WorkerError::TooLarge {
            endpoint: self.endpoint.clone(),
            request: REQUEST,
            bound: self.bound,
        }
    }
}

impl WorkerClient {
    /// As an inference worker: `timeout` is for a whole answer.
    pub fn inference(&self, timeout: Duration) -> InferenceApi {
        InferenceApi::new(self.clone(), timeout)
    }
}
