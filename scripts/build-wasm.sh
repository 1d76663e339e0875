#!/usr/bin/env bash
# Builds the runtime's wasm of a commit in a fixed folder, so that the same commit gives the same code hash anywhere, with the hash of
# its metadata in it.
#
#   scripts/build-wasm.sh [COMMIT] [--out FILE] [--next]        COMMIT: anything git understands, default HEAD
#
# Once the workspace is built (docs/build.md) ten minutes the first time and two later, in a target folder of its own.
# --next raises the spec_version by one: code that a network which runs this commit can be upgraded to, to try the way of it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

FIXED=/tmp/ballast-wasm
commit=HEAD out="" next=""
while [ $# -gt 0 ]; do
    case $1 in
        --out) [ $# -gt 1 ] || die "--out takes a file"; out=$2; shift 2 ;;
        --next) next=1; shift ;;
        -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
        *) commit=$1; shift ;;
    esac
done
commit=$(git -C "$ROOT" rev-parse --verify --quiet "$commit^{commit}") || die "no such commit"

# One build at a time: the folder is shared by all checkouts of this machine.
exec 9>"$FIXED.lock"
flock -n 9 || die "another build uses $FIXED; wait for it"
rm -rf "$FIXED"
mkdir -m 700 "$FIXED"
git -C "$ROOT" archive "$commit" | tar -x -C "$FIXED"
if [ -n "$next" ]; then
    version=$(sed -n 's/^    spec_version: \([0-9]*\),$/\1/p' "$FIXED/runtime/src/lib.rs")
    sed -i "s/^    spec_version: $version,\$/    spec_version: $((version + 1)),/" "$FIXED/runtime/src/lib.rs"
fi
find "$FIXED" -type f -exec touch {} +

# node/examples/runtime-code.rs comes from this checkout; with BALLAST_BIN set it is taken from there, below examples.
[ "$commit" = "$(git -C "$ROOT" rev-parse HEAD)" ] || echo "warning: only a checkout of $commit itself is sure to give its hashes: the last steps are this checkout's" >&2
if [ -z "${BALLAST_BIN:-}" ]; then
    claim_target
    (cd "$ROOT" && cargo build --release --locked --workspace --examples)
fi
code=${BALLAST_BIN:-$BIN}/examples/runtime-code
[ -x "$code" ] || die "$code is missing; leave BALLAST_BIN unset, and it is built"

# Built by cargo alone, in a target folder of its own: `substrate-wasm-builder` with the hash of the metadata builds half of the SDK again.
OWN_TARGET=$HOME/.cache/ballast/wasm/target
build() { # NAME=VALUE..
    (cd "$FIXED" && env -u CARGO_ENCODED_RUSTFLAGS -u RUSTC "$@" CARGO_TARGET_DIR="$OWN_TARGET" RUSTFLAGS="-C target-cpu=mvp -C link-arg=--export-table -C link-arg=--export=__heap_base \
--cfg substrate_runtime --remap-path-prefix=$FIXED=/ballast --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$OWN_TARGET=/target" \
        cargo rustc --release --locked -p ballast-runtime --lib --crate-type cdylib --target wasm32v1-none --no-default-features)
}
built=$OWN_TARGET/wasm32v1-none/release/ballast_runtime.wasm
build
# Hardware wallets check it. The metadata does not depend on it.
metadata=$("$code" metadata-hash "$built")
build RUNTIME_METADATA_HASH="$metadata"
[ "$("$code" metadata-hash "$built")" = "$metadata" ] || die "the hash of the metadata changed with the second build"
python3 -c 'import sys; sys.exit(bytes.fromhex(sys.argv[2][2:]) not in open(sys.argv[1], "rb").read())' "$built" "$metadata" || die "the code does not have the hash of its metadata"
wasm=$OWN_TARGET/ballast_runtime.compressed.wasm
"$code" compress "$built" "$wasm"
[ -z "$out" ] || cp "$wasm" "$out"
echo "commit    $commit${next:+, spec_version raised to $((version + 1))}"
echo "metadata  $metadata"
echo "sha256    $(sha256sum "$wasm" | cut -d' ' -f1)"
echo "code hash 0x$(b2sum -l 256 "$wasm" | cut -d' ' -f1)"
rm -rf "$FIXED"
