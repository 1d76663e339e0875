//! Arguments of `challenge`.

use super::parse_account;
use crate::amount::Amount;
use ballast_core::{Address, EncodingId};
use clap::{ArgGroup, Args};
use std::{path::PathBuf, str::FromStr};

/// What is asked for: a blob by its address, or one encoding of it by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Any certified encoding of a blob.
    Address(Address),
    /// This encoding.
    Encoding(EncodingId),
}

impl FromStr for Asked {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_prefix("b3/").unwrap_or(text);
        let address = bare.parse().map(Self::Address);
        let encoding = bare.parse().map(Self::Encoding);
        address.ok().or(encoding.ok()).ok_or_else(|| {
            format!("{text:?} is neither an address of 64 hex digits nor the number of an encoding")
        })
    }
}

/// Arguments of `challenge`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true))]
pub struct ChallengeArgs {
    /// An address, or the number of an encoding
    #[arg(value_name = "ADDRESS|ENCODING")]
    pub asked: Asked,
    /// The shard, whoever holds it
    #[arg(long, value_name = "N", group = "whom")]
    pub shard: Option<u8>,
    /// The worker that is asked, in SS58 form, for the shard that it holds
    #[arg(long, value_name = "ACCOUNT", group = "whom", value_parser = parse_account)]
    pub worker: Option<String>,
    /// The first chunk of 1 KiB in the shard, a multiple of --chunks
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub chunk: u64,
    /// How many chunks: 1, 2, 4, 8 or 16
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_chunks)]
    pub chunks: u64,
    /// What to offer [default: the least that the chain takes now]
    #[arg(long, value_name = "BAL")]
    pub bond: Option<Amount>,
    /// Write the bytes to this file, which must not be there yet
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

fn parse_chunks(text: &str) -> Result<u64, String> {
    match text.parse() {
        Ok(count @ (1 | 2 | 4 | 8 | 16)) => Ok(count),
        _ => Err(format!("{text:?} is none of 1, 2, 4, 8 and 16")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::args::{Cli, Verb};
    use clap::Parser;

    fn parse(arguments: &[&str]) -> Result<ChallengeArgs, clap::Error> {
        let arguments = ["ballast", "challenge"].iter().chain(arguments);
        match Cli::try_parse_from(arguments)?.verb {
            Verb::Challenge(args) => Ok(args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_blob_or_an_encoding_is_asked_for() {
        let address = "ab".repeat(32);
        let args = parse(&[&address, "--shard", "3"]).unwrap();
        assert_eq!(args.asked, Asked::Address(Address([0xab; 32])));
        let args = parse(&["17", "--shard", "3", "--chunk", "32", "--chunks", "16"]).unwrap();
        assert_eq!(args.asked, Asked::Encoding(EncodingId(17)));
        assert_eq!((args.chunk, args.chunks), (32, 16));
    }

    #[test]
    fn it_must_be_clear_who_is_asked_for_what() {
        assert!(parse(&["17"]).is_err());
        let worker = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
        assert!(parse(&["17", "--worker", worker]).is_ok());
        assert!(parse(&["17", "--worker", worker, "--shard", "1"]).is_err());
        assert!(parse(&["17", "--shard", "1", "--chunks", "3"]).is_err());
        assert!(parse(&["a/b", "--shard", "1"]).is_err());
    }
}
