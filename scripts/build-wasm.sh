#!/usr/bin/env bash
# Builds the runtime's wasm of a commit in a fixed folder, so that the same commit gives the same code hash anywhere, with the hash of
# its metadata in it.
#
#   scripts/build-wasm.sh [COMMIT] [--out FILE] [--next]        COMMIT: anything git understands, default HEAD
#
# --next raises the spec_version by one: code that a network which runs this commit can be upgraded to, to try the way of it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

FIXED=/tmp/ballast-wasm
commit=HEAD out="" next=""
while [ $# -gt 0 ]; do
    case $1 in
        --out) [ $# -gt 1 ] || die "--out takes a file"; out=$2; shift 2 ;;
        --next) next=1; shift ;;
        -*) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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
export WASM_BUILD_WORKSPACE_HINT=$FIXED
export WASM_BUILD_RUSTFLAGS="--remap-path-prefix=$FIXED=/ballast --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$CARGO_TARGET_DIR=/target"
find "$FIXED" -type f -exec touch {} +
# With the hash of the metadata in it, which hardware wallets check.
(cd "$FIXED" && cargo build --release --workspace --all-targets --locked --features ballast-runtime/metadata-hash)
wasm=$BIN/wbuild/ballast-runtime/ballast_runtime.compact.compressed.wasm
[ -z "$out" ] || cp "$wasm" "$out"
echo "commit    $commit${next:+, spec_version raised to $((version + 1))}"
echo "sha256    $(sha256sum "$wasm" | cut -d' ' -f1)"
echo "code hash 0x$(b2sum -l 256 "$wasm" | cut -d' ' -f1)"
# The next build of a checkout must not take this folder's crates for its own.
rm -f "$CARGO_TARGET_DIR/.checkout"
rm -rf "$FIXED"
