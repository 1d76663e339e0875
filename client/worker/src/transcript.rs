//! Transcripts of inference workers, for those who check them.

use crate::{WorkerClient, WorkerError};
use bytes::Bytes;
use hyper::{header, Method};

/// `POST`: the transcript of a claim that is checked, for a verifier that was drawn; JSON in, an encrypted answer out.
pub const TRANSCRIPT: &str = "/v1/transcript";

/// Longest answer that is read: request and response of a claim, with its digests.
pub const MAX_TRANSCRIPT_LEN: usize = 64 << 20;

impl WorkerClient {
    /// Asks an executor for a transcript. The answer is encrypted, and to be checked against the chain.
    pub async fn transcript(&self, body: Bytes) -> Result<Bytes, WorkerError> {
        let timeout = self.timeouts.transfer;
        let mut request = self.request("a transcript", Method::POST, TRANSCRIPT, timeout);
        request.header = Some((header::CONTENT_TYPE, "application/json".into()));
        request.body = body.into();
        self.body(request, MAX_TRANSCRIPT_LEN).await
    }
}
