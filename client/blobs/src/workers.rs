//! The workers an operation meets, each looked up once.

use crate::limits::CHAIN_READS;
use async_trait::async_trait;
use ballast_chain::{Chain, ChainError};
use ballast_core::{view::WorkerInfo, WorkerId};
use ballast_worker_api::{Connector, EndpointError, WorkerClient};
use futures::{StreamExt, TryStreamExt};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// A worker as the chain describes it, and the way to it.
#[derive(Debug)]
pub(crate) struct Worker {
    pub info: WorkerInfo,
    client: Result<WorkerClient, EndpointError>,
}

impl Worker {
    /// A worker and the way to it, if its endpoint may be used.
    pub(crate) fn new(info: WorkerInfo, client: Result<WorkerClient, EndpointError>) -> Self {
        Self { info, client }
    }

    /// Its client, unless its endpoint may not be used.
    pub(crate) fn client(&self) -> Result<&WorkerClient, &EndpointError> {
        self.client.as_ref()
    }

    /// Where it says it is, for messages.
    pub(crate) fn endpoint(&self) -> String {
        match &self.client {
            Ok(client) => client.endpoint().into(),
            Err(_) => String::from_utf8_lossy(&self.info.endpoint)
                .escape_debug()
                .to_string(),
        }
    }
}

/// Where workers are looked up. Every [`Chain`] is one.
#[async_trait]
pub trait Directory: Send + Sync {
    /// A worker, unless it is none any more.
    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError>;
}

#[async_trait]
impl<C: Chain + ?Sized> Directory for C {
    async fn worker(&self, worker: WorkerId) -> Result<Option<WorkerInfo>, ChainError> {
        Chain::worker(self, worker).await
    }
}

/// Looks workers up; one that is no worker any more is missing from the answer.
pub(crate) async fn look_up<D: Directory + ?Sized>(
    directory: &D,
    connector: &Connector,
    workers: impl IntoIterator<Item = WorkerId>,
) -> Result<HashMap<WorkerId, Arc<Worker>>, ChainError> {
    let workers: BTreeSet<WorkerId> = workers.into_iter().collect();
    futures::stream::iter(workers)
        .map(|worker| directory.worker(worker))
        .buffer_unordered(CHAIN_READS)
        .try_filter_map(|info| async { Ok(info) })
        .map_ok(|info| {
            let client = connector.client(&info.endpoint);
            (info.worker, Arc::new(Worker::new(info, client)))
        })
        .try_collect()
        .await
}
