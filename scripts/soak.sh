#!/usr/bin/env bash
# What takes too long for every test run.
#
#   scripts/soak.sh [KILLS]           kills publish and fetch at random moments, again and again, with real processes: the same call
#                                     always ends well. 50 of each unless another number is given; half an hour and more
#   scripts/soak.sh --nodes [KILLS] [--validators N]
#                                     validators in network namespaces: a third stopped, a partition, kill -9 again and again (50 times unless
#                                     another number is given), a restart of all, flooded pools, forced forks, one that runs twice and is slashed; an hour. Root
#   scripts/soak.sh --join [WASM] [--validators N]
#                                     a validator joins three others (unless another number is given) by the commands of docs/run-a-validator.md, and votes on an
#                                     upgrade to this runtime; without one it is built first. Half an hour. Root, Node.js
#   scripts/soak.sh --found           four validators found a network by the commands of docs/run-a-validator.md (scripts/found.py); two minutes
#   scripts/soak.sh --upgrade [WASM]  scripts/upgrade.sh, to this runtime or one that is built; half an hour. Node.js
#   scripts/soak.sh --operators       scripts/operators.py: what operators of a storage worker and of a node do by hand, by the commands of the docs; a quarter of an hour. Root
#   scripts/soak.sh --load [SECONDS]  scripts/load.sh, 600 seconds of each load unless another number is given
#   scripts/soak.sh --sim [SEEDS]     the simulation of tests/sim, 10,000 seeds unless another number is given; 1.5 hours on two cores
#
# BALLAST_SEED replays a run of the first, BALLAST_SIM_FIRST is the first seed of the last.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

usage() { sed -n '2,20s/^# \{0,1\}//p' "$0" >&2; exit 2; }

mode=kills value="" validators=""
case ${1:-} in --nodes | --join | --found | --upgrade | --operators | --load | --sim) mode=${1#--}; shift ;; esac
while [ $# -gt 0 ]; do
    case $1 in
        --validators) [ $# -gt 1 ] || usage; validators=$2; shift 2 ;;
        -*) usage ;;
        *) [ -z "$value" ] || usage; value=$1; shift ;;
    esac
done
case $mode in nodes | join) ;; *) [ -z "$validators" ] || usage ;; esac
case $mode:$value in
    join: | upgrade: | found: | operators:) ;;
    found:* | operators:*) usage ;;
    join:* | upgrade:*)
        [ -f "$value" ] || die "$value: there is no such file; scripts/build-wasm.sh --next --out FILE writes one"
        value=$(realpath "$value") ;;
    *:*[!0-9]*) usage ;;
esac
cd "$ROOT"

soak() { # SCRIPT ARGUMENT..: runs a script on a new folder, which is kept when something is not as it has to be: the logs tell why
    local dir
    dir=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-soak.XXXXXX")
    "$1" "$dir/network" "${@:2}" || die "see $dir"
    rm -rf "$dir"
}

# Tests are selected by name, not by package: see CONTRIBUTING.md.
case $mode in
    nodes) soak scripts/network.py --kills "${value:-50}" --validators "${validators:-4}" --report "$CARGO_TARGET_DIR/soak-nodes.md" ;;
    join) soak scripts/network.py --phases join --validators "${validators:-3}" ${value:+--wasm "$value"} --report "$CARGO_TARGET_DIR/soak-join.md" ;;
    found) soak scripts/found.py --report "$CARGO_TARGET_DIR/soak-found.md" ;;
    upgrade) soak scripts/upgrade.sh ${value:+--wasm "$value"} ;;
    operators) soak scripts/operators.py --report "$CARGO_TARGET_DIR/soak-operators.md" ;;
    load) exec scripts/load.sh --seconds "${value:-600}" ;;
    sim) BALLAST_SIM_SEEDS=${value:-10000} exec cargo nextest run --profile soak --release --workspace --no-capture -E 'package(ballast-sim) and test(the_rules_hold_whatever_happens)' ;;
    kills) BALLAST_KILLS=${value:-50} exec cargo nextest run --profile soak --release --workspace --no-capture -E 'package(ballast-e2e) and binary(kills)' ;;
esac
