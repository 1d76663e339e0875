//! Configuration: flags, then environment, then the file, then defaults.

pub use crate::byte_size::ByteSize;

use ballast_core::WorkerId;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use std::{fs, io, net::SocketAddr, path::PathBuf};

/// Greatest length of a configuration file.
const FILE_LEN_MAX: u64 = 64 << 10;

/// How log events are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Flags of `run`. Each has a place in the environment and in the file.
#[derive(Args, Clone, Debug, Default)]
pub struct RunArgs {
    /// TOML file with any of these settings, named as here with `_` for `-`
    #[arg(long, value_name = "FILE", env = "BALLAST_WORKER_CONFIG")]
    pub config: Option<PathBuf>,
    #[command(flatten)]
    /// The settings themselves.
    pub settings: Settings,
}

/// Settings as they may be given in any place.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Directory of key, index and shards, made by `init`
    #[arg(long, value_name = "DIR", env = "BALLAST_WORKER_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Account of this worker on the chain (SS58)
    #[arg(long, value_name = "SS58", env = "BALLAST_WORKER_ACCOUNT")]
    pub account: Option<String>,
    /// WebSocket address of a chain node [default: ws://127.0.0.1:9944]
    #[arg(long, value_name = "URL", env = "BALLAST_WORKER_CHAIN_URL")]
    pub chain_url: Option<String>,
    /// Ask a chain node on another machine without TLS [default: false]
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        env = "BALLAST_WORKER_ALLOW_INSECURE_CHAIN"
    )]
    pub allow_insecure_chain: Option<bool>,
    /// Address to serve on [default: 127.0.0.1:9955]
    #[arg(long, value_name = "ADDR", env = "BALLAST_WORKER_LISTEN")]
    pub listen: Option<SocketAddr>,
    /// Bytes of shards to hold at most, like 500GiB
    #[arg(long, value_name = "SIZE", env = "BALLAST_WORKER_CAPACITY")]
    pub capacity: Option<ByteSize>,
    /// Bytes of the file system to leave free [default: 256MiB]
    #[arg(long, value_name = "SIZE", env = "BALLAST_WORKER_RESERVE")]
    pub reserve: Option<ByteSize>,
    /// Finalized blocks a shard is kept after the chain no longer assigns it here [default: 100]
    #[arg(long, value_name = "BLOCKS", env = "BALLAST_WORKER_DROP_GRACE_BLOCKS")]
    pub drop_grace_blocks: Option<u32>,
    /// Bytes a second that are read again to find rot; 0B for none [default: 16MiB]
    #[arg(long, value_name = "SIZE", env = "BALLAST_WORKER_SCRUB_RATE")]
    pub scrub_rate: Option<ByteSize>,
    /// Seconds between the beginnings of two passes over everything held, at least [default: 86400]
    #[arg(long, value_name = "SECONDS", env = "BALLAST_WORKER_SCRUB_INTERVAL")]
    pub scrub_interval: Option<u32>,
    /// Seconds between two audits, each of a random chunk of all shards of an encoding; 0 for none [default: 60]
    #[arg(long, value_name = "SECONDS", env = "BALLAST_WORKER_AUDIT_INTERVAL")]
    pub audit_interval: Option<u32>,
    /// Bytes a second that are fetched from other workers at most to rebuild shards; 0B for no bound [default: 0B]
    #[arg(long, value_name = "SIZE", env = "BALLAST_WORKER_REPAIR_RATE")]
    pub repair_rate: Option<ByteSize>,
    /// Fetch from workers at private and loopback addresses too, as local networks have [default: false]
    #[arg(
        long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true",
        env = "BALLAST_WORKER_ALLOW_PRIVATE"
    )]
    pub allow_private: Option<bool>,
    /// File with addresses of blobs that are not taken, served or rebuilt, one a line; read again when it changes
    #[arg(long, value_name = "FILE", env = "BALLAST_WORKER_DENYLIST")]
    pub denylist: Option<PathBuf>,
    /// Connections at once [default: 1024]
    #[arg(long, value_name = "N", env = "BALLAST_WORKER_MAX_CONNECTIONS")]
    pub max_connections: Option<u32>,
    /// Connections at once from one address, or IPv6 /64; loopback and private addresses are not counted [default: 64]
    #[arg(
        long,
        value_name = "N",
        env = "BALLAST_WORKER_MAX_CONNECTIONS_PER_PEER"
    )]
    pub max_connections_per_peer: Option<u32>,
    /// Uploads written at once; four times as many may be under way, 1 MiB of memory each, a sixteenth of them from one
    /// address [default: 32]
    #[arg(long, value_name = "N", env = "BALLAST_WORKER_MAX_UPLOADS")]
    pub max_uploads: Option<u32>,
    /// Reads at once; four times as many answers may be under way, 1 MiB of memory each, a sixteenth of them to one
    /// address [default: 64]
    #[arg(long, value_name = "N", env = "BALLAST_WORKER_MAX_READS")]
    pub max_reads: Option<u32>,
    /// How log events are written [default: text]
    #[arg(long, value_name = "FORMAT", env = "BALLAST_WORKER_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
    /// Which log events are written, like `info` or `ballast_storage_worker=debug` [default: info]
    #[arg(long, value_name = "FILTER", env = "BALLAST_WORKER_LOG")]
    pub log: Option<String>,
}

