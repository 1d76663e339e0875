#!/usr/bin/env bash
# Builds tests/plain-runtime, the runtime without our pallets, and writes a specification of the local network with it, which the same
# node runs: `ballast-node --chain FILE`.
#
#   scripts/plain-runtime.sh FILE
#
# The node that writes it comes from BALLAST_BIN [default: the release build]; it is built in a target folder of its own (seven minutes the first time).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
cd "$ROOT"
[ $# -eq 1 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ -x "$BIN/ballast-node" ] || die "$BIN/ballast-node is missing: cargo build --release --workspace"
OWN_TARGET=$HOME/.cache/ballast/plain/target
WASM=$OWN_TARGET/wasm32v1-none/release/ballast_plain_runtime.wasm

say "runtime without our pallets" >&2
claim_own_target "$OWN_TARGET"
# Cargo strikes out of the copy what is not needed; that it adds nothing is checked, as it would be another SDK.
cp Cargo.lock tests/plain-runtime/Cargo.lock
(cd tests/plain-runtime && CARGO_TARGET_DIR=$OWN_TARGET RUSTFLAGS="-C target-cpu=mvp -C link-arg=--export-table -C link-arg=--export=__heap_base --cfg substrate_runtime" \
    cargo build --release --target wasm32v1-none >&2)
packages() { awk '/^name = /{n=$3} /^version = /{if (n != "\"ballast-plain-runtime\"") print n, $3}' "$1" | sort -u; }
added=$(comm -13 <(packages Cargo.lock) <(packages tests/plain-runtime/Cargo.lock) | grep -v '^version ' || true)
[ -z "$added" ] || die "the plain runtime was built with packages that the workspace has not: $added; put its Cargo.toml right"

"$BIN/ballast-node" export-chain-spec --chain local 2>/dev/null >"$1.local"
python3 - "$1.local" "$WASM" "$1" <<'PY'
import json, pathlib, sys
local, wasm, out = map(pathlib.Path, sys.argv[1:])
spec = json.loads(local.read_text())
genesis = spec["genesis"]["runtimeGenesis"]
genesis["code"] = "0x" + wasm.read_bytes().hex()
for ours in ("workers", "blobs", "models", "attestation", "possession", "inference", "retrieval"):
    del genesis["patch"][ours]
spec.update(name="Ballast without its pallets", id="ballast_plain")
out.write_text(json.dumps(spec))
local.unlink()
PY
say "$1" >&2
