#!/usr/bin/env bash
# Checks what is in monitoring/: rules and their tests by promtool, the dashboard, the example configuration.
#
#   scripts/monitoring.sh                       the files by themselves
#   scripts/monitoring.sh --network DIR         and against a local network that runs (scripts/localnet.sh): every metric that a rule or
#                                               a panel names is there, and a real Prometheus takes every rule and every panel
#   scripts/monitoring.sh --inference ADDRESS   with --network: an inference worker too, like 127.0.0.1:9966
# Needs promtool, which scripts/setup.sh installs on Debian; with --network prometheus, too (Debian: apt-get install prometheus).
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$ROOT/monitoring"

NET="" INFERENCE=""
while [ $# -gt 0 ]; do
    case $1 in
        --network) NET=$(realpath "${2:?}"); shift 2 ;;
        --inference) INFERENCE=${2:?}; shift 2 ;;
        *) sed -n '2,9s/^# \{0,1\}//p' "$ROOT/scripts/monitoring.sh" >&2; exit 2 ;;
    esac
done
need promtool "scripts/setup.sh, or apt-get install prometheus"

for rules in *.rules.yml; do promtool check rules "$rules" >/dev/null || promtool check rules "$rules"; done
promtool test rules ./*.tests.yml
promtool check config --syntax-only prometheus.example.yml >/dev/null
exec python3 -B "$ROOT/scripts/monitoring.py" "$ROOT/monitoring" ${NET:+--network "$NET"} ${INFERENCE:+--inference "$INFERENCE"}
