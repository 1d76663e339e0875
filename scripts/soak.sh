#!/usr/bin/env bash
# Kills publish and fetch at random moments, again and again, with real processes: the same call always ends well.
#
#   scripts/soak.sh [KILLS]        50 of each unless another number is given; half an hour and more
#
# BALLAST_SEED replays a run.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
# Selecting by name, not by package: see CONTRIBUTING.md.
BALLAST_KILLS=${1:-50} exec cargo nextest run --profile soak --release --workspace --no-capture -E 'package(ballast-e2e) and binary(kills)'
