#!/usr/bin/env bash
# Tries this checkout's runtime on the state of a network, without changing anything: its migrations with the checks before and after
# each, and try_state of every pallet.
#
#   scripts/try-upgrade.sh STATE        STATE: a file that `ballast-node export-state` wrote
#
# Builds the runtime with the feature try-runtime, in a target folder of its own (ten minutes the first time), and node/examples/try-upgrade.rs,
# which with BALLAST_BIN set is taken from there, below examples.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
[ $# -eq 1 ] || { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2; }
STATE=$(realpath "$1")
[ -f "$STATE" ] || die "$STATE is no file; write one with: ballast-node export-state --chain SPEC --base-path DIR > state.json"

say "runtime with try-runtime"
OWN_TARGET=$HOME/.cache/ballast/try-runtime/target
claim_own_target "$OWN_TARGET"
CARGO_TARGET_DIR=$OWN_TARGET RUSTFLAGS="-C target-cpu=mvp -C link-arg=--export-table -C link-arg=--export=__heap_base --cfg substrate_runtime" \
    cargo rustc --release --locked -p ballast-runtime --lib --crate-type cdylib --target wasm32v1-none --no-default-features --features try-runtime

say "migrations and checks on $STATE"
if [ -z "${BALLAST_BIN:-}" ]; then
    claim_target
    cargo build --release --locked --workspace --examples
fi
exec "${BALLAST_BIN:-$BIN}/examples/try-upgrade" "$STATE" "$OWN_TARGET/wasm32v1-none/release/ballast_runtime.wasm"
