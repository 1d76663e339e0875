#!/usr/bin/env bash
# Transactions per second that a local network takes, and whether its blocks stay on time: transfers, blobs of 1,000 bytes in chain
# state, and commitments to namespaces with their withdrawal by turns, on the real runtime; then transfers on the same node with tests/plain-runtime, which has none of our pallets. Each on a network
# of its own, one after the other, for as long. Prints a line of JSON for each (client/chain/examples/load), and the nodes' greatest memory and time.
#
#   scripts/load.sh [--seconds 600] [--validators 3] [--base-port P] [--plain SPECIFICATION]
#
# --plain   what scripts/plain-runtime.sh wrote  [default: it is built]
# Programs come from BALLAST_BIN [default: the release build, with its examples], the one that sends from LOAD_BIN [default: among them].
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
LOAD=${LOAD_BIN:-$BIN/examples/load}
SECONDS_EACH=600 VALIDATORS=3 BASE_PORT=27000 PLAIN=

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --seconds) SECONDS_EACH=$2 ;;
        --validators) VALIDATORS=$2 ;;
        --base-port) BASE_PORT=$2 ;;
        --plain) PLAIN=$(realpath "$2") ;;
        *) usage ;;
    esac
    shift 2
done
[ -x "$LOAD" ] || die "$LOAD is missing: cargo build --release --workspace --examples"
DIR=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-load.XXXXXX")
trap '"$ROOT/scripts/localnet.sh" stop "$DIR/net" >/dev/null 2>&1 || true; rm -rf "$DIR"' EXIT
if [ -z "$PLAIN" ]; then
    PLAIN=$DIR/plain.json
    BALLAST_BIN=$BIN "$ROOT/scripts/plain-runtime.sh" "$PLAIN"
fi

urls() { local i; for i in $(seq 0 $((VALIDATORS - 1))); do printf 'ws://127.0.0.1:%s,' $((BASE_PORT + 100 + i)); done | sed 's/,$//'; }

cpu() { awk -v tick="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%d", ($12 + $13) / tick }' "/proc/$1/stat"; } # PID: seconds of processor time so far

measure() { # RUNTIME CALL [SPECIFICATION]
    local net=$DIR/net file pid
    local -A before
    BALLAST_BIN=$BIN "$ROOT/scripts/localnet.sh" start "$net" --validators "$VALIDATORS" --workers 0 --base-port "$BASE_PORT" ${3:+--chain "$3"} >"$DIR/net.log" 2>&1 \
        || { cat "$DIR/net.log" >&2; die "the local network did not start"; }
    for file in "$net"/pids/node-*; do before[$file]=$(cpu "$(cat "$file")"); done
    printf '%s runtime: ' "$1"
    "$LOAD" sustain "$(urls)" "$2" "$SECONDS_EACH"
    for file in "$net"/pids/node-*; do
        pid=$(cat "$file")
        echo "  $(basename "$file"): $(sed -n 's/^VmHWM:\s*//p' "/proc/$pid/status") of memory at most, $(($(cpu "$pid") - before[$file])) s of processor time"
    done
    "$ROOT/scripts/localnet.sh" stop "$net" >/dev/null 2>&1
    rm -rf "$net"
}

say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, $VALIDATORS validators, $(date -u +%F)"
measure real transfer
measure real inline
measure real namespace
measure plain transfer "$PLAIN"
