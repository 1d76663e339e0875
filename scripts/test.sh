#!/usr/bin/env bash
# Set-up and all tests: format, build, lints, unit and property tests, doctests, then the end-to-end run.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

say "set-up"
scripts/setup.sh

say "format"
cargo fmt --all --check
cargo fmt --manifest-path inference-engine/Cargo.toml --check
for script in scripts/*.sh scripts/referendum/*.sh .ci/run; do bash -n "$script"; done
python3 -c 'import ast,sys; [ast.parse(open(name).read(), name) for name in sys.argv[1:]]' scripts/*.py

say "alerts and dashboard"
if command -v promtool >/dev/null 2>&1; then scripts/monitoring.sh; else say "left out: promtool is not installed"; fi

say "packaging"
scripts/check-packaging.sh

say "audit of dependencies: licences, sources, bans, known vulnerabilities"
scripts/audit.sh

say "vectors: computed again in Python"
python3 -B tests/vectors/generate.py --check
python3 -B tests/vectors/check_rules.py
python3 -B tests/vectors/sealed.py --check

say "build (cold: about an hour on two cores; warm: minutes)"
claim_target
cargo build --release --workspace --all-targets --locked

say "build of the inference engine, a workspace of its own (cold: five minutes of one core)"
engine=(--release --locked --manifest-path inference-engine/Cargo.toml)
cargo build "${engine[@]}" --all-targets

say "primitives without std, for wasm"
cargo check --release --locked -p ballast-core -p ballast-erasure -p ballast-attestation --features ballast-attestation/tdx,ballast-attestation/dev \
    --no-default-features --target wasm32v1-none

say "clippy"
cargo clippy --release --workspace --all-targets --locked -- -D warnings
cargo clippy "${engine[@]}" --all-targets --features noise -- -D warnings

say "tests"
cargo nextest run --release --workspace --locked --no-fail-fast -E 'not package(ballast-e2e)'

say "tests of the inference engine"
cargo test "${engine[@]}"

say "fuzz targets, bounded, on stable Rust"
cargo test --release --manifest-path tests/fuzz/Cargo.toml --locked

say "doctests"
cargo test --release --workspace --doc --locked

say "commands in the documentation"
scripts/check-docs.py --bin "$BIN"

say "end to end: validators, storage workers and the command line as separate processes"
# Two at a time: each has ports of its own, and waits for blocks most of the time.
BALLAST_BIN=$BIN BALLAST_ROOT=$ROOT cargo nextest run --release --workspace --locked --no-fail-fast -j 2 -E 'package(ballast-e2e)'

say "a network founded by the documentation"
founded=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-founded.XXXXXX")
BALLAST_BIN=$BIN scripts/found.py "$founded/network" || die "see $founded"
rm -rf "$founded"

say "validators in network namespaces, short form: some stopped, some killed"
if scripts/network.py --probe; then
    network=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-network.XXXXXX")
    BALLAST_BIN=$BIN scripts/network.py "$network/nodes" --short --phases stopped,kills --kills 2 || die "see $network"
    rm -rf "$network"
else
    say "left out: no network namespaces can be made here (root and iproute2)"
fi

say "all tests passed"
