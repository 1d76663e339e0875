//! Carries out what the command line says.

use std::sync::Arc;

use ballast_runtime::opaque::Block;
use sc_cli::SubstrateCli;
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkWorker};
use sc_service::{Configuration, PartialComponents, TaskManager};
use sp_runtime::traits::Block as BlockT;

use crate::{
    chain_spec,
    cli::{Cli, StagingSpecCmd, Subcommand},
    service::{self, FullBackend, FullClient},
};

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Ballast Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "the Ballast contributors".into()
    }

    fn support_url() -> String {
        concat!(env!("CARGO_PKG_REPOSITORY"), "/issues").into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id)?))
    }
}

/// Parses the command line and does what it says.
pub fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();
    match &cli.subcommand {
        None => run_node(&cli),
        Some(subcommand) => run_subcommand(&cli, subcommand),
    }
}

fn run_node(cli: &Cli) -> sc_cli::Result<()> {
    let runner = cli.create_runner(&cli.run)?;
    runner
        .run_node_until_exit(|config| async move { start(config).map_err(sc_cli::Error::Service) })
}

fn start(config: Configuration) -> Result<TaskManager, sc_service::Error> {
    match config.network.network_backend {
        NetworkBackendType::Libp2p => {
            service::new_full::<NetworkWorker<Block, <Block as BlockT>::Hash>>(config)
        }
        NetworkBackendType::Litep2p => service::new_full::<Litep2pNetworkBackend>(config),
    }
}

fn run_subcommand(cli: &Cli, subcommand: &Subcommand) -> sc_cli::Result<()> {
    match subcommand {
        Subcommand::Key(cmd) => cmd.run(cli),
        Subcommand::Sign(cmd) => cmd.run(),
        Subcommand::Verify(cmd) => cmd.run(),
        Subcommand::BuildSpec(cmd) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run(config.chain_spec, config.network)),
        Subcommand::StagingSpec(cmd) => staging_spec(cmd),
        Subcommand::ExportChainSpec(cmd) => cmd.run(cli.load_spec(&cmd.chain)?),
        Subcommand::PurgeChain(cmd) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run(config.database)),
        Subcommand::ChainInfo(cmd) => cli
            .create_runner(cmd)?
            .sync_run(|config| cmd.run::<Block>(&config)),
        Subcommand::CheckBlock(_)
        | Subcommand::ExportBlocks(_)
        | Subcommand::ExportState(_)
        | Subcommand::ImportBlocks(_)
        | Subcommand::Revert(_) => run_on_database(cli, subcommand),
    }
}

fn staging_spec(cmd: &StagingSpecCmd) -> sc_cli::Result<()> {
    let file = cmd.founders.display();
    let failed = |error: String| sc_cli::Error::Input(format!("{file}: {error}"));
    let founders = std::fs::read_to_string(&cmd.founders).map_err(|e| failed(e.to_string()))?;
    let bootnodes = cmd.bootnodes.clone();
    let spec = chain_spec::staging(&founders, &cmd.name, &cmd.id, bootnodes).map_err(failed)?;
    println!("{spec}");
    Ok(())
}

/// The verbs that open the database as a node does.
fn run_on_database(cli: &Cli, subcommand: &Subcommand) -> sc_cli::Result<()> {
    match subcommand {
        Subcommand::CheckBlock(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents {
                client,
                task_manager,
                import_queue,
                ..
            } = service::new_partial(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Subcommand::ExportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents {
                client,
                task_manager,
                ..
            } = service::new_partial(&config)?;
            Ok((cmd.run(client, config.database), task_manager))
        }),
        Subcommand::ExportState(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents {
                client,
                task_manager,
                ..
            } = service::new_partial(&config)?;
            Ok((cmd.run(client, config.chain_spec), task_manager))
        }),
        Subcommand::ImportBlocks(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents {
                client,
                task_manager,
                import_queue,
                ..
            } = service::new_partial(&config)?;
            Ok((cmd.run(client, import_queue), task_manager))
        }),
        Subcommand::Revert(cmd) => cli.create_runner(cmd)?.async_run(|config| {
            let PartialComponents {
                client,
                task_manager,
                backend,
                ..
            } = service::new_partial(&config)?;
            Ok((
                cmd.run(client, backend, Some(Box::new(revert_consensus))),
                task_manager,
            ))
        }),
        _ => Ok(()),
    }
}

/// What consensus has stored beside the blocks must go back with them.
fn revert_consensus(
    client: Arc<FullClient>,
    backend: Arc<FullBackend>,
    blocks: ballast_runtime::BlockNumber,
) -> sc_cli::Result<()> {
    sc_consensus_babe::revert(client.clone(), backend, blocks)?;
    sc_consensus_grandpa::revert(client, blocks)?;
    Ok(())
}
