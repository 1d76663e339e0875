//! The parts of a node that exist without a network: client, database, pool, and the import queue that checks blocks.

use std::sync::Arc;

use ballast_runtime::{opaque::Block, Hash, RuntimeApi};
use sc_consensus_grandpa::GrandpaPruningFilter;
use sc_service::{error::Error, Configuration, PartialComponents, PruningFilter, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{inherents::BabeCreateInherentDataProviders, SlotDuration};

use super::{
    Consensus, FullClient, FullPool, FullSelectChain, HostFunctions, ImportQueue, Partial,
    JUSTIFICATION_PERIOD_BLOCKS,
};

/// Messages that wait for a slow telemetry server.
const TELEMETRY_BUFFER_LEN: usize = 16;

/// Builds the parts, for a running node and for the verbs that open the database.
pub fn new_partial(config: &Configuration) -> Result<Partial, Error> {
    let telemetry = new_telemetry(config)?;
    // Warp sync proofs are made of the justifications at changes of the authority set.
    let keep_justified: Vec<Arc<dyn PruningFilter>> = vec![Arc::new(GrandpaPruningFilter)];
    let (client, backend, keystore_container, task_manager) =
        sc_service::new_full_parts::<Block, RuntimeApi, _>(
            config,
            telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
            sc_service::new_wasm_executor::<HostFunctions>(&config.executor),
            keep_justified,
        )?;
    let client = Arc::new(client);
    let telemetry = telemetry.map(|(worker, telemetry)| {
        task_manager
            .spawn_handle()
            .spawn("telemetry", None, worker.run());
        telemetry
    });
    let select_chain = sc_consensus::LongestChain::new(backend.clone());
    let transaction_pool = new_pool(config, &client, &task_manager);
    let (consensus, import_queue) = new_consensus(
        config,
        &client,
        &select_chain,
        &transaction_pool,
        &task_manager,
        telemetry,
    )?;
    Ok(PartialComponents {
        client,
        backend,
        task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other: consensus,
    })
}

/// Telemetry runs only if the chain specification or `--telemetry-url` names a server; the built-in networks name none.
fn new_telemetry(config: &Configuration) -> Result<Option<(TelemetryWorker, Telemetry)>, Error> {
    let Some(endpoints) = config
        .telemetry_endpoints
        .clone()
        .filter(|all| !all.is_empty())
    else {
        return Ok(None);
    };
    let worker = TelemetryWorker::new(TELEMETRY_BUFFER_LEN)?;
    let telemetry = worker.handle().new_telemetry(endpoints);
    Ok(Some((worker, telemetry)))
}

fn new_pool(
    config: &Configuration,
    client: &Arc<FullClient>,
    task_manager: &TaskManager,
) -> Arc<FullPool> {
    let pool = sc_transaction_pool::Builder::new(
        task_manager.spawn_essential_handle(),
        client.clone(),
        config.role.is_authority().into(),
    )
    .with_options(config.transaction_pool.clone())
    .with_prometheus(config.prometheus_registry())
    .build();
    Arc::new(pool)
}

/// A block passes BABE's import, then GRANDPA's, then the client's.
fn new_consensus(
    config: &Configuration,
    client: &Arc<FullClient>,
    select_chain: &FullSelectChain,
    pool: &Arc<FullPool>,
    task_manager: &TaskManager,
    telemetry: Option<Telemetry>,
) -> Result<(Consensus, ImportQueue), Error> {
    let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);
    let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
        client.clone(),
        JUSTIFICATION_PERIOD_BLOCKS,
        client,
        select_chain.clone(),
        telemetry_handle.clone(),
    )?;
    let babe_config = sc_consensus_babe::configuration(&**client)?;
    let slot_duration = babe_config.slot_duration();
    let (block_import, babe_link) = sc_consensus_babe::block_import(
        babe_config,
        grandpa_block_import.clone(),
        client.clone(),
        inherents(slot_duration),
        select_chain.clone(),
        OffchainTransactionPoolFactory::new(pool.clone()),
    )?;
    let (import_queue, babe_worker) =
        sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
            link: babe_link.clone(),
            block_import: block_import.clone(),
            justification_import: Some(Box::new(grandpa_block_import)),
            client: client.clone(),
            slot_duration,
            spawner: &task_manager.spawn_essential_handle(),
            registry: config.prometheus_registry(),
            telemetry: telemetry_handle,
        })?;
    let consensus = Consensus {
        block_import,
        grandpa_link,
        babe_link,
        babe_worker,
        telemetry,
    };
    Ok((consensus, import_queue))
}

/// What an author puts into its block before any transaction, and importers check: the slot and the time.
pub fn inherents(slot_duration: SlotDuration) -> BabeCreateInherentDataProviders<Block> {
    Arc::new(move |_parent: Hash, ()| async move {
        let timestamp = sp_timestamp::InherentDataProvider::from_system_time();
        let slot =
            sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
                *timestamp,
                slot_duration,
            );
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((slot, timestamp))
    })
}
