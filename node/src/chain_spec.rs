//! Chain specifications: the two built-in test networks, by the runtime's genesis presets, and files.
//! A network for more than testing is a file, which `staging-spec` makes of its founders.

use std::path::PathBuf;

use ballast_runtime::{
    genesis_presets::{
        staging::{check_genesis, genesis, Founders},
        DEVELOPMENT_PRESET, LOCAL_PRESET, STAGING_PRESET,
    },
    opaque::Block,
    SS58_PREFIX, TOKEN_DECIMALS, TOKEN_SYMBOL, WASM_BINARY,
};
use sc_chain_spec::{ChainSpec as _, ChainSpecExtension, Properties};
use sc_network::config::MultiaddrWithPeerId;
use sc_service::ChainType;
use serde::{Deserialize, Serialize};
use sp_runtime::BuildStorage;

/// What a chain specification file may carry beside the genesis.
#[derive(Default, Clone, Serialize, Deserialize, ChainSpecExtension)]
#[serde(rename_all = "camelCase")]
pub struct Extensions {
    /// Block numbers with known hashes.
    pub fork_blocks: sc_client_api::ForkBlocks<Block>,
    /// Hashes of blocks to refuse.
    pub bad_blocks: sc_client_api::BadBlocks<Block>,
    /// Lets light clients start from a recent block; filled by the `sync_state_genSyncSpec` RPC.
    pub light_sync_state: sc_sync_state_rpc::LightSyncStateExtension,
}

/// A chain specification of ours.
pub type ChainSpec = sc_service::GenericChainSpec<Extensions>;

/// The specification that `--chain ID` names: a built-in network or else a file.
pub fn load(id: &str) -> Result<ChainSpec, String> {
    match id {
        "dev" | "development" => development(),
        "" | "local" => local(),
        STAGING_PRESET => Err(
            "a staging network has founders, whom nobody can make up: write them into a file, run \
             `ballast-node staging-spec --founders FILE > staging.json`, and pass --chain staging.json"
                .into(),
        ),
        path => file(path),
    }
}

fn file(path: &str) -> Result<ChainSpec, String> {
    let spec = ChainSpec::from_json_file(PathBuf::from(path)).map_err(|error| {
        format!("{error}; --chain takes dev, local or the path of a specification")
    })?;
    check_live(&spec).map_err(|error| format!("{path}: {error}"))?;
    Ok(spec)
}

/// A live network must have validators, and nobody else with a key to it.
fn check_live(spec: &ChainSpec) -> Result<(), String> {
    if spec.chain_type() != ChainType::Live {
        return Ok(());
    }
    check_genesis(&spec.build_storage()?.top)
        .map_err(|error| format!("its chain type is Live and {error}, or use another chain type"))
}

/// The specification of a network of these founders, ready to be given to its nodes.
pub fn staging(
    founders_json: &str,
    name: &str,
    id: &str,
    bootnodes: Vec<MultiaddrWithPeerId>,
) -> Result<String, String> {
    let founders: Founders = serde_json::from_str(founders_json)
        .map_err(|error| format!("{error}; docs/run-a-validator.md shows a file of founders"))?;
    let genesis = genesis(&founders).map_err(|error| error.to_string())?;
    let spec = live(builder()?, genesis, name, id, bootnodes);
    check_live(&spec)?;
    spec.as_json(true)
}

fn live(
    builder: sc_chain_spec::ChainSpecBuilder<Extensions>,
    genesis: serde_json::Value,
    name: &str,
    id: &str,
    bootnodes: Vec<MultiaddrWithPeerId>,
) -> ChainSpec {
    builder
        .with_name(name)
        .with_id(id)
        .with_chain_type(ChainType::Live)
        .with_boot_nodes(bootnodes)
        .with_genesis_config_patch(genesis)
        .build()
}

fn development() -> Result<ChainSpec, String> {
    Ok(builder()?
        .with_name("Ballast Development")
        .with_id("ballast_dev")
        .with_chain_type(ChainType::Development)
        .with_genesis_config_preset_name(DEVELOPMENT_PRESET)
        .build())
}

fn local() -> Result<ChainSpec, String> {
    Ok(builder()?
        .with_name("Ballast Local")
        .with_id("ballast_local")
        .with_chain_type(ChainType::Local)
        .with_genesis_config_preset_name(LOCAL_PRESET)
        .build())
}

fn builder() -> Result<sc_chain_spec::ChainSpecBuilder<Extensions>, String> {
    let code = WASM_BINARY.ok_or(
        "this node was built without a runtime (SKIP_WASM_BUILD): build it again, or pass --chain with a file",
    )?;
    Ok(builder_of(code))
}

