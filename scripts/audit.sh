#!/usr/bin/env bash
# Checks every dependency's licence and source, and that nothing banned is in the tree: by cargo-deny and deny.toml.
#
#   scripts/audit.sh [--advisories]        with --advisories also for known vulnerabilities, by the RustSec list (needs the network)
#
# Installs cargo-deny when it is missing: some minutes. scripts/test.sh makes the first three checks where it is installed.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

DENY_VERSION=0.20.2
checks=(bans licenses sources)
case ${1:-} in
    "") ;;
    --advisories) checks+=(advisories) ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
command -v cargo-deny >/dev/null 2>&1 || cargo install --locked cargo-deny --version "$DENY_VERSION"
for manifest in Cargo.toml inference-engine/Cargo.toml; do
    cargo deny --locked --log-level error --manifest-path "$manifest" --config deny.toml check --hide-inclusion-graph "${checks[@]}"
done
