#!/usr/bin/env bash
# Inside the container that scripts/systemd-test.sh boots, run by its systemd: installs the packages and tries their services, and at the
# second boot looks whether they came back by themselves. Tells what it sees; ends with 1 at the first thing that is not as it has to be.
set -euo pipefail

HERE=/opt/try
WAIT_S=120
UNITS=(ballast-node ballast-storage-worker ballast-inference-worker)
declare -A USERS=([ballast-node]=ballast-node [ballast-storage-worker]=ballast-storage [ballast-inference-worker]=ballast-inference)
export BALLAST_ALLOW_PRIVATE=true HOME=/root DEBIAN_FRONTEND=noninteractive

say() { printf '%s %s\n' "$(date +%T)" "$*"; }
die() {
    say "error: $*"
    for unit in "${UNITS[@]}"; do systemctl --no-pager status "$unit" || true; journalctl --no-pager -n 15 -u "$unit" || true; done
    exit 1
}
wait_until() { # WHAT COMMAND..
    local what=$1 deadline=$((SECONDS + WAIT_S)); shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $deadline ] || die "$what: not within $WAIT_S s"
        sleep 1
    done
}

property() { systemctl show -p "$2" --value "$1"; }
pid() { property "$1" MainPID; }
rpc() { curl -sf -m 5 -H 'Content-Type: application/json' -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":${2:-[]}}" http://127.0.0.1:9944; }
final() { rpc chain_getFinalizedHead | sed -n 's/.*"result":"\(0x[0-9a-f]*\)".*/\1/p'; }
height() { printf '%d\n' "$(rpc chain_getHeader "[\"$(final)\"]" | sed -n 's/.*"number":"\(0x[0-9a-f]*\)".*/\1/p')"; }
hash_at() { rpc chain_getBlockHash "[$1]" | sed -n 's/.*"result":"\(0x[0-9a-f]*\)".*/\1/p'; }
finalizes_past() { [ "$(height)" -gt "$1" ]; }

embeds() {
    local model
    model=$(curl -sf -m 5 http://127.0.0.1:9966/v1/models | grep -o '"id": *"[^"]*"' | head -n 1 | cut -d '"' -f 4)
    [ -n "$model" ] && curl -sf -m 20 -H 'Content-Type: application/json' -d "{\"model\":\"$model\",\"input\":\"a stone\"}" http://127.0.0.1:9966/v1/embeddings | grep -q '"embedding"'
}

works() { # UNIT: it does what it is there for
    systemctl -q is-active "$1" || return 1
    case $1 in
        ballast-node) finalizes_past 0 ;;
        ballast-storage-worker) curl -sf -m 5 http://127.0.0.1:9955/v1/health ;;
        ballast-inference-worker) embeds ;;
    esac
}

is_confined() { # UNIT: what the kernel says of its process, not what the unit asks for
    local process user=${USERS[$1]} field
    process=$(pid "$1")
    [ "$(stat -c %U "/proc/$process")" = "$user" ] || die "$1 runs as $(stat -c %U "/proc/$process")"
    for field in 'CapEff:0000000000000000' 'CapBnd:0000000000000000' 'NoNewPrivs:1' 'Seccomp:2' 'Umask:0077'; do
        grep -qx "$field" <(tr -d '\t ' <"/proc/$process/status") || die "$1 is not confined: $field is not in its status"
    done
    ! nsenter -t "$process" -m touch /usr/written /etc/written 2>/dev/null || die "$1 may write to the system"
    nsenter -t "$process" -m test ! -e /root/secret || die "$1 sees /root"
    [ "$(stat -c '%U %a' "/var/lib/$1")" = "$user 700" ] || die "/var/lib/$1 is not $user's alone"
    [ -z "$(find "/var/lib/$1" -perm /077 -print -quit)" ] || die "others may read what $1 has written"
    say "$1: runs as $user, without capabilities, under a filter of system calls, writes to /var/lib/$1 only; systemd's measure: $(systemd-analyze --no-pager security "$1" 2>/dev/null | sed -n 's/^.*Overall exposure level for [^:]*: //p')"
}

misses_nothing() { # UNIT: no part of it asked in vain for what the unit keeps from it
    ! journalctl -q --no-pager -u "$1" | grep -E 'not permitted|[Pp]ermission denied|Read-only file system|Failed to read|Not enough memory' || die "$1 is kept from something that it needs"
}

comes_back() { # UNIT HOW: after it was ended, its systemd starts it again, and it works
    local unit=$1 before began=$SECONDS; shift
    before=$(pid "$unit")
    "$@"
    is_another() { local now; now=$(pid "$unit"); [ "$now" != 0 ] && [ "$now" != "$before" ]; }
    wait_until "$unit has another process" is_another
    wait_until "$unit works again" works "$unit"
    say "$unit: works again after $((SECONDS - began)) s, after: $*"
}
kill_it() { kill -9 "$(pid "$1")"; }

