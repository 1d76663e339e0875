#!/usr/bin/env bash
# Transactions per second that a local network takes, of transfers and of blobs of 1 KiB in chain state, and whether its blocks stay on
# time: client/chain/examples/load.rs, one call after the other. Prints a line of JSON for each, and the nodes' greatest resident memory.
#
#   scripts/load.sh [--seconds 600] [--validators 3] [--base-port P]
#
# Programs come from BALLAST_BIN [default: the release build, with its examples].
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
SECONDS_EACH=600 VALIDATORS=3 BASE_PORT=27000

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --seconds) SECONDS_EACH=$2 ;;
        --validators) VALIDATORS=$2 ;;
        --base-port) BASE_PORT=$2 ;;
        *) usage ;;
    esac
    shift 2
done
[ -x "$BIN/examples/load" ] || die "$BIN/examples/load is missing: cargo build --release --workspace --examples"
DIR=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-load.XXXXXX")
trap '"$ROOT/scripts/localnet.sh" stop "$DIR/net" >/dev/null 2>&1 || true; rm -rf "$DIR"' EXIT

BALLAST_BIN=$BIN "$ROOT/scripts/localnet.sh" start "$DIR/net" --validators "$VALIDATORS" --workers 0 --base-port "$BASE_PORT" >"$DIR/net.log" 2>&1 \
    || { cat "$DIR/net.log" >&2; die "the local network did not start"; }
eval "$("$ROOT/scripts/localnet.sh" env "$DIR/net")"
say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, $VALIDATORS validators, $(date -u +%F)"
for call in transfer inline; do
    "$BIN/examples/load" "$BALLAST_URL" "$call" "$SECONDS_EACH"
done
for pid in "$DIR"/net/pids/node-*; do
    echo "$(basename "$pid"): $(sed -n 's/^VmHWM:\s*//p' "/proc/$(cat "$pid")/status") of memory at most"
done
