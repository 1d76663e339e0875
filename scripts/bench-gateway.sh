#!/usr/bin/env bash
# Measures the gateway with the Hub's own client (huggingface_hub), in one run on one machine:
#   cold    hf_hub_download through a gateway whose cache is empty, against `ballast fetch` of the same blob
#   warm    the same with a warm cache, against nginx that serves the same file with the same headers
#
#   scripts/bench-gateway.sh [--mib N] [--code K,N] [--workers N] [--base-port P] [--rounds N]
#
# Programs come from BALLAST_BIN (default: the target folder). Needs nginx (set NGINX for another place of it) and
# python3; the client is installed into ~/.cache/ballast. The file is on disk three times and in memory once.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
BIN=${BALLAST_BIN:-$BIN}
NGINX=${NGINX:-nginx}

MIB=1024 CODE=4,8 WORKERS=10 BASE_PORT=29000 ROUNDS=3
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
    case $1 in
        --mib) MIB=$2 ;; --code) CODE=$2 ;; --workers) WORKERS=$2 ;; --base-port) BASE_PORT=$2 ;; --rounds) ROUNDS=$2 ;;
        *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift 2
done
need "$NGINX" "apt-get install nginx-light"
need python3 "apt-get install python3-venv"

CLIENT=huggingface_hub==2.4.0
VENV=$HOME/.cache/ballast/bench-${CLIENT/==/-}
[ -e "$VENV/complete" ] || { python3 -m venv "$VENV"; "$VENV/bin/pip" install -q --disable-pip-version-check "$CLIENT"; touch "$VENV/complete"; }

DIR=$(mktemp -d)
NET=$DIR/net GATEWAY_PORT=$((BASE_PORT + 500)) NGINX_PORT=$((BASE_PORT + 501)) GATEWAY= NGINX_PID=
finish() {
    [ -z "$GATEWAY" ] || kill "$GATEWAY" 2>/dev/null || true
    [ -z "$NGINX_PID" ] || kill "$NGINX_PID" 2>/dev/null || true
    "$ROOT/scripts/localnet.sh" stop "$NET" >/dev/null 2>&1 || true
    rm -rf "$DIR"
}
trap finish EXIT

say "a network of $WORKERS workers, and a file of $MIB MiB at ($CODE)"
BALLAST_BIN=$BIN "$ROOT/scripts/localnet.sh" start "$NET" --validators 1 --workers "$WORKERS" --base-port "$BASE_PORT"
eval "$("$ROOT/scripts/localnet.sh" env "$NET")"
mkdir -p "$DIR/model"
head -c $((MIB << 20)) /dev/urandom >"$DIR/model/weights.bin"
"$BIN/ballast" -q --dev-account alice publish "$DIR/model" --name bench/big --code "$CODE"

start_gateway() { # with what is in the cache
    "$BIN/ballast" -q gateway --listen "127.0.0.1:$GATEWAY_PORT" --cache-dir "$DIR/cache" >"$DIR/gateway.log" 2>&1 &
    GATEWAY=$!
    for _ in $(seq 100); do curl -sf "http://127.0.0.1:$GATEWAY_PORT/healthz" >/dev/null && return; sleep 0.1; done
    die "the gateway does not answer; see $DIR/gateway.log"
}
stop_gateway() { kill "$GATEWAY"; wait "$GATEWAY" || true; GATEWAY=; }

cat >"$DIR/download.py" <<'PY'
import os, sys, time
from huggingface_hub import hf_hub_download
started = time.perf_counter()
path = hf_hub_download("bench/big", "weights.bin", local_dir=sys.argv[1], force_download=True)
print(f"{time.perf_counter() - started:.3f}")
PY
download() { # PORT: seconds that the client takes
    rm -rf "$DIR/out"
    HF_ENDPOINT=http://127.0.0.1:$1 HF_HOME=$DIR/home HF_HUB_DISABLE_XET=1 HF_HUB_DISABLE_TELEMETRY=1 HF_HUB_DISABLE_UPDATE_CHECK=1 \
        HF_HUB_DISABLE_PROGRESS_BARS=1 "$VENV/bin/python" "$DIR/download.py" "$DIR/out"
}
fetch() { # seconds that `ballast fetch` takes
    rm -rf "$DIR/out"
    local started; started=$(date +%s.%N)
    "$BIN/ballast" -q fetch bench/big -o "$DIR/out" >/dev/null
    awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.3f\n", b - a }'
}
best() { sort -n | head -1; }

say "cold: $ROUNDS rounds, the best of each"
cold=() fetched=()
for _ in $(seq "$ROUNDS"); do
    fetched+=("$(fetch)")
    rm -rf "$DIR/cache"
    start_gateway
    cold+=("$(download "$GATEWAY_PORT")")
    stop_gateway
done
cmp "$DIR/out/weights.bin" "$DIR/model/weights.bin"
echo "fetch: ${fetched[*]}  cold: ${cold[*]} (seconds)"

say "nginx with the same answers"
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

say "warm: $ROUNDS rounds, the best of each"
warm=() nginx=()
download "$GATEWAY_PORT" >/dev/null
download "$NGINX_PORT" >/dev/null
for _ in $(seq "$ROUNDS"); do
    nginx+=("$(download "$NGINX_PORT")")
    warm+=("$(download "$GATEWAY_PORT")")
done
cmp "$DIR/out/weights.bin" "$DIR/model/weights.bin"
echo "nginx: ${nginx[*]}  warm: ${warm[*]} (seconds)"
first=$(curl -s -o /dev/null -w '%{time_starttransfer}' -r 0-0 "http://127.0.0.1:$GATEWAY_PORT/bench/big/resolve/main/weights.bin")

say "results"
python3 - "$MIB" "$(printf '%s\n' "${fetched[@]}" | best)" "$(printf '%s\n' "${cold[@]}" | best)" \
    "$(printf '%s\n' "${nginx[@]}" | best)" "$(printf '%s\n' "${warm[@]}" | best)" "$first" <<'PY'
import sys
mib, fetch, cold, nginx, warm, first = map(float, sys.argv[1:])
print(f"ballast fetch        {fetch:7.2f} s  {mib / fetch:7.0f} MiB/s")
print(f"gateway, cold        {cold:7.2f} s  {mib / cold:7.0f} MiB/s  {fetch / cold:.2f} x ballast fetch (wanted: 0.5)")
print(f"nginx                {nginx:7.2f} s  {mib / nginx:7.0f} MiB/s")
print(f"gateway, warm        {warm:7.2f} s  {mib / warm:7.0f} MiB/s  {nginx / warm:.2f} x nginx (wanted: 0.8)")
print(f"first byte, warm     {first * 1000:7.1f} ms")
PY
