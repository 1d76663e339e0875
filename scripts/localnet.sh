#!/usr/bin/env bash
# A local network on loopback, everything in one folder.
#
#   scripts/localnet.sh start DIR [--validators 1|3] [--workers N] [--base-port P] [--chain SPECIFICATION]
#   scripts/localnet.sh stop DIR
#   scripts/localnet.sh env DIR            prints the variables that point `ballast` at the network
#   scripts/localnet.sh worker-stop DIR I | worker-kill DIR I | worker-start DIR I
#
# Development keys only: Alice, Bob and Charlie validate, accounts derived as //Bob//worker//I join as storage workers.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}

WORKER_STAKE=10000
WORKER_CAPACITY=64GiB
START_TIMEOUT_S=120

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }

spawn() { # NAME COMMAND..: runs in the background, its output in logs/NAME.log, its process id in pids/NAME
    local name=$1; shift
    setsid nohup "$@" >>"$DIR/logs/$name.log" 2>&1 </dev/null &
    echo $! >"$DIR/pids/$name"
}

is_running() { # PID: a process that has ended and that nobody waited for yet is not running
    kill -0 "$1" 2>/dev/null && ! grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null
}

end() { # NAME SIGNAL: stops a process this script started, by its id, and waits until it is gone
    local file=$DIR/pids/$1 pid
    [ -f "$file" ] || return 0
    pid=$(cat "$file")
    kill "-$2" "$pid" 2>/dev/null || true
    for _ in $(seq 150); do
        is_running "$pid" || break
        sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null || true
    rm -f "$file"
}

load() { # settings that `start` wrote
    [ -f "$DIR/settings" ] || die "$DIR holds no local network; make one with: scripts/localnet.sh start $DIR"
    . "$DIR/settings"
}

rpc() { # METHOD: the result of a parameterless JSON-RPC call on the first node
    curl -s -m 5 -H 'Content-Type: application/json' -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":${2:-[]}}" \
        "http://127.0.0.1:$((BASE_PORT + 100))"
}

finalized_height() {
    local hash
    hash=$(rpc chain_getFinalizedHead | sed -n 's/.*"result":"\(0x[0-9a-f]*\)".*/\1/p')
    [ -n "$hash" ] || return 1
    printf '%d\n' "$(rpc chain_getHeader "[\"$hash\"]" | sed -n 's/.*"number":"\(0x[0-9a-f]*\)".*/\1/p')" 2>/dev/null
}

wait_for() { # WHAT COMMAND..: polls until the command succeeds
    local what=$1 deadline=$((SECONDS + START_TIMEOUT_S)); shift
    until "$@" >/dev/null 2>&1; do
        ensure_alive
        [ $SECONDS -lt $deadline ] || die "$what: not within $START_TIMEOUT_S s; see $DIR/logs"
        sleep 0.5
    done
}

ensure_alive() { # Who waits for a process that has ended waits in vain.
    local file name
    for file in "$DIR"/pids/*; do
        name=$(basename "$file")
        is_running "$(cat "$file")" || die "$name has ended; the last lines of $DIR/logs/$name.log:
$(tail -n 5 "$DIR/logs/$name.log")"
    done
}

ensure_free_ports() { # The processes would not start, or worse: talk to another network's.
    local port i
    for i in $(seq 0 $((VALIDATORS - 1))); do
        for port in $((BASE_PORT + i)) $((BASE_PORT + 100 + i)) $((BASE_PORT + 200 + i)); do ensure_free "$port"; done
    done
    for i in $(seq 1 "$WORKERS"); do ensure_free $((BASE_PORT + 300 + i)); done
}

ensure_free() { # PORT
    ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null || die "port $1 is in use; stop what uses it, or choose another --base-port"
}

has_finalized() { [ "$(finalized_height)" -ge 1 ]; }

start_node() { # I
    local i=$1 names=(alice bob charlie) chain=local extra=()
    [ "$VALIDATORS" -gt 1 ] || { chain=dev; extra=(--force-authoring); }
    [ -z "$CHAIN" ] || chain=$CHAIN
    [ "$i" -eq 0 ] || extra+=(--bootnodes "/ip4/127.0.0.1/tcp/$BASE_PORT/p2p/$(cat "$DIR/nodes/0/peer-id")")
    mkdir -p "$DIR/nodes/$i"
    [ -f "$DIR/nodes/$i/node-key" ] || "$BIN/ballast-node" key generate-node-key --file "$DIR/nodes/$i/node-key" 2>/dev/null
    "$BIN/ballast-node" key inspect-node-key --file "$DIR/nodes/$i/node-key" >"$DIR/nodes/$i/peer-id"
    spawn "node-$i" "$BIN/ballast-node" --chain "$chain" "--${names[$i]}" --validator "${extra[@]}" \
        --base-path "$DIR/nodes/$i" --node-key-file "$DIR/nodes/$i/node-key" \
        --listen-addr "/ip4/127.0.0.1/tcp/$((BASE_PORT + i))" --rpc-port $((BASE_PORT + 100 + i)) \
        --prometheus-port $((BASE_PORT + 200 + i)) --no-mdns --allow-private-ip
}

worker_account() { cat "$DIR/workers/$1/account"; }

start_worker() { # I
    local i=$1
    spawn "worker-$i" "$BIN/ballast-storage-worker" run --data-dir "$DIR/workers/$i/data" --allow-private --account "$(worker_account "$i")" \
        --chain-url "$URL" --listen "127.0.0.1:$((BASE_PORT + 300 + i))" --capacity "$WORKER_CAPACITY"
}

worker_is_up() { curl -sf -m 2 "http://127.0.0.1:$((BASE_PORT + 300 + $1))/v1/health"; }

join_worker() { # I
    local i=$1 key
    key=$("$BIN/ballast-storage-worker" key --data-dir "$DIR/workers/$i/data")
    "$BIN/ballast" --url "$URL" --dev-account "Bob//worker//$i" worker join --endpoint "http://127.0.0.1:$((BASE_PORT + 300 + i))" \
        --receipt-key "$key" --capacity "$WORKER_CAPACITY" --stake "$WORKER_STAKE" --ask 0.001 --allow-private >>"$DIR/logs/join-$i.log" 2>&1
}

create_worker() { # I
    local i=$1
    mkdir -p "$DIR/workers/$i"
    "$BIN/ballast-storage-worker" init --data-dir "$DIR/workers/$i/data" >/dev/null
    "$BIN/ballast" --json --dev-account "Bob//worker//$i" key inspect | sed -n 's/.*"account": *"\([^"]*\)".*/\1/p' >"$DIR/workers/$i/account"
}

