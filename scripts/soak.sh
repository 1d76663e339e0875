#!/usr/bin/env bash
# What takes too long for every test run.
#
#   scripts/soak.sh [KILLS]           kills publish and fetch at random moments, again and again, with real processes: the same call
#                                     always ends well. 50 of each unless another number is given; half an hour and more
#   scripts/soak.sh --nodes [KILLS]   validators in network namespaces: a third stopped, a partition, kill -9 again and again (50 times unless
#                                     another number is given), a restart of all, flooded pools, forced forks, one that runs twice and is slashed; an hour. Root
#   scripts/soak.sh --sim [SEEDS]     the simulation of tests/sim, 10,000 seeds unless another number is given; 1.5 hours on two cores
#
# BALLAST_SEED replays a run of the first, BALLAST_SIM_FIRST is the first seed of the second.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
# Selecting by name, not by package: see CONTRIBUTING.md.
if [ "${1:-}" = --sim ]; then
    BALLAST_SIM_SEEDS=${2:-10000} exec cargo nextest run --profile soak --release --workspace --no-capture -E 'package(ballast-sim) and test(the_rules_hold_whatever_happens)'
fi
if [ "${1:-}" = --nodes ]; then
    # Kept when something is not as it has to be: the logs tell why.
    dir=$(mktemp -d "${TMPDIR:-/var/tmp}/ballast-soak.XXXXXX")
    scripts/network.py "$dir/network" --kills "${2:-50}" --report "$CARGO_TARGET_DIR/soak-nodes.md" || die "see $dir"
    rm -rf "$dir"
    exit
fi
BALLAST_KILLS=${1:-50} exec cargo nextest run --profile soak --release --workspace --no-capture -E 'package(ballast-e2e) and binary(kills)'