fn builder_of(code: &[u8]) -> sc_chain_spec::ChainSpecBuilder<Extensions> {
    ChainSpec::builder(code, Extensions::default())
        .with_protocol_id("ballast")
        .with_properties(properties())
}

fn properties() -> Properties {
    [
        ("tokenSymbol".to_owned(), TOKEN_SYMBOL.into()),
        ("tokenDecimals".to_owned(), TOKEN_DECIMALS.into()),
        ("ss58Format".to_owned(), SS58_PREFIX.into()),
    ]
    .into_iter()
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_runtime::genesis_presets::{
        staging::{sudo_key, validators_key},
        test_root_keys,
    };

    #[test]
    fn a_specification_that_is_not_there_is_named_with_the_remedy() {
        let Err(error) = load("/nowhere/spec.json") else {
            panic!("there is no such file");
        };
        assert!(
            error.contains("/nowhere/spec.json") && error.contains("dev, local"),
            "{error}"
        );
    }

    /// A raw specification of a chain type whose genesis has these keys.
    fn raw_spec(chain_type: &str, keys: &[Vec<u8>]) -> Result<ChainSpec, String> {
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .fold("0x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
        };
        let top: Vec<String> = keys
            .iter()
            .map(|key| format!("\"{}\": \"0x01\"", hex(key)))
            .collect();
        let json = format!(
            r#"{{"name": "X", "id": "x", "chainType": "{chain_type}", "bootNodes": [],
                "genesis": {{"raw": {{"top": {{{}}}, "childrenDefault": {{}}}}}}}}"#,
            top.join(",")
        );
        let spec = ChainSpec::from_json_bytes(json.into_bytes())?;
        check_live(&spec).map(|()| spec)
    }

    fn refused(keys: &[Vec<u8>]) -> String {
        match raw_spec("Live", keys) {
            Err(error) => error,
            Ok(_) => panic!("a live network with {keys:?}"),
        }
    }

    #[test]
    fn a_live_network_with_a_back_door_or_nobody_is_refused() {
        for key in test_root_keys() {
            assert!(refused(&[key]).contains("testRoot"));
        }
        assert!(refused(&[sudo_key()]).contains("sudo"));
        assert!(refused(&[]).contains("no validators"));
        // A value of one byte is no list of validators.
        assert!(refused(&[validators_key()]).contains("no validators"));
    }

    #[test]
    fn test_networks_may_have_all_of_it() {
        for chain_type in ["Development", "Local"] {
            assert!(raw_spec(chain_type, &test_root_keys()).is_ok());
            assert!(raw_spec(chain_type, &[sudo_key()]).is_ok());
        }
    }

    #[test]
    fn staging_without_founders_is_refused_with_the_remedy() {
        let Err(error) = load("staging") else {
            panic!("nobody founded it");
        };
        assert!(error.contains("staging-spec --founders"), "{error}");
        let refused = |founders| match staging(founders, "X", "x", Vec::new()) {
            Err(error) => error,
            Ok(_) => panic!("{founders} found nothing"),
        };
        let error = refused(r#"{"validators": []}"#);
        assert!(error.contains("balances"), "{error}");
        let error = refused(r#"{"validators": [], "balances": [], "committee": []}"#);
        assert!(error.contains("4 are needed"), "{error}");
    }

    #[test]
    fn a_specification_names_the_bootnodes_that_it_was_made_with() {
        let named = [
            "/dns/one.example.org/tcp/30333/p2p/12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp",
            "/ip4/198.51.100.19/tcp/30333/p2p/QmSk5HQbn6LhUwDiNMseVUjuRYhEtYj4aUZ6WfWoGURpdV",
        ];
        let bootnodes = named.map(|one| match one.parse::<MultiaddrWithPeerId>() {
            Ok(node) => node,
            Err(error) => panic!("{one}: {error}"),
        });
        let genesis = serde_json::json!({});
        let spec = live(builder_of(&[0]), genesis, "X", "x", bootnodes.to_vec());
        assert_eq!(spec.chain_type(), ChainType::Live);
        // Plain, since code that is none makes no state.
        let parsed = spec
            .as_json(false)
            .map(|json| serde_json::from_str::<serde_json::Value>(&json));
        let json = match parsed {
            Ok(Ok(json)) => json,
            failed => panic!("no specification: {failed:?}"),
        };
        assert_eq!(json["bootNodes"], serde_json::json!(named));
    }

    #[test]
    fn properties_tell_wallets_the_token() {
        let properties = properties();
        assert_eq!(properties["tokenSymbol"], "BAL");
        assert_eq!(properties["tokenDecimals"], 12);
        assert_eq!(properties["ss58Format"], 42);
    }
}
