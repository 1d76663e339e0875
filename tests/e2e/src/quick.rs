//! A chain on which what takes minutes on a local network takes seconds: the same runtime with other genesis parameters.

use serde_json::{json, Value};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Blocks of a storage epoch.
pub const EPOCH_BLOCKS: u32 = 6;

/// Slots of an epoch of consensus where it is short; a runtime takes no less.
const EPOCH_SLOTS: u32 = 10;

/// What is changed, by pallet. A window takes proofs for all but one block of its epoch: a worker that is slow for a few
/// blocks, on a machine that has much to do, misses nothing.
fn parameters() -> [(&'static str, Value); 4] {
    [
        ("workers", json!({ "epochBlocks": EPOCH_BLOCKS })),
        (
            "blobs",
            json!({ "epochBlocks": EPOCH_BLOCKS, "repairPatienceBlocks": 2, "repairDeadlineBlocks": 15 }),
        ),
        (
            "possession",
            json!({ "proofDeadlineBlocks": EPOCH_BLOCKS - 1, "slashFromScore": 2, "evictAtScore": 4 }),
        ),
        ("retrieval", json!({ "deadlineBlocks": 5 })),
    ]
}

/// Writes a quick chain's specification beside that of a local network, and returns its file.
pub fn specification(built_in: &Path) -> PathBuf {
    let at = |(pallet, changes)| (format!("{pallet}/parameters"), changes);
    changed(built_in, "quick-chain.json", parameters().map(at))
}

/// The same for a chain that has only its epochs, which are sessions, shorter: half a minute.
pub fn short_epochs(built_in: &Path) -> PathBuf {
    let periods = json!({ "epochSlots": EPOCH_SLOTS });
    changed(
        built_in,
        "short-epochs.json",
        [("pace/periods".into(), periods)],
    )
}

/// Writes the specification with other values at places of its genesis, each of which must be there.
fn changed<const N: usize>(built_in: &Path, name: &str, changes: [(String, Value); N]) -> PathBuf {
    let text = fs::read(built_in).expect("it was just written");
    let mut specification: Value = serde_json::from_slice(&text).expect("a specification is JSON");
    for (place, values) in changes {
        let place = format!("/genesis/runtimeGenesis/patch/{place}");
        let known = specification
            .pointer_mut(&place)
            .and_then(Value::as_object_mut)
            .unwrap_or_else(|| panic!("{} has nothing at {place}", built_in.display()));
        for (name, value) in values.as_object().into_iter().flatten() {
            let before = known.insert(name.clone(), value.clone());
            assert!(before.is_some(), "{place} has no {name}");
        }
    }
    let file = built_in.with_file_name(name);
    fs::write(&file, specification.to_string()).expect("its folder can be written to");
    file
}