/// Settings with nothing left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Directory of key, index and shards.
    pub data_dir: PathBuf,
    /// Account of this worker.
    pub account: WorkerId,
    /// Address of a chain node.
    pub chain_url: String,
    /// Whether a node on another machine may be asked without TLS.
    pub allow_insecure_chain: bool,
    /// Address to serve on.
    pub listen: SocketAddr,
    /// Bytes of shards to hold at most.
    pub capacity: u64,
    /// Bytes of the file system to leave free.
    pub reserve: u64,
    /// Finalized blocks an unassigned shard is kept.
    pub drop_grace_blocks: u32,
    /// Bytes a second that are read again to find rot; 0 for none.
    pub scrub_rate: u64,
    /// Seconds between two passes at least.
    pub scrub_interval: u32,
    /// Seconds between two audits; 0 for none.
    pub audit_interval: u32,
    /// Bytes a second that are fetched at most to rebuild shards; 0 for no bound.
    pub repair_rate: u64,
    /// Whether workers at private addresses are asked.
    pub allow_private: bool,
    /// Blobs that are refused.
    pub denylist: Option<PathBuf>,
    /// Bounds of the server.
    pub limits: Limits,
    /// How log events are written.
    pub log_format: LogFormat,
    /// Which log events are written.
    pub log: String,
}

/// Bounds on what the server does at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections.
    pub connections: u32,
    /// Connections from one address.
    pub connections_per_peer: u32,
    /// Uploads.
    pub uploads: u32,
    /// Reads.
    pub reads: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_peer: 64,
            uploads: 32,
            reads: 64,
        }
    }
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("configuration file {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        source: io::Error,
    },
    /// The file is too long to be one.
    #[error("configuration file {path} has more than {max} bytes; is it the right file?")]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The bound.
        max: u64,
    },
    /// The file does not parse.
    #[error("configuration file {path}: {reason}")]
    Parse {
        /// The file.
        path: PathBuf,
        /// Where and why.
        reason: String,
    },
    /// A setting is missing.
    #[error(
        "{flag} is missing; give the flag, or set {variable}, or `{key}` in the configuration file"
    )]
    Missing {
        /// The flag.
        flag: &'static str,
        /// The variable.
        variable: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A setting cannot be used.
    #[error("{key}: {reason}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// Why.
        reason: String,
    },
}

impl RunArgs {
    /// Reads the file, if one is named, and fills what flags and environment leave open.
    pub fn resolve(self) -> Result<Config, ConfigError> {
        let file = self.config.map(read_file).transpose()?.unwrap_or_default();
        self.settings.or(file).finish()
    }
}

