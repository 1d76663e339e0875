#!/usr/bin/env bash
# The whole path on loopback: publish and fetch a file of random bytes, beside what the same bytes cost elsewhere; then the
# gateway with the Hub's own client (scripts/bench-gateway.sh, which runs alone too).
#
#   scripts/bench.sh [--size 1GiB] [--workers 8] [--code 4,8] [--runs 3] [--base-port P] [--dir DIR] [--sendme SENDME]
#                    [--tahoe TAHOE] [--gateway-size 1GiB|none]
#
# Beside it, each of the same size, the best of the runs: curl of the file from nginx, followed by b3sum; writing n/k times
# the bytes with fsync; with --sendme (path of the program), a peer that moves it on loopback too; with --tahoe, a grid of as
# many Tahoe-LAFS storage nodes and its own code (k, n).
# Programs come from BALLAST_BIN [default: the release build]. What is missing is left out and said so. Prints a table in
# Markdown. A published blob waits for the chain (blocks of 3 s, finality) besides; that is a line of its own. A second table
# tells, for each phase of the last publish and fetch, what all cores did meanwhile, those of other programs among it.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
SIZE=1GiB WORKERS=8 CODE=4,8 RUNS=3 BASE_PORT=28000 DIR= SENDME= TAHOE= GATEWAY_SIZE=1GiB

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }

while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --size) SIZE=$2 ;;
        --workers) WORKERS=$2 ;;
        --code) CODE=$2 ;;
        --runs) RUNS=$2 ;;
        --base-port) BASE_PORT=$2 ;;
        --dir) DIR=$2 ;;
        --sendme) SENDME=$2 ;;
        --tahoe) TAHOE=$2 ;;
        --gateway-size) GATEWAY_SIZE=$2 ;;
        *) usage ;;
    esac
    shift 2
