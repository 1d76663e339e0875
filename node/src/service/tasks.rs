//! What a started node does beside following the chain: a validator makes blocks, every node follows the finality votes.

use std::{path::PathBuf, sync::Arc, time::Duration};

use ballast_runtime::opaque::Block;
use futures::{FutureExt, StreamExt};
use sc_authority_discovery::{Role as DiscoveryRole, WorkerConfig};
use sc_client_api::Backend;
use sc_consensus_babe::{BabeLink, SlotProportion};
use sc_consensus_grandpa::SharedVoterState;
use sc_network::{
    service::traits::NetworkService, Event, Multiaddr, NotificationService, ProtocolName,
};
use sc_network_sync::SyncingService;
use sc_service::{error::Error, Configuration, Role, TaskManager};
use sc_telemetry::TelemetryHandle;
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_keystore::KeystorePtr;

use super::{
    parts::inherents, BabeBlockImport, FullBackend, FullClient, FullPool, FullSelectChain,
    GrandpaLink, JUSTIFICATION_PERIOD_BLOCKS,
};

/// How long GRANDPA takes a vote to need through the network.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// Share of a slot in which an author adds transactions: 1.5 s of 3 s. A block full by weight takes one second on the machine
/// that weights are measured on; the rest is for slower ones, for the way to the next author and for its execution there.
const PROPOSAL_SLOT_PORTION: f32 = 0.5;

/// What is needed of the configuration after the service has taken it.
pub struct Settings {
    role: Role,
    name: String,
    force_authoring: bool,
    prometheus: Option<substrate_prometheus_endpoint::Registry>,
    discovery: Discovery,
}

/// Which addresses a validator tells others, and where it keeps what it was told.
struct Discovery {
    private_too: bool,
    public_addresses: Vec<Multiaddr>,
    cache: Option<PathBuf>,
}

impl Settings {
    /// Copies it.
    pub fn of(config: &Configuration) -> Self {
        Self {
            role: config.role,
            name: config.network.node_name.clone(),
            force_authoring: config.force_authoring,
            prometheus: config.prometheus_registry().cloned(),
            discovery: Discovery {
                private_too: config.network.allow_non_globals_in_dht,
                public_addresses: config.network.public_addresses.clone(),
                cache: config.network.net_config_path.clone(),
            },
        }
    }
}

/// A node with client and network, before its tasks start.
pub struct Node {
    /// Of the configuration.
    pub settings: Settings,
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// The network.
    pub network: Arc<dyn NetworkService>,
    /// Follows the chain.
    pub sync_service: Arc<SyncingService<Block>>,
    /// Set if telemetry runs.
    pub telemetry: Option<TelemetryHandle>,
}

/// What making blocks alone needs.
pub struct Author {
    /// Picks the block to build on.
    pub select_chain: FullSelectChain,
    /// Where the own blocks go.
    pub block_import: BabeBlockImport,
    /// The state of the epochs.
    pub babe_link: BabeLink<Block>,
}

/// What voting alone needs.
pub struct Voter {
    /// From the block import.
    pub link: GrandpaLink,
    /// Name of the protocol on this chain.
    pub protocol_name: ProtocolName,
    /// Its messages.
    pub notification_service: Box<dyn NotificationService>,
    /// Shared with the RPC.
    pub state: SharedVoterState,
}

impl Node {
    fn is_authority(&self) -> bool {
        self.settings.role.is_authority()
    }