impl Settings {
    /// These settings, and those of `other` where these leave something open.
    pub fn or(self, other: Self) -> Self {
        Self {
            data_dir: self.data_dir.or(other.data_dir),
            account: self.account.or(other.account),
            chain_url: self.chain_url.or(other.chain_url),
            allow_insecure_chain: self.allow_insecure_chain.or(other.allow_insecure_chain),
            listen: self.listen.or(other.listen),
            capacity: self.capacity.or(other.capacity),
            reserve: self.reserve.or(other.reserve),
            drop_grace_blocks: self.drop_grace_blocks.or(other.drop_grace_blocks),
            scrub_rate: self.scrub_rate.or(other.scrub_rate),
            scrub_interval: self.scrub_interval.or(other.scrub_interval),
            audit_interval: self.audit_interval.or(other.audit_interval),
            repair_rate: self.repair_rate.or(other.repair_rate),
            allow_private: self.allow_private.or(other.allow_private),
            denylist: self.denylist.or(other.denylist),
            max_connections: self.max_connections.or(other.max_connections),
            max_connections_per_peer: self
                .max_connections_per_peer
                .or(other.max_connections_per_peer),
            max_uploads: self.max_uploads.or(other.max_uploads),
            max_reads: self.max_reads.or(other.max_reads),
            log_format: self.log_format.or(other.log_format),
            log: self.log.or(other.log),
        }
    }

    fn finish(self) -> Result<Config, ConfigError> {
        let defaults = Self::defaults();
        let Self {
            data_dir,
            account,
            capacity,
            ..
        } = self.clone();
        let data_dir =
            data_dir.ok_or(missing("--data-dir", "BALLAST_WORKER_DATA_DIR", "data_dir"))?;
        let account = account.ok_or(missing("--account", "BALLAST_WORKER_ACCOUNT", "account"))?;
        let capacity =
            capacity.ok_or(missing("--capacity", "BALLAST_WORKER_CAPACITY", "capacity"))?;
        let rest = self.or(defaults);
        Ok(Config {
            data_dir,
            account: parse_account(&account)?,
            chain_url: rest.chain_url.unwrap_or_default(),
            allow_insecure_chain: rest.allow_insecure_chain.unwrap_or_default(),
            listen: rest.listen.unwrap_or(DEFAULT_LISTEN),
            capacity: capacity.0,
            reserve: rest.reserve.unwrap_or(DEFAULT_RESERVE).0,
            // Without any, a shard that is assigned and stored while a sweep looks would be taken for unassigned.
            drop_grace_blocks: at_least_one("drop_grace_blocks", rest.drop_grace_blocks)?,
            scrub_rate: rest.scrub_rate.unwrap_or(DEFAULT_SCRUB_RATE).0,
            scrub_interval: rest.scrub_interval.unwrap_or(DEFAULT_SCRUB_INTERVAL),
            audit_interval: rest.audit_interval.unwrap_or(DEFAULT_AUDIT_INTERVAL),
            repair_rate: rest.repair_rate.unwrap_or(ByteSize(0)).0,
            allow_private: rest.allow_private.unwrap_or_default(),
            denylist: rest.denylist,
            limits: Limits {
                connections: at_least_one("max_connections", rest.max_connections)?,
                connections_per_peer: at_least_one(
                    "max_connections_per_peer",
                    rest.max_connections_per_peer,
                )?,
                uploads: at_least_one("max_uploads", rest.max_uploads)?,
                reads: at_least_one("max_reads", rest.max_reads)?,
            },
            log_format: rest.log_format.unwrap_or_default(),
            log: rest.log.unwrap_or_default(),
        })
    }

    /// What is used where nothing is given.
    pub fn defaults() -> Self {
        let limits = Limits::default();
        Self {
            chain_url: Some("ws://127.0.0.1:9944".into()),
            allow_insecure_chain: Some(false),
            listen: Some(DEFAULT_LISTEN),
            reserve: Some(DEFAULT_RESERVE),
            drop_grace_blocks: Some(100),
            scrub_rate: Some(DEFAULT_SCRUB_RATE),
            scrub_interval: Some(DEFAULT_SCRUB_INTERVAL),
            audit_interval: Some(DEFAULT_AUDIT_INTERVAL),
            repair_rate: Some(ByteSize(0)),
            allow_private: Some(false),
            max_connections: Some(limits.connections),
            max_connections_per_peer: Some(limits.connections_per_peer),
            max_uploads: Some(limits.uploads),
            max_reads: Some(limits.reads),
            log_format: Some(LogFormat::Text),
            log: Some("info".into()),
            ..Self::default()
        }
    }

