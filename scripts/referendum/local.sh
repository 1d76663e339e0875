#!/usr/bin/env bash
# A referendum of a local network, decided by its development accounts. scripts/upgrade.sh sources this; who writes in another language calls it:
#
#   scripts/referendum/local.sh CLIENT URL install_client | propose WASM | vote_all N | status [N] | apply WASM
#
# CLIENT is a folder for a copy of referendum.mjs and what it needs. Needs Node.js; `install_client` needs its registry.
# Half of all money and more, so that a referendum passes at once; the accounts of a local network share it evenly.
VOTERS=({Alice,Bob,Charlie,Dave,Eve,Ferdie}{,//stash}) AYE_BAL=700000
INSTALL_TIMEOUT_S=300

install_client() {
    need node "any Node.js from 18 on"
    need npm "it comes with Node.js"
    mkdir -p "$CLIENT"
    cp "$ROOT"/scripts/referendum/{package.json,package-lock.json,referendum.mjs} "$CLIENT/"
    (cd "$CLIENT" && timeout $INSTALL_TIMEOUT_S npm ci --no-audit --no-fund --ignore-scripts --silent) || die "npm ci failed in $CLIENT"
}

referendum() { # SIGNER VERB ARGUMENT..
    local signer=$1 verb=$2; shift 2
    BALLAST_SECRET=//$signer node "$CLIENT/referendum.mjs" "$verb" "$URL" "$@"
}

propose() { referendum Alice propose "$1"; } # WASM

apply() { referendum Bob apply "$1"; } # WASM

status() { # [N]: a client that connects in the moment in which the code changes may wait for ever, so it is asked again
    local try
    for try in 1 2 3; do timeout 45 node "$CLIENT/referendum.mjs" status "$URL" "$@" && return 0; done
    die "no status in $try tries"
}

vote_all() { # N
    local voter votes=()
    for voter in "${VOTERS[@]}"; do referendum "$voter" vote "$1" $AYE_BAL & votes+=($!); done
    for voter in "${votes[@]}"; do wait "$voter" || die "a vote was not taken"; done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    set -euo pipefail
    . "$(dirname "$0")/../lib.sh"
    [ $# -ge 3 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
    CLIENT=$1 URL=$2 verb=$3; shift 3
    case $verb:$# in
        install_client:0 | propose:1 | vote_all:1 | status:[01] | apply:1) "$verb" "$@" ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
fi
