#!/usr/bin/env bash
# What a release needs: checks that versions and changelog are in order, builds the runtime's wasm reproducibly, and writes the notes.
#
#   scripts/release.sh [--since COMMIT] [--out DIR] [--no-wasm]
#
# --since COMMIT  the release before  [default: the last tag v…; without one, nothing is compared]
# --out DIR       where notes and wasm go  [default: TARGET/release-VERSION]
# --no-wasm       leave the build out: the notes then have no hash and are for reading only
# Needs a clean checkout of the commit that is released. Changes nothing in it, tags and pushes nothing.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
SINCE="" OUT="" WASM=1
while [ $# -gt 0 ]; do
    case $1 in
        --since) [ $# -gt 1 ] || usage; SINCE=$2; shift 2 ;;
        --out) [ $# -gt 1 ] || usage; OUT=$2; shift 2 ;;
        --no-wasm) WASM=""; shift ;;
        *) usage ;;
    esac
done
CALLS=docs/reference/calls.txt
VERSION=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
OUT=${OUT:-$CARGO_TARGET_DIR/release-$VERSION}
[ -n "$SINCE" ] || SINCE=$(git describe --tags --match 'v*' --abbrev=0 2>/dev/null || true)
[ -z "$SINCE" ] || git rev-parse --verify --quiet "$SINCE^{commit}" >/dev/null || die "no such commit: $SINCE"

version_in() { # FIELD [COMMIT]: of the runtime, now or in a commit
    { if [ $# -gt 1 ]; then git show "$2:runtime/src/lib.rs"; else cat runtime/src/lib.rs; fi; } | sed -n "s/^    $1: \([0-9]*\),$/\1/p"
}
section() { # what the changelog says of a version
    awk -v head="$1" '/^## / { on = (index($0, "## " head) == 1); next } on' CHANGELOG.md
}
runtime_changed() { ! git diff --quiet "$SINCE" HEAD -- runtime/src pallets/*/src primitives/*/src ':!*/tests/*' ':!*/tests.rs' ':!*/benchmarking.rs'; }
calls_changed() { ! diff -q <(git show "$SINCE:$CALLS" | tail -n +4) <(tail -n +4 $CALLS) >/dev/null; }

problems=0
complain() { echo "not ready: $*" >&2; problems=$((problems + 1)); }

[ -z "$(git status --porcelain)" ] || complain "the checkout has changes; commit them first"
if [ -n "$(section "$VERSION")" ]; then
    heading=$VERSION
else
    heading=Unreleased
    complain "CHANGELOG.md has no section ## $VERSION; name the one that is ## Unreleased so"
fi
[ -n "$(section "$heading")" ] || complain "the section ## $heading of CHANGELOG.md is empty"
spec=$(version_in spec_version) transaction=$(version_in transaction_version)
grep -q "^spec_version $spec transaction_version $transaction$" $CALLS || complain "$CALLS is of another version; make it anew (docs/build.md, UPDATE)"
if [ -n "$SINCE" ]; then
    old_spec=$(version_in spec_version "$SINCE")
    if runtime_changed && [ "$spec" -le "$old_spec" ]; then complain "the runtime has changed since $SINCE, but its spec_version is $spec still"; fi
fi

mkdir -p "$OUT"
{
    echo "# Ballast $VERSION"
    echo
    section "$heading" | sed -e '/./,$!d'
    echo
    echo "## Runtime"
    echo
    echo "spec_version $spec, transaction_version $transaction${SINCE:+ (in $SINCE: ${old_spec:-} and $(version_in transaction_version "$SINCE"))}, commit $(git rev-parse HEAD)."
    if [ -n "$WASM" ]; then
        BALLAST_BIN="" scripts/build-wasm.sh HEAD --out "$OUT/ballast_runtime.compressed.wasm" >"$OUT/build.log" 2>&1 || die "the wasm does not build; see $OUT/build.log"
        echo
        echo '```'
        tail -n 4 "$OUT/build.log"
        echo '```'
    fi
    if [ -n "$SINCE" ]; then
        echo
        echo "## Calls, events, storage and view functions that changed since $SINCE"
        echo
        echo '```diff'
        if calls_changed; then git diff --no-color -U0 "$SINCE" HEAD -- $CALLS | grep -E '^[-+][^-+]' || true; else echo "none"; fi
        echo '```'
    fi
} >"$OUT/notes.md"
echo "$OUT/notes.md"
[ "$problems" -eq 0 ] || die "$problems things are not ready for a release"
say "ready: tag the commit v$VERSION, attach $OUT and the packages of scripts/package.sh, and propose the upgrade (docs/upgrade.md)"
