#!/usr/bin/env bash
# Measures the weights of our pallets' calls on this machine and writes pallets/*/src/weights.rs.
#
#   scripts/benchmark-weights.sh [--steps N] [--repeat N] [PALLET..]        PALLET: as below pallets/; default all
#
# Needs frame-omni-bencher 0.28 and installs it when it is missing (half an hour and more on two cores). Measure on an idle machine.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

BENCHER_VERSION=0.28.0
STEPS=10 REPEAT=5 pallets=()
usage() { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --steps) [ $# -gt 1 ] || usage; STEPS=$2; shift 2 ;;
        --repeat) [ $# -gt 1 ] || usage; REPEAT=$2; shift 2 ;;
        -*) usage ;;
        *) [ -f "pallets/$1/src/benchmarking.rs" ] || die "there is no pallet $1 with benchmarks; known are: $(cd pallets && ls -d */ | tr -d '/\n' | sed 's/$/ /')"
           pallets+=("$1"); shift ;;
    esac
done
[ ${#pallets[@]} -gt 0 ] || for file in pallets/*/src/benchmarking.rs; do pallets+=("$(basename "${file%/src/*}")"); done

command -v frame-omni-bencher >/dev/null 2>&1 || cargo install --locked frame-omni-bencher --version "$BENCHER_VERSION"

# A runtime for measuring only, in a target folder of its own: another feature set compiles the whole SDK again. Built by cargo
# alone: substrate-wasm-builder would compile wasm-opt once more, which does not optimise the code but makes it smaller.
say "runtime with benchmarks"
export CARGO_TARGET_DIR=$HOME/.cache/ballast/benchmarks/target
claim_own_target "$CARGO_TARGET_DIR"
RUSTFLAGS="-C target-cpu=mvp -C link-arg=--export-table -C link-arg=--export=__heap_base --cfg substrate_runtime" \
    cargo rustc --release --locked -p ballast-runtime --lib --crate-type cdylib --target wasm32v1-none \
    --no-default-features --features runtime-benchmarks
wasm=$CARGO_TARGET_DIR/wasm32v1-none/release/ballast_runtime.wasm

for pallet in "${pallets[@]}"; do
    say "pallet $pallet: $STEPS steps, $REPEAT repeats"
    frame-omni-bencher v1 benchmark pallet --runtime "$wasm" --genesis-builder runtime --genesis-builder-preset development \
        --pallet "pallet_$pallet" --extrinsic '*' --steps "$STEPS" --repeat "$REPEAT" --wasm-execution compiled \
        --template scripts/weights.hbs --output "pallets/$pallet/src/weights.rs"
done
