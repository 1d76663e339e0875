//! The last steps of a runtime's code, as `substrate-wasm-builder` does them, but for wasm-opt: `runtime-code metadata-hash WASM` prints the hash of its
//! metadata (RFC 78 of the Polkadot fellowship), by which hardware wallets know that they show what is signed;
//! `runtime-code compress WASM OUT` writes it as chains keep it. Used by scripts/build-wasm.sh.

use ballast_runtime::{TOKEN_DECIMALS, TOKEN_SYMBOL};
use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use merkleized_metadata::{generate_metadata_digest, ExtraInfo};
use sc_executor::{read_embedded_version, WasmExecutor};
use sc_executor_common::runtime_blob::RuntimeBlob;
use sp_io::{SubstrateHostFunctions, TestExternalities};
use sp_maybe_compressed_blob::{compress_strongly, CODE_BLOB_BOMB_LIMIT};
use sp_version::RuntimeVersion;
use std::{env, error::Error, fs};

/// The version of metadata that has what the hash is of.
const METADATA_VERSION: u32 = 15;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Calls the code on an empty state.
fn call(wasm: &[u8], method: &str, input: &[u8]) -> Outcome<Vec<u8>> {
    let executor = WasmExecutor::<SubstrateHostFunctions>::builder()
        .with_allow_missing_host_functions(true)
        .build();
    let runtime = RuntimeBlob::uncompress_if_needed(wasm)?;
    let mut state = TestExternalities::default();
    let answer = executor.uncached_call(runtime, &mut state.ext(), true, method, input);
    Ok(answer.map_err(|error| format!("{method} fails; is this a runtime? {error}"))?)
}

fn metadata_hash(wasm: &[u8]) -> Outcome<[u8; 32]> {
    let version = call(wasm, "Core_version", &[])?;
    let version = RuntimeVersion::decode(&mut version.as_slice())?;
    let encoded = call(
        wasm,
        "Metadata_metadata_at_version",
        &METADATA_VERSION.encode(),
    )?;
    let encoded = Option::<Vec<u8>>::decode(&mut encoded.as_slice())?
        .ok_or(format!("it has no metadata of version {METADATA_VERSION}"))?;
    let metadata = RuntimeMetadataPrefixed::decode(&mut encoded.as_slice())?.1;
    let extra = ExtraInfo {
        spec_version: version.spec_version,
        spec_name: version.spec_name.into(),
        base58_prefix: ss58_prefix(&metadata)?,
        decimals: TOKEN_DECIMALS,
        token_symbol: TOKEN_SYMBOL.into(),
    };
    Ok(generate_metadata_digest(&metadata, extra)?.hash())
}

/// The prefix of addresses, which the metadata has as a constant.
fn ss58_prefix(metadata: &RuntimeMetadata) -> Outcome<u16> {
    let RuntimeMetadata::V15(metadata) = metadata else {
        return Err(format!("its metadata is not of version {METADATA_VERSION}").into());
    };
    let system = metadata.pallets.iter().find(|one| one.name == "System");
    let prefix = system
        .into_iter()
        .flat_map(|system| &system.constants)
        .find(|constant| constant.name == "SS58Prefix")
        .ok_or("its metadata has no System.SS58Prefix")?;
    Ok(u16::decode(&mut prefix.value.as_slice())?)
}

fn read(path: &str) -> Outcome<Vec<u8>> {
    Ok(fs::read(path).map_err(|error| format!("{path} cannot be read: {error}"))?)
}

fn main() -> Outcome<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["metadata-hash", wasm] => {
            println!("0x{}", hex::encode(metadata_hash(&read(wasm)?)?));
            Ok(())
        }
        ["compress", wasm, out] => {
            let wasm = read(wasm)?;
            let runtime = RuntimeBlob::uncompress_if_needed(&wasm)?;
            read_embedded_version(&runtime)?
                .ok_or("it has no section runtime_version, which nodes look for")?;
            let code = compress_strongly(&wasm, CODE_BLOB_BOMB_LIMIT)
                .ok_or("it is compressed already, or too long for a runtime")?;
            fs::write(out, code).map_err(|error| format!("{out} cannot be written: {error}"))?;
            Ok(())
        }
        _ => Err("usage: runtime-code metadata-hash WASM | compress WASM OUT".into()),
    }
}
