//! The genesis: the development network, patched.

use ballast_runtime::{genesis_presets, RuntimeGenesisConfig};

/// The whole configuration, as a node gives it to the runtime.
pub(super) fn json(patch: serde_json::Value) -> Vec<u8> {
    let mut config =
        serde_json::to_value(RuntimeGenesisConfig::default()).expect("the default is JSON");
    let preset = genesis_presets::get_preset(&genesis_presets::DEVELOPMENT_PRESET.into())
        .expect("the runtime has this preset");
    merge(
        &mut config,
        serde_json::from_slice(&preset).expect("presets are JSON"),
    );
    merge(&mut config, patch);
    config.to_string().into_bytes()
}

fn merge(into: &mut serde_json::Value, patch: serde_json::Value) {
    match (into, patch) {
        (serde_json::Value::Object(into), serde_json::Value::Object(patch)) => {
            for (key, value) in patch {
                merge(into.entry(key).or_insert(serde_json::Value::Null), value);
            }
        }
        (into, patch) => *into = patch,
    }
}
