# Shared by the scripts beside this file: where things are, and the environment every build uses. Sourced, not run.
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$HOME/.cache/ballast/target}
# With the target folder outside the checkout the wasm build finds the lock file only through this.
export WASM_BUILD_WORKSPACE_HINT=$ROOT
# The system's OpenSSL; building a vendored one costs five minutes and buys nothing here.
export OPENSSL_NO_VENDOR=1
# No folder of this machine may reach the wasm code: the same commit gives the same code hash anywhere.
export WASM_BUILD_RUSTFLAGS="--remap-path-prefix=$ROOT=/ballast --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo --remap-path-prefix=$CARGO_TARGET_DIR=/target"
BIN=$CARGO_TARGET_DIR/release
# What setup.sh takes out of packages that it does not install.
TOOLS=$HOME/.cache/ballast/tools
export PATH=$PATH:$TOOLS

say() { printf '\n== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || die "$1 is missing: $2"; }

# Cargo names crates of a workspace by their place in it and compares times, so in a target folder that several checkouts
# share it could take another checkout's crate for this one's. Whoever built there last is written down.
claim_target() {
    local mark=$CARGO_TARGET_DIR/.checkout
    mkdir -p "$CARGO_TARGET_DIR"
    [ "$(cat "$mark" 2>/dev/null)" = "$ROOT" ] && return 0
    find "$ROOT" -name target -prune -o \( -name '*.rs' -o -name Cargo.toml \) -exec touch {} +
    echo "$ROOT" >"$mark"
}

# The same for a target folder beside it, of another feature set or profile: what of ours another checkout built there is forgotten.
claim_own_target() { # FOLDER
    local mark=$1/.checkout name
    mkdir -p "$1"
    [ "$(cat "$mark" 2>/dev/null)" = "$ROOT" ] && return 0
    for name in $(grep -hm 1 '^name = ' "$ROOT"/{runtime,primitives/*,pallets/*,tests/plain-runtime,vendor/*}/Cargo.toml | sed 's/.*"\(.*\)"/\1/'); do
        rm -rf "$1"/{,*/}release/.fingerprint/"$name"-????????????????
    done
    echo "$ROOT" >"$mark"
}
