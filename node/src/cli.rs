//! The command line: the standard flags and verbs of a Substrate node.

use std::path::PathBuf;

use clap::Parser;
use sc_cli::RunCmd;
use sc_network::config::MultiaddrWithPeerId;

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

    /// A node that new nodes connect to first, as /dns/HOST/tcp/30333/p2p/ID; may be given again
    #[arg(long = "bootnode", value_name = "MULTIADDR", value_parser = parse_bootnode)]
    pub bootnodes: Vec<MultiaddrWithPeerId>,
}

/// The address of a node with its id; without a host it would lead nowhere.
fn parse_bootnode(text: &str) -> Result<MultiaddrWithPeerId, String> {
    let remedy = "write it as /dns/HOST/tcp/30333/p2p/ID, with the ID that `ballast-node key inspect-node-key` prints";
    let node = text
        .parse::<MultiaddrWithPeerId>()
        .map_err(|error| format!("{error}; {remedy}"))?;
    match node.multiaddr.to_string().is_empty() {
        true => Err(format!("it names no host; {remedy}")),
        false => Ok(node),
    }
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

    const BOOTNODE: &str =
        "/dns/one.example.org/tcp/30333/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

    #[test]
    fn a_specification_may_name_several_bootnodes() {
        let line = format!(
            "ballast-node staging-spec --founders f.json --bootnode {BOOTNODE} --bootnode {BOOTNODE}"
        );
        let Some(Subcommand::StagingSpec(cmd)) = parse(&line).unwrap().subcommand else {
            panic!("another verb");
        };
        let named: Vec<String> = cmd.bootnodes.iter().map(ToString::to_string).collect();
        assert_eq!(named, [BOOTNODE, BOOTNODE]);
    }

    #[test]
    fn a_bootnode_that_cannot_be_reached_by_its_address_is_refused_with_the_remedy() {
        let (address, id) = BOOTNODE.split_once("/p2p").unwrap();
        for wrong in [
            address.to_owned(),
            format!("/p2p{id}"),
            "one.example.org:30333".to_owned(),
            format!("{address}/p2p/one"),
        ] {
            let line = format!("ballast-node staging-spec --founders f.json --bootnode {wrong}");
            let error = parse(&line).unwrap_err().to_string();
            assert!(error.contains("/dns/HOST/tcp/30333/p2p/ID"), "{error}");
        }
    }

    #[test]
    fn an_unknown_database_is_refused() {
        assert!(parse("ballast-node --dev --database sqlite").is_err());
    }
}
