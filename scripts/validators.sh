#!/usr/bin/env bash
# A fourth validator joins a local network, with the commands of docs/run-a-validator.md: it is elected, earns, is paid, changes its
# keys, and leaves with its stake. Takes some 35 minutes: an era of a local network lasts three.
#
#   scripts/validators.sh DIR [--base-port P]        uses the programs in BALLAST_BIN, or the target folder
set -euo pipefail
. "$(dirname "$0")/lib.sh"
export BALLAST_BIN=${BALLAST_BIN:-$BIN}
BIN=$BALLAST_BIN

[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
DIR=$1
BASE_PORT=19000
[ "${2:-}" != --base-port ] || BASE_PORT=$3
ERA_S=180
PORT=$((BASE_PORT + 10))
RPC_PORT=$((BASE_PORT + 110))
export BALLAST_URL=ws://127.0.0.1:$RPC_PORT
NODE=""

stop() {
    [ -z "$NODE" ] || kill "$NODE" 2>/dev/null || true
    "$ROOT/scripts/localnet.sh" stop "$DIR" || true
}
trap stop EXIT

dave() { "$BIN/ballast" --dev-account Dave validator "$@"; }

field() { # NAME: a field of the status, from its JSON
    "$BIN/ballast" --json --dev-account Dave validator status | sed -n "s/^ *\"$1\": *\"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}$/\1/p"
}

wait_until() { # WHAT ERAS FIELD PATTERN: polls the status
    local deadline=$((SECONDS + $2 * ERA_S))
    until field "$3" | grep -q "$4"; do
        kill -0 "$NODE" 2>/dev/null || die "the validator's node has ended; see $DIR/logs/dave.log"
        [ $SECONDS -lt $deadline ] || die "$1: not within $2 eras; $3 is $(field "$3")"
        sleep 3
    done
    say "$1 (after $SECONDS s)"
}

"$ROOT/scripts/localnet.sh" start "$DIR" --validators 3 --workers 0 --base-port "$BASE_PORT"
say "Dave's node starts, by warp sync"
mkdir -p "$DIR/nodes/dave"
"$BIN/ballast-node" key generate-node-key --file "$DIR/nodes/dave/node-key" 2>/dev/null
"$BIN/ballast-node" --chain local --validator --name dave --node-key-file "$DIR/nodes/dave/node-key" --sync warp --base-path "$DIR/nodes/dave" \
    --listen-addr "/ip4/127.0.0.1/tcp/$PORT" --rpc-port "$RPC_PORT" --no-prometheus --no-mdns --allow-private-ip \
    --bootnodes "/ip4/127.0.0.1/tcp/$BASE_PORT/p2p/$(cat "$DIR/nodes/0/peer-id")" >"$DIR/logs/dave.log" 2>&1 &
NODE=$!
for _ in $(seq 60); do dave status >/dev/null 2>&1 && break; sleep 1; done

dave setup --stake 5000 --commission 5 --dry-run
dave setup --stake 5000 --commission 5
dave setup --stake 5000 --commission 5 | grep -q "nothing is left to do" || die "a second setup is not idle"
dave status
wait_until "Dave is elected" 4 elected true
wait_until "Dave makes blocks" 1 points '[1-9]'
dave status
wait_until "an era is there to be paid out" 2 unpaid_eras '\['
for _ in $(seq 80); do dave payout | grep "is paid out" && break; sleep 3; done
dave status
dave rotate-keys
dave status
dave chill
wait_until "Dave is elected no longer" 4 elected false
dave status
dave leave --dry-run
dave leave
# Three eras of bonding, and the one that runs.
LEFT=$((SECONDS + 6 * ERA_S)) SAID=""
until STEP=$(dave leave) && [ "$STEP" = "nothing is left to do" ]; do
    [ "$STEP" = "$SAID" ] || { echo "$STEP"; SAID=$STEP; }
    [ $SECONDS -lt $LEFT ] || die "Dave has not left within 6 eras; leave says: $STEP"
    sleep 10
done
[ "$(field stake)" = 0 ] && [ "$(field session_keys)" = null ] || die "Dave left, but has stake or keys still"
dave status
say "done after $SECONDS s"
