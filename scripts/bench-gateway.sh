#!/usr/bin/env bash
# Measures the gateway with the Hub's own client (huggingface_hub), in one run on one machine: hf_hub_download of a file
# through a gateway whose cache is empty and through one whose cache is warm, beside `ballast fetch` of the same file, and
# the same client with nginx, which serves the file with the same headers.
#
#   scripts/bench-gateway.sh [--size 1GiB] [--workers 10] [--code 4,8] [--runs 3] [--base-port P] [--dir DIR]
#
# Programs come from BALLAST_BIN [default: the release build]. Needs nginx (set NGINX for another place of it) and python3;
# the client is installed into ~/.cache/ballast. Prints the best of the runs as a table in Markdown, with the processor
# time that each part took: the client, the server (gateway or nginx), the workers.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
NGINX=${NGINX:-nginx}
SIZE=1GiB WORKERS=10 CODE=4,8 RUNS=3 BASE_PORT=29000 DIR=

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --size) SIZE=$2 ;;
        --workers) WORKERS=$2 ;;
        --code) CODE=$2 ;;
        --runs) RUNS=$2 ;;
        --base-port) BASE_PORT=$2 ;;
        --dir) DIR=$2 ;;
        *) usage ;;
    esac
    shift 2
done
need numfmt "part of coreutils"
need "$NGINX" "apt-get install nginx-light"
need python3 "apt-get install python3-venv"
LEN=$(numfmt --from=auto "${SIZE%B}") || usage

CLIENT=huggingface_hub==2.4.0
VENV=$HOME/.cache/ballast/bench-${CLIENT/==/-}
[ -e "$VENV/complete" ] || { python3 -m venv "$VENV"; "$VENV/bin/pip" install -q --disable-pip-version-check "$CLIENT"; touch "$VENV/complete"; }

# A new folder in DIR: it is removed at the end, and nothing else.
PARENT=${DIR:-${TMPDIR:-/var/tmp}}
mkdir -p "$PARENT"
DIR=$(mktemp -d "$PARENT/ballast-bench-gateway.XXXXXX")
NET=$DIR/net GATEWAY_PORT=$((BASE_PORT + 500)) NGINX_PORT=$((BASE_PORT + 501)) GATEWAY= NGINX_PID=
finish() {
    [ -z "$GATEWAY" ] || kill "$GATEWAY" 2>/dev/null || true
    [ -z "$NGINX_PID" ] || kill "$NGINX_PID" 2>/dev/null || true
    "$ROOT/scripts/localnet.sh" stop "$NET" >/dev/null 2>&1 || true
    rm -rf "$DIR"
}
trap finish EXIT

say "a network of $WORKERS workers, and a file of $SIZE at ($CODE); best of $RUNS"
BALLAST_BIN=$BIN "$ROOT/scripts/localnet.sh" start "$NET" --validators 1 --workers "$WORKERS" --base-port "$BASE_PORT"
eval "$("$ROOT/scripts/localnet.sh" env "$NET")"
mkdir -p "$DIR/model"
head -c "$LEN" /dev/urandom >"$DIR/model/weights.bin"
"$BIN/ballast" -q --dev-account alice publish "$DIR/model" --name bench/big --code "$CODE" --epochs 120

start_gateway() { # with what is in the cache
    "$BIN/ballast" -q gateway --listen "127.0.0.1:$GATEWAY_PORT" --cache-dir "$DIR/cache" >"$DIR/gateway.log" 2>&1 &
    GATEWAY=$!
    for _ in $(seq 100); do curl -sf "http://127.0.0.1:$GATEWAY_PORT/healthz" >/dev/null && return; sleep 0.1; done
    die "the gateway does not answer; see $DIR/gateway.log"
}
stop_gateway() { kill "$GATEWAY"; wait "$GATEWAY" || true; GATEWAY=; }

cat >"$DIR/download.py" <<'PY'
import resource, sys, time
from huggingface_hub import hf_hub_download
started = time.perf_counter()
hf_hub_download("bench/big", "weights.bin", local_dir=sys.argv[1], force_download=True)
used = resource.getrusage(resource.RUSAGE_SELF)
print(f"{time.perf_counter() - started:.3f} {used.ru_utime + used.ru_stime:.2f}")
PY
download() { # PORT: the client's seconds, by the clock and of the processor
    HF_ENDPOINT=http://127.0.0.1:$1 HF_HOME=$DIR/home HF_HUB_DISABLE_XET=1 HF_HUB_DISABLE_TELEMETRY=1 HF_HUB_DISABLE_UPDATE_CHECK=1 \
        HF_HUB_DISABLE_PROGRESS_BARS=1 "$VENV/bin/python" "$DIR/download.py" "$DIR/out"
}
fetch() { # the same of `ballast fetch`
    local TIMEFORMAT='%R %U %S'
    { time "$BIN/ballast" -q fetch bench/big -o "$DIR/out" >/dev/null 2>"$DIR/fetch.log"; } 2>&1 | awk '{ print $1, $2 + $3 }'
}