    /// An example file: the defaults, and something in the place of what has none.
    pub fn example() -> String {
        let example = Self {
            data_dir: Some("/var/lib/ballast-storage-worker".into()),
            account: Some("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY".into()),
            capacity: Some(ByteSize(500 << 30)),
            denylist: Some("/etc/ballast/denied-blobs".into()),
            ..Self::defaults()
        };
        let text = toml::to_string(&example).unwrap_or_default();
        format!("# Every setting of ballast-storage-worker; flags and BALLAST_WORKER_* variables go first.\n{text}")
    }
}

const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9955);
const DEFAULT_RESERVE: ByteSize = ByteSize(256 << 20);

/// 10 TiB in a week.
const DEFAULT_SCRUB_RATE: ByteSize = ByteSize(16 << 20);
/// A day: less would wear a disk that holds little.
const DEFAULT_SCRUB_INTERVAL: u32 = 86_400;
/// Seconds between two audits.
const DEFAULT_AUDIT_INTERVAL: u32 = 60;

fn read_file(path: PathBuf) -> Result<Settings, ConfigError> {
    let len = match fs::metadata(&path) {
        Ok(meta) => meta.len(),
        Err(source) => return Err(ConfigError::Read { path, source }),
    };
    if len > FILE_LEN_MAX {
        return Err(ConfigError::TooLong {
            path,
            max: FILE_LEN_MAX,
        });
    }
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(ConfigError::Read { path, source }),
    };
    toml::from_str(&text).map_err(|error| ConfigError::Parse {
        path,
        reason: error.to_string(),
    })
}

fn missing(flag: &'static str, variable: &'static str, key: &'static str) -> ConfigError {
    ConfigError::Missing {
        flag,
        variable,
        key,
    }
}

fn parse_account(text: &str) -> Result<WorkerId, ConfigError> {
    ballast_chain::ss58::decode(text)
        .map(WorkerId)
        .map_err(|error| ConfigError::Invalid {
            key: "account",
            reason: error.to_string(),
        })
}

fn at_least_one(key: &'static str, value: Option<u32>) -> Result<u32, ConfigError> {
    value
        .filter(|value| *value > 0)
        .ok_or_else(|| ConfigError::Invalid {
            key,
            reason: "it must be at least 1".into(),
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    fn minimal() -> Settings {
        Settings {
            data_dir: Some("/data".into()),
            account: Some(ALICE.into()),
            capacity: Some(ByteSize(1)),
            ..Settings::default()
        }
    }

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let file: Settings =
            toml::from_str("capacity = \"2MiB\"\nlisten = \"127.0.0.1:1\"\nmax_reads = 7").unwrap();
        let config = minimal().or(file).finish().unwrap();
        assert_eq!(
            (config.capacity, config.limits.reads, config.limits.uploads),
            (1, 7, 32)
        );
        assert_eq!(config.listen.port(), 1);
        assert_eq!(config.chain_url, "ws://127.0.0.1:9944");
    }

    #[test]
    fn a_missing_setting_is_named_with_all_ways_to_give_it() {
        let error = Settings {
            account: None,
            ..minimal()
        }
        .finish()
        .unwrap_err()
        .to_string();
        for part in ["--account", "BALLAST_WORKER_ACCOUNT", "`account`"] {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn an_unknown_key_a_zero_limit_and_a_wrong_account_are_refused() {
        assert!(toml::from_str::<Settings>("capactiy = 1").is_err());
        let no_reads = Settings {
            max_reads: Some(0),
            ..minimal()
        };
        let no_grace = Settings {
            drop_grace_blocks: Some(0),
            ..minimal()
        };
        for zero in [no_reads, no_grace] {
            let error = zero.finish().unwrap_err().to_string();
            assert!(error.contains("at least 1"), "{error}");
        }
        let error = Settings {
            account: Some("5Grwva".into()),
            ..minimal()
        }
        .finish()
        .unwrap_err();
        assert!(error.to_string().starts_with("account: "), "{error}");
    }

    #[test]
    fn the_example_is_complete_and_up_to_date() {
        let checked_in = include_str!("../config.example.toml");
        assert_eq!(
            checked_in,
            Settings::example(),
            "write Settings::example() to config.example.toml"
        );
        let config = toml::from_str::<Settings>(checked_in)
            .unwrap()
            .finish()
            .unwrap();
        assert_eq!(config.capacity, 500 << 30);
        let keys = checked_in
            .lines()
            .filter(|line| line.contains(" = "))
            .count();
        assert_eq!(keys, 20, "every setting is in the example");
    }
}
