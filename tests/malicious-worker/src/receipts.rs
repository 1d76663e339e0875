//! Old receipts: signed while the shards were this worker's, brought again when they are not any more.

use ballast_chain::calls;
use ballast_core::{receipt::Receipt, view::WorkerStatus, EncodingId, ShardIndex};
use ballast_http_server::Peer;
use ballast_storage_worker::{
    chain::ChainView,
    facts::ShardKey,
    receipt::{durable, issue, Durable},
    serve::App,
};
use std::{collections::BTreeMap, error::Error, net::Ipv4Addr, sync::Arc, time::Duration};

/// How often they are brought.
const PAUSE: Duration = Duration::from_secs(6);

/// Brings old receipts until it is dropped.
pub async fn replay(app: Arc<App>) {
    let mut receipts = BTreeMap::new();
    loop {
        tokio::time::sleep(PAUSE).await;
        let Some(chain) = app.link.chain().cloned() else {
            continue;
        };
        if let Err(error) = step(&app, &*chain, &mut receipts).await {
            tracing::warn!(%error, "old receipts cannot be brought now");
        }
    }
}

type Receipts = BTreeMap<(EncodingId, ShardIndex), Receipt>;

/// Signs receipts while the worker is in good standing, and brings them once it is not.
async fn step(
    app: &Arc<App>,
    chain: &dyn ChainView,
    receipts: &mut Receipts,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let status = chain.worker(app.worker).await?.map(|worker| worker.status);
    if status == Some(WorkerStatus::Active) {
        for (encoding, shard, _) in chain.assignments(app.worker).await? {
            let key = ShardKey { encoding, shard };
            if let Some(receipt) = sign(app, chain, key).await? {
                receipts.insert((encoding, shard), receipt);
            }
        }
        return Ok(());
    }
    for ((encoding, shard), receipt) in receipts {
        let call = calls::blobs::certify(*encoding, std::slice::from_ref(receipt));
        match chain.submit_feeless(&call).await {
            Ok(()) => tracing::error!(%encoding, %shard, "lie: the chain took an old receipt"),
            Err(error) => {
                tracing::info!(%encoding, %shard, %error, "lie: an old receipt was refused")
            }
        }
    }
    Ok(())
}

async fn sign(
    app: &Arc<App>,
    chain: &dyn ChainView,
    key: ShardKey,
) -> Result<Option<Receipt>, Box<dyn Error + Send + Sync>> {
    let myself = Peer::of(Ipv4Addr::LOCALHOST.into());
    let assigned = app.assignments.shard(key, myself).await?;
    let store = app.store.clone();
    let Durable::Whole(fingerprint) =
        tokio::task::spawn_blocking(move || durable(&store, key)).await??
    else {
        return Ok(None);
    };
    let (_, head) = app.link.ready()?;
    let max_age = app.assignments.params().await?.receipt_max_age;
    let genesis = chain.genesis_hash();
    let receipt = issue(
        &app.key,
        genesis,
        &assigned,
        fingerprint,
        head.number,
        max_age,
    );
    Ok(Some(receipt))
}
