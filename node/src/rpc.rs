//! The JSON-RPC methods that the service does not bring itself: nonces, fees, BABE, GRANDPA, sync state.
//! No methods of Ballast's own: what clients read are view functions of the runtime.

use std::sync::Arc;

use ballast_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash, Nonce};
use jsonrpsee::RpcModule;
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{
    FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use substrate_frame_rpc_system::{System, SystemApiServer};

use crate::service::{FullBackend, FullClient, FullPool, FullSelectChain};

/// What the methods need. Cheap to clone: the service builds the module more than once.
#[derive(Clone)]
pub struct Deps {
    /// The client.
    pub client: Arc<FullClient>,
    /// The transaction pool.
    pub pool: Arc<FullPool>,
    /// Picks the best chain.
    pub select_chain: FullSelectChain,
    /// The node's keys.
    pub keystore: KeystorePtr,
    /// Answers questions about BABE's epochs.
    pub babe_worker: BabeWorkerHandle<Block>,
    /// What GRANDPA shares.
    pub grandpa: GrandpaDeps,
}

/// What the GRANDPA methods need.
#[derive(Clone)]
pub struct GrandpaDeps {
    /// State of the voter's rounds.
    pub voter_state: SharedVoterState,
    /// Who votes.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// New justifications.
    pub justifications: GrandpaJustificationStream<Block>,
    /// Proves that a block is final.
    pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// Builds the methods.
pub fn create(
    deps: Deps,
    chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
    executor: SubscriptionTaskExecutor,
) -> Result<RpcModule<()>, Box<dyn std::error::Error + Send + Sync>> {
    let Deps {
        client,
        pool,
        select_chain,
        keystore,
        babe_worker,
        grandpa,
    } = deps;
    let mut module = RpcModule::new(());

    let system = System::<_, _, Block>::new(client.clone(), pool);
    module.merge(SystemApiServer::<Hash, AccountId, Nonce>::into_rpc(system))?;
    let payment = TransactionPayment::<_, Block>::new(client.clone());
    module.merge(TransactionPaymentApiServer::<
        Hash,
        pallet_transaction_payment::RuntimeDispatchInfo<Balance>,
    >::into_rpc(payment))?;
    module
        .merge(Babe::new(client.clone(), babe_worker.clone(), keystore, select_chain).into_rpc())?;
    module.merge(
        Grandpa::new(
            executor,
            grandpa.authority_set.clone(),
            grandpa.voter_state,
            grandpa.justifications,
            grandpa.finality_proofs,
        )
        .into_rpc(),
    )?;
    module.merge(
        SyncState::new(chain_spec, client, grandpa.authority_set, babe_worker)?.into_rpc(),
    )?;
    Ok(module)
}
