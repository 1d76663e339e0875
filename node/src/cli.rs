//! The command line: the standard flags and verbs of a Substrate node.

use std::path::PathBuf;

use clap::Parser;
use sc_cli::RunCmd;

/// The whole command line.
#[derive(Debug, Parser)]
pub struct Cli {
    /// What to do; without a verb, run a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// How to run the node.
    #[command(flatten)]
    pub run: RunCmd,
}

/// The verbs.
#[derive(Debug, clap::Subcommand)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, and it lives as long as the process"
)]
pub enum Subcommand {
    /// Make, inspect and insert keys.
    #[command(subcommand)]
    Key(sc_cli::KeySubcommand),

    /// Sign a message with a secret key.
    Sign(sc_cli::SignCmd),

    /// Verify the signature of a message.
    Verify(sc_cli::VerifyCmd),

    /// Print a chain specification, with a local bootnode unless told otherwise.
    BuildSpec(sc_cli::BuildSpecCmd),

    /// Print the chain specification of a production network with these founders.
    StagingSpec(StagingSpecCmd),

    /// Write a chain specification to a file or standard output.
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Execute a block again and compare the result.
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Write blocks to a file or standard output.
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Write the state at a block as a chain specification.
    ExportState(sc_cli::ExportStateCmd),

    /// Read blocks from a file or standard input.
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Delete the database of a chain.
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Take back the last unfinalized blocks.
    Revert(sc_cli::RevertCmd),

    /// Print what the database knows: best and finalized block.
    ChainInfo(sc_cli::ChainInfoCmd),
}

/// What `staging-spec` takes.
#[derive(Debug, clap::Args)]
pub struct StagingSpecCmd {
    /// A JSON file with the first validators, balances and the technical committee
    #[arg(long, value_name = "FILE")]
    pub founders: PathBuf,

    /// Name of the network, for people
    #[arg(long, default_value = "Ballast Staging")]
    pub name: String,

    /// Name of the network, for folders and protocols
    #[arg(long, default_value = "ballast_staging")]
    pub id: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_node_takes_the_standard_flags() {
        for line in [
            "ballast-node --dev",
            "ballast-node --chain local --alice --base-path /tmp/a --port 30333 --rpc-port 9944",
            "ballast-node --validator --name v --database paritydb --sync warp --prometheus-port 9615",
            "ballast-node --dev --database rocksdb --state-pruning archive --no-telemetry",
        ] {
            assert!(parse(line).unwrap().subcommand.is_none(), "{line}");
        }
    }

    #[test]
    fn every_standard_verb_is_there() {
        let verbs: Vec<_> = Cli::command()
            .get_subcommands()
            .map(|verb| verb.get_name().to_owned())
            .collect();
        let expected = [
            "key",
            "sign",
            "verify",
            "build-spec",
            "staging-spec",
            "export-chain-spec",
            "check-block",
            "export-blocks",
            "export-state",
            "import-blocks",
            "purge-chain",
            "revert",
            "chain-info",
        ];
        assert_eq!(verbs, expected);
    }

    #[test]
    fn an_unknown_database_is_refused() {
        assert!(parse("ballast-node --dev --database sqlite").is_err());
    }
}
