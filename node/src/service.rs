//! Builds a node out of the SDK's parts. Nothing here knows what Ballast stores; that is the runtime's.

mod parts;
mod tasks;

use std::sync::Arc;

use ballast_runtime::{opaque::Block, Hash, RuntimeApi};
use sc_client_api::BlockBackend;
use sc_consensus_babe::{BabeLink, BabeWorkerHandle};
use sc_consensus_grandpa::{FinalityProofProvider, LinkHalf, SharedVoterState};
use sc_network::{config::FullNetworkConfiguration, NetworkBackend};
use sc_service::{
    error::Error, BuildNetworkParams, Configuration, PartialComponents, SpawnTasksParams,
    TaskManager, WarpSyncConfig,
};
use sc_telemetry::Telemetry;
use sp_consensus_babe::inherents::BabeCreateInherentDataProviders;

use self::tasks::{Author, Node, Settings, Voter};
use crate::rpc;

pub use self::parts::new_partial;

/// The client.
pub type FullClient =
    sc_service::TFullClient<Block, RuntimeApi, sc_executor::WasmExecutor<HostFunctions>>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// The transaction pool.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
/// Picks the best chain.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;

/// What the runtime may call: the standard functions, none of our own.
type HostFunctions = sp_io::SubstrateHostFunctions;
type GrandpaBlockImport =
    sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type GrandpaLink = LinkHalf<Block, FullClient, FullSelectChain>;
type BabeBlockImport = sc_consensus_babe::BabeBlockImport<
    Block,
    FullClient,
    GrandpaBlockImport,
    BabeCreateInherentDataProviders<Block>,
    FullSelectChain,
>;
type ImportQueue = sc_consensus::DefaultImportQueue<Block>;
type Partial =
    PartialComponents<FullClient, FullBackend, FullSelectChain, ImportQueue, FullPool, Consensus>;

/// A justification is made, and imported, for at least every this many blocks.
const JUSTIFICATION_PERIOD_BLOCKS: u32 = 512;

/// What the parts hand to the running node for consensus.
pub struct Consensus {
    block_import: BabeBlockImport,
    grandpa_link: GrandpaLink,
    babe_link: BabeLink<Block>,
    babe_worker: BabeWorkerHandle<Block>,
    telemetry: Option<Telemetry>,
}

/// Starts a node; it runs as long as the task manager lives.
pub fn new_full<N: NetworkBackend<Block, Hash>>(
    config: Configuration,
) -> Result<TaskManager, Error> {
    let PartialComponents {
        client,
        backend,
        mut task_manager,
        import_queue,
        keystore_container,
        select_chain,
        transaction_pool,
        other:
            Consensus {
                block_import,
                grandpa_link,
                babe_link,
                babe_worker,
                mut telemetry,
            },
    } = new_partial(&config)?;

    let metrics = N::register_notification_metrics(config.prometheus_registry());
    let (net_config, voter) = new_network_config::<N>(&config, &client, grandpa_link, &metrics)?;
    let warp_sync = sc_consensus_grandpa::warp_proof::NetworkProvider::new(
        backend.clone(),
        voter.link.shared_authority_set().clone(),
        Vec::new(),
    );
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config,
            client: client.clone(),
            transaction_pool: transaction_pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;

    let node = Node {
        settings: Settings::of(&config),
        client: client.clone(),
        pool: transaction_pool.clone(),
        keystore: keystore_container.keystore(),
        network: network.clone(),
        sync_service: sync_service.clone(),
        telemetry: telemetry.as_ref().map(Telemetry::handle),
    };
    if config.offchain_worker.enabled {
        node.spawn_offchain_workers(&task_manager, &backend)?;
    }
    let votes = !config.disable_grandpa;
    let deps = rpc::Deps {
        client: client.clone(),
        pool: transaction_pool.clone(),
        select_chain: select_chain.clone(),
        keystore: keystore_container.keystore(),
        babe_worker,
        grandpa: rpc_grandpa_deps(&voter, &backend),
    };
    let chain_spec = config.chain_spec.cloned_box();
    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client,
        backend,
        task_manager: &mut task_manager,
        keystore: keystore_container.keystore(),
        transaction_pool,
        rpc_builder: Box::new(move |executor| {
            rpc::create(deps.clone(), chain_spec.cloned_box(), executor).map_err(Into::into)
        }),
        network,
        system_rpc_tx,
        tx_handler_controller,
        sync_service,
        telemetry: telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    node.spawn_author(
        &task_manager,
        Author {
            select_chain,
            block_import,
            babe_link,
        },
    )?;
    node.spawn_discovery(&task_manager);
    if votes {
        node.spawn_voter(&task_manager, voter)?;
    }
    Ok(task_manager)
}

/// Adds GRANDPA's protocol to the network.
fn new_network_config<N: NetworkBackend<Block, Hash>>(
    config: &Configuration,
    client: &FullClient,
    link: GrandpaLink,
    metrics: &sc_network::NotificationMetrics,
) -> Result<(FullNetworkConfiguration<Block, Hash, N>, Voter), Error> {
    let genesis_hash = client
        .block_hash(0)?
        .ok_or_else(|| Error::Other("the database has no genesis block".into()))?;
    let mut net_config = FullNetworkConfiguration::<Block, Hash, N>::new(
        &config.network,
        config.prometheus_registry().cloned(),
    );
    let protocol_name =
        sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
    let (peers_set, notification_service) =
        sc_consensus_grandpa::grandpa_peers_set_config::<Block, N>(
            protocol_name.clone(),
            metrics.clone(),
            net_config.peer_store_handle(),
        );
    net_config.add_notification_protocol(peers_set);
    let state = SharedVoterState::empty();
    Ok((
        net_config,
        Voter {
            link,
            protocol_name,
            notification_service,
            state,
        },
    ))
}

fn rpc_grandpa_deps(voter: &Voter, backend: &Arc<FullBackend>) -> rpc::GrandpaDeps {
    let authority_set = voter.link.shared_authority_set().clone();
    rpc::GrandpaDeps {
        voter_state: voter.state.clone(),
        authority_set: authority_set.clone(),
        justifications: voter.link.justification_stream(),
        finality_proofs: FinalityProofProvider::new_for_service(
            backend.clone(),
            Some(authority_set),
        ),
    }
}
