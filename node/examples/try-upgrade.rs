//! An upgrade, tried on the state of a network before it is proposed: `try-upgrade STATE WASM` runs the migrations of a runtime that was
//! built with the feature `try-runtime` on a state that `ballast-node export-state` wrote, with the checks before and after each, and
//! `try_state` of every pallet. Nothing is written. Used by scripts/try-upgrade.sh.

use codec::{Decode, Encode};
use sc_executor::WasmExecutor;
use sc_executor_common::runtime_blob::RuntimeBlob;
use sp_io::{SubstrateHostFunctions, TestExternalities};
use sp_runtime::{Storage, Weight};
use std::{env, error::Error, fs};

/// `UpgradeCheckSelect::All` of frame-support.
const ALL_CHECKS: u8 = 1;
const PICOSECONDS_PER_MS: u64 = 1_000_000_000;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn unhex(text: &str) -> Outcome<Vec<u8>> {
    let digits = text
        .strip_prefix("0x")
        .ok_or("a key or value does not begin with 0x")?;
    Ok(hex::decode(digits)?)
}

/// The storage of a raw chain specification.
fn read_state(path: &str) -> Outcome<Storage> {
    let file = fs::File::open(path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    let spec: serde_json::Value = serde_json::from_reader(std::io::BufReader::new(file))
        .map_err(|error| format!("{path} is no chain specification: {error}"))?;
    let top = spec
        .pointer("/genesis/raw/top")
        .and_then(|top| top.as_object());
    let top = top.ok_or(
        "this is no state: expected genesis.raw.top, as `ballast-node export-state` writes it",
    )?;
    let children = spec.pointer("/genesis/raw/childrenDefault");
    if children
        .and_then(|children| children.as_object())
        .is_some_and(|children| !children.is_empty())
    {
        return Err("the state has child tries, which no pallet of this runtime makes".into());
    }
    let mut storage = Storage::default();
    for (key, value) in top {
        let value = value.as_str().ok_or("a value is no text")?;
        storage.top.insert(unhex(key)?, unhex(value)?);
    }
    Ok(storage)
}

fn main() -> Outcome<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [state, wasm] = args.as_slice() else {
        return Err("usage: try-upgrade STATE WASM".into());
    };
    let storage = read_state(state)?;
    println!("{} entries of state", storage.top.len());
    let runtime = RuntimeBlob::uncompress_if_needed(&fs::read(wasm)?)?;
    let executor = WasmExecutor::<SubstrateHostFunctions>::builder()
        .with_allow_missing_host_functions(true)
        .build();
    let mut state = TestExternalities::new(storage);
    let answer = executor
        .uncached_call(
            runtime,
            &mut state.ext(),
            true,
            "TryRuntime_on_runtime_upgrade",
            &ALL_CHECKS.encode(),
        )
        .map_err(|error| {
            format!("the upgrade fails, or the code was built without try-runtime: {error}")
        })?;
    let (used, most) = <(Weight, Weight)>::decode(&mut answer.as_slice())?;
    println!(
        "migrations ran and all checks hold; they weigh {} ms of {} ms, {} of {} bytes of proof",
        used.ref_time() / PICOSECONDS_PER_MS,
        most.ref_time() / PICOSECONDS_PER_MS,
        used.proof_size(),
        most.proof_size(),
    );
    if used.any_gt(most) {
        return Err(
            "the migrations do not fit into a block: make them multi-block migrations".into(),
        );
    }
    Ok(())
}
