//! Arguments of `gateway`.

use super::{parse_code, parse_licence, DurabilityArg};
use crate::amount::ByteCount;
use ballast_core::Code;
use clap::{Args, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// `gateway`, or `gateway token ..`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct GatewayArgs {
    /// Something else than serving
    #[command(subcommand)]
    pub verb: Option<GatewayVerb>,
    /// What serving takes.
    #[command(flatten)]
    pub serve: GatewayServeArgs,
}

/// Verbs about a gateway.
#[derive(Debug, Subcommand)]
pub enum GatewayVerb {
    /// Make, list and revoke the tokens that uploads need
    #[command(subcommand)]
    Token(TokenVerb),
}

/// Verbs about tokens.
#[derive(Debug, Subcommand)]
pub enum TokenVerb {
    /// Make a token, and print it once
    New {
        /// Whom it is for; also the namespace of uploads that name none
        #[arg(long, value_name = "NAME", default_value = "operator")]
        name: String,
    },
    /// List tokens
    List,
    /// Revoke a token, at once
    Revoke {
        /// Its id, as `list` shows it
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// Arguments of serving.
#[derive(Debug, Args)]
pub struct GatewayServeArgs {
    /// Address to serve on
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8585")]
    pub listen: SocketAddr,
    /// Folder of the disk cache [default: ~/.cache/ballast/gateway]
    #[arg(long, value_name = "DIR")]
    pub cache_dir: Option<PathBuf>,
    /// Size of the disk cache
    #[arg(long, value_name = "SIZE", default_value = "20GiB")]
    pub cache_size: ByteCount,
    /// What clients call this gateway, behind a proxy, say https://models.example.org [default: their Host header]
    #[arg(long, value_name = "URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Downloads at a time
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub max_streams: u32,
    /// Connections at a time
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_connections: u32,
    /// Requests a second from one address, after a burst of ten seconds' worth; 0 for no limit
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub max_rate: u32,
    /// Take uploads, for tokens made with `ballast gateway token new`, and publish them with the key of this call
    #[arg(long)]
    pub write: bool,
    /// Take them from other machines too: put TLS in front
    #[arg(long, requires = "write")]
    pub allow_remote_write: bool,
    /// Folder where uploads wait for their commit [default: ~/.local/share/ballast/gateway/spool]
    #[arg(long, value_name = "DIR", requires = "write")]
    pub spool_dir: Option<PathBuf>,
    /// Bytes of uploads that may wait
    #[arg(long, value_name = "SIZE", default_value = "100GiB")]
    pub spool_size: ByteCount,
    /// How long to store what is uploaded, in storage epochs
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..))]
    pub epochs: u32,
    /// Erasure code of what is uploaded, as k,n [default: by the number of workers]
    #[arg(long, value_name = "K,N", conflicts_with = "durability", value_parser = parse_code)]
    pub code: Option<Code>,
    /// How much loss it is to survive, where --code is not given
    #[arg(long, value_enum, default_value_t)]
    pub durability: DurabilityArg,
    /// Licence of models that uploads create, as SPDX expression
    #[arg(long, value_name = "SPDX", default_value = "NOASSERTION", value_parser = parse_licence)]
    pub licence: String,
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let is_http = text.starts_with("http://") || text.starts_with("https://");
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    match is_http && is_plain {
        true => Ok(text.into()),
        false => Err("expected an address such as https://models.example.org".into()),
    }
}