done
LEN=$(numfmt --from=auto "${SIZE%B}") || usage
K=${CODE%,*} N=${CODE#*,}
# A new folder in DIR: it is removed at the end, and nothing else.
PARENT=${DIR:-${TMPDIR:-/var/tmp}}
mkdir -p "$PARENT"
DIR=$(mktemp -d "$PARENT/ballast-bench.XXXXXX")
STARTED=() # process ids

finish() {
    local pid
    for pid in "${STARTED[@]}"; do kill "$pid" 2>/dev/null || true; done
    "$ROOT/scripts/localnet.sh" stop "$DIR/net" 2>/dev/null || true
    rm -rf "$DIR"
}
trap finish EXIT

now() { date +%s.%N; }
less() { [ "$(echo "$1 < $2" | bc -l)" = 1 ]; }
# Seconds to GB/s of the file.
rate() { printf '%.2f' "$(echo "$LEN / 1000000000 / $1" | bc -l)"; }
ratio() { printf '%.2f' "$(echo "$1 / $2" | bc -l)"; }

measured() { # COMMAND..: when it began and ended into BEGUN and ENDED, seconds into TOOK, greatest resident memory of the process in MiB into PEAK
    local pid seen
    BEGUN=$(now) PEAK=0
    "$@" &
    pid=$!
    while seen=$(sed -n 's/^VmHWM:\s*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null) && [ -n "$seen" ]; do
        PEAK=$((seen / 1024))
        sleep 0.05
    done
    wait "$pid"
    ENDED=$(now)
    TOOK=$(echo "$ENDED - $BEGUN" | bc -l)
}

best() { # NAME PREPARE COMMAND: the least seconds over the runs into BEST[NAME], the most memory into MEM[NAME]; FROM and TO of the last
    local name=$1 prepare=$2 command=$3 run
    for run in $(seq "$RUNS"); do
        $prepare "$run"
        measured "$command" "$run"
        FROM[$name]=$BEGUN TO[$name]=$ENDED
        if [ -z "${BEST[$name]:-}" ] || less "$TOOK" "${BEST[$name]}"; then BEST[$name]=$TOOK; fi
        [ "$PEAK" -le "${MEM[$name]:-0}" ] || MEM[$name]=$PEAK
    done
}

# Every tenth of a second: when, and the cores' time until then that they worked, idled, waited for a disk, in hundredths of a second.
watch_cores() {
    local user nice system idle disk irq soft
    while sleep 0.1; do
        read -r _ user nice system idle disk irq soft _ </proc/stat
        echo "$EPOCHREALTIME $((user + nice + system + irq + soft)) $idle $disk"
    done
}
cores() { # PHASE FROM TO: a row with the cores' time between the two, if both were seen
    [ -n "$2" ] && [ -n "$3" ] || return 0
    awk -v phase="$1" -v from="$2" -v to="$3" '
        $1 >= from && !begun { begun = 1; worked = $2; idle = $3; disk = $4 }
        $1 <= to { last_worked = $2; last_idle = $3; last_disk = $4 }
        END {
            worked = last_worked - worked; idle = last_idle - idle; disk = last_disk - disk; all = worked + idle + disk
            if (all > 0) printf "| %s | %.2f | %d %% | %d %% | %d %% |\n", phase, to - from, 100 * worked / all, 100 * disk / all, 100 * idle / all
        }' "$DIR/cores"
}

declare -A BEST MEM FROM TO
need bc "apt-get install bc"
need numfmt "part of coreutils"
say "a file of $SIZE of random bytes, $WORKERS workers, code ($CODE), best of $RUNS"
head -c "$LEN" /dev/urandom >"$DIR/file"
sync
watch_cores >"$DIR/cores" &
STARTED+=($!)

# Ballast.
BALLAST_BIN=$BIN "$ROOT/scripts/localnet.sh" start "$DIR/net" --workers "$WORKERS" --base-port "$BASE_PORT" >"$DIR/net.log" 2>&1 \
    || { cat "$DIR/net.log" >&2; die "the local network did not start"; }
eval "$("$ROOT/scripts/localnet.sh" env "$DIR/net")"
OWN_HOME=$HOME
export BALLAST_URL BALLAST_ALLOW_PRIVATE HOME="$DIR/home"
ballast() { exec "$BIN/ballast" "$@"; }

fresh_model() { # other bytes each time: what is stored already is not sent again
    rm -rf "$DIR/model" "$HOME/.cache/ballast"
    mkdir -p "$DIR/model" "$HOME"
    { printf 'run %06d' "$1"; tail -c +11 "$DIR/file"; } >"$DIR/model/weights.bin"
    sync
}
publish() { ballast --json --dev-account alice publish "$DIR/model" --name "bench/run$1" --code "$CODE" >"$DIR/published.json" 2>"$DIR/publish-$1.log"; }
clean() { rm -rf "$DIR/out" "$DIR/out.bin"; sync; }
fetch() { ballast --json fetch "$ADDRESS" -o "$DIR/out.bin" >/dev/null 2>"$DIR/fetch-$1.log"; }
sink() { "$BIN/ballast" cat "$ADDRESS" 2>"$DIR/cat-$1.log" | cat >/dev/null; }

stamp() { # LOG PATTERN: when the first such line was written, in seconds
    local line
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | grep -m1 "$2") || return 1
    date -d "${line%% *}" +%s.%N
}
passed() { # LOG PHASE: when the last progress of a phase was written
    local line
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$1" | grep "$2 done=" | tail -1) && [ -n "$line" ] || return 0
    date -d "${line%% *}" +%s.%N
}
phase() { # LOG FROM TO: seconds between two lines
    echo "$(stamp "$1" "$3") - $(stamp "$1" "$2")" | bc -l
}

UPLOAD=
best publish fresh_model publish
LAST=$DIR/publish-$RUNS.log
for run in $(seq "$RUNS"); do
    took=$(phase "$DIR/publish-$run.log" 'workers are drawn' 'uploaded') || continue
    if [ -z "$UPLOAD" ] || less "$took" "$UPLOAD"; then UPLOAD=$took; fi
done
ADDRESS=$("$BIN/ballast" hash "$DIR/model/weights.bin" | cut -d' ' -f1)
best fetch clean fetch
[ "$("$BIN/ballast" hash "$DIR/out.bin" | cut -d' ' -f1)" = "$ADDRESS" ] || die "the fetched file is not the published one"
best cat clean sink
clean

# The same bytes from nginx, then hashed.
if command -v nginx >/dev/null; then
    mkdir -p "$DIR/nginx/logs"
    # As root nginx would serve as nobody, who may not read the folder.
    user=""; [ "$(id -u)" -ne 0 ] || user="user root;"
    cat >"$DIR/nginx/nginx.conf" <<CONF
$user worker_processes 1; daemon off; pid $DIR/nginx/pid; error_log $DIR/nginx/error.log;
events { }
http {
    access_log off; sendfile on;
    client_body_temp_path $DIR/nginx/b; proxy_temp_path $DIR/nginx/p; fastcgi_temp_path $DIR/nginx/f;
    uwsgi_temp_path $DIR/nginx/u; scgi_temp_path $DIR/nginx/s;
    server { listen 127.0.0.1:$((BASE_PORT + 900)); root $DIR/model; }
}
CONF
    nginx -p "$DIR/nginx" -c "$DIR/nginx/nginx.conf" 2>/dev/null &
    STARTED+=($!)
    sleep 1
    B3SUM=$(command -v b3sum || true)
    hash_file() { if [ -n "$B3SUM" ]; then "$B3SUM" "$1"; else "$BIN/ballast" hash "$1"; fi; }
    from_nginx() {
        curl -sf -o "$DIR/out.bin" "http://127.0.0.1:$((BASE_PORT + 900))/weights.bin" && sync "$DIR/out.bin" && hash_file "$DIR/out.bin" >/dev/null
    }
    best nginx clean from_nginx
    [ -n "$B3SUM" ] || echo "b3sum is not installed; hashed with: ballast hash" >&2
else
    echo "nginx is not installed; left out (apt-get install nginx)" >&2
fi
clean

# Writing what the workers write.
SHARDS_MIB=$((LEN * N / K / 1048576))
write_shards() { dd if="$DIR/file" of="$DIR/shards" bs=1M count="$SHARDS_MIB" iflag=fullblock conv=fsync status=none; }
write_many() { # n files, each of a shard's length, one after the other, each synced
    local shard per=$((LEN / K / 1048576))
    for shard in $(seq "$N"); do dd if="$DIR/file" of="$DIR/shard-$shard" bs=1M count="$per" conv=fsync status=none; done
}
no_shards() { rm -f "$DIR"/shard*; sync; }
best write no_shards write_many
no_shards

# Peers.
if [ -n "$SENDME" ]; then
    (cd "$DIR" && exec "$SENDME" send "$DIR/model/weights.bin" --relay disabled) >"$DIR/sendme.log" 2>&1 &
    STARTED+=($!)
    for _ in $(seq 100); do TICKET=$(grep -o 'blob[a-z0-9]*' "$DIR/sendme.log" | tail -1) && [ -n "$TICKET" ] && break; sleep 0.2; done
    receive() { mkdir -p "$DIR/out" && cd "$DIR/out" && "$SENDME" receive "$TICKET" --relay disabled >/dev/null 2>"$DIR/sendme-receive.log"; }
    best sendme clean receive || echo "sendme could not receive; see its log" >&2
fi

tahoe_node() { # NAME COMMAND OPTIONS..: creates a node of the grid and runs it
    local name=$1 command=$2; shift 2
    "$TAHOE" "$command" "$@" "$DIR/tahoe/$name" >>"$DIR/tahoe/log" 2>&1 || { cat "$DIR/tahoe/log" >&2; return 1; }
    "$TAHOE" run --allow-stdin-close "$DIR/tahoe/$name" >>"$DIR/tahoe/$name.log" 2>&1 &
    STARTED+=($!)
}
listens_at() { echo "--port=tcp:$1:interface=127.0.0.1 --location=tcp:127.0.0.1:$1"; }
tahoe_grid() {
    local node port=$((BASE_PORT + 700)) furl=$DIR/tahoe/introducer/private/introducer.furl web
    mkdir -p "$DIR/tahoe"
    # shellcheck disable=SC2046 # two options
    tahoe_node introducer create-introducer $(listens_at $port) || return 1
    for _ in $(seq 100); do [ -s "$furl" ] && break; sleep 0.2; done
    for node in $(seq "$WORKERS"); do
        # shellcheck disable=SC2046
        tahoe_node "node-$node" create-node --introducer "$(cat "$furl")" --webport none $(listens_at $((port + node))) || return 1
    done
    web=$((port + WORKERS + 1))
    tahoe_node client create-client --introducer "$(cat "$furl")" --webport "tcp:$web:interface=127.0.0.1" \
        --shares-needed "$K" --shares-happy "$N" --shares-total "$N" || return 1
    for _ in $(seq 100); do
        [ "$(curl -sf -m 5 "http://127.0.0.1:$web/?t=json" | grep -o '"connection_status": "connected"' | wc -l)" -ge "$WORKERS" ] && return
        sleep 0.5
    done
    return 1
}
fresh_file() { { printf 'run %06d' "$1"; tail -c +11 "$DIR/file"; } >"$DIR/tahoe/file"; sync; }
tahoe_put() { "$TAHOE" -d "$DIR/tahoe/client" put "$DIR/tahoe/file" >"$DIR/tahoe/cap" 2>>"$DIR/tahoe/log"; }
tahoe_get() { "$TAHOE" -d "$DIR/tahoe/client" get "$(cat "$DIR/tahoe/cap")" "$DIR/out.bin" 2>>"$DIR/tahoe/log"; }
if [ -n "$TAHOE" ]; then
    "$ROOT/scripts/localnet.sh" stop "$DIR/net"
    if tahoe_grid; then
        best tahoe-put fresh_file tahoe_put
        best tahoe-get clean tahoe_get
        cmp "$DIR/out.bin" "$DIR/tahoe/file" || die "Tahoe-LAFS gave other bytes"
    else
        echo "the Tahoe-LAFS grid did not start; left out" >&2
    fi
    clean
fi

row() { # WHAT SECONDS MEMORY RATIO
    printf '| %s | %.2f | %s | %s | %s |\n' "$1" "$2" "$(rate "$2")" "$3" "$4"
}
say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, $(uname -sr), $(date -u +%F)"
echo "| $SIZE, $WORKERS workers, ($CODE) | s | GB/s | peak MiB | ratio |"
echo "|---|---|---|---|---|"
row "publish, all of it" "${BEST[publish]}" "${MEM[publish]}" ""
[ -z "$UPLOAD" ] || row "publish, encode again and upload until the quorum's receipts" "$UPLOAD" "" "$(ratio "${BEST[write]}" "$UPLOAD") x writing"
row "fetch into a file" "${BEST[fetch]}" "${MEM[fetch]}" "$([ -z "${BEST[nginx]:-}" ] || echo "$(ratio "${BEST[nginx]}" "${BEST[fetch]}") x nginx")"
row "cat into a pipe" "${BEST[cat]}" "" ""
[ -z "${BEST[nginx]:-}" ] || row "nginx, curl, fsync, b3sum" "${BEST[nginx]}" "" "1"
row "writing n/k times the bytes, a file for each shard, fsync" "${BEST[write]}" "" "1"
[ -z "${BEST[sendme]:-}" ] || row "sendme" "${BEST[sendme]}" "" "$(ratio "${BEST[sendme]}" "${BEST[fetch]}") x ours"
if [ -n "${BEST[tahoe-get]:-}" ]; then
    row "Tahoe-LAFS, put" "${BEST[tahoe-put]}" "" "$(ratio "${BEST[tahoe-put]}" "${BEST[publish]}") x all of ours${UPLOAD:+, $(ratio "${BEST[tahoe-put]}" "$UPLOAD") x the upload}"
    row "Tahoe-LAFS, get" "${BEST[tahoe-get]}" "" "$(ratio "${BEST[tahoe-get]}" "${BEST[fetch]}") x ours"
fi

echo "| phase | s | the cores work | wait for the disk | idle |"
echo "|---|---|---|---|---|"
read_by=$(passed "$LAST" reading) encoded=$(passed "$LAST" encoding) drawn=$(stamp "$LAST" 'workers are drawn' || true) uploaded=$(stamp "$LAST" 'uploaded' || true)
cores "publish: first read" "${FROM[publish]}" "$read_by"
cores "publish: encode, for the shards' roots" "$read_by" "$encoded"
cores "publish: the chain, until workers are drawn" "$encoded" "$drawn"
cores "publish: encode again and upload" "$drawn" "$uploaded"
cores "publish: the chain, until the version is final" "$uploaded" "${TO[publish]}"
fetched=$(passed "$DIR/fetch-$RUNS.log" fetching)
cores "fetch: until the last byte is verified" "${FROM[fetch]}" "$fetched"
cores "fetch: sync" "$fetched" "${TO[fetch]}"
cores "cat" "${FROM[cat]}" "${TO[cat]}"

# The gateway, with a network of its own.
if [ "$GATEWAY_SIZE" = none ]; then exit 0; fi
for tool in nginx python3; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed; the gateway is left out (apt-get install nginx-light python3-venv)" >&2; exit 0; }
done
"$ROOT/scripts/localnet.sh" stop "$DIR/net"
HOME=$OWN_HOME BALLAST_BIN=$BIN "$ROOT/scripts/bench-gateway.sh" --size "$GATEWAY_SIZE" --workers "$WORKERS" --code "$CODE" --runs "$RUNS" \
    --base-port "$BASE_PORT" --dir "$DIR/gateway"