    /// Lets validators find each other: each signs its addresses into the network's hash table and looks up the others'. Does
    /// nothing on a node that is no validator.
    pub fn spawn_discovery(&self, tasks: &TaskManager) {
        if !self.is_authority() {
            return;
        }
        let dht_events =
            self.network
                .event_stream("authority-discovery")
                .filter_map(|event| async move {
                    match event {
                        Event::Dht(event) => Some(event),
                        _ => None,
                    }
                });
        let discovery = &self.settings.discovery;
        let (worker, _) = sc_authority_discovery::new_worker_and_service_with_config(
            WorkerConfig {
                publish_non_global_ips: discovery.private_too,
                public_addresses: discovery.public_addresses.clone(),
                persisted_cache_directory: discovery.cache.clone(),
                ..Default::default()
            },
            self.client.clone(),
            Arc::new(self.network.clone()),
            Box::pin(dht_events),
            DiscoveryRole::PublishAndDiscover(self.keystore.clone()),
            self.settings.prometheus.clone(),
            tasks.spawn_handle(),
        );
        tasks.spawn_handle().spawn(
            "authority-discovery-worker",
            Some("networking"),
            worker.run(),
        );
    }

    /// No pallet has an offchain worker yet; a runtime upgrade may bring one without a new node.
    pub fn spawn_offchain_workers(
        &self,
        tasks: &TaskManager,
        backend: &Arc<FullBackend>,
    ) -> Result<(), Error> {
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: self.client.clone(),
            keystore: Some(self.keystore.clone()),
            offchain_db: backend.offchain_storage(),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(self.pool.clone())),
            network_provider: Arc::new(self.network.clone()),
            is_validator: self.is_authority(),
            enable_http_requests: false,
            custom_extensions: |_| Vec::new(),
        })?;
        tasks.spawn_handle().spawn(
            "offchain-workers-runner",
            Some("offchain-worker"),
            workers
                .run(self.client.clone(), tasks.spawn_handle())
                .boxed(),
        );
        Ok(())
    }

    /// Makes blocks in the slots of this node's keys. Does nothing on a node that is no validator.
    pub fn spawn_author(&self, tasks: &TaskManager, author: Author) -> Result<(), Error> {
        if !self.is_authority() {
            return Ok(());
        }
        let proposer = sc_basic_authorship::ProposerFactory::new(
            tasks.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            self.settings.prometheus.as_ref(),
            self.telemetry.clone(),
        );
        let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
            keystore: self.keystore.clone(),
            client: self.client.clone(),
            select_chain: author.select_chain,
            env: proposer,
            block_import: author.block_import,
            sync_oracle: self.sync_service.clone(),
            justification_sync_link: self.sync_service.clone(),
            create_inherent_data_providers: inherents(author.babe_link.config().slot_duration()),
            force_authoring: self.settings.force_authoring,
            backoff_authoring_blocks: Some(
                sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging::default(),
            ),
            babe_link: author.babe_link,
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
            max_block_proposal_slot_portion: None,
            telemetry: self.telemetry.clone(),
        })?;
        // Essential: a validator that makes no more blocks had better stop than look alive.
        tasks
            .spawn_essential_handle()
            .spawn_blocking("babe", Some("block-authoring"), babe);
        Ok(())
    }

    /// Takes part in finality. A full node has no key and so no vote: it follows the voters' messages.
    pub fn spawn_voter(&self, tasks: &TaskManager, voter: Voter) -> Result<(), Error> {
        let config = sc_consensus_grandpa::Config {
            gossip_duration: GOSSIP_DURATION,
            justification_generation_period: JUSTIFICATION_PERIOD_BLOCKS,
            observer_enabled: false,
            local_role: self.settings.role,
            name: Some(self.settings.name.clone()),
            keystore: self.is_authority().then(|| self.keystore.clone()),
            telemetry: self.telemetry.clone(),
            protocol_name: voter.protocol_name,
        };
        let task = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
            config,
            link: voter.link,
            network: self.network.clone(),
            sync: self.sync_service.clone(),
            notification_service: voter.notification_service,
            voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
            prometheus_registry: self.settings.prometheus.clone(),
            shared_voter_state: voter.state,
            telemetry: self.telemetry.clone(),
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(self.pool.clone()),
        })?;
        // Essential: without it nothing becomes final here.
        tasks
            .spawn_essential_handle()
            .spawn_blocking("grandpa-voter", None, task);
        Ok(())
    }
}