start_workers() {
    local i accounts=() joins=()
    [ "$WORKERS" -gt 0 ] || return 0
    for i in $(seq 1 "$WORKERS"); do create_worker "$i"; accounts+=("$(worker_account "$i")"); done
    "$BIN/ballast" --url "$URL" faucet --dev --amount $((WORKER_STAKE * 2)) "${accounts[@]}" >>"$DIR/logs/faucet.log" 2>&1 \
        || die "the workers' accounts got no funds; see $DIR/logs/faucet.log"
    for i in $(seq 1 "$WORKERS"); do
        start_worker "$i"
        join_worker "$i" &
        joins+=($!)
    done
    for i in "${joins[@]}"; do wait "$i" || die "a worker could not join; see $DIR/logs/join-*.log"; done
    for i in $(seq 1 "$WORKERS"); do wait_for "worker $i" worker_is_up "$i"; done
}

start() {
    VALIDATORS=1 WORKERS=10 BASE_PORT=19000 CHAIN=
    while [ $# -gt 0 ]; do
        [ $# -gt 1 ] || usage
        case $1 in
            --validators) VALIDATORS=$2 ;;
            --workers) WORKERS=$2 ;;
            --base-port) BASE_PORT=$2 ;;
            --chain) CHAIN=$2 ;;
            *) usage ;;
        esac
        shift 2
    done
    case $VALIDATORS in 1 | 3) ;; *) die "--validators takes 1 or 3 (the development and the local genesis), not $VALIDATORS" ;; esac
    [ -z "$CHAIN" ] || [ -f "$CHAIN" ] || die "--chain $CHAIN: there is no such file; ballast-node export-chain-spec writes one"
    [ ! -e "$DIR/settings" ] || die "$DIR holds a local network already; stop it, then remove the folder"
    for number in WORKERS BASE_PORT; do
        case ${!number} in "" | *[!0-9]*) die "--$(echo "$number" | tr A-Z_ a-z-) takes a number, not ${!number}" ;; esac
    done
    mkdir -p "$DIR/logs" "$DIR/pids"
    URL=ws://127.0.0.1:$((BASE_PORT + 100))
    ensure_free_ports
    printf 'VALIDATORS=%s WORKERS=%s BASE_PORT=%s URL=%s\n' "$VALIDATORS" "$WORKERS" "$BASE_PORT" "$URL" >"$DIR/settings"
    trap stop EXIT
    local i
    for i in $(seq 0 $((VALIDATORS - 1))); do start_node "$i"; done
    wait_for "the first finalized block" has_finalized
    start_workers
    trap - EXIT
}

stop() {
    local file
    for file in "$DIR"/pids/*; do
        [ -f "$file" ] || continue
        end "$(basename "$file")" TERM
    done
}

the_worker() { # [I]: the worker that a verb is about
    [ $# -eq 1 ] || usage
    [ -d "$DIR/workers/$1" ] || die "$DIR has no worker $1, but 1 to $WORKERS"
    echo "$1"
}

[ $# -ge 2 ] || usage
verb=$1
[ "$verb" != start ] || mkdir -p "$2"
[ -d "$2" ] || die "$2 holds no local network; make one with: scripts/localnet.sh start $2"
DIR=$(cd "$2" && pwd)
shift 2
[ "$verb" = start ] || load
case $verb in
    start) start "$@" ;;
    stop) stop ;;
    env) printf 'export BALLAST_URL=%s BALLAST_ALLOW_PRIVATE=true\n' "$URL" ;;
    worker-stop) i=$(the_worker "$@"); end "worker-$i" TERM ;;
    worker-kill) i=$(the_worker "$@"); end "worker-$i" KILL ;;
    worker-start) i=$(the_worker "$@"); end "worker-$i" TERM; start_worker "$i"; wait_for "worker $i" worker_is_up "$i" ;;
    *) usage ;;
esac
