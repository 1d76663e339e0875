//! The workers an operation meets, each looked up once.

use crate::limits::CHAIN_READS;
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

/// Looks workers up; one that is no worker any more is missing from the answer.
pub(crate) async fn look_up(
    chain: &dyn Chain,
    connector: &Connector,
    workers: impl IntoIterator<Item = WorkerId>,
) -> Result<HashMap<WorkerId, Arc<Worker>>, ChainError> {
    let workers: BTreeSet<WorkerId> = workers.into_iter().collect();
    futures::stream::iter(workers)
        .map(|worker| chain.worker(worker))
        .buffer_unordered(CHAIN_READS)
        .try_filter_map(|info| async { Ok(info) })
        .map_ok(|info| {
            let client = connector.client(&info.endpoint);
            (info.worker, Arc::new(Worker { info, client }))
        })
        .try_collect()
        .await
}
