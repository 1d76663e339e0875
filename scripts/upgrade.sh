#!/usr/bin/env bash
# Upgrades the runtime of a running local network by a referendum, with the commands of docs/upgrade.md: three validators and three
# storage workers, a model published before and fetched after, possession proven on both sides. The referendum alone takes 166 blocks, some eight minutes.
#
#   scripts/upgrade.sh DIR [--wasm FILE] [--base-port P]
#
# --wasm FILE   the new runtime, of a higher spec_version than the node's  [default: this commit's, with spec_version raised by one,
#               built by scripts/build-wasm.sh --next]
# Programs come from BALLAST_BIN [default: the release build], without --wasm examples/runtime-code, too. They are copied first, since others may be built meanwhile, and stay the
# old ones throughout. Needs Node.js.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
. "$ROOT/scripts/referendum/local.sh"

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 1 ] || usage
DIR=$1 WASM="" BASE_PORT=19000; shift
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --wasm) WASM=$(realpath "$2") ;;
        --base-port) BASE_PORT=$2 ;;
        *) usage ;;
    esac
    shift 2
done
need node "any Node.js from 18 on"
WORKERS=3
VOTED_TIMEOUT_S=900
URL=ws://127.0.0.1:$((BASE_PORT + 100))
FILE_LEN=3000000

mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
NET=$DIR/net CLIENT=$DIR/referendum
PROGRAMS=(ballast-node ballast-storage-worker ballast)
mkdir -p "$DIR/bin"
for program in "${PROGRAMS[@]}"; do cp "${BALLAST_BIN:-$BIN}/$program" "$DIR/bin/"; done
GIVEN_BIN=${BALLAST_BIN:-}
export BALLAST_BIN=$DIR/bin
trap '"$ROOT/scripts/localnet.sh" stop "$NET" >/dev/null 2>&1 || true' EXIT

field() { # PATH: a field of the JSON on standard input
    python3 -c 'import json,sys; d=json.load(sys.stdin)
for key in sys.argv[1].split("."): d=d[key]
print(d)' "$1"
}

rpc() { # NODE METHOD PARAMS
    curl -s -m 5 -H 'Content-Type: application/json' -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$2\",\"params\":$3}" "http://127.0.0.1:$((BASE_PORT + 100 + $1))"
}
spec_version() { rpc "$1" state_getRuntimeVersion '[]' | field result.specVersion; }
finalized() { printf '%d' "$(rpc "$1" chain_getHeader "[\"$(rpc "$1" chain_getFinalizedHead '[]' | field result)\"]" | field result.number)"; }
metric() { curl -s -m 5 "http://127.0.0.1:$((BASE_PORT + 300 + $1))/metrics" | awk -v name="ballast_worker_$2" '$1 == name { print $2 }'; }

wait_until() { # WHAT SECONDS COMMAND..
    local what=$1 deadline=$((SECONDS + $2)); shift 2
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || die "$what: not in time; see $NET/logs"
        sleep 10
    done
    say "$what (after $SECONDS s)"
}
is_authorized() { [ "$(status | field authorized_code)" = "$CODE_HASH" ]; }
runs_on_all() { local i; for i in 0 1 2; do [ "$(spec_version "$i")" = "$1" ] || return 1; done; }
finalizes_on_all() { local i; for i in 0 1 2; do [ "$(finalized "$i")" -ge "$1" ] || return 1; done; }
prove_more_than() { local i; for i in $(seq $WORKERS); do [ "$(metric "$i" picks_proven_total)" -gt "${1}" ] || return 1; done; }
misses() { local i sum=0; for i in $(seq $WORKERS); do sum=$((sum + $(metric "$i" picks_missed_total))); done; echo $sum; }
most_proven() { local i; for i in $(seq $WORKERS); do metric "$i" picks_proven_total; done | sort -n | tail -1; }

if [ -z "$WASM" ]; then
    WASM=$DIR/next.compressed.wasm
    BALLAST_BIN=$GIVEN_BIN "$ROOT/scripts/build-wasm.sh" HEAD --next --out "$WASM"
fi
install_client
"$ROOT/scripts/localnet.sh" start "$NET" --validators 3 --workers $WORKERS --base-port "$BASE_PORT"
eval "$("$ROOT/scripts/localnet.sh" env "$NET")"
OLD=$(spec_version 0)
say "the network runs version $OLD; a model is published"
mkdir -p "$DIR/model"
head -c $FILE_LEN /dev/urandom >"$DIR/model/weights.bin"
"$BALLAST_BIN/ballast" --json --dev-account alice publish "$DIR/model" --name upgrade/model --code 2,3 --epochs 120 >"$DIR/publish.json"
wait_until "every worker has proven possession" 300 prove_more_than 0

say "a referendum on $WASM"
propose "$WASM" >"$DIR/proposed.json"
INDEX=$(field referendum <"$DIR/proposed.json") CODE_HASH=$(field code_hash <"$DIR/proposed.json")
vote_all "$INDEX"
wait_until "referendum $INDEX has authorised $CODE_HASH" $VOTED_TIMEOUT_S is_authorized
status "$INDEX"

{ cat "$WASM"; printf x; } >"$DIR/other.wasm"
if refused=$(apply "$DIR/other.wasm" 2>&1); then die "other code than what was authorised was taken: $refused"; fi
echo "other code is refused: $refused"
say "the upgrade is carried out"
apply "$WASM" | tee "$DIR/applied.json"
NEW=$(field after <"$DIR/applied.json")
wait_until "all three nodes run version $NEW, by their old programs" 60 runs_on_all "$NEW"
wait_until "finality goes on under version $NEW" 120 finalizes_on_all $(($(finalized 0) + 10))
[ "$(status | field periods.governance_day_blocks)" = 96 ] || die "the migration did not run: $(status)"
status
wait_until "every worker has proven possession under version $NEW" 300 prove_more_than $(($(most_proven) + 8))
[ "$(misses)" = 0 ] || die "workers missed possession proofs: $(misses)"
"$BALLAST_BIN/ballast" -q fetch upgrade/model -o "$DIR/copy" >/dev/null
cmp "$DIR/model/weights.bin" "$DIR/copy/weights.bin"
mkdir -p "$DIR/model2"
head -c $FILE_LEN /dev/urandom >"$DIR/model2/weights.bin"
"$BALLAST_BIN/ballast" --json --dev-account alice publish "$DIR/model2" --name upgrade/again --code 2,3 --epochs 120 >"$DIR/again.json"
say "done after $SECONDS s: $OLD to $NEW; no proof missed over the upgrade, the model fetched, another published"
