//! Where transcripts come from.

use crate::transcript::show::ShowBody;
use ballast_worker_api::Connector;
use futures::future::BoxFuture;

/// Somebody who asks executors.
pub trait Source: Send + Sync {
    /// The executor's answer, or why there is none.
    fn transcript(
        &self,
        endpoint: Vec<u8>,
        body: ShowBody,
    ) -> BoxFuture<'_, Result<Vec<u8>, String>>;
}

/// Asks over HTTP, where the endpoint policy lets it.
impl Source for Connector {
    fn transcript(
        &self,
        endpoint: Vec<u8>,
        body: ShowBody,
    ) -> BoxFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let body = serde_json::to_vec(&body).map_err(|error| error.to_string())?;
            let client = self.client(&endpoint).map_err(|error| error.to_string())?;
            let answer = client.transcript(body.into()).await;
            answer
                .map(|bytes| bytes.to_vec())
                .map_err(|error| error.to_string())
        })
    }
}