cpu() { # PID..: seconds of the processor that they have used
    local pid
    for pid in "$@"; do sed 's/.*) //' "/proc/$pid/stat"; done \
        | awk -v hz="$(getconf CLK_TCK)" '{ ticks += $12 + $13 } END { printf "%.2f", ticks / hz }'
}
workers_cpu() { cpu $(cat "$NET"/pids/worker-*); }
server_cpu() { [ -z "$1" ] && echo 0 || cpu "$1" $(pgrep -P "$1" || true); }
clean() { rm -rf "$DIR/out"; sync; }
take() { # NAME SERVER COMMAND..: writes down the command's seconds, its seconds of the processor, the server's, the workers'
    local name=$1 server=$2 server_before workers_before client; shift 2
    clean
    server_before=$(server_cpu "$server") workers_before=$(workers_cpu)
    client=$("$@")
    echo "$client $(server_cpu "$server") $server_before $(workers_cpu) $workers_before" \
        | awk '{ printf "%s %.2f %.2f %.2f\n", $1, $2, $3 - $4, $5 - $6 }' >>"$DIR/took-$name"
}

say "ballast fetch, and a gateway with a cold cache"
for _ in $(seq "$RUNS"); do
    take fetch "" fetch
    rm -rf "$DIR/cache"
    start_gateway
    take cold "$GATEWAY" download "$GATEWAY_PORT"
    stop_gateway
done
cmp "$DIR/out/weights.bin" "$DIR/model/weights.bin"

say "nginx with the same answers, and a gateway with a warm cache"
start_gateway
commit=$(curl -s "http://127.0.0.1:$GATEWAY_PORT/api/models/bench/big" | python3 -c 'import json,sys; print(json.load(sys.stdin)["sha"])')
etag=$(sha256sum "$DIR/model/weights.bin" | cut -d' ' -f1)
mkdir -p "$DIR/api"
curl -s "http://127.0.0.1:$GATEWAY_PORT/api/models/bench/big" >"$DIR/api/info"
curl -s "http://127.0.0.1:$GATEWAY_PORT/api/models/bench/big/tree/$commit?recursive=true" >"$DIR/api/tree"
# As root nginx would serve as nobody, who may not read the folder.
user=""; [ "$(id -u)" -ne 0 ] || user="user root;"
cat >"$DIR/nginx.conf" <<CONF
$user worker_processes auto; daemon off; pid $DIR/nginx.pid; error_log $DIR/nginx.log;
events {}
http {
    access_log off; sendfile on; tcp_nopush on; etag off; default_type application/json;
    client_body_temp_path $DIR/nginx-b; proxy_temp_path $DIR/nginx-p; fastcgi_temp_path $DIR/nginx-f; uwsgi_temp_path $DIR/nginx-u; scgi_temp_path $DIR/nginx-s;
    server {
        listen 127.0.0.1:$NGINX_PORT;
        location ~ ^/bench/big/resolve/[^/]+/weights.bin\$ {
            alias $DIR/model/weights.bin; default_type application/octet-stream;
            add_header X-Repo-Commit $commit; add_header ETag '"$etag"';
        }
        location ~ ^/api/models/bench/big/tree/ { alias $DIR/api/tree; }
        location ~ ^/api/models/bench/big { alias $DIR/api/info; }
    }
}
CONF
"$NGINX" -c "$DIR/nginx.conf" 2>/dev/null &
NGINX_PID=$!
sleep 1
clean
download "$NGINX_PORT" >/dev/null
clean
download "$GATEWAY_PORT" >/dev/null
for _ in $(seq "$RUNS"); do
    take nginx "$NGINX_PID" download "$NGINX_PORT"
    take warm "$GATEWAY" download "$GATEWAY_PORT"
done
cmp "$DIR/out/weights.bin" "$DIR/model/weights.bin"
first=$(curl -s -o /dev/null -w '%{time_starttransfer}' -r 0-0 "http://127.0.0.1:$GATEWAY_PORT/bench/big/resolve/main/weights.bin")

for name in fetch cold nginx warm; do echo "$name: $(cut -d' ' -f1 "$DIR/took-$name" | tr '\n' ' ')s"; done
say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -1), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $(uname -sr), $CLIENT, $(date -u +%F)"
python3 - "$DIR" "$LEN" "$first" "$SIZE, $WORKERS workers, ($CODE)" <<'PY'
import sys
folder, length, first, title = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
rows = (("fetch", "`ballast fetch`"), ("cold", "`hf_hub_download`, cold cache"),
        ("nginx", "`hf_hub_download` from nginx"), ("warm", "`hf_hub_download`, warm cache"))
best = {name: min(tuple(map(float, line.split())) for line in open(f"{folder}/took-{name}")) for name, _ in rows}
fetch, nginx = best["fetch"][0], best["nginx"][0]
print(f"| {title} | s | GB/s | ratio | processor seconds: client, server, workers |\n|---|---|---|---|---|")
for name, words in rows:
    took, *used = best[name]
    ratio = {"fetch": "", "cold": f"{fetch / took:.2f} x `ballast fetch` (wanted: 0.5)", "nginx": f"{fetch / took:.2f} x `ballast fetch`",
             "warm": f"{nginx / took:.2f} x nginx (wanted: 0.8)"}[name]
    print(f"| {words} | {took:.2f} | {length / 1e9 / took:.2f} | {ratio} | {used[0]:.1f}, {used[1]:.1f}, {used[2]:.1f} |")
print(f"| first byte, warm cache | {first:.3f} | | | |")
PY