starts_at() { # UNIT: by itself when the machine boots, and now
    [ "$(systemctl is-enabled "$1" || true)" = disabled ] || die "$1 was enabled by its package"
    ! systemctl -q is-active "$1" || die "$1 was started by its package"
    systemctl enable -q --now "$1"
    wait_until "$1 works" works "$1"
    [ "$(property "$1" NRestarts)" = 0 ] || die "$1 needed $(property "$1" NRestarts) restarts"
    [ -n "$(journalctl -q --no-pager -u "$1" -n 1)" ] || die "the journal has nothing of $1"
    say "$1: enabled, started, works"
    is_confined "$1"
    misses_nothing "$1"
}

install_all() {
    dpkg -i "$HERE"/*.deb
    touch /root/secret
    mkdir -p /etc/ballast
    ballast-node export-chain-spec --chain dev >/etc/ballast/network.json
    sed -i 's#^BALLAST_NODE_ARGS=.*#BALLAST_NODE_ARGS="--chain /etc/ballast/network.json --alice --validator --force-authoring --no-mdns --no-telemetry"#' /etc/default/ballast-node
    sed -i 's#^BALLAST_INFERENCE_ARGS=.*#BALLAST_INFERENCE_ARGS="--model-dir /opt/model --listen 127.0.0.1:9966 --free --threads 1"#' /etc/default/ballast-inference-worker
}

init_worker() { # The commands of docs/run-a-worker.md.
    local account=$1
    systemctl start ballast-storage-worker
    ! systemctl -q is-active ballast-storage-worker || die "the storage worker runs without a receipt key"
    sed -i "s#^BALLAST_WORKER_ACCOUNT=.*#BALLAST_WORKER_ACCOUNT=$account#; s#^BALLAST_WORKER_CAPACITY=.*#BALLAST_WORKER_CAPACITY=1GiB#" /etc/default/ballast-storage-worker
    echo BALLAST_WORKER_ALLOW_PRIVATE=true >>/etc/default/ballast-storage-worker
    runuser -u ballast-storage -- ballast-storage-worker init --data-dir /var/lib/ballast-storage-worker
}

join_worker() { # ACCOUNT
    local key
    key=$(runuser -u ballast-storage -- ballast-storage-worker key --data-dir /var/lib/ballast-storage-worker)
    ballast -q faucet --dev --amount 20000 "$1" >/dev/null
    ballast -q --dev-account Bob worker join --endpoint http://127.0.0.1:9955 --receipt-key "$key" --capacity 1GiB --stake 10000 --ask 0.001 >/dev/null
    wait_until "the chain and the storage worker agree" ballast worker check "$1"
    say "ballast-storage-worker: joined; \`ballast worker check\` finds nothing wrong"
}

first_boot() {
    local account known unit
    install_all
    starts_at ballast-node
    account=$(ballast --json --dev-account Bob key inspect | sed -n 's/.*"account": *"\([^"]*\)".*/\1/p')
    init_worker "$account"
    starts_at ballast-storage-worker
    join_worker "$account"
    runuser -u ballast-inference -- ballast-inference-worker init --data-dir /var/lib/ballast-inference-worker
    starts_at ballast-inference-worker
    known=$(height)
    known="$known $(hash_at "$known")"
    for unit in "${UNITS[@]}"; do
        comes_back "$unit" systemctl restart "$unit"
        comes_back "$unit" kill_it "$unit"
        [ "$(property "$unit" NRestarts)" -ge 1 ] || die "systemd has not counted the restart of $unit"
    done
    is_same_chain "$known"
    wait_until "the storage worker follows again" ballast worker check "$account"
    for unit in ballast-inference-worker ballast-storage-worker ballast-node; do
        systemctl stop "$unit"
        [ "$(property "$unit" Result)" = success ] || die "$unit ended with $(property "$unit" Result)"
        say "$unit: stopped, its exit status is $(property "$unit" ExecMainStatus)"
    done
    echo "$known $account" >"$HERE/known"
    say "the first boot is done"
}

is_same_chain() { # HEIGHT HASH
    [ "$(hash_at "${1% *}")" = "${1#* }" ] || die "finalized block ${1% *} is another one, or gone"
    wait_until "blocks go on" finalizes_past $((${1% *} + 2))
    say "ballast-node: finalized block ${1% *} is the same, and blocks go on: $(height)"
}

second_boot() {
    local height hash account unit
    read -r height hash account <"$HERE/known"
    for unit in "${UNITS[@]}"; do wait_until "$unit came back by itself" works "$unit"; done
    is_same_chain "$height $hash"
    wait_until "the storage worker follows again" ballast worker check "$account"
    for unit in "${UNITS[@]}"; do is_confined "$unit"; misses_nothing "$unit"; done
    dpkg --purge ballast-node ballast-storage-worker ballast-inference-worker
    for unit in "${UNITS[@]}"; do
        ! systemctl -q is-active "$unit" || die "$unit runs after its package was purged"
        [ -n "$(ls "/var/lib/$unit")" ] || die "the purge of $unit deleted its data"
    done
    echo "all services are back"
}

if [ -f "$HERE/known" ]; then second_boot; else first_boot; fi
